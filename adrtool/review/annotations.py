"""A review as GitHub's workflow commands, which show beside the lines of a change."""

from __future__ import annotations

from collections.abc import Iterator

from adrtool.report.escape import command_property, command_value
from adrtool.review.findings import Finding, Level, findings
from adrtool.review.model import Review

# GitHub shows ten of each kind for one step, and drops the rest without a word: the last one says how many.
_MOST = 9
_LONGEST = 1000  # characters of a message
_WORDS = {Level.ERROR: "error", Level.WARNING: "warning", Level.NOTE: "notice"}


def commands(review: Review) -> Iterator[str]:
    """One command a line, the worst first."""
    found = findings(review)
    for level, word in _WORDS.items():
        rows = [row for row in found if row.level is level]
        yield from (_command(word, row) for row in rows[:_MOST])
        if len(rows) > _MOST:
            yield f"::{word} title=adrtool::{len(rows) - _MOST} more; `adrtool review` prints them all"


def _command(word: str, row: Finding) -> str:
    place = f"file={command_property(row.path)},line={max(row.line, 1)}"
    title = command_property(f"{row.section.value}: {row.subject}" if row.subject else row.section.value, 200)
    return f"::{word} {place},title={title}::{command_value(row.message, _LONGEST)}"
