"""What a record says of itself, whatever its format: bytes in, a `Head` out."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from adrtool.model import Problem, Severity, Status
from adrtool.reading.dates import first_date
from adrtool.reading.dating import dating
from adrtool.reading.entries import Entry, entries, is_nothing
from adrtool.reading.labels import Label
from adrtool.reading.naming import Name
from adrtool.reading.outline import Outline
from adrtool.reading.relations import Stated, relations_of
from adrtool.reading.status import decide, standings
from adrtool.reading.titles import title_of

SIZE_LIMIT = 5 * 1024 * 1024  # bytes
# Thirty times the most that any of 1,200 public records has; it keeps a parser's time to seconds.
MARKUP_LIMIT = 100_000  # characters that may begin markup, and lines
_MARKUP = "[|`*_<~!\\\n"


@dataclass(frozen=True, slots=True)
class Head:
    """What a record says of itself, before its links are resolved; lines are 1-based, None where it says nothing."""

    title: str
    status: Status
    status_raw: str
    date: dt.date | None
    relations: tuple[Stated, ...] = ()
    tags: tuple[str, ...] = ()
    deciders: tuple[str, ...] = ()
    revisit: dt.date | None = None
    applies_to: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    title_line: int | None = None
    status_line: int | None = None
    date_line: int | None = None


def decode(data: bytes, path: str) -> str | Problem:
    """The text of a record, without its byte order mark and with plain line ends; else why there is none."""
    if len(data) > SIZE_LIMIT:
        limit = SIZE_LIMIT // 1024**2
        return Problem(path, 1, "too-large", f"larger than {limit} MB; a record this long is hardly one: split it")
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        mend = "save the file as UTF-8"
        return Problem(path, line, "not-utf8", f"byte {data[error.start]:#04x} is not {encoding[:6].upper()}; {mend}")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if (at := text.find("\0")) >= 0:
        line = text.count("\n", 0, at) + 1
        return Problem(path, line, "not-text", "a NUL character: this is no text file; save it as UTF-8 text")
    if sum(map(text.count, _MARKUP)) > MARKUP_LIMIT:
        return Problem(
            path, 1, "too-tangled", f"more than {MARKUP_LIMIT} lines and marks; no record needs them: split it"
        )
    if not text.strip():
        return Problem(path, 1, "empty-record", "the file is empty; write the record or delete it")
    return text


def head_of(outline: Outline, name: Name, path: str) -> Head:
    """What the record at `path` says of itself; `name` supplies what its text leaves open."""
    facts = entries(outline)
    title, title_line, title_problems = _title(outline, name, path)
    places = standings(outline, facts)
    status, status_problems = decide(places, path)
    dated = dating(outline, facts, places, name.day)
    return Head(
        title=title,
        status=status.status,
        status_raw=status.raw,
        date=dated.day,
        relations=tuple(dict.fromkeys(relations_of(outline, facts))),
        tags=_words(facts, Label.TAGS, r"[,;、，]|\s+(?=#)"),
        deciders=_words(facts, Label.DECIDERS, r"[,;、，]|\s(?:and|und|et|&)\s"),
        revisit=_day(facts, Label.REVISIT),
        applies_to=_globs(facts),
        problems=(*title_problems, *status_problems, *_date_problems(dated.day, dated.line, dated.wrong, path)),
        title_line=title_line,
        status_line=status.line or None,
        date_line=dated.line,
    )


def _title(outline: Outline, name: Name, path: str) -> tuple[str, int | None, tuple[Problem, ...]]:
    title = title_of(outline, name)
    fallback = name.words or name.spelt
    if title is None:
        missing = "no title; begin the record with a heading, `# Title`"
        return fallback, None, (Problem(path, 1, "missing-title", missing, Severity.WARNING),)
    if title.unfilled:
        message = f"the title is still the template's: {title.text[:60]!r}; write this record's"
        return fallback, None, (Problem(path, title.line, "unfilled-template", message, Severity.WARNING),)
    if title.spelt and name.spelt and int(title.spelt) != int(name.spelt):
        message = f"the heading says {title.spelt}, the file's name {name.spelt}; make them agree"
        return title.text, title.line, (Problem(path, title.line, "number-mismatch", message, Severity.WARNING),)
    return title.text, title.line, ()


def _date_problems(day: dt.date | None, line: int | None, wrong: str, path: str) -> Iterator[Problem]:
    if wrong:
        yield Problem(path, line or 1, "bad-date", wrong, Severity.WARNING)
    elif day is None:
        yield Problem(path, 1, "missing-date", "no date; add one, as in `Date: 2026-01-31`", Severity.WARNING)


def _words(facts: Sequence[Entry], label: Label, separator: str) -> tuple[str, ...]:
    """The words of a list under `label`, without a template's placeholders."""
    parts = [
        part.strip(" \t`'\"")
        for entry in facts
        if entry.label is label
        for line in entry.values
        for part in re.split(separator, line.text)
    ]
    return tuple(dict.fromkeys(part for part in parts if not is_nothing(part) and part[0] not in "[{<"))


def _day(facts: Sequence[Entry], label: Label) -> dt.date | None:
    """The first date under `label`."""
    lines = (line for entry in facts if entry.label is label for line in entry.values)
    return next((day for line in lines if (day := first_date(line.text)) is not None), None)


def _globs(facts: Sequence[Entry]) -> tuple[str, ...]:
    """The patterns of files that the record says it governs; prose under the same word is none."""
    words = _words(facts, Label.APPLIES_TO, r"[,;]")
    return tuple(word for word in words if re.search(r"[*/]|\.\w+$", word) and " " not in word)
