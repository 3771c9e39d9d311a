"""Compaction drops what says nothing new, and the check names what is wrong."""

from __future__ import annotations

import os
import time
from dataclasses import replace

import pytest
from ledgers import ENVIRONMENT, PRINTS, Project, outcome

from adrtool.errors import UsageError
from adrtool.git import NOTES_REF
from adrtool.ledger.lines import Kind
from adrtool.outcome import Ending


def append_all(project: Project, rows: list[tuple[str, dict]]) -> None:
    """Append outcomes that differ, as one run."""
    ledger = project.ledger()
    assert ledger.append([outcome(name, **{"commit": ledger.repository.head, **fields}) for name, fields in rows]) == ""


def test_compaction_keeps_the_newest_and_every_turn(project: Project) -> None:
    endings = "PPPPP FFF PPPP EE PPPPPPPP".replace(" ", "")
    kinds = {"P": Ending.PASSED, "F": Ending.FAILED, "E": Ending.ERRORED}
    append_all(project, [(f"{number:02d}", {"ending": kinds[letter]}) for number, letter in enumerate(endings)])
    assert project.ledger().gc(3) == len(endings) - 12
    assert project.messages() == ["00", "04", "05", "07", "08", "11", "12", "13", "14", "19", "20", "21"]
    assert project.ledger().gc(3) == 0
    assert project.ledger().fsck() == ()


def test_compaction_keeps_a_change_of_anything_that_a_verdict_looks_at(project: Project) -> None:
    changes = [
        {},
        {"fingerprints": replace(PRINTS, inputs="others")},
        {},
        {"environment": replace(ENVIRONMENT, python="3.12.1")},
        {},
        {"tries": (Ending.FAILED, Ending.PASSED)},
        {},
    ]
    append_all(project, [(str(number), fields) for number, fields in enumerate(changes)])
    assert project.ledger().gc(1) == 0
    assert len(project.messages()) == len(changes)


def test_compaction_keeps_the_last_skip_and_the_last_real_outcome(project: Project) -> None:
    endings = [Ending.PASSED] * 3 + [Ending.SKIPPED] * 5
    append_all(project, [(name, {"ending": ending}) for name, ending in zip("abcdefgh", endings, strict=True)])
    assert project.ledger().gc(1) == 4
    assert project.messages() == ["a", "c", "d", "h"]


def test_compaction_counts_each_claim_for_itself(project: Project) -> None:
    project.append("a", "b", "c", "d")
    project.append("x", claim="0002/x")
    assert project.ledger().gc(1) == 2
    assert project.messages() == ["a", "d", "x"]


def test_compaction_keeps_what_another_branch_alone_has(project: Project) -> None:
    project.git("checkout", "--quiet", "-b", "side")
    side = project.commit("side")
    project.git("checkout", "--quiet", "main")
    main = project.commit("main")
    places = (("m1", main), ("s1", side), ("s2", side), ("m2", main), ("m3", main))
    append_all(project, [(name, {"commit": commit}) for name, commit in places])
    assert project.ledger().gc(1) == 2
    assert project.messages() == ["m1", "s1", "m3"]


def test_compaction_never_drops_what_it_cannot_read(project: Project) -> None:
    project.append("a", "b", "c")
    ledger = project.ledger()
    ledger.hold_entries(Kind.AUDIT, [{"evidence": "e.py"}])
    ledger.flush()
    odd = ["damaged", '{"format":7,"kind":"outcome"}', '{"format":1,"kind":"omen"}']
    project.git("notes", "--ref=adrtool", "append", "-m", "\n".join(odd))
    assert project.ledger().gc(1) == 1
    content = project.git("notes", "--ref=adrtool", "show").splitlines()
    assert set(odd) <= set(content)
    assert len(project.ledger().history().entries(Kind.AUDIT)) == 1
    assert project.ledger().history().outcomes[0].environment == ENVIRONMENT


def test_compaction_is_a_step_forward_that_can_be_pushed(clones: tuple[Project, Project, Project]) -> None:
    one, two, hub = clones
    one.append("a", "b", "c", "d")
    one.ledger().push("origin")
    two.ledger().pull("origin")
    assert one.ledger().gc(1) == 2
    one.ledger().push("origin")
    assert hub.messages() == ["a", "d"]
    two.ledger().pull("origin")
    assert two.messages() == ["a", "d"]


def test_what_was_compacted_here_does_not_come_back_with_what_is_new_there(
    clones: tuple[Project, Project, Project],
) -> None:
    one, two, _ = clones
    one.append("a", "b", "c", "d")
    one.ledger().push("origin")
    two.ledger().pull("origin")
    two.append("e", commit=two.commit())
    two.ledger().push("origin")
    assert one.ledger().gc(1) == 2
    assert one.ledger().pull("origin") == 1
    assert one.messages() == ["a", "d", "e"]


def test_compaction_that_keeps_nothing_is_refused(project: Project) -> None:
    with pytest.raises(UsageError, match="--keep 0"):
        project.ledger().gc(0)


def test_an_empty_ledger_can_be_compacted_and_checked(project: Project) -> None:
    assert project.ledger().gc(1) == 0
    assert project.ledger().fsck() == ()


def test_the_check_names_an_environment_that_is_lost(project: Project) -> None:
    second = project.commit()
    project.append("a", commit=second)
    project.append("b", commit=project.git("rev-parse", "HEAD~1"))
    project.git("notes", "--ref=adrtool", "remove", second)
    (problem,) = project.ledger().fsck()
    assert problem.rule == "ledger-environment"
    assert project.ledger().history().outcomes[0].environment is None


def test_the_check_names_lines_that_wait_and_a_lock_that_was_left(project: Project) -> None:
    project.ledger().hold([outcome("a")])
    lock = project.folder / ".git" / f"{NOTES_REF}.lock"
    lock.parent.mkdir(parents=True, exist_ok=True)
    lock.write_text("")
    assert [problem.rule for problem in project.ledger().fsck()] == ["ledger-waiting"]
    os.utime(lock, (time.time() - 3600,) * 2)
    assert [problem.rule for problem in project.ledger().fsck()] == ["ledger-waiting", "ledger-locked"]


def test_the_check_says_what_git_says_of_a_ledger_that_cannot_be_read(project: Project) -> None:
    project.append("a")
    blob = project.git("notes", "--ref=adrtool", "list").split()[0]
    (project.folder / ".git/objects" / blob[:2] / blob[2:]).unlink()
    (problem,) = project.ledger().fsck()
    assert problem.rule == "ledger-unreadable"
    assert "\n" not in str(problem)
