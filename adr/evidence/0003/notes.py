"""What git notes do and do not do, shown on repositories made for the purpose."""

import subprocess

import pytest

REF = "refs/notes/adrtool"


def git(folder, *words):
    identity = ["-c", "user.name=evidence", "-c", "user.email=evidence@example.org"]
    done = subprocess.run(["git", *identity, *words], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.fixture
def repository(tmp_path):
    folder = tmp_path / "repository"
    folder.mkdir()
    git(folder, "init", "--quiet")
    (folder / "file").write_text("x")
    git(folder, "add", "file")
    git(folder, "commit", "--quiet", "--message", "one")
    return folder


def note(folder, line):
    git(folder, "notes", f"--ref={REF}", "append", "--message", line)


def test_nothing_else_changes(repository):
    before = git(repository, "rev-parse", "HEAD"), git(repository, "status", "--porcelain")
    note(repository, "a verdict")
    assert (git(repository, "rev-parse", "HEAD"), git(repository, "status", "--porcelain")) == before
    assert "a verdict" in git(repository, "log", f"--notes={REF}")  # and yet it is there
    assert "a verdict" not in git(repository, "log")


def test_two_clones_merge(repository, tmp_path):
    note(repository, "known to both")
    other = tmp_path / "other"
    git(tmp_path, "clone", "--quiet", str(repository), str(other))
    git(other, "fetch", "--quiet", "origin", f"{REF}:{REF}")
    note(repository, "seen here")
    note(other, "seen there")
    git(repository, "fetch", "--quiet", str(other), f"{REF}:refs/notes/theirs")
    git(repository, "notes", f"--ref={REF}", "merge", "--strategy=cat_sort_uniq", "refs/notes/theirs")
    lines = git(repository, "notes", f"--ref={REF}", "show", "HEAD").split("\n")
    assert sorted(filter(None, lines)) == ["known to both", "seen here", "seen there"]


def test_a_clone_leaves_notes_behind(repository, tmp_path):
    note(repository, "a verdict")
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", str(repository), str(clone))
    assert git(clone, "for-each-ref", REF) == ""
    git(clone, "fetch", "--quiet", "origin", f"{REF}:{REF}")  # the control: asked for, they come
    assert git(clone, "for-each-ref", REF) != ""
