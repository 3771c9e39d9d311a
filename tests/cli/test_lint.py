"""`lint` says what is wrong, how much that matters, and mends what is certain."""

from __future__ import annotations

from pathlib import Path

import click
import pytest
import yaml
from repositories import RECORD, Project

from adrtool.cli import cli
from adrtool.lint import RULES

WORDS = "# One\n\nStatus: accepted\n\nDate: 2026-01-02\n\n{}\n"


def test_an_error_fails_and_a_warning_does_not(project: Project) -> None:
    project.write(RECORD, "# One\n\nStatus: accepted\n")
    said = project.adrtool("lint")
    assert said.code == 0
    assert said.out.splitlines()[-1] == "1 record: 0 errors, 1 warning"
    project.write(RECORD, "# One\n\nStatus: accepted\n\n[a](gone.md)\n")
    said = project.adrtool("lint", "--json")
    assert said.code == 12
    severities = {problem["rule"]: problem["severity"] for problem in said.json["problems"]}
    assert severities == {"broken-link": "error", "missing-date": "warning"}


def test_no_records_are_no_pass(project: Project) -> None:
    (project.root / "adr").mkdir()
    assert project.adrtool("lint").code == 12


def test_the_rules_are_told(project: Project) -> None:
    said = project.adrtool("lint", "--rules")
    assert said.code == 0
    assert [line.split()[:2] for line in said.out.splitlines()] == [[rule.name, rule.severity] for rule in RULES]
    assert project.adrtool("lint", "--rules", "--json").json["rules"][0]["name"] == RULES[0].name


def test_two_formats_at_once_are_refused(project: Project) -> None:
    assert project.adrtool("lint", "--json", "--format", "sarif").code == 2


def numbered(number: int, name: str) -> tuple[str, str]:
    return f"adr/000{number}-{name}.md", f"# {name}\n\nStatus: accepted\n\nDate: 2026-01-02\n"


def test_a_number_that_two_branches_gave_away_is_found_before_the_merge(project: Project) -> None:
    project.write(*numbered(1, "one"))
    project.commit()
    project.git("checkout", "--quiet", "-b", "feature")
    project.write(*numbered(2, "ours"))
    project.git("mv", "adr/0001-one.md", "adr/0001-uno.md")
    project.commit()
    assert project.adrtool("lint", "--base", "main").code == 0
    project.git("checkout", "--quiet", "main")
    project.write(*numbered(2, "theirs"))
    project.commit()
    project.git("checkout", "--quiet", "feature")
    assert project.adrtool("lint").code == 0
    said = project.adrtool("lint", "--base", "main", "--json")
    assert said.code == 12
    (problem,) = said.json["problems"]
    assert (problem["path"], problem["rule"]) == ("adr/0002-ours.md", "number-collision")
    assert "adr/0002-theirs.md" in problem["message"]


def test_a_base_that_is_none_is_refused(project: Project) -> None:
    project.write(*numbered(1, "one"))
    for base in ("nowhere", "--help", ""):
        said = project.adrtool("lint", f"--base={base}")
        assert (said.code, len(said.err.splitlines())) == (2, 1)


def test_the_hooks_run_commands_that_there_are() -> None:
    hooks = yaml.safe_load((Path(__file__).parents[2] / ".pre-commit-hooks.yaml").read_text())
    assert [hook["id"] for hook in hooks] == ["adrtool-lint", "adrtool-index", "adrtool-status"]
    for hook in hooks:
        program, command, *rest = hook["entry"].split()
        assert (program, f"adrtool-{command}") == ("adrtool", hook["id"])
        options = {name for parameter in cli.get_command(click.Context(cli), command).params for name in parameter.opts}
        assert set(rest) <= options


MENDS = {
    "moved file": ("See [it](../src/a.py#L3).", "See [it](../lib/a.py#L3)."),
    "space in a path": ("[It holds](evidence/a b.py)", "[It holds](evidence/a%20b.py)"),
    "curly quotes": ("[It holds](evidence/c.py \u201csupporting\u201d)", '[It holds](evidence/c.py "supporting")'),
}


@pytest.mark.parametrize("case", MENDS)
@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["lf", "crlf"])
def test_fix_changes_the_one_place(project: Project, case: str, end: str) -> None:
    for path in ("lib/a.py", "adr/evidence/a b.py", "adr/evidence/c.py"):
        project.write(path, "")
    before, after = (("\ufeff" + WORDS.format(text)).replace("\n", end).encode() for text in MENDS[case])
    project.write(RECORD, before)
    assert project.adrtool("lint").code == 12
    said = project.adrtool("lint", "--fix")
    assert (said.code, (project.root / RECORD).read_bytes()) == (0, after)
    assert said.err.startswith(f"adrtool: mended {RECORD}:7: ")
    assert project.adrtool("lint", "--fix").err == ""


LEFT = {
    "two files of one name": "[it](../src/two.py)",
    "no file of that name": "[it](../src/none.py)",
    "twice on its line": "[it](../src/a.py) and [it](../src/a.py)",
}


@pytest.mark.parametrize("case", LEFT)
def test_fix_leaves_alone_what_a_person_must_decide(project: Project, case: str) -> None:
    for path in ("lib/a.py", "lib/two.py", "bin/two.py"):
        project.write(path, "")
    before = WORDS.format(LEFT[case])
    file = project.write(RECORD, before)
    assert project.adrtool("lint", "--fix").code == 12
    assert file.read_text() == before
