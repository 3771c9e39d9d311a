"""The two sides of a change, each read from a folder of its own; the user's checkout is not touched."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path

from adrtool import discover
from adrtool.errors import AdrtoolError, ReadError, UsageError
from adrtool.git import Repository
from adrtool.git.checkout import check_out
from adrtool.git.difference import FileChange, changes
from adrtool.model import Record
from adrtool.review.model import Commit
from adrtool.settings import Settings, find_settings
from adrtool.verdict import Judgement
from adrtool.workspace import Workspace


@dataclass
class Side:
    """The repository at one commit, with the verdicts that the ledger gives it."""

    commit: Commit
    workspace: Workspace
    now: datetime
    _texts: dict[str, str | None] = field(default_factory=dict)

    @cached_property
    def judgements(self) -> dict[str, Judgement]:
        """The verdict on every claim, by its id, as it stood when it was first asked; the first of a doubled id."""
        found: dict[str, Judgement] = {}
        for judgement in self.workspace.judge_all(self.now):
            found.setdefault(judgement.claim.id, judgement)
        return found

    @cached_property
    def records(self) -> dict[str, Record]:
        """The records by their paths."""
        return {record.path: record for record in self.workspace.records}

    def judge_anew(self) -> None:
        """Judge again: something has run."""
        self.__dict__.pop("judgements", None)

    def text(self, path: str) -> str | None:
        """What a file says; None where it is not there, no text, or a link out of the repository."""
        if path not in self._texts:
            self._texts[path] = _text(self.workspace.root, path)
        return self._texts[path]


@dataclass
class Sides:
    """Both sides, and the files that differ between them."""

    base: Side  # where the two parted, under the name of the base
    head: Side
    tip: Commit  # of the base
    changes: tuple[FileChange, ...]
    folder: Path  # for further checkouts
    notes: tuple[str, ...] = ()

    @cached_property
    def by_path(self) -> Mapping[str, FileChange]:
        """What differs, by every name that it has or had."""
        found = {change.before: change for change in self.changes if change.before is not None}
        return found | {change.after: change for change in self.changes if change.after is not None}

    @cached_property
    def renamed(self) -> Mapping[str, str]:
        """Today's name of each file that had another."""
        pairs = ((change.before, change.after) for change in self.changes if change.is_rename)
        return {before: after for before, after in pairs if before is not None and after is not None}


def resolve(repository: Repository, base: str, head: str | None) -> tuple[Commit, Commit, str]:
    """The two commits as they are named, and the one that both come from.

    Raises UsageError for a name that names no commit, ReadError where a shallow clone lacks what is between them.
    """
    if repository.head is None:
        raise UsageError("there is no commit yet, so there is nothing to review")
    oids = [_commit(repository, name, what) for name, what in ((base, "BASE"), (head or "HEAD", "HEAD"))]
    parted = repository.merge_base(*oids)
    if parted is None and repository.shallow:
        raise ReadError(
            f"this clone is shallow and lacks the commit where {base} and {head or 'HEAD'} parted; "
            "`git fetch --unshallow` brings it (in a GitHub workflow: fetch-depth: 0)"
        )
    if parted is None:
        raise UsageError(f"{base} and {head or 'HEAD'} have no commit in common; name the branch to merge into")
    return Commit(base, oids[0]), Commit(head or "HEAD", oids[1]), parted


@contextmanager
def opened(
    workspace: Workspace, commits: tuple[Commit, Commit, str], dirs: Sequence[Path], now: datetime
) -> Iterator[Sides]:
    """Both sides, in folders that are gone afterwards."""
    tip, head, parted = commits
    repository = workspace.repository
    assert repository is not None
    try:
        kept = tempfile.TemporaryDirectory(prefix="adrtool-review-", ignore_cleanup_errors=True)
    except OSError as error:
        mend = "make room, or set TMPDIR to a folder that can be written"
        raise ReadError(f"no temporary folder for the review: {error.strerror or error}; {mend}") from None
    with kept as name:
        folder = Path(os.path.realpath(name))
        named = tuple(os.path.relpath(place.resolve(), workspace.root).replace(os.sep, "/") for place in dirs)
        base, notes = _base_side(repository, Commit(tip.name, parted), folder / "base", named, now)
        after = side(repository, head, folder / "head", named, now)
        after.workspace.settings = guarded(base.workspace.settings, after.workspace.settings)
        yield Sides(base, after, tip, changes(repository, parted, head.oid), folder, notes)


def side(repository: Repository, commit: Commit, folder: Path, named: Sequence[str], now: datetime) -> Side:
    """The repository at `commit`, checked out below `folder`; raises ReadError where its settings cannot be read."""
    own = check_out(repository, commit.oid, folder)
    assert own.root is not None
    settings = find_settings(own.root)
    folders = tuple(place for place in named if (own.root / place).is_dir())
    found = folders if named else discover.find_folders(own.root, settings.records)
    return Side(commit, Workspace(own.root, settings, found, own), now)


def guarded(base: Settings, head: Settings) -> Settings:
    """The head's settings, without a way to loosen what the base puts round evidence."""
    strictest = min((base.sandbox, head.sandbox), key=("require", "auto", "off").index)
    return replace(head, sandbox=strictest, limits=base.limits)


def _base_side(
    repository: Repository, commit: Commit, folder: Path, named: Sequence[str], now: datetime
) -> tuple[Side, tuple[str, ...]]:
    """The base; one whose settings nobody can read has no records, so that a change can mend it."""
    try:
        return side(repository, commit, folder, named, now), ()
    except AdrtoolError as error:
        if not (folder / "tree").is_dir() or not any((folder / "tree").iterdir()):
            raise
        own = _bare_side(repository, commit, folder)
        return Side(commit, own, now), (f"the base cannot be read, so everything counts as new: {error}",)


def _bare_side(repository: Repository, commit: Commit, folder: Path) -> Workspace:
    own = replace(repository, root=folder / "tree", git_dir=folder / "git", head=commit.oid, bare=False)
    return Workspace(folder / "tree", Settings(), (), own)


def _commit(repository: Repository, name: str, what: str) -> str:
    oid = repository.resolve(f"{name}^{{commit}}")
    if oid is None:
        hint = "; this clone is shallow, so fetch it with more depth" if repository.shallow else "; fetch it first"
        raise UsageError(f"{what} {name}: no such branch or commit{hint}")
    return oid


def _text(root: Path, path: str) -> str | None:
    file = root / path
    try:
        if not Path(os.path.realpath(file)).is_relative_to(root) or not file.is_file():
            return None
        return file.read_bytes().decode("utf-8-sig", "replace").replace("\r\n", "\n")
    except (OSError, ValueError):
        return None
