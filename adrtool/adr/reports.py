"""What `adr generate` makes of the records: a table of contents, and a graph."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

from adrtool.adr.log import Entry
from adrtool.adr.text import links


def toc(records: Sequence[Entry], intro: str, outro: str, prefix: str) -> Iterator[str]:
    """The table of contents in Markdown, line by line."""
    yield "# Architecture Decision Records"
    yield ""
    if intro:
        yield intro.removesuffix("\n")
        yield ""
    for record in records:
        yield f"* [{record.title()}]({prefix}{record.name})"
    if outro:
        yield ""
        yield outro.removesuffix("\n")


def graph(records: Sequence[Entry], extension: str, prefix: str) -> Iterator[str]:
    """The records in Graphviz's language: in their order, and how each links to earlier ones."""
    yield "digraph {"
    yield "  node [shape=plaintext];"
    yield "  subgraph {"
    for record in records:
        number = record.number
        url = f"{prefix}{os.path.splitext(record.name)[0]}{extension}"
        yield f'    _{number} [label="{_quoted(record.title())}"; URL="{_quoted(url)}"];'
        if number > 1:
            yield f'    _{number - 1} -> _{number} [style="dotted", weight=1];'
    yield "  }"
    for record in records:
        for target, words in links(record.read()):
            if not words.endswith(" by"):
                yield f'  _{record.number} -> _{target} [label="{_quoted(words)}", weight=0]'
    yield "}"


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
