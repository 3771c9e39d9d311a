"""Lines that wait in the git directory until notes can take them: before the first commit, or while a ref is locked.

One file for each append, as in a maildir: written under another name, synced, then renamed. So a file is whole or not
there, writers need no lock, and a killed one leaves at most a leftover that nobody reads.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from adrtool.errors import LedgerError

_LEFTOVER_AGE_S = 3600.0
_CLOCK_SLACK_S = 1.0  # file systems keep time coarsely
_UNBORN = "unborn"


@dataclass(frozen=True, slots=True)
class Waiting:
    """The lines of one append."""

    name: str  # of its file
    commit: str | None  # that they belong to; None where there was none yet
    lines: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Spool:
    """The folder of waiting lines, shared by the worktrees of a repository."""

    folder: Path

    def put(self, order: int, commit: str | None, lines: Sequence[bytes]) -> None:
        """Store `lines` so that they survive a power cut; raises LedgerError where that cannot be done."""
        name = f"{order:020d}.{commit or _UNBORN}.{os.urandom(4).hex()}.jsonl"
        unfinished = self.folder / f"{name}.part"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with unfinished.open("xb") as file:
                file.write(b"".join(line + b"\n" for line in lines))
                file.flush()
                os.fsync(file.fileno())
            unfinished.rename(self.folder / name)
            _sync_folder(self.folder)
        except OSError as error:
            unfinished.unlink(missing_ok=True) if os.access(self.folder, os.W_OK) else None
            mend = "make room or make it writable, then run again"
            raise LedgerError(f"outcomes cannot be written to {self.folder}: {error.strerror}; {mend}") from None

    def names(self) -> tuple[str, ...]:
        """The files that wait, oldest first."""
        try:
            return tuple(sorted(name for name in os.listdir(self.folder) if name.endswith(".jsonl")))
        except OSError:
            return ()

    def is_older_than(self, moment: float) -> bool:
        """Whether nothing came or went since shortly before `moment` (seconds since 1970)."""
        try:
            return self.folder.stat().st_mtime < moment - _CLOCK_SLACK_S
        except (FileNotFoundError, NotADirectoryError):
            return True

    def read(self, names: Iterable[str]) -> tuple[Waiting, ...]:
        """What the files hold; one that was taken meanwhile is left out."""
        return tuple(waiting for name in names if (waiting := self._read(name)) is not None)

    def _read(self, name: str) -> Waiting | None:
        try:
            content = (self.folder / name).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise LedgerError(f"{self.folder / name}: {error.strerror}") from None
        commit = name.split(".")[1] if name.count(".") == 3 else _UNBORN
        return Waiting(name, None if commit == _UNBORN else commit, tuple(filter(None, content.split(b"\n"))))

    def remove(self, names: Iterable[str]) -> None:
        """Forget files whose lines are stored elsewhere, and leftovers of killed writers."""
        for name in names:
            (self.folder / name).unlink(missing_ok=True)
        for leftover in self.folder.glob("*.part"):
            try:
                if time.time() - leftover.stat().st_mtime > _LEFTOVER_AGE_S:
                    leftover.unlink()
            except OSError:
                continue


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":  # a folder cannot be opened there
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
