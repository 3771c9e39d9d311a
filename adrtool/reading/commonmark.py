"""A parsed Markdown text as an outline."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from urllib.parse import unquote

from markdown_it.token import Token

from adrtool.reading.markdown import Document
from adrtool.reading.outline import Anchor, Block, Kind, Outline, Part, Phrase, Table, sectioned

_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_UNSPACED = re.compile(r"(#{1,6})(?=[^\s#!])")
_BADGE = re.compile(r"/badge/([^?#]*)")


def outline_of(document: Document) -> Outline:
    """The sections of `document`; its front matter is not looked at."""
    return Outline((), tuple(sectioned(_parts(document.tokens))))


def _parts(tokens: Sequence[Token]) -> Iterator[Part]:
    """The parts of a text in the order of the file; code is left out."""
    lists = quotes = 0
    in_heading = 0
    first = True
    rows: list[list[Phrase]] | None = None
    for token in tokens:
        match token.type:
            case "heading_open":
                in_heading = int(token.tag[1:])
            case "bullet_list_open" | "ordered_list_open":
                lists += 1
            case "bullet_list_close" | "ordered_list_close":
                lists -= 1
            case "blockquote_open":
                quotes += 1
            case "blockquote_close":
                quotes -= 1
            case "table_open":
                rows = []
            case "table_close" if rows:
                yield Table(tuple(rows[0]), tuple(tuple(row) for row in rows[1:]))
                rows = None
            case "tr_open" if rows is not None:
                rows.append([])
            case "inline" if in_heading:
                # A heading inside a list or quotation is no heading of the record.
                if not (lists or quotes):
                    yield in_heading, joined(token)
                in_heading = 0
            case "inline" if rows:
                rows[-1].append(joined(token))
            case "inline":
                kind = Kind.QUOTE if quotes else Kind.ITEM if lists else Kind.PARAGRAPH
                yield from _headed(Block(kind, phrases(token), lists), first)
        first = first and token.type != "inline"


def _headed(block: Block, first: bool) -> Iterator[Part]:
    """A paragraph, parted at `##Status`: for want of a space no heading, though its author meant one.

    A single mark counts only at the top, for `#12` may begin a line of any text.
    """
    start = 0
    for at, line in enumerate(block.lines if block.kind is Kind.PARAGRAPH else ()):
        if (marked := _UNSPACED.match(line.text)) and (len(marked[1]) > 1 or (first and at == 0)):
            if at > start:
                yield replace(block, lines=block.lines[start:at])
            yield len(marked[1]), line.after(marked.end())
            start = at + 1
    if start < len(block.lines):
        yield replace(block, lines=block.lines[start:])


def phrases(inline: Token) -> tuple[Phrase, ...]:
    """The lines of one inline token that show anything, each with its links."""
    first = _line(inline)
    written = inline.content.split("\n")
    found: list[Phrase] = []
    lines = _split_lines(inline.children or [])
    for offset, children in enumerate(lines):
        text, anchors, lead = _render(children)
        if text.strip():
            # Raw lines and seen lines part ways where a comment or a code span holds a line break.
            raw = written[offset] if len(lines) == len(written) else text
            found.append(Phrase.clipped(text, first + offset, raw, anchors, lead))
    return tuple(found)


def joined(inline: Token) -> Phrase:
    """The lines of one inline token as one phrase, parted by spaces; an empty phrase where nothing shows."""
    text, raw, lead = "", "", ""
    anchors: list[Anchor] = []
    for line in phrases(inline):
        shift = len(text) + 1 if text else 0
        text = f"{text} {line.text}" if text else line.text
        raw = f"{raw} {line.raw}" if raw else line.raw
        lead = lead or line.lead
        anchors += [Anchor(anchor.start + shift, anchor.end + shift, anchor.href) for anchor in line.anchors]
    return Phrase.clipped(text, _line(inline), raw, anchors, lead)


def _line(token: Token) -> int:
    return token.map[0] + 1 if token.map else 1


def _split_lines(children: Sequence[Token]) -> list[list[Token]]:
    lines: list[list[Token]] = [[]]
    open_links: list[Token] = []
    for child in children:
        if child.type in ("softbreak", "hardbreak") or (child.type == "html_inline" and _BREAK.match(child.content)):
            lines.append(list(open_links))
            continue
        if child.type == "link_open":
            open_links.append(child)
        elif child.type == "link_close" and open_links:
            open_links.pop()
        lines[-1].append(child)
    return lines


def _render(children: Sequence[Token]) -> tuple[str, tuple[Anchor, ...], str]:
    """Visible text, links, and the emphasised words it begins with; struck-through text is gone."""
    text, lead = "", ""
    anchors: list[Anchor] = []
    links: list[tuple[int, str]] = []
    emphasis = struck = 0
    leads = False  # whether an emphasis that began the line is still open
    for child in children:
        match child.type:
            case "s_open":
                struck += 1
            case "s_close":
                struck -= 1
            case "strong_open" | "em_open":
                emphasis += 1
                leads = leads or not text.strip()
            case "strong_close" | "em_close":
                emphasis -= 1
                if leads and not emphasis:
                    lead, leads = text.strip(), False
            case "link_open":
                links.append((len(text), str(child.attrs.get("href", ""))))
            case "link_close" if links:
                start, href = links.pop()
                anchors.append(Anchor(start, len(text), href))
            case "image":
                text += _image(child)
            case "text" | "text_special" | "code_inline" if not struck:
                text += child.content
            case _:
                pass
    anchors += [Anchor(start, len(text), href) for start, href in links]
    return text, tuple(anchors), lead


def _image(image: Token) -> str:
    """An image shows its words; a badge keeps them in its address (`/badge/status-accepted-green`)."""
    badge = _BADGE.search(str(image.attrs.get("src", "")))
    if badge is None:
        return image.content
    return " ".join(re.split(r"[\s/_-]+", unquote(badge[1]).removesuffix(".svg"))).strip()
