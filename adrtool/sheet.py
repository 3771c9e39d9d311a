"""A record's text with its sections and links, for whoever needs more than the record says of itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from adrtool.model import Problem
from adrtool.reading import frontmatter, markdown
from adrtool.reading.formats import Format, Text, format_of, read_text
from adrtool.reading.head import SIZE_LIMIT, decode
from adrtool.reading.outline import Outline

_RULER = re.compile(r"([=\-~^\"'`#*+.:_])\1{2,}\s*$")


@dataclass(frozen=True, slots=True)
class Hyperlink:
    """A link or image as it stands in a text; `written` is empty for an image."""

    href: str
    line: int
    written: str = ""


@dataclass(frozen=True, slots=True)
class Passage:
    """A heading, and the text from it to the next heading of any level."""

    heading: str
    level: int
    line: int  # of the heading
    text: str


@dataclass(frozen=True)
class Sheet:
    """The text of a Markdown, reStructuredText or AsciiDoc file, with plain line ends."""

    path: str
    text: str

    @classmethod
    def read(cls, root: Path, path: str) -> Sheet | None:
        """The sheet at `path`, from `root`; None for what is no text, which the reading of records reports."""
        try:
            with (root / path).open("rb") as stream:
                data = stream.read(SIZE_LIMIT + 1)
        except OSError:
            return None
        text = decode(data, path)
        return None if isinstance(text, Problem) else cls(path, text)

    @property
    def is_markdown(self) -> bool:
        """Whether links and anchors can be told."""
        return format_of(self.path) is Format.MARKDOWN

    @cached_property
    def _read(self) -> Text:
        return read_text(self.text, self.path)

    @cached_property
    def front(self) -> frontmatter.FrontMatter:
        """The front matter, and the text below it at its own line numbers."""
        return frontmatter.split(self.text) if self.is_markdown else frontmatter.FrontMatter(body=self.text)

    @cached_property
    def document(self) -> markdown.Document:
        """The tokens of a Markdown file."""
        document = self._read.document
        return document if document is not None else markdown.parse(self.front.body)

    @cached_property
    def outline(self) -> Outline:
        """The sections as every format gives them."""
        return self._read.outline

    def links(self) -> Iterator[Hyperlink]:
        """Every link and image of a Markdown file, in the order of its text."""
        for inline in self.document.inlines() if self.is_markdown else ():
            for child in inline.children or ():
                line = (child.map or inline.map or [0])[0] + 1
                if child.type == "link_open":
                    yield Hyperlink(str(child.attrs.get("href", "")), line, str(child.meta.get("written", "")))
                elif child.type == "image":
                    yield Hyperlink(str(child.attrs.get("src", "")), line)

    @cached_property
    def passages(self) -> tuple[Passage, ...]:
        """The headings with the text below each, as written; text before the first one is left out."""
        lines = self.front.body.split("\n")
        found = [(section.heading, section.level) for section in self.outline.sections if section.heading is not None]
        found.sort(key=lambda row: row[0].line)
        ends = [heading.line - 1 for heading, _ in found[1:]] + [len(lines)]
        return tuple(
            Passage(heading.text, level, heading.line, _body(lines[heading.line : end]))
            for (heading, level), end in zip(found, ends, strict=False)
        )


def _body(lines: list[str]) -> str:
    """Lines below a heading without the rulers around headings."""
    if lines and _RULER.match(lines[0]):
        lines = lines[1:]
    if lines and len(lines) > 1 and _RULER.match(lines[-1]) and not lines[-2].strip():
        lines = lines[:-1]
    return "\n".join(lines).strip("\n").rstrip()
