"""What differs between two commits, file by file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from adrtool.git.command import Git
from adrtool.git.repository import Repository

SUBMODULE = "160000"
# Above so many files that came and went, only renames without a change are looked for.
_RENAMES = "-l1000"


@dataclass(frozen=True, slots=True)
class FileChange:
    """One file on both sides: added where `before` is None, deleted where `after` is."""

    before: str | None
    after: str | None
    was: tuple[str, str]  # mode and object id, zeros where there is none
    now: tuple[str, str]

    @property
    def path(self) -> str:
        """What it is called now, or was called last."""
        return self.after if self.after is not None else self.before or ""

    @property
    def is_rename(self) -> bool:
        """Whether the file goes by another name now."""
        return self.before is not None and self.after is not None and self.before != self.after

    @property
    def keeps_content(self) -> bool:
        """Whether only its name changed."""
        return self.was == self.now

    @property
    def is_submodule(self) -> bool:
        """Whether this is another repository's commit, and no file."""
        return SUBMODULE in (self.was[0], self.now[0])


def changes(repository: Repository, before: str, after: str) -> tuple[FileChange, ...]:
    """The files that differ between two commits, sorted by path; a renamed file is one change."""
    git = Git(repository.git_dir, repository.root)
    answer = git.run("diff-tree", "-r", "-z", "--raw", "--full-index", "-M", _RENAMES, before, after)
    return tuple(sorted(_parsed(answer.decode("utf-8", "surrogateescape")), key=lambda change: change.path))


def _parsed(text: str) -> Iterator[FileChange]:
    words = iter(text.split("\0")[:-1])
    for head in words:
        old_mode, new_mode, old, new, status = head.removeprefix(":").split(" ")
        first = next(words)
        second = next(words) if status[0] in "RC" else first
        yield FileChange(
            before=None if status[0] in "AC" else first,
            after=None if status[0] == "D" else second,
            was=(old_mode, old),
            now=(new_mode, new),
        )
