"""How one text became another: word by word, and line by line. Pure."""

from __future__ import annotations

import enum
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

_TOKEN = re.compile(r"\s+|\d+(?:[.,]\d+)*(?:[eE][+-]?\d+)?|\w+(?:['’]\w+)*|[^\w\s]")
_LIKE = 0.5  # two lines at least so alike are one line that changed
MOST_LINES = 400  # of a script's diff; nobody reads more in a review


class Side(enum.StrEnum):
    """Where a piece of text stands."""

    BOTH = "both"
    BEFORE = "before"
    AFTER = "after"


@dataclass(frozen=True, slots=True)
class Segment:
    """A run of text, and on which side it stands."""

    side: Side
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line that differs, with its number after the change; one that is gone has the number of its place."""

    number: int
    segments: tuple[Segment, ...]


def word_diff(before: str, after: str) -> tuple[Segment, ...]:
    """Both texts in one, word by word; runs of spaces count as one."""
    old, new = (_TOKEN.findall(" ".join(text.split())) for text in (before, after))
    return tuple(_merged(_pieces(old, new)))


def line_diff(before: str, after: str) -> tuple[Line, ...]:
    """The lines that differ, each word by word where its other self can be told."""
    old, new = before.splitlines(), after.splitlines()
    found: list[Line] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=len(old) + len(new) > 4000).get_opcodes():
        if tag != "equal":
            found += _changed(old[i1:i2], new[j1:j2], j1 + 1)
        if len(found) > MOST_LINES:
            break
    return tuple(found[:MOST_LINES])


def sides(segments: Sequence[Segment]) -> tuple[str, str]:
    """The text before, and the text after."""
    old = "".join(segment.text for segment in segments if segment.side is not Side.AFTER)
    new = "".join(segment.text for segment in segments if segment.side is not Side.BEFORE)
    return old, new


def _changed(old: Sequence[str], new: Sequence[str], number: int) -> Iterator[Line]:
    for at in range(max(len(old), len(new))):
        pair = old[at : at + 1], new[at : at + 1]
        if pair[0] and pair[1] and _alike(pair[0][0], pair[1][0]):
            yield Line(number + at, word_diff_exact(pair[0][0], pair[1][0]))
            continue
        if pair[0]:
            yield Line(number + min(at, len(new)), (Segment(Side.BEFORE, pair[0][0]),))
        if pair[1]:
            yield Line(number + at, (Segment(Side.AFTER, pair[1][0]),))


def word_diff_exact(before: str, after: str) -> tuple[Segment, ...]:
    """As `word_diff`, with every space as it stands."""
    return tuple(_merged(_pieces(_TOKEN.findall(before), _TOKEN.findall(after))))


def _alike(before: str, after: str) -> bool:
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    return matcher.quick_ratio() >= _LIKE and matcher.ratio() >= _LIKE


def _pieces(old: list[str], new: list[str]) -> Iterator[Segment]:
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            yield Segment(Side.BOTH, "".join(old[i1:i2]))
            continue
        yield Segment(Side.BEFORE, "".join(old[i1:i2]))
        yield Segment(Side.AFTER, "".join(new[j1:j2]))


def _merged(pieces: Iterator[Segment]) -> Iterator[Segment]:
    """A lone space between two changes belongs to both, so that a changed phrase reads as one."""
    gone = come = ""
    waiting = ""
    for piece in pieces:
        match piece.side:
            case Side.BEFORE:
                gone, come, waiting = gone + waiting + piece.text, come + waiting, ""
            case Side.AFTER:
                come = come + piece.text
            case Side.BOTH if piece.text.isspace() and (gone or come):
                waiting = piece.text
            case Side.BOTH:
                yield from _flushed(gone, come, waiting)
                gone = come = waiting = ""
                yield piece
    yield from _flushed(gone, come, waiting)


def _flushed(gone: str, come: str, waiting: str) -> Iterator[Segment]:
    if gone:
        yield Segment(Side.BEFORE, gone)
    if come:
        yield Segment(Side.AFTER, come)
    if waiting:
        yield Segment(Side.BOTH, waiting)
