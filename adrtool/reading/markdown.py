"""Markdown text in, tokens with places out; the only module that knows markdown-it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.link import link as commonmark_link
from markdown_it.token import Token
from mdit_py_plugins.front_matter import front_matter_plugin

_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_BAR = re.compile(r"(?<!\\)\|")


@dataclass(frozen=True, slots=True)
class Document:
    """A parsed text: block tokens as markdown-it gives them, front matter apart.

    `Token.map` counts lines from 0. Each `link_open` child has a map of its own, the line of its
    opening bracket where it is used; `meta["label"]` when it came by reference; and in `meta["written"]`
    how it stands in its block's text.
    """

    tokens: tuple[Token, ...]
    references: Mapping[str, Mapping[str, Any]]  # normalised label -> href, title, map
    front_matter: str | None  # without its fences; it begins on line 2
    lost_cells: tuple[tuple[int, str], ...] = ()  # what nobody sees: (line, text) of cells beyond a table's columns

    def inlines(self) -> Iterator[Token]:
        """Every token that holds text and links, in the order of the file."""
        return (token for token in self.tokens if token.type == "inline")


def parse(text: str) -> Document:
    """Read `text` (no byte order mark) as CommonMark with GitHub's tables and strike-through."""
    env: dict[str, Any] = {}
    tokens = _parser().parse(text, env)
    front = next((token.content for token in tokens if token.type == "front_matter"), None)
    body = tuple(token for token in tokens if token.type != "front_matter")
    for token in body:
        if token.type == "inline" and token.map is not None:
            _place_links(token, token.map[0])
    return Document(body, env.get("references", {}), front, tuple(_lost_cells(body, text)))


def plain_text(tokens: list[Token]) -> str:
    """What a reader sees of inline `tokens`: no markup, line breaks and runs of spaces as one space."""
    return " ".join("".join(_visible(token) for token in tokens).split())


def _visible(token: Token) -> str:
    match token.type:
        case "text" | "text_special" | "code_inline":
            return token.content
        case "softbreak" | "hardbreak":
            return " "
        case "html_inline" if _BREAK.match(token.content):
            return " "
        case "image":
            return plain_text(token.children or [])
        case _:
            return ""


def title_span(written: str, *, definition: bool) -> tuple[int, int] | None:
    """Where the title stands in a link, `[text](path "title")`, or in the rest of a definition, ` path "title"`.

    The span begins right behind the path, and is empty where there is no title. None where it cannot be told.
    """
    parser = _parser()
    state = StateInline(written, parser, {}, [])
    position = 0 if definition else parser.helpers.parseLinkLabel(state, 0, True) + 2
    position += len(written[position:]) - len(written[position:].lstrip())
    path = parser.helpers.parseLinkDestination(written, position, len(written))
    if not path.ok:
        return None
    after = path.pos
    gap = after + len(written[after:]) - len(written[after:].lstrip())
    title = parser.helpers.parseLinkTitle(written, gap, len(written)) if gap > after else None
    return after, title.pos if title is not None and title.ok else after


def _lost_cells(tokens: tuple[Token, ...], text: str) -> Iterator[tuple[int, str]]:
    """Cells beyond a table's columns: GitHub's tables drop them without a word."""
    lines = text.splitlines() if any(token.type == "tr_open" for token in tokens) else []
    row: int | None = None
    shown: set[str] = set()
    for token in tokens:
        if token.type == "tr_open":
            row, shown = token.map[0] if token.map else None, set()
        elif token.type == "inline" and row is not None:
            shown.add(token.content)
        elif token.type == "tr_close" and row is not None and row < len(lines):
            cells = (cell.strip().replace("\\|", "|") for cell in _BAR.split(lines[row]))
            yield from ((row, cell) for cell in cells if cell and cell not in shown)
            row = None


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"store_labels": True}).enable(["table", "strikethrough"])
    parser.use(front_matter_plugin)
    # Escaped characters stay tokens of their own: `\\[` is no bracket, not even of a near miss.
    parser.disable("text_join")
    parser.inline.ruler.at("link", _placed_link)
    # Destinations stay as written: what a link means on disk is decided where the record is known.
    parser.normalizeLink = lambda url: url  # type: ignore[method-assign]
    return parser


def _placed_link(state: StateInline, silent: bool) -> bool:
    """CommonMark's own link rule, which also notes where in the text the link began."""
    start, known = state.pos, len(state.tokens)
    if not commonmark_link(state, silent):
        return False
    if not silent:
        opened = next(token for token in state.tokens[known:] if token.type == "link_open")
        opened.meta["breaks"] = state.src.count("\n", 0, start)
        opened.meta["written"] = state.src[start : state.pos]
    return True


def _place_links(inline: Token, first_line: int) -> None:
    for child in inline.children or ():
        if child.type == "link_open" and "breaks" in child.meta:
            line = first_line + child.meta.pop("breaks")
            child.map = [line, line + 1]
