"""Working copies: they hold what a clone would, tell what was read, and are as good as new after any evidence."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from copies import copy_of
from repositories import Project

from adrtool.evidence import working_copy
from adrtool.evidence.working_copy import HEAD, WorkingCopy
from adrtool.git import Repository

pytestmark = pytest.mark.skipif(
    not working_copy.sees_reads(Path("/tmp")), reason="this file system does not note accesses"
)


def shell(copy: WorkingCopy, script: str) -> str:
    done = subprocess.run(["sh", "-c", script], cwd=copy.root, capture_output=True, text=True, check=True)
    return done.stdout


def everything(root: Path) -> dict[str, tuple[int, bytes]]:
    """Each path below `root`, with a file's mode and content."""
    found = {}
    for folder, folders, files in os.walk(root):
        for name in (*folders, *files):
            path = Path(folder, name)
            content = b"" if path.is_dir() else os.readlink(path).encode() if path.is_symlink() else path.read_bytes()
            mode = 0 if path.is_dir() else path.lstat().st_mode
            found[path.relative_to(root).as_posix()] = (mode, content)
    return found


@pytest.fixture
def filled(project: Project) -> Project:
    project.write("a.txt", "a")
    project.write("run.sh", "#!/bin/sh\necho ran\n", 0o755)
    project.write("data/b.txt", "b")
    project.write("data/deep/c.txt", "c")
    project.write(".gitignore", "secret\n")
    project.commit("first")
    project.write("new.txt", "new")
    project.write("secret", "do not copy")
    return project


def test_it_holds_what_a_clone_would_and_what_is_new(filled: Project, tmp_path: Path) -> None:
    copy = copy_of(filled, tmp_path)
    assert shell(copy, "cat a.txt data/b.txt data/deep/c.txt new.txt && ./run.sh") == "abcnewran\n"
    assert not (copy.root / "secret").exists()
    assert copy.holds("data/b.txt")
    assert not copy.holds("secret")


def test_times_and_modes_are_kept(filled: Project, tmp_path: Path) -> None:
    copy = copy_of(filled, tmp_path)
    for name in ("a.txt", "run.sh"):
        theirs, ours = (filled.root / name).stat(), (copy.root / name).stat()
        assert (theirs.st_mtime_ns, theirs.st_mode) == (ours.st_mtime_ns, ours.st_mode)


def test_nothing_was_read_of_a_new_copy(filled: Project, tmp_path: Path) -> None:
    assert copy_of(filled, tmp_path).reads() == (set(), set())


READS = {
    "a shell": ("cat a.txt", {"a.txt"}, set[str]()),
    "two files": ("cat a.txt data/deep/c.txt", {"a.txt", "data/deep/c.txt"}, set[str]()),
    "another language": ("awk 1 data/b.txt", {"data/b.txt"}, set[str]()),
    "a grandchild": ("sh -c 'sh -c \"cat a.txt\"'", {"a.txt"}, set[str]()),
    "a listing": ("ls data", set[str](), {"data"}),
    "the root's listing": ("ls", set[str](), {"."}),
    "a walk": ("find . -path ./.git -prune -o -print", set[str](), {".", "data", "data/deep"}),
    "a program that is run": ("./run.sh", {"run.sh"}, set[str]()),
    "a file that is moved": ("mv a.txt elsewhere", {"a.txt"}, set[str]()),
    "a file that is deleted": ("rm a.txt", {"a.txt"}, set[str]()),
    "nothing": ("true", set[str](), set[str]()),
    "the log": ("git log --oneline", {HEAD}, set[str]()),
}


@pytest.mark.parametrize(("script", "files", "folders"), READS.values(), ids=list(READS))
def test_what_is_read_is_seen(filled: Project, tmp_path: Path, script: str, files: set[str], folders: set[str]) -> None:
    copy = copy_of(filled, tmp_path)
    shell(copy, script)
    assert copy.reads() == (files, folders)


def test_bytecode_that_lies_about_does_not_hide_its_source(filled: Project, tmp_path: Path) -> None:
    filled.write("helper.py", "value = 1\n")
    importing = [sys.executable, "-c", "import helper"]
    subprocess.run(importing, cwd=filled.root, check=True, env={})
    assert [*filled.root.rglob("*.pyc")]
    copy = copy_of(filled, tmp_path)
    subprocess.run(importing, cwd=copy.root, check=True, env={})
    assert "helper.py" in copy.reads()[0]


def test_the_history_can_be_asked_and_not_written(filled: Project, tmp_path: Path) -> None:
    before = filled.git("for-each-ref") + filled.git("status", "--porcelain")
    copy = copy_of(filled, tmp_path)
    assert shell(copy, "git log --format=%s") == "first\n"
    assert shell(copy, "git status --porcelain") == "?? new.txt\n"
    assert shell(copy, "git remote -v; git config --get-regexp remote || true") == ""
    shell(copy, "git add --all && git commit -qm second && git branch other && git tag v1")
    assert filled.git("for-each-ref") + filled.git("status", "--porcelain") == before
    copy.renew()
    assert shell(copy, "git log --format=%s --all; git branch --list other; git tag") == "first\n"


