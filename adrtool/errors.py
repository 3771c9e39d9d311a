"""Every failure a user can cause, and the exit code each one earns."""

from __future__ import annotations

import enum


class ExitCode(enum.IntEnum):
    """What a process of adrtool says when it ends; no number means two things."""

    OK = 0
    # 1 is left to Python: an uncaught traceback must never read as a finding.
    USAGE = 2
    STALE = 10
    BROKEN = 11
    UNREADABLE = 12
    LEDGER = 13
    DUE = 14
    INTERRUPTED = 130


# The worst first: where several codes apply, the leftmost wins.
WORST_FIRST = (ExitCode.UNREADABLE, ExitCode.LEDGER, ExitCode.STALE, ExitCode.BROKEN, ExitCode.DUE)


def worst(codes: set[ExitCode]) -> ExitCode:
    """The code that wins among `codes`; OK when there is none."""
    return next((code for code in WORST_FIRST if code in codes), ExitCode.OK)


class AdrtoolError(Exception):
    """A failure that one clear line explains: `path:line: what is wrong; the mend`."""

    exit_code = ExitCode.UNREADABLE

    def __init__(self, message: str, *, path: str | None = None, line: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.path = path
        self.line = line

    def __str__(self) -> str:
        place = "" if self.path is None else f"{self.path}: " if self.line is None else f"{self.path}:{self.line}: "
        return place + self.message


class UsageError(AdrtoolError):
    """The command's words are off, or a prompt was declined."""

    exit_code = ExitCode.USAGE


class ReadError(AdrtoolError):
    """A record or a setting cannot be read, or there was nothing to check."""

    exit_code = ExitCode.UNREADABLE


class LedgerError(AdrtoolError):
    """The ledger cannot be read or written."""

    exit_code = ExitCode.LEDGER


class EvidenceError(AdrtoolError):
    """A piece of evidence cannot be run as it stands: its claim is broken, the rest goes on."""

    exit_code = ExitCode.BROKEN
