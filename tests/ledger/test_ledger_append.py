"""An append never loses a line, whoever else writes and however it ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace

import pytest
from ledgers import ENVIRONMENT, Project, outcome

from adrtool.errors import LedgerError
from adrtool.git import NOTES_REF, Repository
from adrtool.ledger import Ledger, notes
from adrtool.ledger.lines import Kind

WRITER = """
import sys
sys.path.insert(0, sys.argv[1])
from ledgers import Project, outcome
from pathlib import Path
project = Project(Path(sys.argv[2]))
ledger = project.ledger()
for name in sys.argv[3:]:
    ledger.append([outcome(name, commit=ledger.repository.head)])
    print(name, flush=True)
"""


def writer(project: Project, *names: str) -> subprocess.Popen[str]:
    """A process of its own that appends one outcome after the other and says each name when it is done."""
    here = os.path.dirname(__file__)
    words = [sys.executable, "-c", WRITER, here, str(project.folder), *names]
    return subprocess.Popen(words, stdout=subprocess.PIPE, text=True, start_new_session=True)


def test_an_outcome_comes_back_as_it_went_in(project: Project) -> None:
    given = outcome("said\nmore", commit=project.git("rev-parse", "HEAD"), observed=("a.py", "ü.json"), tail="\x1b[1m€")
    ledger = project.ledger()
    ledger.append([given])
    (found,) = ledger.history().of("0001/a")
    assert replace(found, order=0) == given
    assert found.order > 0


def test_git_log_shows_the_lines(project: Project) -> None:
    project.append("hello")
    assert '"message":"hello"' in project.git("log", "--notes=adrtool")
    assert '"message":"hello"' not in project.git("log")


def test_one_append_is_one_note_commit_by_adrtool(project: Project) -> None:
    project.append(*"abc")
    project.append("d")
    assert (
        project.git("log", "--format=%an %ae %cn", NOTES_REF).splitlines() == ["adrtool adrtool@localhost adrtool"] * 2
    )


def test_an_append_needs_no_identity(project: Project) -> None:
    project.git("config", "user.useConfigOnly", "true")
    project.git("config", "user.name", "")
    project.git("config", "user.email", "")
    project.append("a")
    assert project.messages() == ["a"]


def test_nothing_to_append_makes_no_commit(project: Project) -> None:
    project.append()
    assert project.ledger().repository.notes is None


def test_an_environment_is_stored_once(project: Project) -> None:
    other = replace(ENVIRONMENT, packages=(("numpy", "2.0.2"),))
    project.append("a", "b")
    project.append("c")
    project.append("d", environment=other)
    lines = [json.loads(line) for line in project.git("notes", "--ref=adrtool", "show").splitlines()]
    assert [line["packages"] for line in lines if line["kind"] == "environment"] == [
        {"numpy": "2.0.1"},
        {"numpy": "2.0.2"},
    ]
    environments = [found.environment for found in project.ledger().history().outcomes]
    assert environments == [ENVIRONMENT] * 3 + [other]


def test_lines_of_another_kind_are_kept_beside(project: Project) -> None:
    ledger = project.ledger()
    ledger.hold_entries(
        Kind.AUDIT, [{"evidence": "e.py", "verdict": "sound"}, {"evidence": "f.py", "verdict": "vacuous"}]
    )
    ledger.flush()
    assert [found["verdict"] for found in ledger.history().entries(Kind.AUDIT)] == ["sound", "vacuous"]
    assert ledger.history().entries(Kind.MOVED) == ()


def test_each_outcome_goes_to_the_commit_it_ran_on(project: Project) -> None:
    first = project.git("rev-parse", "HEAD")
    second = project.commit()
    project.append("a", commit=first)
    project.append("b", commit=second)
    assert '"message":"a"' in project.git("notes", "--ref=adrtool", "show", first)
    assert '"message":"a"' not in project.git("notes", "--ref=adrtool", "show", second)


def test_many_notes_at_any_fan_out_stay_readable_by_git(project: Project) -> None:
    commits = [project.commit(str(number)) for number in range(10)]
    project.git("notes", "--ref=adrtool", "add", "-m", "by git, flat", commits[0])
    for commit in commits:
        project.append(commit[:6], commit=commit)
    listed = project.git("notes", "--ref=adrtool", "list").splitlines()
    assert {line.split()[1] for line in listed} == set(commits)
    assert len(listed) == len(commits)
    assert "by git, flat" in project.git("notes", "--ref=adrtool", "show", commits[0])


def test_git_may_append_in_between(project: Project) -> None:
    project.append("a")
    project.git(
        "notes", "--ref=adrtool", "append", "-m", '{"format":1,"kind":"moved","order":1,"from":"0001/z","to":"0001/a"}'
    )
    project.append("b")
    assert project.messages() == ["a", "b"]
    assert len(project.ledger().history().entries(Kind.MOVED)) == 1
    assert project.ledger().history().problems == ()


def test_a_full_note_is_continued_in_a_note_on_itself(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notes, "NOTE_LIMIT", 900)
    names = [f"{number:02d}" for number in range(12)]
    for name in names:
        project.append(name)
    listed = project.git("notes", "--ref=adrtool", "list").splitlines()
    sizes = [int(project.git("cat-file", "-s", line.split()[0])) for line in listed]
    assert len(listed) > 3
    assert max(sizes) < 1800
    assert project.messages() == names
    assert project.ledger().fsck() == ()
    project.git("notes", "--ref=adrtool", "prune")
    assert project.messages() == names


def test_copies_of_a_full_note_are_continued_without_loss(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notes, "NOTE_LIMIT", 100)
    first = project.git("rev-parse", "HEAD")
    second = project.commit()
    project.append("a", commit=first)
    project.git("notes", "--ref=adrtool", "copy", first, second)
    ledger = project.ledger()
    ledger.append([outcome("b", commit=first), outcome("c", commit=second)])
    assert project.messages() == ["a", "b", "c"]


def test_a_clock_that_runs_backwards_does_not_disorder_history(project: Project) -> None:
    for name, now in (("a", 2000.0), ("b", 1000.0), ("c", 1500.0), ("d", 3000.0)):
        ledger = project.ledger()
        ledger.clock = lambda now=now: now  # type: ignore[misc]
        ledger.append([outcome(name), outcome(f"{name}2")])
    assert project.messages() == ["a", "a2", "b", "b2", "c", "c2", "d", "d2"]
    orders = [found.order for found in project.ledger().history().outcomes]
    assert orders == sorted(set(orders))
    assert orders[-2:] == [3_000_000_000, 3_000_000_001]


def test_thirty_appends_at_once_lose_nothing(project: Project) -> None:
    names = [f"{number:02d}" for number in range(30)]
    writers = [writer(project, name) for name in names]
    assert [process.wait(timeout=50) for process in writers] == [0] * len(names)
    for process in writers:
        process.communicate()
    assert sorted(project.messages()) == names
    assert project.ledger().spool.names() == ()
    assert project.ledger().fsck() == ()
    assert project.git("fsck", "--strict") == ""


def test_appends_survive_being_killed(project: Project) -> None:
    """Kill the whole group, git too, a little later each time: all that was said to be done is there."""
    done: list[str] = []
    for number in range(12):
        process = writer(project, *(f"{number:02d}.{step:02d}" for step in range(40)))
        assert process.stdout is not None
        done.append(process.stdout.readline().strip())
        time.sleep(0.011 * number)
        os.killpg(process.pid, signal.SIGKILL)
        done += process.communicate()[0].split()
        (project.folder / ".git" / f"{NOTES_REF}.lock").unlink(missing_ok=True)  # what git leaves when killed
    project.append("last")
    found = project.messages()
    assert set(done) <= set(found)
    assert len(found) == len(set(found))
    assert project.ledger().fsck() == ()
    assert project.ledger().history().problems == ()
    project.git("fsck", "--strict")


def test_before_the_first_commit_outcomes_wait_and_count(make: Callable[..., Project]) -> None:
    project = make("new")
    ledger = project.ledger()
    assert ledger.append([outcome("early")]) == "there is no commit yet"
    assert project.messages() == ["early"]
    assert ledger.repository.notes is None
    project.commit()
    project.append("later")
    assert ledger.spool.names() == ()
    assert project.messages() == ["early", "later"]
    assert '"message":"early"' in project.git("log", "--notes=adrtool")


def test_while_the_ref_is_locked_outcomes_wait_and_count(project: Project) -> None:
    project.append("a")
    lock = project.folder / ".git" / f"{NOTES_REF}.lock"
    lock.write_text("")
    ledger = project.ledger(patience_s=0.2)
    assert str(lock) in ledger.append([outcome("b")])
    assert project.messages() == ["a", "b"]
    assert [problem.rule for problem in ledger.fsck()] == ["ledger-waiting"]
    lock.unlink()
    project.append("c")
    assert project.messages() == ["a", "b", "c"]
    assert project.git("notes", "--ref=adrtool", "show").count('"outcome"') == 6  # as a kind, and as a field


def test_what_was_flushed_but_not_yet_forgotten_counts_once(project: Project) -> None:
    ledger = project.ledger()
    ledger.hold([outcome("a", commit=ledger.repository.head)])
    (waiting,) = ledger.spool.read(ledger.spool.names())
    ledger.flush()
    ledger.spool.put(1, waiting.commit, waiting.lines)
    assert project.messages() == ["a"]
    tip = ledger.notes.tip()
    assert ledger.flush() == ""
    assert ledger.notes.tip() == tip
    assert project.messages() == ["a"]


def test_a_half_written_file_of_a_killed_process_is_no_outcome(project: Project) -> None:
    project.append("a")
    spool = project.ledger().spool
    (spool.folder / "00000000000000000001.unborn.00000000.jsonl.part").write_bytes(b'{"format":1,"ki')
    project.append("b")
    assert project.messages() == ["a", "b"]
    assert project.ledger().history().problems == ()


def test_a_full_disk_is_said_in_one_line(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    project.append("a")
    ledger = project.ledger()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8k", "tmpfs", str(ledger.spool.folder)], check=False)
    if mounted.returncode:
        pytest.skip("a small file system cannot be mounted here")
    try:
        with pytest.raises(LedgerError, match="No space left on device") as raised:
            ledger.append([outcome("b" * 20_000)])
        assert "\n" not in str(raised.value)
        assert list(ledger.spool.folder.iterdir()) == []
    finally:
        subprocess.run(["umount", str(ledger.spool.folder)], check=True)
    assert project.messages() == ["a"]


def test_a_read_only_git_directory_is_an_error_that_keeps_the_history_readable(project: Project) -> None:
    project.append("a")
    git_dir = str(project.folder / ".git")
    if subprocess.run(["mount", "--bind", "-o", "ro", git_dir, git_dir], check=False).returncode:
        pytest.skip("nothing can be mounted read-only here, and root may write everywhere else")
    try:
        ledger = project.ledger()
        with pytest.raises(LedgerError, match="Read-only file system") as raised:
            ledger.append([outcome("b")])
        assert raised.value.exit_code == 13
        assert project.messages() == ["a"]
    finally:
        subprocess.run(["umount", git_dir], check=True)


def test_while_objects_cannot_be_written_outcomes_wait_and_count(project: Project) -> None:
    project.append("a")
    objects = str(project.folder / ".git/objects")
    if subprocess.run(["mount", "--bind", "-o", "ro", objects, objects], check=False).returncode:
        pytest.skip("nothing can be mounted read-only here, and root may write everywhere else")
    try:
        ledger = project.ledger()
        assert "hash-object failed" in ledger.append([outcome("b", commit=ledger.repository.head)])
        assert project.messages() == ["a", "b"]
    finally:
        subprocess.run(["umount", objects], check=True)
    assert project.ledger().flush() == ""
    assert project.messages() == ["a", "b"]


def test_an_index_in_a_read_only_directory_that_is_behind_is_brought_up_in_memory(project: Project) -> None:
    project.append("a")
    assert project.messages() == ["a"]
    project.append("b")
    git_dir = str(project.folder / ".git")
    if subprocess.run(["mount", "--bind", "-o", "ro", git_dir, git_dir], check=False).returncode:
        pytest.skip("nothing can be mounted read-only here")
    try:
        assert project.messages() == ["a", "b"]
    finally:
        subprocess.run(["umount", git_dir], check=True)


def test_a_detached_head_is_as_good_as_a_branch(project: Project) -> None:
    project.git("checkout", "--quiet", "--detach")
    project.append("a")
    assert project.messages() == ["a"]


def test_a_linked_worktree_shares_the_ledger(project: Project, make: Callable[..., Project]) -> None:
    folder = project.folder.parent / "linked"
    project.git("worktree", "add", "--quiet", str(folder), "-b", "side")
    linked = Project(folder)
    linked.commit("on the side")
    linked.append("a")
    project.append("b")
    assert linked.messages() == project.messages() == ["a", "b"]
    assert not (project.folder / ".git/worktrees/linked/adrtool").exists()


def test_a_bare_repository_keeps_a_ledger(clones: tuple[Project, Project, Project]) -> None:
    _, _, hub = clones
    hub.append("a")
    assert hub.messages() == ["a"]


def test_a_repository_with_sha256_keeps_a_ledger(make: Callable[..., Project]) -> None:
    if "sha256" not in subprocess.run(["git", "init", "-h"], capture_output=True, text=True).stdout + "sha256":
        pytest.skip("this git has no SHA-256")
    project = make("long", "--object-format=sha256")
    project.commit()
    project.append("a")
    project.append("b")
    assert project.messages() == ["a", "b"]
    assert len(project.git("rev-parse", NOTES_REF)) == 64


def test_a_shallow_clone_appends_beside_what_it_cannot_see(project: Project) -> None:
    project.append("old")
    project.commit()
    folder = project.folder.parent / "shallow"
    subprocess.run(["git", "clone", "--quiet", "--depth=1", project.folder.as_uri(), str(folder)], check=True)
    shallow = Project(folder)
    assert shallow.ledger().pull("origin") == 2
    shallow.append("new")
    assert shallow.messages() == ["old", "new"]
    assert shallow.ledger().fsck() == ()


def test_a_hook_may_run_us(project: Project, monkeypatch: pytest.MonkeyPatch, make: Callable[..., Project]) -> None:
    other = make("other")
    monkeypatch.setenv("GIT_DIR", str(other.folder / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(other.folder / "nothing"))
    repository = Repository.discover(project.folder)
    assert repository is not None
    assert Ledger(repository).append([outcome("a", commit=repository.head)]) == ""
    monkeypatch.delenv("GIT_DIR")
    monkeypatch.delenv("GIT_INDEX_FILE")
    assert project.messages() == ["a"]
    assert other.messages() == []
