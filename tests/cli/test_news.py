"""What a run changed: the head of its report, the reason beside it, and the command that is told of it."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from xml.etree import ElementTree

import pytest
from repositories import Project
from wheels import wheel

CLAIM = "0001/a"
PASSES = "assert True\n"
FAILS = "assert False, 'no more'\n"
THING = "# /// script\n# dependencies = ['Thing']\n# ///\nimport thing\nassert thing.version == '1.0', thing.version\n"


@pytest.fixture
def cached(links: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small world of packages, and a cache of environments of its own."""
    monkeypatch.setenv("ADRTOOL_CACHE_DIR", str(tmp_path / "cache"))
    return links


def ready(project: Project, text: str = PASSES) -> str:
    project.evidence("a.py", text)
    project.record("[It is so](evidence/a.py)")
    return project.commit()


def turns(project: Project) -> list[tuple[str, str]]:
    return [(change["before"], change["after"]) for change in project.verify("--all").json["changes"]]


def test_a_fall_names_the_claim_the_commit_and_the_package(project: Project, cached: Path) -> None:
    ready(project, THING)
    assert project.verify().code == 0
    wheel(cached, "thing", "2.0", requires="other")
    project.write("adrtool.toml", "revalidate = 0.001\n")
    head = project.commit()
    said = project.adrtool("verify")
    assert said.code == 10
    lines = said.out.splitlines()
    assert lines[0] == "Changed since the last run:"
    assert lines[1] == f"  0001/a: holds -> stale, first seen failing at {head[:10]} with thing 2.0"
    assert "differs: thing 1.0 -> 2.0; commits" in lines[2]


def test_a_verdict_that_only_grew_old_is_no_change(project: Project) -> None:
    ready(project)
    project.verify()
    project.write("adrtool.toml", "revalidate = 0.001\n")
    assert turns(project) == []
    project.evidence("a.py", PASSES + "# more\n")
    assert turns(project) == []
    project.evidence("a.py", FAILS)
    assert turns(project) == [("holds", "stale")]
    assert "Changed since" not in project.adrtool("verify").out


def test_each_change_says_how_it_came(project: Project) -> None:
    began = ready(project)
    project.verify()
    project.evidence("a.py", FAILS)
    head = project.commit()
    (change,) = project.verify().json["changes"]
    assert change["headline"] == f"0001/a: holds -> stale, first seen failing at {head[:10]}"
    assert (change["message"], change["commit"], change["load_bearing"]) == ("no more", head, True)
    assert [row["what"] for row in change["turn"]["differences"]] == ["evidence", "commits"]
    assert (change["turn"]["worse"], change["turn"]["last"]["outcome"]) == (True, "passed")
    project.evidence("a.py", "1 / 0\n")
    (change,) = project.verify().json["changes"]
    assert change["headline"] == f"0001/a: stale -> broken, first seen breaking at {head[:10]} with uncommitted changes"
    project.evidence("a.py", "assert 1\n")
    (change,) = project.verify().json["changes"]
    assert change["headline"] == f"0001/a: broken -> holds, seen at {head[:10]} with uncommitted changes"
    assert change["turn"]["worse"] is False
    assert began != head


def test_a_revert_is_told_once_though_nothing_runs(project: Project) -> None:
    began = ready(project)
    project.verify()
    project.evidence("a.py", FAILS)
    project.commit()
    project.verify()
    project.git("revert", "--no-edit", "HEAD")
    said = project.verify()
    (change,) = said.json["changes"]
    assert change["headline"] == f"0001/a: stale -> holds, seen at {began[:10]}"
    assert not said.claims["0001/a"]["ran"]
    assert project.verify().json["changes"] == []
    project.git("revert", "--no-edit", "HEAD")
    (change,) = project.verify().json["changes"]
    assert (change["before"], change["after"]) == ("holds", "stale")


def test_what_another_branch_saw_is_news_here_once(project: Project) -> None:
    ready(project)
    project.verify()
    project.git("switch", "--quiet", "--create", "other")
    project.evidence("a.py", FAILS)
    project.commit()
    project.verify()
    project.git("switch", "--quiet", "main")
    project.evidence("a.py", FAILS)
    project.commit("the same by another way")
    assert project.status().verdicts == {"0001/a": "stale"}
    (change,) = project.verify("--due").json["changes"]
    assert (change["before"], change["after"]) == ("holds", "stale")
    assert project.verify("--due").json["changes"] == []


def test_where_nothing_differs_that_is_said(project: Project, tmp_path: Path) -> None:
    project.write("adrtool.toml", "sandbox = 'off'\n")  # it looks at the world outside
    ready(project, f"import os; assert not os.path.exists({str(tmp_path / 'rain')!r})\n")
    project.verify()
    (tmp_path / "rain").touch()
    said = project.adrtool("verify", "--all")
    assert "differs: nothing that is recorded" in said.out


def test_news_is_told_worst_first_and_first_passes_are_counted(project: Project) -> None:
    for name, text in {"a": PASSES, "b": PASSES, "c": FAILS, "d": FAILS}.items():
        project.evidence(f"{name}.py", text)
    names = ("a", "b", "c")
    project.record(*(f"[{name}](evidence/{name}.py)" for name in names), '[d](evidence/d.py "supporting")')
    head = project.commit()[:10]
    said = project.adrtool("verify")
    assert said.out.splitlines()[:4] == [
        "Changed since the last run:",
        f"  0001/c: unverified -> stale, first seen failing at {head}",
        f"  0001/d: unverified -> stale, first seen failing at {head}",
        "  2 claims: unverified -> holds",
    ]


def test_junit_tells_the_change_beside_the_failure(project: Project) -> None:
    ready(project)
    project.verify()
    project.evidence("a.py", FAILS)
    project.adrtool("verify", "--junit", "junit.xml")
    case = ElementTree.parse(project.root / "junit.xml").getroot().find(".//testcase")
    assert case is not None
    failure = case.find("failure")
    assert failure is not None
    assert (failure.get("message"), str(failure.text).splitlines()[0][:23]) == ("no more", "0001/a: holds -> stale,")


def test_a_command_is_told_once_and_only_of_changes(project: Project, tmp_path: Path) -> None:
    ready(project)
    told = tmp_path / "told it"
    command = f"cat >> {shlex.quote(str(told))}"
    first = project.verify("--on-change", command)
    assert json.loads(told.read_text()) == first.json
    assert first.json["format"] == 1
    told.unlink()
    project.verify("--all", "--on-change", command)
    assert not told.exists()
    project.evidence("a.py", FAILS)
    assert project.adrtool("verify", "--on-change", command).code == 10
    (change,) = json.loads(told.read_text())["changes"]
    assert (change["before"], change["after"]) == ("holds", "stale")


@pytest.mark.parametrize(
    ("command", "told"),
    [("exit 3", "ended with 3: exit 3"), ("kill -9 $$", "was killed by signal 9"), ("no-such-tool", "ended with 127")],
)
def test_a_command_that_fails_is_told_in_one_line_and_changes_no_exit_code(
    project: Project, command: str, told: str
) -> None:
    ready(project)
    said = project.adrtool("verify", "--on-change", command)
    assert said.code == 0
    assert [line for line in said.err.splitlines() if f"adrtool: --on-change {told}" in line]


def test_what_a_command_prints_does_not_mix_with_the_report(project: Project) -> None:
    ready(project)
    said = project.verify("--on-change", "echo noise")
    assert said.json["counts"]["holds"] == 1
