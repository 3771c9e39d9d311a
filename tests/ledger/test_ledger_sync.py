"""Two clones and what lies between them: nothing is lost, nothing overwritten."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from ledgers import Project, outcome

from adrtool.errors import LedgerError
from adrtool.git import NOTES_REF
from adrtool.ledger.sync import tracking_ref

Clones = tuple[Project, Project, Project]


def test_a_push_and_a_pull_carry_the_lines_over(clones: Clones) -> None:
    one, two, hub = clones
    one.append("a", "b")
    assert one.ledger().push("origin") == 3
    assert two.ledger().pull("origin") == 3
    assert two.messages() == hub.messages() == ["a", "b"]
    assert one.ledger().push("origin") == two.ledger().pull("origin") == two.ledger().push("origin") == 0


def test_a_pull_merges_and_never_overwrites(clones: Clones) -> None:
    one, two, _ = clones
    one.append("a")
    one.ledger().push("origin")
    two.append("b")
    assert two.ledger().pull("origin") == 1
    assert two.messages() == ["a", "b"]


def test_a_push_takes_along_what_waits(clones: Clones) -> None:
    one, _, hub = clones
    one.ledger().hold([outcome("a", commit=one.git("rev-parse", "HEAD"))])
    one.ledger().push("origin")
    assert hub.messages() == ["a"]


def test_two_clones_that_push_at_once_lose_nothing(clones: Clones) -> None:
    one, two, hub = clones
    names: list[str] = []
    failures: list[BaseException] = []

    def run(project: Project, name: str) -> None:
        try:
            for number in range(4):
                project.append(f"{name}{number}")
                names.append(f"{name}{number}")
                project.ledger().push("origin")
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=run, args=pair) for pair in ((one, "one"), (two, "two"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert sorted(hub.messages()) == sorted(names)
    assert hub.git("fsck", "--strict") == ""


def test_a_push_to_a_remote_that_moved_merges_and_tries_again(clones: Clones) -> None:
    one, two, hub = clones
    one.append("a")
    one.ledger().push("origin")
    two.append("b")
    ledger = two.ledger()
    ledger.pull("origin")
    one.append("c")
    one.ledger().push("origin")
    repository, tip = ledger.repository, ledger.notes.tip()
    assert repository.push("origin", str(tip), NOTES_REF) is False
    assert ledger.push("origin") == 1
    assert sorted(hub.messages()) == ["a", "b", "c"]


def test_the_merge_is_what_git_would_make_of_it(clones: Clones) -> None:
    one, two, _ = clones
    second = [project.git("rev-parse", "HEAD") for project in (one, two)][0]
    one.append("a")
    one.ledger().push("origin")
    two.ledger().pull("origin")
    other = two.commit("more")
    one.append("b")
    two.append("c", commit=second)
    two.append("d", commit=other)
    one.ledger().push("origin")
    before = two.git("rev-parse", NOTES_REF)
    assert two.ledger().pull("origin") == 1
    ours = two.git("rev-parse", f"{NOTES_REF}")
    two.git("update-ref", "refs/notes/by-git", before)
    two.git("notes", "--ref=by-git", "merge", "--quiet", "-s", "cat_sort_uniq", tracking_ref("origin"))
    for commit in (second, other):
        assert two.git("notes", "--ref=adrtool", "show", commit) == two.git("notes", "--ref=by-git", "show", commit)
    assert set(two.git("rev-parse", f"{ours}^1", f"{ours}^2").split()) == {
        before,
        two.git("rev-parse", tracking_ref("origin")),
    }


def test_git_can_merge_what_we_wrote(clones: Clones) -> None:
    one, two, hub = clones
    one.append("a")
    one.ledger().push("origin")
    two.append("b")
    two.git("fetch", "--quiet", "origin", f"{NOTES_REF}:refs/notes/theirs")
    two.git("notes", "--ref=adrtool", "merge", "--quiet", "-s", "cat_sort_uniq", "refs/notes/theirs")
    assert two.messages() == ["a", "b"]
    two.git("push", "--quiet", "origin", NOTES_REF)
    assert hub.messages() == ["a", "b"]


@pytest.mark.parametrize("line", [b'{"format":99,"kind":"x"}', b"damaged \xff", b"with a \x00 in it"])
def test_a_merge_keeps_lines_that_it_cannot_read(clones: Clones, line: bytes) -> None:
    one, two, _ = clones
    one.append("a")
    one.ledger().push("origin")
    two.ledger().pull("origin")
    one.note(one.git("notes", "--ref=adrtool", "show").encode() + b"\n" + line + b"\nand after it\n")
    one.ledger().push("origin")
    two.append("b")
    two.ledger().pull("origin")
    content = subprocess.run(
        ["git", "notes", "--ref=adrtool", "show"], cwd=two.folder, capture_output=True, check=True
    ).stdout
    assert line in content.split(b"\n")
    assert b"and after it" in content.split(b"\n")
    assert two.messages() == ["a", "b"]


def test_a_note_that_one_side_removed_goes_unless_the_other_changed_it(clones: Clones) -> None:
    one, two, _ = clones
    commit = one.git("rev-parse", "HEAD")
    gone = one.commit("second")
    one.append("kept", commit=commit)
    one.append("gone", commit=gone)
    one.ledger().push("origin")
    two.ledger().pull("origin")
    one.git("notes", "--ref=adrtool", "remove", gone)
    one.ledger().push("origin")
    two.append("elsewhere", commit=commit)
    two.ledger().pull("origin")
    assert two.messages() == ["kept", "elsewhere"]


def test_a_remote_without_a_ledger_gives_nothing(clones: Clones) -> None:
    one, _, _ = clones
    assert one.ledger().pull("origin") == 0
    assert one.ledger().push("origin") == 0
    assert one.messages() == []


def test_a_clone_is_told_where_its_ledger_may_be(clones: Clones, project: Project) -> None:
    one, two, _ = clones
    assert project.ledger().missing_locally() is None  # it has no remote
    one.append("a")
    assert one.ledger().missing_locally() is None
    one.ledger().push("origin")
    assert two.ledger().missing_locally() == "origin"
    two.ledger().pull("origin")
    assert two.ledger().missing_locally() is None


def test_a_clone_is_told_no_more_once_it_asked_in_vain(clones: Clones) -> None:
    one, _, _ = clones
    assert one.ledger().missing_locally() == "origin"
    one.ledger().pull("origin")
    assert one.ledger().missing_locally() is None
    month_later = one.ledger()
    month_later.clock = lambda: time.time() + 30 * 24 * 3600
    assert month_later.missing_locally() == "origin"


@pytest.mark.parametrize("command", ["pull", "push"])
def test_an_unknown_remote_is_named(clones: Clones, command: str) -> None:
    one, _, _ = clones
    one.append("a")
    with pytest.raises(LedgerError, match="no remote `--upload-pack=evil`"):
        getattr(one.ledger(), command)("--upload-pack=evil")


def test_a_remote_out_of_reach_is_one_line_without_its_password(clones: Clones) -> None:
    one, _, _ = clones
    one.append("a")
    one.git("remote", "set-url", "origin", "https://user:secret@localhost:1/none.git")
    with pytest.raises(LedgerError) as raised:
        one.ledger().push("origin")
    assert "secret" not in str(raised.value)
    assert "\n" not in str(raised.value)
    assert one.messages() == ["a"]


def test_a_remote_that_refuses_is_not_asked_twenty_times(clones: Clones) -> None:
    one, _, hub = clones
    hook = hub.folder / "hooks/pre-receive"
    hook.write_text("#!/bin/sh\necho asked >> asked.log\necho we take no notes >&2\nexit 1\n")
    hook.chmod(0o755)
    one.append("a")
    with pytest.raises(LedgerError, match="we take no notes"):
        one.ledger().push("origin")
    assert (hub.folder / "asked.log").read_text() == "asked\n"
