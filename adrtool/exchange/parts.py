"""What other formats want of a record: its sections by the part they play, its relations by number."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from adrtool.model import Record
from adrtool.reading.labels import Label
from adrtool.reading.vocabulary import fold, label_of, record_section
from adrtool.sheet import Passage, Sheet

_CONFIRMATION = frozenset(("confirmation", "validation", "bestätigung", "compliance"))
_DRIVERS = frozenset(("decision drivers", "drivers", "entscheidungstreiber", "facteurs de décision"))
_FACTS = (Label.STATUS, Label.DATE, Label.DECIDERS, Label.TAGS)
_ITEM = re.compile(r"^[ ]{0,3}(?:[*+-]|\d{1,3}[.)])[ \t]+", re.MULTILINE)


class Loss(NamedTuple):
    """What an exported file does not hold of a record."""

    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}: {self.message}"


@dataclass(frozen=True, slots=True)
class Source:
    """A record with its text; None where the text cannot be read."""

    record: Record
    sheet: Sheet | None


@dataclass(frozen=True, slots=True)
class Section:
    """A section by the part it plays, or by its own heading where `part` is None; text as written."""

    part: str | None
    heading: str
    text: str


def sections(source: Source) -> tuple[Section, ...]:
    """The sections of a record's body: its title and facts are left out, inner headings stay in their section."""
    return tuple(_sections(source.sheet.passages)) if source.sheet is not None else ()


def items(text: str) -> tuple[str, ...]:
    """The entries of a list, each on one line; paragraphs where there is no list."""
    parts = _ITEM.split(text) if _ITEM.search(text) else text.split("\n\n")
    return tuple(joined for part in parts if (joined := " ".join(part.split())))


def lead(source: Source) -> str:
    """What stands before a record's first section, without the title and the lines that hold its facts."""
    if source.sheet is None:
        return ""
    passages = source.sheet.passages
    text = passages[0].text if passages else source.sheet.front.body
    parts = [part.strip("\n") for part in text.split("\n\n")]
    return "\n\n".join(part for part in parts if part.strip() and not _is_facts(part))


def numbers(records: Iterable[Record], least: int) -> dict[str, int]:
    """A number from `least` for each record, by path: its own, if it has one to itself; else the next free one."""
    records = tuple(records)
    taken: dict[int, str] = {}
    for record in records:
        if record.number is not None and record.number >= least:
            taken.setdefault(record.number, record.path)
    found = {path: number for number, path in taken.items()}
    following = max(taken, default=least - 1)
    for record in records:
        if record.path not in found:
            following += 1
            found[record.path] = following
    return found


def renumbered(records: Sequence[Record], given: dict[str, int]) -> Iterator[Loss]:
    """A word on every record whose number is not its own."""
    for record in records:
        if record.number != given[record.path]:
            why = "has no number" if record.number is None else f"cannot have number {record.number}"
            yield Loss(record.path, f"{why}; it is {given[record.path]} there")


def _sections(passages: Sequence[Passage]) -> Iterator[Section]:
    current: tuple[str | None, Passage] | None = None
    texts: list[str] = []
    top = min((passage.level for passage in passages[1:]), default=1)
    for passage in passages[1:] if passages and passages[0].level <= top else passages:
        part = _part(passage.heading)
        inner = current is not None and passage.level > current[1].level and part is None
        if inner:
            texts.append(f"{'#' * passage.level} {passage.heading}\n\n{passage.text}".strip())
            continue
        if current is not None:
            yield Section(current[0], current[1].heading, "\n\n".join(filter(None, texts)))
        current, texts = (part, passage), [passage.text]
    if current is not None:
        yield Section(current[0], current[1].heading, "\n\n".join(filter(None, texts)))


def _is_facts(paragraph: str) -> bool:
    """Whether a paragraph holds nothing but what a record says of itself: `Date: …`, `* Status: …`."""
    lines = [re.sub(r"^\s*[*+-]\s+|[*_]", "", line) for line in paragraph.strip().splitlines()]
    return all(":" in line and label_of(line.partition(":")[0]) is not None for line in lines)


def _part(heading: str) -> str | None:
    folded = fold(heading)
    if folded in _CONFIRMATION:
        return "confirmation"
    if folded in _DRIVERS:
        return "drivers"
    if label_of(heading) in _FACTS:
        return "fact"
    return record_section(heading)
