"""Records that a change adds, takes away, or says something else of; and those that govern its files."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from adrtool.governing import matches
from adrtool.lint.statement import Statement, says_the_same, statement_of
from adrtool.model import Problem, Record, Status
from adrtool.review.model import Governed, RecordMark, RecordReview
from adrtool.review.sides import Side, Sides
from adrtool.review.words import line_diff
from adrtool.sheet import Sheet
from adrtool.verdict import Health

_SUMMARY = 160  # characters
_SHOWN_STATUSES = (Status.ACCEPTED, Status.PROPOSED, Status.DRAFT, Status.OTHER, Status.UNKNOWN)
_SENTENCE_END = re.compile(r"(?<=[.!?。])\s")
_MARKUP = re.compile(r"!?\[([^\]]*)\](?:\([^)]*\)|\[[^\]]*\])|[*`]+|<!--.*?-->|^[>\-*+]\s+", re.MULTILINE | re.DOTALL)


def records(sides: Sides, problems: Sequence[Problem]) -> tuple[RecordReview, ...]:
    """The records that are new, gone, of another status, or whose decision was edited after it was accepted."""
    return tuple(_reviews(sides, problems))


def _reviews(sides: Sides, problems: Sequence[Problem]) -> Iterator[RecordReview]:
    today = {sides.renamed.get(path, path): record for path, record in sides.base.records.items()}
    for path, record in sides.head.records.items():
        old = today.get(path)
        found = tuple(problem for problem in problems if problem.path == path)
        if old is None:
            yield RecordReview(RecordMark.ADDED, path, record.id, record.title, None, record.status, problems=found)
            continue
        if old.status is not record.status:
            mark = RecordMark.STATUS
            yield RecordReview(mark, path, record.id, record.title, old.status, record.status, problems=found)
        if old.status is Status.ACCEPTED and path in sides.by_path:
            before, after = _decision(sides.base, old), _decision(sides.head, record)
            if not says_the_same(before.text, after.text):
                text = line_diff(before.text, after.text)
                mark = RecordMark.REWRITTEN
                yield RecordReview(mark, path, record.id, record.title, old.status, record.status, after.line, text)
    for path, old in today.items():
        if path not in sides.head.records:
            yield RecordReview(RecordMark.REMOVED, old.path, old.id, old.title, old.status, None)


def _decision(side: Side, record: Record) -> Statement:
    sheet = Sheet.read(side.workspace.root, record.path)
    return statement_of(sheet) if sheet is not None else Statement(1, "")


def _words(text: str) -> list[str]:
    """The words that a reader sees: wrapping, emphasis and where links lead make no difference."""
    return _MARKUP.sub(lambda match: match[1] or "", text).split()


def governed(sides: Sides, healths: dict[str, Health | None]) -> tuple[Governed, ...]:
    """The decisions in force, or on their way to it, whose `applies-to` means a file of the change."""
    files = [path for path in sides.by_path if path not in sides.head.records]
    found = []
    for record in sides.head.records.values():
        mine = tuple(path for path in files if any(matches(path, glob) for glob in record.applies_to))
        if mine and record.status in _SHOWN_STATUSES:
            summary = _summary(sides.head, record)
            row = Governed(record.path, record.id, record.title, summary, record.status, healths[record.path], mine)
            found.append(row)
    return tuple(found)


def _summary(side: Side, record: Record) -> str:
    """The first sentence of what was decided."""
    text = " ".join(_words(_decision(side, record).text))
    first = _SENTENCE_END.split(text, maxsplit=1)[0]
    return first if len(first) <= _SUMMARY else first[: _SUMMARY - 1].rstrip() + "…"
