"""Several files changed together: all of them, or none."""

from __future__ import annotations

import contextlib
import difflib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from adrtool.errors import ReadError
from adrtool.writing.source import replace_file


@dataclass(frozen=True, slots=True)
class Change:
    """A file's content before (None: there is none yet) and after; `path` is from the repository's root."""

    path: str
    before: bytes | None
    after: bytes
    to: str = ""  # where the file is moved; empty: it stays

    @property
    def target(self) -> str:
        """Where the file is once changed."""
        return self.to or self.path

    def diff(self) -> Iterator[str]:
        """The change as a unified diff, line by line."""
        old, new = _lines(self.before or b""), _lines(self.after)
        if self.to:
            yield f"rename from {self.path}"
            yield f"rename to {self.to}"
        yield from difflib.unified_diff(old, new, f"a/{self.path}", f"b/{self.target}", lineterm="")


def write_all(root: Path, changes: Sequence[Change]) -> None:
    """Write every change, or leave every file as it was; raises ReadError with the file that stood in the way."""
    for change in changes:
        _require_unchanged(root, change)
    done: list[Change] = []
    made: list[Path] = []
    try:
        for change in changes:
            done.append(change)
            made += _make_folder((root / change.target).parent)
            if change.to:
                os.replace(root / change.path, root / change.to)  # permissions go along
            if change.after != change.before:
                replace_file(root / change.target, change.after)
    except OSError as error:
        for change in reversed(done):
            _undo(root, change)
        for folder in reversed(made):
            with contextlib.suppress(OSError):
                folder.rmdir()
        raise ReadError(f"cannot be written: {error.strerror}; nothing was changed", path=done[-1].target) from error


def _require_unchanged(root: Path, change: Change) -> None:
    try:
        now = (root / change.path).read_bytes() if (root / change.path).exists() else None
    except OSError as error:
        raise ReadError(f"cannot be read: {error.strerror}", path=change.path) from error
    if now != change.before:
        raise ReadError("was changed by somebody else in the meantime; try again", path=change.path)
    if change.to and (root / change.to).exists():
        raise ReadError("is there already; nothing was changed", path=change.to)


def _undo(root: Path, change: Change) -> None:
    with contextlib.suppress(OSError):
        if change.before is None:
            (root / change.path).unlink()
            return
        if change.to and not (root / change.path).exists():
            os.replace(root / change.to, root / change.path)
        if (root / change.path).read_bytes() != change.before:
            replace_file(root / change.path, change.before)


def _make_folder(folder: Path) -> list[Path]:
    missing = [place for place in (folder, *folder.parents) if not place.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    return missing[::-1]


def _lines(data: bytes) -> list[str]:
    return data.decode("utf-8", "replace").splitlines()
