"""A record's file as text and as what the reader finds in it, so that a change can be placed and read back."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from adrtool.reading import frontmatter
from adrtool.reading.entries import Entry, entries, section_lines, section_of
from adrtool.reading.formats import Format, format_of, read_text
from adrtool.reading.head import Head, head_of
from adrtool.reading.labels import Label
from adrtool.reading.naming import name_of
from adrtool.reading.outline import Outline, Phrase, Section
from adrtool.reading.status import Standing, standing
from adrtool.reading.vocabulary import label_of
from adrtool.writing.source import Source


class Splice(NamedTuple):
    """Characters of a text, from `start` to `end`, and what shall stand there."""

    start: int
    end: int
    text: str


class Place(NamedTuple):
    """Where a record states its status: the lines there, and what they say."""

    lines: tuple[Phrase, ...]
    standing: Standing

    @property
    def value(self) -> Phrase:
        """The line that decides."""
        return next((line for line in self.lines if line.line == self.standing.line), self.lines[0])


@dataclass(frozen=True)
class Page:
    """The file of a record at `path`, from the repository's root."""

    path: str
    source: Source

    def spliced(self, splices: Iterable[Splice]) -> Page:
        """The page with all of `splices`, none of which touch."""
        source = self.source
        for splice in sorted(splices, reverse=True):
            source = source.splice(*splice)
        return Page(self.path, source)

    def first(self, ways: Iterable[Sequence[Splice]], check: Callable[[Page], bool]) -> Page | None:
        """The page changed in the first of `ways` that passes `check`; None where none does."""
        return next((page for way in ways if check(page := self.spliced(way))), None)

    @property
    def is_markdown(self) -> bool:
        """Whether the record is Markdown."""
        return format_of(self.path) is Format.MARKDOWN

    @cached_property
    def text(self) -> str:
        """The text with plain line ends; its lines are those of the source."""
        return self.source.text.replace("\r\n", "\n").replace("\r", "\n")

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """The lines, without their ends."""
        return tuple(self.text.split("\n"))

    @cached_property
    def outline(self) -> Outline:
        """What the record says, as every format gives it."""
        return read_text(self.text, self.path).outline

    @cached_property
    def facts(self) -> tuple[Entry, ...]:
        """The labelled facts of the record."""
        return entries(self.outline)

    @cached_property
    def head(self) -> Head:
        """What the record says of itself."""
        return head_of(self.outline, name_of(self.path), self.path)

    @cached_property
    def front(self) -> int:
        """How many lines the front matter has, its fences included."""
        if not self.is_markdown or not re.match(r"(---|\+\+\+)[ \t]*$", self.lines[0]):
            return 0
        body = frontmatter.split(self.text).body
        blank = len(body) - len(body.lstrip("\n"))
        fence = self.lines[0].strip()
        closing = (at for at, line in enumerate(self.lines[1 : blank + 1], 2) if line.strip() in (fence, "..."))
        return next(closing, 0)

    @cached_property
    def status_places(self) -> tuple[Place, ...]:
        """Where the record states its status, in the order in which it is believed."""
        stated = [entry.values for entry in self.facts if entry.label is Label.STATUS]
        if (section := section_of(self.outline, Label.STATUS)) is not None:
            stated.append(section_lines(section))
        found = ((lines, standing(lines)) for lines in stated if lines)
        return tuple(Place(tuple(lines), said) for lines, said in found if said is not None)

    @property
    def status_section(self) -> Section | None:
        """The section named for the status, even if nothing stands in it."""
        headed = (section for section in self.outline.sections if section.heading is not None)
        return next((s for s in headed if s.heading is not None and label_of(s.heading.text) is Label.STATUS), None)

    def section_end(self, section: Section) -> int:
        """The number of the last line of `section` that is not blank, its heading's own at least."""
        assert section.heading is not None
        first = section.heading.line
        later = (s.heading.line for s in self.outline.sections if s.heading is not None and s.heading.line > first)
        following = min(later, default=len(self.lines) + 1)
        last = following - 1
        if last > first and following < len(self.lines) and self.lines[last - 1] == self.lines[following] != "":
            last -= 1  # a ruler above a heading that has one below, too
        return next((at for at in range(last, first, -1) if self.lines[at - 1].strip()), first)

    def line_span(self, number: int) -> tuple[int, int]:
        """The characters of a line, without its end."""
        start, end = self.source.span(number - 1, number)
        return start, start + len(self.source.text[start:end].rstrip("\r\n"))

    def after_line(self, number: int, lines: Sequence[str]) -> Splice:
        """Put `lines` behind line `number`; before the first one for 0."""
        newline = self.source.newline
        if number == 0:
            return Splice(0, 0, "".join(line + newline for line in lines))
        end = self.line_span(number)[1]
        own = self.source.text[end : self.source.span(number - 1, number)[1]]  # in a file of mixed line ends
        return Splice(end, end, "".join((own or newline) + line for line in lines))