HAVOC = {
    "a new file": "echo x > junk; echo y > data/junk",
    "a new folder": "mkdir -p build/deep && echo x > build/deep/x",
    "a changed file": "echo changed > a.txt",
    "a file of the same size": "printf z > a.txt",
    "a deleted file": "rm a.txt data/b.txt",
    "a deleted folder": "rm -rf data",
    "a folder in place of a file": "rm a.txt && mkdir a.txt && echo x > a.txt/x",
    "a file in place of a folder": "rm -rf data && echo x > data",
    "a link in place of a file": "rm a.txt && ln -s run.sh a.txt",
    "a link in place of a folder": "mv data moved && ln -s moved data",
    "other modes of files": "chmod 000 a.txt data/b.txt && chmod +x new.txt && chmod -x run.sh",
    "locked folders": "chmod 500 data data/deep && chmod 000 data/deep",
    "a locked root": "chmod 000 .",
    "a locked folder of its own": "mkdir mine && echo x > mine/x && chmod 000 mine",
    "pipes and sockets": "mkfifo pipe data/pipe",
    "a deleted root": 'rm -rf "$PWD"',
    "a deleted history": "rm -rf .git",
    "a file in place of the history": "rm -rf .git && echo gitdir: /nowhere > .git",
    "a commit": "git add --all && git commit -qm second",
    "bytecode": "mkdir -p __pycache__ data/__pycache__ && touch __pycache__/x.pyc data/__pycache__/x.pyc",
    "a file that is moved": "mv a.txt data/a.txt",
    "names with spaces and lines": "touch -- 'a b' \"$(printf 'c\\nd')\" '-rf'",
}


@pytest.mark.parametrize("script", HAVOC.values(), ids=list(HAVOC))
def test_it_is_as_good_as_new_after(filled: Project, tmp_path: Path, script: str) -> None:
    source = everything(filled.root)
    copy = copy_of(filled, tmp_path)
    fresh = everything(copy.root)
    shell(copy, script)
    copy.renew()
    assert copy.reads() == (set(), set())
    assert everything(copy.root) == fresh
    assert everything(filled.root) == source


def test_a_copy_that_nobody_touched_stays_whole(filled: Project, tmp_path: Path) -> None:
    copy = copy_of(filled, tmp_path)
    fresh = everything(copy.root)
    copy.renew()
    assert everything(copy.root) == fresh


def test_only_what_is_still_what_was_copied_is_intact(filled: Project, tmp_path: Path) -> None:
    copy = copy_of(filled, tmp_path)
    assert copy.is_intact("a.txt")
    (copy.root / "a.txt").write_text("other")
    assert not copy.is_intact("a.txt")
    assert not copy.is_intact("nowhere.txt")


def test_a_link_inside_is_copied_as_a_link(filled: Project, tmp_path: Path) -> None:
    (filled.root / "link").symlink_to("data/b.txt")
    copy = copy_of(filled, tmp_path)
    assert os.readlink(copy.root / "link") == "data/b.txt"
    assert shell(copy, "cat link") == "b"
    assert "data/b.txt" in copy.reads()[0]


@pytest.mark.parametrize("target", ["{outside}", "../outside.txt", "/etc/hostname"])
def test_a_link_that_leads_out_is_not_followed(filled: Project, tmp_path: Path, target: str) -> None:
    outside = tmp_path / "outside.txt"
    outside.write_text("outside")
    (filled.root / "link").symlink_to(target.format(outside=outside))
    copy = copy_of(filled, tmp_path)
    assert not os.path.lexists(copy.root / "link")


def test_a_file_that_vanished_meanwhile_is_left_out(filled: Project, tmp_path: Path) -> None:
    repository = Repository.discover(filled.root)
    assert repository is not None
    files = repository.tracked_and_untracked_files()
    (filled.root / "a.txt").unlink()
    copy = WorkingCopy.of(filled.root, files, None, tmp_path)
    assert not (copy.root / "a.txt").exists()
    assert (copy.root / "data/b.txt").exists()


def test_a_linked_worktree_has_its_own_head(filled: Project, tmp_path: Path) -> None:
    filled.git("worktree", "add", "-q", "-b", "side", str(tmp_path / "side"))
    side = Project(tmp_path / "side", filled.monkeypatch, filled.capsys)
    side.commit("on the side")
    assert shell(copy_of(side, tmp_path), "git log --format=%s -1") == "on the side\n"


def test_removing_it_removes_what_was_locked(filled: Project, tmp_path: Path) -> None:
    copy = copy_of(filled, tmp_path)
    shell(copy, "mkdir locked && touch locked/x && chmod 000 locked data")
    copy.remove()
    assert not copy.root.exists()


def test_a_copy_outside_git_holds_everything_but_caches(folder: Project, tmp_path: Path) -> None:
    folder.write("a.txt", "a")
    folder.write("__pycache__/a.pyc", b"x")
    folder.write("node_modules/x/index.js", "x")
    copy = WorkingCopy.of(folder.root, working_copy.source_files(folder.root), None, tmp_path)
    assert [*everything(copy.root)] == ["a.txt"]


def test_many_or_large_files_are_not_copied(filled: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    files = ["a.txt", "data/b.txt", "nowhere"]
    assert working_copy.is_affordable(filled.root, files)
    monkeypatch.setattr(working_copy, "MOST_BYTES", 1)
    assert not working_copy.is_affordable(filled.root, files)
    monkeypatch.setattr(working_copy, "MOST_BYTES", 2)
    assert working_copy.is_affordable(filled.root, files)
    monkeypatch.setattr(working_copy, "MOST_FILES", 2)
    assert not working_copy.is_affordable(filled.root, files)
