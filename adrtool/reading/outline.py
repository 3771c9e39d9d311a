"""What every format of record is reduced to before anyone asks what it means: phrases, fields, blocks, sections."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

# Characters of a line that are looked at: no status is longer, and no pattern may crawl over megabytes.
LINE_LIMIT = 1000


@dataclass(frozen=True, slots=True)
class Anchor:
    """A link inside a phrase: the span of its text there, and its target as written."""

    start: int
    end: int
    href: str


@dataclass(frozen=True, slots=True)
class Phrase:
    """One line as a reader sees it, without markup; `raw` is the same line as written."""

    text: str
    line: int  # 1-based
    raw: str = ""
    anchors: tuple[Anchor, ...] = ()
    lead: str = ""  # the emphasised words at its start

    @classmethod
    def clipped(cls, text: str, line: int, raw: str, anchors: Iterable[Anchor] = (), lead: str = "") -> Phrase:
        """A phrase of at most LINE_LIMIT characters, without spaces around it."""
        indent = len(text) - len(text.lstrip())
        text = text.strip()[:LINE_LIMIT]
        kept = tuple(
            Anchor(max(anchor.start - indent, 0), min(anchor.end - indent, LINE_LIMIT), anchor.href)
            for anchor in anchors
            if anchor.start - indent < LINE_LIMIT
        )
        return cls(text, line, raw.strip()[:LINE_LIMIT], kept, lead[:LINE_LIMIT])

    def after(self, start: int) -> Phrase:
        """The rest of the phrase from `start` on, with its links."""
        return self.between(start, len(self.text))

    def between(self, start: int, end: int) -> Phrase:
        """The phrase from `start` up to `end`, with the links that begin there, without spaces around it."""
        start += len(self.text[start:end]) - len(self.text[start:end].lstrip())
        text = self.text[start:end].rstrip()
        anchors = tuple(
            Anchor(anchor.start - start, min(anchor.end, end) - start, anchor.href)
            for anchor in self.anchors
            if start <= anchor.start < end
        )
        whole_tail = end >= len(self.text.rstrip())
        raw = _raw_tail(self.raw, text) if whole_tail else text
        lead = self.lead if start == 0 and end >= len(self.lead) else ""
        return Phrase(text, self.line, raw, anchors, lead)


def _raw_tail(raw: str, tail: str) -> str:
    """What of `raw` shows as `tail`: found by its first word, for markup moves every offset."""
    first = tail.split(" ", 1)[0]
    at = raw.find(first) if first else -1
    if at < 0:
        return tail
    if len(raw) > len(tail) and (last := raw.rfind(tail)) > at:
        at = last
    while at > 0 and raw[at - 1] in "*_`[({<~\"'!":
        at -= 1
    return raw[at:].strip()


class Kind(enum.Enum):
    """How a block stands in its text."""

    PARAGRAPH = enum.auto()
    ITEM = enum.auto()
    QUOTE = enum.auto()


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, list item or quotation: its lines, never empty."""

    kind: Kind
    lines: tuple[Phrase, ...]
    depth: int = 0  # of lists around an item, from 1


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its header cells and its rows of cells."""

    header: tuple[Phrase, ...]
    rows: tuple[tuple[Phrase, ...], ...]


@dataclass(frozen=True, slots=True)
class Field:
    """A key and what it holds, from front matter or document attributes; a list has several values."""

    key: str
    values: tuple[Phrase, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and the blocks up to the next one; the text before the first heading has none, at level 0."""

    heading: Phrase | None
    level: int
    blocks: tuple[Block | Table, ...]

    def lines(self) -> Iterator[Phrase]:
        """Every line of its paragraphs, items and quotations."""
        for block in self.blocks:
            if isinstance(block, Block):
                yield from block.lines


@dataclass(frozen=True, slots=True)
class Outline:
    """A whole record: its fields, then its sections in the order of the text."""

    fields: tuple[Field, ...]
    sections: tuple[Section, ...]


Part = tuple[int, Phrase] | Block | Table  # a heading is its level and its text


def sectioned(parts: Iterable[Part]) -> Iterator[Section]:
    """The sections that `parts`, in the order of a text, make up."""
    level, heading = 0, None
    blocks: list[Block | Table] = []
    for part in parts:
        if isinstance(part, tuple):
            if heading is not None or blocks:
                yield Section(heading, level, tuple(blocks))
            level, heading = part
            blocks = []
        else:
            blocks.append(part)
    if heading is not None or blocks:
        yield Section(heading, level, tuple(blocks))
