"""The day of a decision: as dated, else as created, else from the file's name, the status or the history."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from adrtool.model import Status
from adrtool.reading.dates import find_dates, first_date, is_date, only_day
from adrtool.reading.entries import Entry, head_sections, section_lines, section_of
from adrtool.reading.labels import DAY_FIRST, Label
from adrtool.reading.outline import Outline, Phrase, Table
from adrtool.reading.status import Standing
from adrtool.reading.vocabulary import fold
from adrtool.reading.words import words_of


@dataclass(frozen=True, slots=True)
class Dating:
    """A day with its line, None where a file's name says it; `wrong` is what is the matter with what stands there."""

    day: date | None = None
    line: int | None = None
    wrong: str = ""


def dating(outline: Outline, facts: Sequence[Entry], places: Sequence[Standing], named: date | None) -> Dating:
    """The day of the decision; `named` is the day in the file's name, which also settles what is ambiguous.

    A date that is stated but impossible is none: nothing else is guessed in its place.
    """
    for label in (Label.DATE, Label.CREATED):
        if (stated := _stated(outline, facts, label, named)) is not None:
            return stated
    for line in _bare(outline):
        if (day := first_date(line.text, named)) is not None:
            return Dating(day, line.line)
    if named is not None:
        return Dating(named)
    for place in places:
        if place.status is not Status.UNKNOWN and place.day is not None:
            return Dating(place.day, place.line)
    return min(_logged(outline), default=Dating(), key=lambda logged: logged.day or date.max)


def _stated(outline: Outline, facts: Sequence[Entry], label: Label, named: date | None) -> Dating | None:
    lines = [(line, entry.key) for entry in facts if entry.label is label for line in entry.values]
    if (section := section_of(outline, label)) is not None and section.heading is not None:
        lines += [(line, section.heading.text) for line in section_lines(section)]
    for line, key in lines:
        for days in find_dates(line.text):
            day = days[0] if days and re.split(r"\W", fold(key))[0] in words_of(DAY_FIRST) else only_day(days, named)
            return Dating(day, line.line, "" if day is not None else _wrong(line.text, days))
    return None


def _wrong(text: str, days: tuple[date, ...]) -> str:
    if days:
        return f"{text[:40]!r} can be {' or '.join(map(str, days))}; write the date as YYYY-MM-DD"
    return f"there is no such day: {text[:40]!r}"


def _bare(outline: Outline) -> Iterator[Phrase]:
    """Lines of the head that hold a date and nothing else."""
    for section in head_sections(outline):
        yield from (line for line in section.lines() if is_date(line.text))


def _logged(outline: Outline) -> Iterator[Dating]:
    """Every day in the record's list of changes."""
    section = section_of(outline, Label.CHANGELOG)
    if section is None:
        return
    cells = (cell for block in section.blocks if isinstance(block, Table) for row in block.rows for cell in row)
    for line in (*section.lines(), *cells):
        yield from (Dating(days[0], line.line) for days in find_dates(line.text) if len(days) == 1)
