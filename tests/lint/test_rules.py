"""Each rule finds what it is for, and nothing in the same records once they are mended."""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from repositories import Project

import adrtool
from adrtool.lint import RULES, lint
from adrtool.workspace import Workspace

TODAY = dt.date(2026, 11, 23)
BODY = "\n\nStatus: {status}\n\nDate: 2026-01-0{number}\n\n## Context\n\nIt was so.\n\n## Decision\n\n{text}\n"


def record(number: int, text: str = "We do.", status: str = "Accepted", title: str = "") -> str:
    return f"# {title or f'Title {number}'}" + BODY.format(status=status, number=number, text=text)


def found(project: Project) -> list[tuple[str, int, str]]:
    problems = lint(Workspace.open(project.root), TODAY)
    return [(problem.path, problem.line, problem.rule) for problem in problems]


@dataclass(frozen=True)
class Case:
    """Files that break one rule, the places it names, and the files that mend it."""

    rule: str
    broken: dict[str, str]
    places: tuple[tuple[str, int], ...]
    mended: dict[str, str]


ONE, TWO, THREE, FOUR = (f"adr/000{number}-{name}.md" for number, name in enumerate(("one", "two", "three", "four"), 1))
ALL = {path: record(number) for number, path in enumerate((ONE, TWO, THREE, FOUR), 1)}
SUPERSEDED = record(1, status="Superseded by [2](0002-two.md)")
CASES = (
    Case("number-gap", {ONE: record(1), FOUR: record(4)}, ((FOUR, 1),), {TWO: record(2), THREE: record(3)}),
    Case("duplicate-number", {ONE: record(1), "adr/0001-b.md": record(2)}, (("adr/0001-one.md", 1),), {}),
    Case("odd-name", {**ALL, "adr/005-five.md": record(5)}, (("adr/005-five.md", 1),), {}),
    Case("odd-name", {**ALL, "adr/five.md": record(5)}, (("adr/five.md", 1),), {}),
    Case("duplicate-title", {ONE: record(1), TWO: record(2, title="title 1")}, ((TWO, 1),), {TWO: record(2)}),
    Case("future-date", {ONE: record(1).replace("2026", "2027")}, ((ONE, 1),), {ONE: record(1)}),
    Case(
        "revisit-passed",
        {ONE: f"---\nrevisit: 2026-11-22\n---\n{record(1)}"},
        ((ONE, 1),),
        {ONE: f"---\nrevisit: 2026-11-23\n---\n{record(1)}"},
    ),
    Case("missing-status", {ONE: record(1).replace("Status: Accepted", "")}, ((ONE, 1),), {ONE: record(1)}),
    Case("missing-section", {**ALL, TWO: record(2).replace("## Decision", "")}, ((TWO, 1),), {TWO: record(2)}),
    Case("empty-section", {ONE: record(1, text="<!-- later -->")}, ((ONE, 11),), {ONE: record(1, text="`x`")}),
    Case("odd-status", {ONE: record(1, status="Acepted")}, ((ONE, 3),), {ONE: record(1)}),
    Case("odd-status", {ONE: record(1, status="on hold")}, ((ONE, 3),), {ONE: record(1, status="Draft")}),
    Case(
        "unfilled-template",
        {ONE: record(1, "- [One is fast enough for us](evidence/)")},
        ((ONE, 13),),
        {ONE: record(1, "- [It is fast](evidence/)")},
    ),
    Case(
        "unfilled-template",
        {ONE: record(1, text="What do we do about it?\n\n- {the option we chose}")},
        ((ONE, 13), (ONE, 15)),
        {ONE: record(1, text="What do we do about it, then? Nothing.\n\n- [x] done\n- [the option](0001-one.md)")},
    ),
    Case("dangling-relation", {ONE: SUPERSEDED}, ((ONE, 3),), {TWO: record(2, text="Supersedes [1](0001-one.md).")}),
    Case(
        "one-sided-relation",
        {ONE: SUPERSEDED, TWO: record(2)},
        ((TWO, 1),),
        {TWO: record(2, status="Accepted, supersedes [1](0001-one.md)")},
    ),
    Case("unnamed-successor", {ONE: record(1, status="Superseded")}, ((ONE, 1),), {ONE: SUPERSEDED, TWO: record(2)}),
    Case(
        "relation-cycle",
        {ONE: SUPERSEDED, TWO: record(2, status="Superseded by [1](0001-one.md)")},
        ((ONE, 1),),
        {TWO: record(2)},
    ),
    Case(
        "broken-link",
        {ONE: record(1, text="See [a](../src/a.py), ![b](b.png) and [c](/src/c.py)."), "src/b.py": ""},
        ((ONE, 13),),
        {"src/a.py": "", "src/c.py": "", "adr/b.png": ""},
    ),
    Case(
        "broken-anchor",
        {ONE: record(1, text="See [a](#contexts) and [b](../README.md#use-it)."), "README.md": "# Use\n"},
        ((ONE, 13),),
        {
            ONE: record(1, text="See [a](#context) and [b](../README.md#use-it)."),
            "README.md": "# Use\n\n## Use *it*!\n",
        },
    ),
    Case(
        "idle-pattern",
        {ONE: f"---\napplies-to: ['src/**/*.py', 'lib/*']\n---\n{record(1)}", "src/a/b.py": ""},
        ((ONE, 1),),
        {"lib/c": ""},
    ),
    Case(
        "near-miss",
        {ONE: record(1, text="[It holds](evidence/a b.py)")},
        ((ONE, 13),),
        {ONE: record(1, text="It holds.")},
    ),
    Case(
        "dead-evidence",
        {ONE: record(1, text="[It holds](evidence/a.py)")},
        ((ONE, 13),),
        {"adr/evidence/a.py": ""},
    ),
    Case(
        "orphaned-evidence",
        {ONE: record(1), "adr/evidence/a.py": "", "adr/evidence/page.html": "", "adr/evidence/_web.py": ""},
        (("adr/evidence/a.py", 1),),
        {ONE: record(1, text="[It holds](evidence/a.py)")},
    ),
    Case(
        "testpaths",
        {
            ONE: record(1, text="[It holds](evidence/a.py)"),
            "adr/evidence/a.py": "",
            "pytest.ini": "[pytest]\ntestpaths = tests\n",
        },
        (("pytest.ini", 2),),
        {"pytest.ini": "[pytest]\ntestpaths = tests adr\n"},
    ),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.rule)
