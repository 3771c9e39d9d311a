"""The repository as the outside finds it: any folder, any shape, any refusal in one line."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from adrtool.errors import LedgerError
from adrtool.git import NOTES_REF, Repository


@pytest.fixture(autouse=True)
def _own_git_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of this machine's user decides a test."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    home = tmp_path / "home"
    home.mkdir()
    (home / ".gitconfig").write_text(
        '[user]\n\tname = Tester\n\temail = tester@example.org\n[protocol "file"]\n\tallow = always\n'
    )
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")


def git(folder: Path, *words: str, **extra: str) -> str:
    done = subprocess.run(
        ["git", *words], cwd=folder, capture_output=True, text=True, check=True, env={**os.environ, **extra}
    )
    return done.stdout.strip()


def make(folder: Path, *options: str) -> Path:
    folder.mkdir(parents=True)
    git(folder, "init", "--quiet", "--initial-branch=main", *options)
    return folder


def commit(folder: Path, message: str = "change", **extra: str) -> str:
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--allow-empty", "-m", message, **extra)
    return git(folder, "rev-parse", "HEAD")


def found(path: Path) -> Repository:
    repository = Repository.discover(path)
    assert repository is not None
    return repository


# -- discovery -----------------------------------------------------------------------------------------------------


def test_there_is_no_repository_outside_of_one(tmp_path: Path) -> None:
    assert Repository.discover(tmp_path) is None


def test_a_repository_is_found_from_anywhere_in_it(tmp_path: Path) -> None:
    root = make(tmp_path / "a b\u00fc")
    head = commit(root)
    (root / "docs").mkdir()
    (root / "docs" / "file.md").write_text("x")
    for path in (root, root / "docs", root / "docs/file.md", root / "not/there/yet", root / "docs/../docs"):
        repository = found(path)
        assert (repository.root, repository.head, repository.notes) == (root, head, None)
        assert (repository.git_dir, repository.common_dir) == (root / ".git", root / ".git")
        assert (repository.bare, repository.shallow, repository.oid_length) == (False, False, 40)


def test_a_relative_path_is_taken_from_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = make(tmp_path / "project")
    monkeypatch.chdir(root)
    assert found(Path()).root == root


def test_before_the_first_commit_there_is_no_head(tmp_path: Path) -> None:
    assert found(make(tmp_path / "new")).head is None


def test_where_the_notes_stand_is_known_from_the_start(tmp_path: Path) -> None:
    root = make(tmp_path / "project")
    head = commit(root)
    git(root, "notes", "--ref=adrtool-other", "add", "-m", "of another tool")
    assert found(root).notes is None
    git(root, "notes", "--ref=adrtool", "add", "-m", "ours")
    repository = found(root)
    assert repository.notes == git(root, "rev-parse", NOTES_REF)
    assert repository.head == head


def test_notes_before_a_first_commit_are_no_head(tmp_path: Path) -> None:
    root = make(tmp_path / "project")
    commit(root)
    git(root, "notes", "--ref=adrtool", "add", "-m", "ours")
    git(root, "checkout", "--quiet", "--orphan", "fresh")
    repository = found(root)
    assert repository.head is None
    assert repository.notes is not None


def test_a_file_called_head_confuses_nobody(tmp_path: Path) -> None:
    root = make(tmp_path / "project")
    (root / "HEAD").write_text("not me")
    assert found(root).head is None
    head = commit(root)
    assert found(root).head == head


def test_a_bare_repository_has_no_root(tmp_path: Path) -> None:
    repository = found(make(tmp_path / "hub", "--bare"))
    assert repository.bare
    assert repository.root is None
    assert repository.git_dir == repository.common_dir == tmp_path / "hub"
    assert repository.tracked_and_untracked_files() == ()


def test_inside_the_git_directory_there_is_no_root(tmp_path: Path) -> None:
    root = make(tmp_path / "project")
    assert found(root / ".git" / "refs").root is None


def test_a_linked_worktree_has_a_head_of_its_own_and_shares_the_rest(tmp_path: Path) -> None:
    root = make(tmp_path / "project")
    commit(root)
    git(root, "worktree", "add", "--quiet", str(tmp_path / "linked"), "-b", "side")
    head = commit(tmp_path / "linked", "side")
    repository = found(tmp_path / "linked")
    assert repository.root == tmp_path / "linked"
    assert repository.head == head != found(root).head
    assert repository.git_dir == root / ".git/worktrees/linked"
    assert repository.common_dir == root / ".git"
    assert repository.branch() == "side"


def test_a_submodule_is_a_repository_of_its_own(tmp_path: Path) -> None:
    inner, outer = make(tmp_path / "inner"), make(tmp_path / "outer")
    head = commit(inner)
    git(outer, "submodule", "--quiet", "add", str(inner), "part")
    repository = found(outer / "part")
    assert (repository.root, repository.head) == (outer / "part", head)
    assert repository.common_dir == outer / ".git/modules/part"


def test_a_shallow_clone_says_so(tmp_path: Path) -> None:
    root = make(tmp_path / "project")
    commit(root)
    commit(root)
    git(tmp_path, "clone", "--quiet", "--depth=1", root.as_uri(), "shallow")
    assert found(tmp_path / "shallow").shallow
    assert not found(root).shallow


def test_a_symbolic_link_to_a_repository_leads_there(tmp_path: Path) -> None:
    root = make(tmp_path / "project")
    (tmp_path / "link").symlink_to(root)
    assert found(tmp_path / "link").root == root


def test_variables_of_a_hook_do_not_lead_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root, other = make(tmp_path / "project"), make(tmp_path / "other")
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(other))
    repository = found(root)
    assert repository.root == root
    monkeypatch.setenv("GIT_INDEX_FILE", str(other / "index"))
    (root / "a.txt").write_text("x")
    assert repository.tracked_and_untracked_files() == ("a.txt",)
    assert repository.branches() == ()


def test_a_repository_of_somebody_else_is_refused_with_the_mend(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = make(tmp_path / "project")
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    with pytest.raises(LedgerError, match=r"git config --global --add safe\.directory") as raised:
        Repository.discover(root)
    assert "\n" not in str(raised.value)
    assert raised.value.exit_code == 13


@pytest.mark.parametrize(
    ("name", "content"),
    [(".git/config", "[core\nnonsense"), (".git/config", "[core]\n\trepositoryformatversion = 99\n")],
)
def test_a_repository_that_git_cannot_open_is_one_line(tmp_path: Path, name: str, content: str) -> None:
    root = make(tmp_path / "project")
    (root / name).write_text(content)
    with pytest.raises(LedgerError, match="rev-parse failed: ") as raised:
        Repository.discover(root)
    assert "\n" not in str(raised.value)


def test_a_worktree_whose_repository_is_gone_is_no_plain_folder(tmp_path: Path) -> None:
    (tmp_path / "lost").mkdir()
    (tmp_path / "lost/.git").write_text(f"gitdir: {tmp_path}/gone\n")
    with pytest.raises(LedgerError, match="not a git repository"):
        Repository.discover(tmp_path / "lost")


def test_without_git_a_repository_is_an_error_and_a_plain_folder_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = make(tmp_path / "project")
    (tmp_path / "plain").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "nowhere"))
    assert Repository.discover(tmp_path / "plain") is None
    with pytest.raises(LedgerError, match="install git"):
        Repository.discover(root / "sub")


def test_a_git_that_distrusts_bare_repositories_trusts_ours(tmp_path: Path) -> None:
    root = make(tmp_path / "project")
    git(root, "config", "--global", "safe.bareRepository", "explicit")
    first = commit(root)
    assert found(root).ancestors([first]) == {first}
    assert found(root).branches() == ("main",)


def test_opening_a_repository_imports_no_gitpython(tmp_path: Path) -> None:
    root = make(tmp_path / "project")
    commit(root)
    code = (
        "import sys; from pathlib import Path; from adrtool.git import Repository; from adrtool.ledger import Ledger\n"
        f"Ledger(Repository.discover(Path({str(root)!r}))).history().outcomes\n"
        "print({'git', 'filelock'} & set(sys.modules))"
    )
    assert subprocess.check_output([sys.executable, "-c", code], text=True) == "set()\n"


# -- history -------------------------------------------------------------------------------------------------------


def test_ancestors_are_what_head_reaches(tmp_path: Path) -> None:
    root = make(tmp_path / "project")
    first, second = commit(root), commit(root)
    git(root, "checkout", "--quiet", "-b", "side", first)
    side = commit(root, "side")
    git(root, "checkout", "--quiet", "main")
    repository = found(root)
    everything = [first, second, side, "0" * 40, "no id", "", git(root, "rev-parse", "HEAD^{tree}")]
    assert repository.ancestors(everything) == {first, second}
    assert repository.ancestors([]) == repository.ancestors([side]) == frozenset()
    assert repository.is_ancestor(first)
    assert not repository.is_ancestor(side)
    assert repository.descends(second, first)
    assert not repository.descends(side, second)
    assert not repository.descends(side, "0" * 40)
    assert repository.merge_base(second, side) == first


def test_before_the_first_commit_nothing_is_an_ancestor(tmp_path: Path) -> None:
    root = make(tmp_path / "project")
    first = commit(root)
    git(root, "checkout", "--quiet", "--orphan", "fresh")
    assert found(root).ancestors([first]) == frozenset()


def test_a_shallow_clone_knows_no_ancestors_that_it_lacks(tmp_path: Path) -> None:
    root = make(tmp_path / "project")
    first, second = commit(root), commit(root)
    git(tmp_path, "clone", "--quiet", "--depth=1", root.as_uri(), "shallow")
    assert found(tmp_path / "shallow").ancestors([first, second]) == {second}


def test_what_only_a_reflog_holds_is_unreachable(tmp_path: Path) -> None:
    root = make(tmp_path / "project")
    first, lost = commit(root), commit(root)
    git(root, "tag", "kept", lost)
    git(root, "reset", "--quiet", "--hard", first)
    assert found(root).unreachable([first, lost]) == frozenset()
    git(root, "tag", "--delete", "kept")
    assert found(root).unreachable([first, lost, "0" * 40]) == {lost}


def test_a_ref_moves_only_from_where_it_was_seen(tmp_path: Path) -> None:
    root = make(tmp_path / "project")
    first, second = commit(root), commit(root)
    repository = found(root)
    assert repository.move_ref("refs/x/y", first, None, "new")
    assert not repository.move_ref("refs/x/y", second, None, "taken")
    assert not repository.move_ref("refs/x/y", second, second, "moved")
    assert repository.resolve("refs/x/y") == first
    assert repository.move_ref("refs/x/y", second, first, "on")
    assert repository.resolve("refs/x/y") == second
    assert repository.resolve("refs/x/none") is None
    assert repository.resolve("--all") is None


def test_a_ref_that_can_never_be_written_is_an_error_and_not_a_race(tmp_path: Path) -> None:
    root = make(tmp_path / "project")
    head = commit(root)
    with pytest.raises(LedgerError, match="update-ref failed"):
        found(root).move_ref("refs/heads/main/below", head, None, "in the way")


# -- the working tree ----------------------------------------------------------------------------------------------


def test_files_are_those_tracked_and_those_not_ignored(tmp_path: Path) -> None:
    root = make(tmp_path / "project")
    (root / ".gitignore").write_text("*.log\n")
    (root / "deep").mkdir()
    for name in ("tracked.py", "new\nline.py", "deep/\u00fc.py", "noise.log"):
        (root / name).write_text("x")
    git(root, "add", "tracked.py")
    assert set(found(root / "deep").tracked_and_untracked_files()) == {
        ".gitignore",
        "tracked.py",
        "new\nline.py",
        "deep/\u00fc.py",
    }


def test_remotes_and_branches_are_named(tmp_path: Path) -> None:
    root = make(tmp_path / "project")
    commit(root)
    assert found(root).remotes() == ()
    for name in ("backup", "origin", "apart"):
        git(root, "remote", "add", name, str(tmp_path))
    git(root, "branch", "feature/x")
    assert found(root).remotes() == ("origin", "apart", "backup")
    assert found(root).branches() == ("feature/x", "main")
    assert found(root).branch() == "main"
    git(root, "checkout", "--quiet", "--detach")
    assert found(root).branch() is None


def test_one_log_tells_when_each_file_came_and_changed_and_by_whom(tmp_path: Path) -> None:
    root = make(tmp_path / "project")
    (root / "adr").mkdir()
    text = "".join(f"line {number}\n" for number in range(20))

    def save(name: str, content: str, author: str, day: int) -> None:
        (root / name).write_text(content)
        stamp = f"2026-01-{day:02d}T12:00:00+02:00"
        commit(root, name, GIT_AUTHOR_NAME=author, GIT_AUTHOR_DATE=stamp, GIT_COMMITTER_DATE=stamp)

    save("adr/0001 old.md", text, "Ada", 1)
    save("adr/0002.md", "two", "B\x01\x02\u00e4r", 2)
    save("other.md", "no record", "Ada", 3)
    git(root, "mv", "adr/0001 old.md", "adr/0001-new.md")
    save("adr/0001-new.md", text + "and more\n", "B\u00e4r", 4)
    facts = found(root).log_facts("adr")
    assert set(facts) == {"adr/0001-new.md", "adr/0002.md"}
    first = facts["adr/0001-new.md"]
    assert first.first == datetime(2026, 1, 1, 10, tzinfo=UTC)
    assert first.last == datetime(2026, 1, 4, 10, tzinfo=UTC)
    assert first.authors == ("Ada", "B\u00e4r")
    assert facts["adr/0002.md"].authors == ("B\x01\x02\u00e4r",)


def test_without_a_commit_the_log_says_nothing(tmp_path: Path) -> None:
    assert found(make(tmp_path / "project")).log_facts(".") == {}
