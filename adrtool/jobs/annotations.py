"""Alarms as GitHub's annotations: beside the claim's own line, the worst first."""

from __future__ import annotations

from collections.abc import Sequence

from adrtool.jobs.alarms import Alarm
from adrtool.jobs.quiet import plain
from adrtool.verdict import Verdict

_MOST = 9  # of a kind; GitHub drops what is over ten in a step without a word


def annotated(found: Sequence[Alarm]) -> str:
    """One workflow command to a line; what somebody else wrote can add none."""
    errors = [row for row in found if row.judgement.verdict is Verdict.STALE]
    warnings = [row for row in found if row.judgement.verdict is not Verdict.STALE]
    lines = [*_lines("error", errors), *_lines("warning", warnings)]
    return "".join(f"{line}\n" for line in lines)


def _lines(level: str, rows: Sequence[Alarm]) -> list[str]:
    shown = [_line(level, row) for row in rows[:_MOST]]
    more = len(rows) - len(shown)
    return [*shown, f"::{level}::{more} more; adrtool status shows them"] if more else shown


def _line(level: str, row: Alarm) -> str:
    claim, newest = row.judgement.claim, row.judgement.newest
    title = f"{claim.id}: {row.word}"
    parts = [plain(claim.text, 300)]
    if newest is not None and newest.message and row.judgement.verdict is not Verdict.HOLDS:
        parts.append(plain(newest.message, 500))
    if claim.then:
        parts.append(f"then: {plain(claim.then, 300)}")
    place = f"file={_property(claim.path)},line={claim.line},title={_property(title)}"
    return f"::{level} {place}::{_data(chr(10).join(parts))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