def test_a_rule_finds_what_it_is_for_and_is_quiet_once_it_is_mended(project: Project, case: Case) -> None:
    for path, text in case.broken.items():
        project.write(path, text.encode())
    assert tuple(dict.fromkeys((path, line) for path, line, rule in found(project) if rule == case.rule)) == case.places
    for path, text in case.mended.items():
        project.write(path, text.encode())
    if case.mended:
        assert case.rule not in [rule for _, _, rule in found(project)]


def test_records_without_fault_give_no_problem(project: Project) -> None:
    for path, text in ALL.items():
        project.write(path, text)
    assert found(project) == []


def test_every_rule_can_be_switched_off(project: Project) -> None:
    project.write(ONE, record(1, text="[a](gone.md) [b](evidence/gone.py)"))
    project.write("adrtool.toml", 'disable = ["broken-link"]\n')
    assert [rule for _, _, rule in found(project)] == ["dead-evidence"]


def test_a_rule_that_is_none_is_an_error_of_the_settings(project: Project) -> None:
    project.write(ONE, record(1))
    project.write("adrtool.toml", 'jobs = 1\ndisable = ["broken-lnk"]\n')
    said = project.adrtool("lint")
    assert (said.code, said.err.splitlines()) == (
        12,
        ["adrtool: adrtool.toml:2: setting 'disable': no rule is named 'broken-lnk'; did you mean broken-link?"],
    )


def test_an_empty_folder_among_others_is_an_error(project: Project) -> None:
    project.write(ONE, record(1))
    (project.root / "more").mkdir()
    project.write("adrtool.toml", 'records = ["adr", "more"]\n')
    assert ("more", 1, "empty-folder") in found(project)
    project.write("more/0001-x.md", record(1))
    assert "empty-folder" not in [rule for _, _, rule in found(project)]


def test_a_heading_that_stands_twice_has_two_anchors(project: Project) -> None:
    links = "[a](#part) [b](#part-1) [c](#part-2) [d](#part-3)\n\n## Part\n\nx\n\n## Part\n\ny"
    project.write(ONE, record(1, text=links))
    problems = lint(Workspace.open(project.root), TODAY)
    assert [problem.message for problem in problems] == [f"no heading #part-3 in {ONE}; mend the link"]


def test_links_that_no_rule_can_judge_are_left_alone(project: Project) -> None:
    hrefs = (
        "https://x.org/a",
        "mailto:a@b.c",
        "/site/page",
        "../../issues/12",
        "{{ url }}",
        "0001-one",
        "0001-one.html",
        "#",
        "#L3",
    )
    project.write(ONE, record(1, text=" ".join(f"[a]({href})" for href in hrefs)))
    assert found(project) == []


def test_every_problem_of_the_readers_has_its_rule(project: Project) -> None:
    names = [rule.name for rule in RULES]
    assert len(set(names)) == len(names)
    project.write("adr/0001-a.md", b"\xff")
    project.write("adr/0002-a.md", b"")
    project.write("adr/0003-a.md", b"a\0")
    project.write("adr/0004-a.md", b"---\n: [\n---\n# A\n")
    (project.root / "adr/0005-a.md").symlink_to("/etc/passwd")
    rules = {problem.rule for problem in Workspace.open(project.root).problems}
    assert {"not-utf8", "empty-record", "not-text", "outside-repository"} <= rules <= set(names)


def test_templates_that_nobody_filled_in_are_found(project: Project) -> None:
    from adrtool.lint.prompts import is_prompt

    assert is_prompt("What is the issue that we're seeing that is motivating this decision or change?")
    assert is_prompt("{title of option 1}")
    assert not is_prompt("Good, because: it is")
    assert not is_prompt("What is the issue?")


def test_sarif_names_every_rule_and_place(project: Project) -> None:
    project.write("adr/0001-a ü.md", record(1, text="[a](gone.md)"))
    said = project.adrtool("lint", "--format", "sarif")
    document = json.loads(said.out)
    (run,) = document["runs"]
    assert (said.code, document["version"]) == (12, "2.1.0")
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == [rule.name for rule in RULES]
    (result,) = run["results"]
    place = result["locations"][0]["physicalLocation"]
    assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"] == "broken-link"
    assert (place["artifactLocation"]["uri"], place["region"]["startLine"]) == ("adr/0001-a%20%C3%BC.md", 13)
    assert result["level"] == "error"


def test_a_word_that_a_folder_uses_is_its_own(project: Project) -> None:
    for number, path in ((1, ONE), (2, TWO)):
        project.write(path, record(number, status="Implemented"))
    assert "odd-status" not in [rule for _, _, rule in found(project)]


def test_every_rule_that_is_printed_is_listed(project: Project) -> None:
    listed = {row["name"] for row in project.adrtool("lint", "--rules", "--json").json["rules"]}
    text = "".join(path.read_text() for path in (Path(adrtool.__file__).parent / "ledger").glob("*.py"))
    printed = set(re.findall(r'"(ledger-[a-z]+)"', text)) | {"waiver-unneeded"}
    assert len(printed) > 5 and printed <= listed
