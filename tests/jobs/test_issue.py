"""One issue is opened, updated and closed as verdicts change."""

from __future__ import annotations

import re

import pytest
from repositories import Project

from adrtool.jobs import alarms

from .conftest import World

BOTH = [["github", "gh"], ["gitlab", "glab"]]


@pytest.fixture
def stale(project: Project, world: World) -> Project:
    """A repository with one claim that holds, and one that fails."""
    project.record('[It holds](evidence/e.py "then: look")', "[It *fails*](evidence/f.py)")
    project.evidence("e.py", "import os\nassert os.path.exists('yes'), 'no more'\n")
    project.evidence("f.py", "assert False, 'never did'\n")
    project.write("yes", "")
    project.commit()
    project.verify()
    return project


def keep(project: Project, forge: str = "github") -> str:
    said = project.adrtool("ci", "issue", "--forge", forge)
    assert (said.code, said.err) == (0, "")
    return said.out.strip()


@pytest.mark.parametrize("forge", ["github", "gitlab"])
def test_an_issue_lives_as_long_as_its_alarms(stale: Project, world: World, forge: str) -> None:
    assert keep(stale, forge) == "opened issue #1"
    (issue,) = world.issues
    assert issue["title"] == "Decisions with reasons that no longer hold"
    assert "**stale** <code>0001/f</code>: It fails" in issue["body"]
    assert "0001/e" not in issue["body"]
    # Nothing is new: nobody is told anything.
    assert keep(stale, forge) == "issue #1 says it all already"
    assert world.comments == []
    # Another claim turns.
    (stale.root / "yes").unlink()
    stale.commit()
    stale.verify()
    assert keep(stale, forge) == "updated issue #1"
    assert [comment["body"] for comment in world.comments] == ["- <code>0001/e</code> is **stale**: no more"]
    assert "then: look" in world.issues[0]["body"]
    assert keep(stale, forge) == "issue #1 says it all already"
    # One is mended, the other is lived with.
    stale.write("yes", "")
    stale.record("[It holds](evidence/e.py)", '[It *fails*](evidence/f.py "waived until 2999-01-01: we know")')
    stale.commit()
    stale.verify()
    assert keep(stale, forge) == "closed issue #1"
    assert world.issues[0]["state"] == "closed"
    last = world.comments[-1]["body"]
    assert "<code>0001/e</code> needs nobody any more: it holds" in last
    assert "<code>0001/f</code> needs nobody any more: it is waived until 2999-01-01" in last
    assert keep(stale, forge) == "no alarm, no issue"
    # An old story that is over stays so; a new one has an issue of its own.
    (stale.root / "yes").unlink()
    stale.commit()
    stale.verify()
    assert keep(stale, forge) == "opened issue #2"


def test_the_label_is_made_before_it_is_needed(stale: Project, world: World) -> None:
    keep(stale)
    assert (world.state["labels"], world.issues[0]["labels"]) == (["adrtool"], ["adrtool"])


def test_an_issue_of_somebody_else_is_left_alone(stale: Project, world: World) -> None:
    mark = alarms.body(())
    foreign = {"number": 1, "state": "open", "title": "mine", "labels": [], "body": mark}
    labelled = {"number": 2, "state": "open", "title": "also mine", "labels": ["adrtool"], "body": "hands off"}
    world.put(issues=[foreign, labelled])
    assert keep(stale) == "opened issue #3"
    assert world.issues[:2] == [foreign, labelled]


def test_two_that_were_opened_at_once_become_one(stale: Project, world: World) -> None:
    keep(stale)
    world.put(issues=[*world.issues, {**world.issues[0], "number": 2}])
    assert keep(stale) == "issue #1 says it all already"
    assert [issue["state"] for issue in world.issues] == ["open", "closed"]


def test_a_forge_that_is_down_or_missing_is_one_line(
    stale: Project, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.put(down=True)
    said = stale.adrtool("ci", "issue", "--forge", "github")
    assert (said.code, said.out, said.err.count("\n")) == (12, "", 1)
    assert "HTTP 503: down" in said.err
    (world.bin / "glab").unlink()
    said = stale.adrtool("ci", "issue", "--forge", "gitlab")
    assert (said.code, "glab is not on PATH" in said.err) == (2, True)


def test_without_a_forge_the_text_can_be_read(stale: Project, world: World) -> None:
    assert "0001/f" in stale.adrtool("ci", "issue", "--dry-run").out
    assert world.state["calls"] == []


def test_what_the_issue_was_told_survives_its_keeping_and_damage_is_nothing() -> None:
    state = {f"0001/{number}": "stale" for number in range(50)}
    assert alarms.told(f"\r\n{alarms._mark(state)}\r\n") == state
    assert alarms.told("<!-- adrtool:alarms:1 eJw= -->") == alarms.told("<!-- adrtool:alarms:1  -->") == {}
    assert len(alarms._mark({f"{number:x}" * 8: "stale" for number in range(100_000)})) < 100


def test_words_of_others_do_nothing_in_an_issue(project: Project, world: World) -> None:
    project.record("[It holds for @team, see #12](evidence/e.py)")
    project.evidence("e.py", "assert False, '<img src=x> closes #7\\n/close\\n- b'\n")
    project.commit()
    project.verify()
    keep(project)
    said = world.issues[0]["body"]
    assert not re.search(r"@\w|(?<!&)#\d|<img|^/|^- b", said, re.MULTILINE)
