"""What a piece of evidence said in one execution, and which outcome that is."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from adrtool import process
from adrtool.outcome import Ending, Measure, measure_from

MESSAGE_LIMIT = 4000  # characters
MOST_MEASURES = 1000
_MOST_BYTES = 1 << 20  # of measures
_MOST_REPORT_BYTES = 1 << 26


@dataclass(frozen=True, slots=True)
class Report:
    """What Python evidence reported of itself; paths from the root of where it ran."""

    ending: Ending
    message: str = ""
    place: str = ""
    opened: tuple[str, ...] = ()  # files, missing ones too
    asked: tuple[str, ...] = ()  # names whose presence it asked about
    listed: tuple[str, ...] = ()  # folders


@dataclass(frozen=True, slots=True)
class Measures:
    """What the measures file holds, as far as it could be read."""

    found: tuple[Measure, ...] = ()
    wrong: str = ""  # the first thing that could not


def read_report(path: Path, nonce: str) -> Report | None:
    """The report at `path`, if it is one of this very run."""
    try:
        fields = json.loads(_read(path, _MOST_REPORT_BYTES))
        if fields["nonce"] != nonce:
            return None
        paths = {key: tuple(map(str, fields[key])) for key in ("opened", "asked", "listed")}
        return Report(Ending(fields["ending"]), str(fields["message"]), str(fields["place"]), **paths)
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None


def read_measures(path: Path) -> Measures:
    """The measures at `path`, one JSON object a line; no measures where there is no file."""
    try:
        lines = [line for line in _read(path, _MOST_BYTES).splitlines() if line.strip()]
    except FileNotFoundError:
        return Measures()
    except (OSError, ValueError) as error:
        return Measures(wrong=f"its measures cannot be read: {getattr(error, 'strerror', None) or error}")
    found = []
    wrong = f"more than {MOST_MEASURES} measures; take fewer" if len(lines) > MOST_MEASURES else ""
    for number, line in enumerate(lines[:MOST_MEASURES], start=1):
        try:
            found.append(_measure(line))
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            reason = f"no {error}" if isinstance(error, KeyError) else str(error)
            wrong = wrong or f"measure {number} cannot be read: {reason}"
    return Measures(tuple(found), wrong)


def meaning(
    ran: process.Ran, report: Report | None, measures: Measures, last_line: str, *, python: bool
) -> tuple[Ending, str, str]:
    """The outcome of one execution, with its message and its place.

    `last_line` is the end of what it printed: another executable has no other words, nor has Python without a report.
    """
    ending, message, place = _python_meaning(ran, report, last_line) if python else _plain_meaning(ran, last_line)
    if ending is not Ending.PASSED:
        return ending, message[:MESSAGE_LIMIT], place
    if measures.wrong:
        return Ending.ERRORED, measures.wrong[:MESSAGE_LIMIT], ""
    broken = next((measure for measure in measures.found if not measure.holds), None)
    return (ending, "", "") if broken is None else (Ending.FAILED, f"measure out of bounds: {broken}", "")


def _plain_meaning(ran: process.Ran, last_line: str) -> tuple[Ending, str, str]:
    if not isinstance(ran.exit, process.Exited):
        return Ending.ERRORED, _without_exit(ran.exit), ""
    ending = {0: Ending.PASSED, 1: Ending.FAILED, 77: Ending.SKIPPED}.get(ran.exit.code, Ending.ERRORED)
    return ending, last_line or f"exit {ran.exit.code}", ""


def _python_meaning(ran: process.Ran, report: Report | None, last_line: str) -> tuple[Ending, str, str]:
    if not isinstance(ran.exit, process.Exited):
        return Ending.ERRORED, _without_exit(ran.exit), ""
    if report is None:
        said = f": {last_line}" if last_line else ""
        return Ending.ERRORED, f"it ended without a report (exit {ran.exit.code}){said}", ""
    if ran.exit.code != 0 and report.ending is Ending.PASSED:
        return Ending.ERRORED, f"exit {ran.exit.code} after it had passed", ""
    return report.ending, report.message, report.place


def _without_exit(
    how: process.Signalled | process.TimedOut | process.Cancelled | process.NotStarted | process.Exceeded,
) -> str:
    match how:
        case process.Exceeded(what):
            return f"{what}; it and all it started were killed"
        case process.NotStarted(reason):
            return f"could not be started: {reason}"
        case process.TimedOut(seconds):
            return f"no answer within {seconds:g} s; it and all it started were killed"
        case process.Cancelled():
            return "interrupted"
        case process.Signalled(name):
            return f"ended by {name}"


def _measure(line: str) -> Measure:
    fields = json.loads(line)
    if not isinstance(fields, Mapping):
        raise TypeError("no JSON object")
    return measure_from(fields)


def _read(path: Path, limit: int) -> str:
    """The text of a regular file of at most `limit` bytes; evidence may have put anything in its place."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW)
    with open(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise ValueError("no regular file")
        data = file.read(limit + 1)
    if len(data) > limit:
        raise ValueError(f"more than {limit // 1024} KiB")
    return data.decode("utf-8", "replace")
