"""Alarms as GitHub's annotations: beside the claim's own line, the worst first."""

from __future__ import annotations

from collections.abc import Sequence

from adrtool.jobs.alarms import Alarm
from adrtool.report.escape import command_property, command_value
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
    parts = [command_value(claim.text, 300)]
    if newest is not None and newest.message and row.judgement.verdict is not Verdict.HOLDS:
        parts.append(command_value(newest.message, 500))
    if claim.then:
        parts.append(command_value(f"then: {claim.then}", 300))
    title = command_property(f"{claim.id}: {row.word}", 200)
    # The ends of lines are ours: nothing that somebody else wrote holds one.
    return f"::{level} file={command_property(claim.path)},line={claim.line},title={title}::{'%0A'.join(parts)}"
