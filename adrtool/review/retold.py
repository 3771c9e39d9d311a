"""Findings read back from a report, which somebody else may have written: its shape is checked, nothing is believed."""

from __future__ import annotations

from collections.abc import Mapping

from adrtool.review.findings import Finding, Level, Section
from adrtool.review.words import Line, Segment, Side

_MOST = 10_000  # of anything that the report lists


def findings_from(document: object) -> tuple[Finding, ...]:
    """The findings of a JSON document of `review`; raises ValueError, TypeError or KeyError where it is none."""
    fields = _mapping(document)
    if fields.get("format") != 1:
        raise ValueError('it has no `"format": 1`')
    return tuple(_finding(_mapping(row)) for row in _list(fields["findings"]))


def _finding(row: Mapping[str, object]) -> Finding:
    return Finding(
        section=Section[_text(row["section"]).upper()],
        level=Level(_text(row["level"])),
        rule=_text(row["rule"]),
        path=_text(row["path"]),
        line=_number(row["line"]),
        headline=_text(row["headline"]),
        subject=_text(row["subject"]),
        title=_text(row["title"]),
        quote=_text(row["quote"]),
        facts=tuple(_text(fact) for fact in _list(row["facts"])),
        sentence=_segments(row["sentence_diff"]),
        script=tuple(_line(_mapping(line)) for line in _list(row["script_diff"])),
        script_path=_text(row["script"]),
    )


def _line(row: Mapping[str, object]) -> Line:
    return Line(_number(row["line"]), _segments(row["segments"]))


def _segments(value: object) -> tuple[Segment, ...]:
    return tuple(
        Segment(Side(_text(row["side"])), _text(row["text"])) for row in (_mapping(item) for item in _list(value))
    )


def _mapping(value: object) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise TypeError("something in it is no object")
    return value


def _list(value: object) -> list[object]:
    if not isinstance(value, list) or len(value) > _MOST:
        raise TypeError(f"something in it is no list of at most {_MOST:,}")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("something in it is no text")
    return value


def _number(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 10**9:
        raise TypeError("something in it is no number of a line")
    return value
