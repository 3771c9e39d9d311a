"""Text in, sections out, whatever a record is written in; each format's own reader is behind this seam."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from adrtool.reading import frontmatter, markdown
from adrtool.reading.naming import record_suffix
from adrtool.reading.outline import Outline


class Format(enum.Enum):
    """What a record is written in, with the lint rule that its damage falls under."""

    MARKDOWN = "broken-front-matter"
    RST = "broken-rst"
    ASCIIDOC = "broken-asciidoc"


_BY_SUFFIX = {".rst": Format.RST, ".adoc": Format.ASCIIDOC, ".asciidoc": Format.ASCIIDOC, ".asc": Format.ASCIIDOC}


def format_of(path: str) -> Format:
    """The format that a record's file name tells; whatever is not named for another one is Markdown."""
    return _BY_SUFFIX.get(record_suffix(path).lower(), Format.MARKDOWN)


@dataclass(frozen=True, slots=True)
class Text:
    """A record's text taken apart."""

    outline: Outline
    document: markdown.Document | None = None  # of Markdown, below its front matter
    damage: tuple[tuple[int, str], ...] = ()  # line, and what is wrong there


def read_text(text: str, path: str) -> Text:
    """Take `text`, of the file at `path`, apart. Places are lines of `text`, from 1."""
    match format_of(path):
        case Format.RST:
            from adrtool.reading import rst

            outline, damage = rst.outline_of(text)
            return Text(outline, damage=tuple(damage))
        case Format.ASCIIDOC:
            from adrtool.reading import asciidoc

            return Text(asciidoc.outline_of(text))
        case Format.MARKDOWN:
            from adrtool.reading import commonmark

            front = frontmatter.split(text)
            document = markdown.parse(front.body)
            outline = Outline(front.fields, commonmark.outline_of(document).sections)
            return Text(outline, document, tuple(front.damage))
