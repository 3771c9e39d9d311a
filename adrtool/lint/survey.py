"""What the rules look at: each record's text boiled down to the little that they need."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

from markdown_it.token import Token

from adrtool.lint.prompts import is_prompt
from adrtool.model import Problem, Record
from adrtool.reading.claims import Setting
from adrtool.reading.markdown import plain_text
from adrtool.reading.near_misses import near_misses
from adrtool.sheet import Hyperlink, Sheet
from adrtool.workspace import Workspace

_HTML_ANCHOR = re.compile(r"<[a-z][^>]*?\s(?:id|name)\s*=\s*[\"']?([^\"'\s>]+)", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"\{[^{}]*#([\w.:-]+)[^{}]*\}\s*$")


class Finding(NamedTuple):
    """What a rule found, with its place and its mend."""

    path: str
    line: int
    message: str


class Heading(NamedTuple):
    """A heading of a record; `is_empty` where nothing stands between it and the next one of its level."""

    text: str
    level: int
    line: int
    is_empty: bool


@dataclass(frozen=True, slots=True)
class Page:
    """What the rules need of one Markdown record."""

    record: Record
    setting: Setting
    headings: tuple[Heading, ...]
    links: tuple[Hyperlink, ...]
    anchors: frozenset[str]
    near_misses: tuple[Problem, ...]
    prompts: tuple[tuple[int, str], ...]  # lines on which a template's text still stands


@dataclass
class Survey:
    """All records of a repository, and the pages of those that are Markdown."""

    workspace: Workspace
    today: date
    base: str | None = None  # what the records are to be merged into
    _anchors: dict[str, frozenset[str]] = field(default_factory=dict)

    @property
    def records(self) -> tuple[Record, ...]:
        """Every record."""
        return self.workspace.records

    @cached_property
    def by_path(self) -> dict[str, Record]:
        """Records by their paths."""
        return {record.path: record for record in self.records}

    @cached_property
    def pages(self) -> tuple[Page, ...]:
        """The pages, each parsed once; tokens are not kept."""
        return tuple(page for record in self.records if (page := self._page(record)) is not None)

    def anchors_of(self, path: str) -> frozenset[str] | None:
        """What a link into the Markdown file at `path` can name; None where that cannot be told."""
        if path not in self._anchors:
            sheet = Sheet.read(self.workspace.root, path)
            if sheet is None or not sheet.is_markdown:
                return None
            self._anchors[path] = anchors(sheet.document.tokens)
        return self._anchors[path]

    def _page(self, record: Record) -> Page | None:
        sheet = Sheet.read(self.workspace.root, record.path)
        if sheet is None or not sheet.is_markdown:
            return None
        setting = self.workspace.setting(record)
        tokens = sheet.document.tokens
        self._anchors[record.path] = found = anchors(tokens)
        misses = tuple(near_misses(sheet.document, setting))
        return Page(record, setting, tuple(_headings(tokens)), tuple(sheet.links()), found, misses, _prompts(tokens))


Check = Callable[[Survey], Iterator[Finding]]


def squash(anchor: str) -> str:
    """An anchor as every forge and site would agree on: without case, dashes and punctuation."""
    return re.sub(r"[\W_]+", "", anchor).casefold()


def anchors(tokens: tuple[Token, ...]) -> frozenset[str]:
    """What links can name in a text: its headings, and the anchors that its HTML sets; squashed."""
    found: set[str] = set()
    times: Counter[str] = Counter()
    for before, token in zip((None, *tokens), tokens, strict=False):
        if token.type == "inline" and before is not None and before.type == "heading_open":
            text = plain_text(token.children or [])
            name = squash(text)
            # Forges count a heading's second use from 1, some sites from 2.
            found |= {name, f"{name}{times[name]}", f"{name}{times[name] + 1}"} if times[name] else {name}
            times[name] += 1
            if match := _ATTRIBUTE.search(text):
                found |= {squash(match[1]), squash(text[: match.start()])}
        if token.type in ("inline", "html_block"):
            found |= {squash(name) for name in _HTML_ANCHOR.findall(token.content)}
    return frozenset(found)


def _headings(tokens: tuple[Token, ...]) -> Iterator[Heading]:
    opened = [at for at, token in enumerate(tokens) if token.type == "heading_open" and token.level == 0]
    for at, following in pairwise((*opened, len(tokens))):
        level = int(tokens[at].tag[1:])
        between = [token for token in tokens[at + 3 : following] if not _is_comment(token)]
        next_level = int(tokens[following].tag[1:]) if following < len(tokens) else 0
        line = (tokens[at].map or [0])[0] + 1
        yield Heading(plain_text(tokens[at + 1].children or []), level, line, not between and next_level <= level)


def _is_comment(token: Token) -> bool:
    return token.type == "html_block" and re.fullmatch(r"\s*(?:<!--.*?-->\s*)+", token.content, re.DOTALL) is not None


def _prompts(tokens: tuple[Token, ...]) -> tuple[tuple[int, str], ...]:
    lines = []
    for before, token in zip((None, *tokens), tokens, strict=False):
        if token.type == "inline" and before is not None and before.type == "paragraph_open":
            has_link = any(child.type in ("link_open", "image") for child in token.children or ())
            if not has_link and is_prompt(text := plain_text(token.children or [])):
                lines.append(((token.map or [0])[0] + 1, text))
    return tuple(lines)
