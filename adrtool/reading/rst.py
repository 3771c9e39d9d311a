"""reStructuredText in, outline out; the only module that knows docutils. No file is included, nothing raw let in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from docutils import nodes
from docutils.core import publish_doctree

from adrtool.reading.outline import LINE_LIMIT, Anchor, Block, Kind, Outline, Phrase, Section, Table

# What a record says of itself stands well before these limits, and docutils crawls over long paragraphs.
_READ = 128 * 1024  # characters of the text
_PARAGRAPH = 4 * 1024  # characters without an empty line
_SETTINGS = {
    "_disable_config": True,
    "docinfo_xform": False,
    "doctitle_xform": False,
    "file_insertion_enabled": False,
    "halt_level": 6,
    "input_encoding": "unicode",
    "line_length_limit": 10**9,
    "raw_enabled": False,
    "report_level": 6,
    "smart_quotes": False,
    "warning_stream": False,
}
_ROLE = re.compile(r":(?:doc|ref|adr):`(?:(?P<text>[^`<]*?)\s*<(?P<target>[^`>]+)>|(?P<bare>[^`]+))`")
_OPTION = re.compile(r"^\s+:(?P<key>[\w -]+):\s*(?P<value>.*)$")


def outline_of(text: str) -> tuple[Outline, tuple[tuple[int, str], ...]]:
    """The outline of `text`, and what was wrong with it as (line, message)."""
    try:
        document = publish_doctree(_bounded(text), settings_overrides=_SETTINGS)
    except (RecursionError, AttributeError, ValueError, TypeError, KeyError, IndexError) as error:
        # docutils itself trips over some broken texts.
        return _plainly(text), ((1, f"no reStructuredText that docutils can read ({type(error).__name__})"),)
    lines = text.split("\n")
    return Outline((), tuple(_placed(section, lines) for section in _sections(document, 0, None))), ()


def _placed(section: Section, lines: Sequence[str]) -> Section:
    """A section whose heading is where its words are: docutils names the line below them, the ruler."""
    heading = section.heading
    if heading is None or not 2 <= heading.line <= len(lines) or lines[heading.line - 1].strip() == heading.raw:
        return section
    above = lines[heading.line - 2].strip() == heading.raw
    return replace(section, heading=replace(heading, line=heading.line - 1)) if above else section


def _bounded(text: str) -> str:
    """The part of `text` that is read: line for line, but nothing of what exceeds the limits."""
    lines = []
    size = 0
    for line in text[:_READ].split("\n"):
        size = size + len(line) if line.strip() else 0
        lines.append(line[:LINE_LIMIT] if size <= _PARAGRAPH else "")
    return "\n".join(lines)


def _sections(node: nodes.Element, level: int, heading: Phrase | None) -> Iterator[Section]:
    blocks: list[Block | Table] = []
    below: list[nodes.Element] = []
    for child in node.children:
        match child:
            case nodes.section():
                below.append(child)
            case nodes.title():
                pass
            case nodes.system_message() if (lost := _lost_heading(child)) is not None:
                yield Section(heading, level, tuple(blocks))
                heading, level, blocks = lost, level + 1, []
            case nodes.Element():
                blocks += _blocks(child, 0, quoted=False)
    if heading is not None or blocks:
        yield Section(heading, level, tuple(blocks))
    for section in below:
        title = next((child for child in section.children if isinstance(child, nodes.title)), None)
        lines = _phrases(title) if title is not None else ()
        yield from _sections(section, level + 1, lines[0] if lines else Phrase("", section.line or 1))


def _lost_heading(message: nodes.system_message) -> Phrase | None:
    """The heading that docutils refused for its level or underline; a reader sees a heading all the same."""
    if not message.astext().lstrip().startswith(("Title level inconsistent", "Inconsistent title style")):
        return None
    source = next((child for child in message.children if isinstance(child, nodes.literal_block)), None)
    lines = [line for line in (source.astext() if source else "").split("\n") if re.search(r"\w", line)]
    return Phrase(lines[0].strip(), message.get("line", 1), lines[0].strip()) if lines else None


def _blocks(node: nodes.Element, depth: int, *, quoted: bool) -> Iterator[Block | Table]:
    match node:
        case nodes.paragraph() | nodes.line():
            if lines := _phrases(node):
                yield Block(Kind.QUOTE if quoted else Kind.ITEM if depth else Kind.PARAGRAPH, lines, depth)
        case nodes.field():
            yield from _pair(node.children[0], node.children[1], depth)
        case nodes.definition_list_item():
            terms = [child for child in node.children if isinstance(child, nodes.term)]
            bodies = [child for child in node.children if isinstance(child, nodes.definition)]
            if terms and bodies:
                yield from _pair(terms[0], bodies[0], depth)
        case nodes.block_quote():
            for child in node.children:
                if isinstance(child, nodes.Element):
                    yield from _blocks(child, depth, quoted=depth == 0)
        case nodes.table():
            yield from _table(node)
        case nodes.system_message():
            yield from _directive(node)
        case nodes.literal_block() | nodes.comment() | nodes.substitution_definition():
            pass
        case _:
            deeper = depth + isinstance(node, nodes.bullet_list | nodes.enumerated_list)
            for child in node.children:
                if isinstance(child, nodes.Element):
                    yield from _blocks(child, deeper, quoted=quoted)


def _pair(name: nodes.Node, body: nodes.Node, depth: int) -> Iterator[Block]:
    """A field or a definition as the line `name: body`."""
    assert isinstance(name, nodes.Element)
    assert isinstance(body, nodes.Element)
    label = name.astext().strip()
    lines = [line for block in _blocks(body, 0, quoted=False) if isinstance(block, Block) for line in block.lines]
    if not lines:
        return
    shift = len(label) + 2
    first = lines[0]
    anchors = tuple(Anchor(anchor.start + shift, anchor.end + shift, anchor.href) for anchor in first.anchors)
    joined = Phrase(f"{label}: {first.text}", first.line, f"{label}: {first.raw}", anchors)
    yield Block(Kind.PARAGRAPH, (joined, *lines[1:]), depth)


def _table(node: nodes.table) -> Iterator[Table]:
    rows = [
        tuple(_cell(entry) for entry in row.children if isinstance(entry, nodes.Element))
        for row in node.findall(nodes.row)
    ]
    if rows:
        yield Table(rows[0], tuple(rows[1:]))


def _cell(entry: nodes.Element) -> Phrase:
    lines = [line for block in _blocks(entry, 0, quoted=False) if isinstance(block, Block) for line in block.lines]
    return lines[0] if lines else Phrase("", entry.line or 1)


def _directive(message: nodes.system_message) -> Iterator[Block]:
    """The options of a directive that only Sphinx knows, such as `.. adr::` with its `:status:`."""
    source = next((child for child in message.children if isinstance(child, nodes.literal_block)), None)
    if source is None or not source.astext().startswith(".. "):
        return
    for offset, line in enumerate(source.astext().split("\n")):
        if match := _OPTION.match(line):
            text = f"{match['key']}: {match['value']}"
            yield Block(Kind.PARAGRAPH, (Phrase(text, message.get("line", 1) + offset, text),))


def _phrases(node: nodes.Element) -> tuple[Phrase, ...]:
    """The lines of a paragraph, each with its links."""
    text = ""
    anchors: list[Anchor] = []
    lead = ""
    for child in node.children:
        start = len(text)
        shown = child.astext()
        if isinstance(child, nodes.reference):
            anchors.append(Anchor(start, start + len(shown), str(child.get("refuri") or child.get("refname") or "")))
        elif isinstance(child, nodes.problematic):
            shown, anchors = _role(shown, start, anchors)
        elif isinstance(child, nodes.strong | nodes.emphasis) and not text.strip():
            lead = shown.strip()
        text += shown
    return tuple(_lines(text, anchors, (node.rawsource or "").split("\n"), node.line or 1, lead))


def _role(text: str, start: int, anchors: list[Anchor]) -> tuple[str, list[Anchor]]:
    """A role that only Sphinx knows: `:doc:` and its like are links."""
    match = _ROLE.fullmatch(text)
    if match is None:
        return text, anchors
    shown = match["text"] or match["bare"] or match["target"]
    return shown, [*anchors, Anchor(start, start + len(shown), match["target"] or match["bare"])]


def _lines(text: str, anchors: list[Anchor], written: list[str], first: int, lead: str) -> Iterator[Phrase]:
    lines = text.split("\n")
    start = 0
    for offset, line in enumerate(lines):
        end = start + len(line)
        inside = tuple(
            Anchor(max(a.start, start) - start, min(a.end, end) - start, a.href)
            for a in anchors
            if start <= a.start < end
        )
        if line.strip():
            raw = written[offset].strip() if len(written) == len(lines) else line.strip()
            yield Phrase(line.rstrip(), first + offset, raw, inside, lead if offset == 0 else "")
        start = end + 1


def _plainly(text: str) -> Outline:
    """The first lines as they stand, for a text that docutils cannot take."""
    lines = tuple(
        Phrase(line.strip(), at, line.strip()) for at, line in enumerate(text[:_READ].split("\n"), 1) if line.strip()
    )
    heading = lines[0] if lines else None
    return Outline((), (Section(heading, 1, (Block(Kind.PARAGRAPH, lines[1:50]),) if lines[1:] else ()),))
