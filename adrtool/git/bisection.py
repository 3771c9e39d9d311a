"""git's own bisect, in a worktree of its own: the user's checkout, index, HEAD and bisect stay as they are."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from adrtool.errors import LedgerError, ReadError
from adrtool.git.command import Git
from adrtool.git.repository import Repository

# Nothing of the user's runs on a checkout of ours.
_ALONE = ("-c", f"core.hooksPath={os.devnull}", "-c", "submodule.recurse=false", "-c", "core.fsmonitor=false")


@dataclass
class Bisection:
    """A search between a commit that holds and one that does not."""

    root: Path  # of the worktree
    repository: Repository  # as the worktree sees it
    good: str
    bad: str
    _skipped: set[str] = field(default_factory=set)
    _started: bool = False

    @property
    def _git(self) -> Git:
        return Git(self.repository.git_dir, self.root)

    @property
    def at(self) -> str:
        """The commit that is checked out."""
        return self._git.run("rev-parse", "HEAD").decode().strip()

    def check_out(self, commit: str) -> None:
        """Put the worktree on a commit, whatever was done to its files."""
        self.clean()
        self._git.run(*_ALONE, "checkout", "--quiet", "--force", "--detach", commit)

    def clean(self) -> None:
        """Undo what was done to the worktree's files."""
        self._git.run(*_ALONE, "reset", "--quiet", "--hard")
        self._git.run(*_ALONE, "clean", "-ffdxq")

    def begin(self) -> None:
        """Check out the first commit to try."""
        self.clean()
        self._git.run(*_ALONE, "bisect", "start", self.bad, self.good)
        self._started = True

    def mark(self, word: str) -> None:
        """Tell git that the commit at hand is `good` or `bad`, or is to `skip`; it checks out the next one."""
        self.clean()
        if word == "skip":
            self._skipped.add(self.at)
        done = self._git.ask(*_ALONE, "bisect", word)
        # Git ends with 2 where nothing but skipped commits is left, which `is_over` tells.
        if done.returncode not in (0, 2):
            raise LedgerError(f"git bisect {word} failed: {done.stdout.decode('utf-8', 'replace').strip()[-300:]}")

    @property
    def is_over(self) -> bool:
        """Whether nothing is left to try."""
        return not self.left - {self.first_bad} - self._skipped

    @property
    def left(self) -> frozenset[str]:
        """The commits that may still be the first bad one."""
        good = self._git.run("for-each-ref", "--format=%(objectname)", "refs/bisect/good-*").decode().split()
        return frozenset(self._git.run("rev-list", self.first_bad, "--not", *good).decode().split())

    def newest(self, good: Collection[str]) -> str:
        """Of the commits that hold, the one before the first bad one, or else one that no other comes after."""
        parents = self._git.run("rev-parse", f"{self.first_bad}^@").decode().split()
        latest = self._git.run("merge-base", "--independent", *good).decode().split()
        return next((commit for commit in parents if commit in good), latest[0])

    @property
    def first_bad(self) -> str:
        """The first bad commit, as far as is known."""
        return self._git.run("rev-parse", "refs/bisect/bad").decode().strip()


@contextmanager
def bisection(origin: Repository, good: str, bad: str) -> Iterator[Bisection]:
    """A worktree of `origin` to search in, at `bad`; it is gone afterwards."""
    assert origin.root is not None
    with tempfile.TemporaryDirectory(prefix="adrtool-bisect-", ignore_cleanup_errors=True) as folder:
        place = Path(folder).resolve() / origin.root.name
        git = Git(origin.git_dir, origin.root)
        git.run(*_ALONE, "worktree", "add", "--quiet", "--detach", "--force", str(place), bad)
        try:
            repository = Repository.discover(place)
            if repository is None or repository.root is None:
                raise ReadError(f"git made no worktree at {place}")
            yield Bisection(repository.root, repository, good, bad)
        finally:
            git.ask("worktree", "remove", "--force", "--force", str(place))


@dataclass(frozen=True, slots=True)
class Described:
    """A commit as people know it."""

    commit: str
    subject: str
    date: str  # ISO 8601


@dataclass(frozen=True, slots=True)
class FileChange:
    """What a commit did to one file; None for what is no text."""

    path: str
    added: int | None
    removed: int | None


def describe(repository: Repository, commit: str) -> Described:
    """A commit's subject and date."""
    git = Git(repository.git_dir, repository.root)
    words = git.run("show", "--no-patch", "--no-show-signature", "--format=%H%x00%s%x00%cI", commit, "--")
    oid, subject, date = words.decode("utf-8", "replace").strip("\n").split("\0")
    return Described(oid, subject, date)


def changes_of(repository: Repository, before: str, after: str) -> tuple[FileChange, ...]:
    """What differs between two commits, file by file."""
    git = Git(repository.git_dir, repository.root)
    words = git.run("diff-tree", "-r", "-z", "--no-renames", "--numstat", before, after)
    rows = (line.split("\t", 2) for line in words.decode("utf-8", "surrogateescape").split("\0") if line)
    return tuple(FileChange(path, _number(added), _number(removed)) for added, removed, path in rows)


def _number(word: str) -> int | None:
    return int(word) if word.isdecimal() else None
