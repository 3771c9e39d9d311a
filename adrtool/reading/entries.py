"""The labelled facts of a record: `Status: Accepted`, `| Date | 2021-08-11 |`, `tags: [db]`, a `## Status` section."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from adrtool.model import Relation
from adrtool.reading.labels import Label
from adrtool.reading.outline import Block, Kind, Outline, Phrase, Section, Table
from adrtool.reading.vocabulary import fold, label_of, relation_label, status_pattern


@dataclass(frozen=True, slots=True)
class Entry:
    """One labelled fact: what is announced, and the lines that say it, none where its value is left empty."""

    label: Label | Relation
    key: str  # the label as written
    values: tuple[Phrase, ...]
    line: int


_LABELLED = re.compile(r"^\W{0,4}(?P<label>\w[^:：]{0,60}?)\s*[:：]\s*(?P<value>.*)$", re.DOTALL)
_DASHED = re.compile(r"^(?P<label>\w[\w ]{1,30}?)\s+[-\u2013\u2014]\s+(?P<value>.*)$")
_METADATA = frozenset(
    map(fold, ("metadata", "meta", "document metadata", "adr metadata", "meta data", "details", "information", "info",
               "document information", "record information", "metadaten", "métadonnées", "metadatos", "metadados"))
)  # fmt: skip
_PARTING = re.compile(r"\s[|·•]\s")
_NOTHING = frozenset(
    ("", "n/a", "na", "none", "tbd", "nil", "null", "keine", "aucun", "aucune", "ninguno", "нет", "无")
)


def is_nothing(text: str) -> bool:
    """Whether a value says that there is none."""
    return fold(text) in _NOTHING


def entries(outline: Outline) -> tuple[Entry, ...]:
    """The labelled facts of a record, the most telling place first: its fields, its head, its status, its foot."""
    found = [
        Entry(label, field.key, field.values, field.line)
        for field in outline.fields
        if (label := announces(field.key)) is not None
    ]
    for section in head_sections(outline):
        found += _of_blocks(section.blocks)
    if (status := section_of(outline, Label.STATUS)) is not None:
        found += _of_blocks(status.blocks)
    return (*found, *_foot(outline))


def head_sections(outline: Outline) -> Iterator[Section]:
    """The sections in which a record speaks of itself: before its body, and those named as metadata.

    Further down a line like `Status: accepted` is as likely an example as a fact.
    """
    before_body = True
    for section in outline.sections:
        if section.heading is None or fold(section.heading.text) in _METADATA:
            yield section
        elif before_body and label_of(section.heading.text) in (None, Label.NUMBER, Label.TITLE):
            yield section
            before_body = not section.blocks
        else:
            before_body = False


def announces(text: str) -> Label | Relation | None:
    """What `text` announces as a key or label."""
    label = label_of(text)
    if label in (Label.SECTION, Label.LINKS, Label.CHANGELOG):
        label = None
    return label or relation_label(text)


def labelled(phrase: Phrase) -> tuple[Label | Relation, Phrase] | None:
    """The label that opens a line and the rest of it; None for a line that announces nothing."""
    if phrase.lead and (label := announces(phrase.lead)) is not None:
        start = len(phrase.lead)
        rest = phrase.text[start:]
        return label, phrase.after(start + len(rest) - len(rest.lstrip(" \t:：-\u2013\u2014")))
    for pattern in (_LABELLED, _DASHED):
        match = pattern.match(phrase.text)
        if match and (label := announces(match["label"])) is not None:
            return label, phrase.after(match.start("value"))
    return None


def section_of(outline: Outline, label: Label) -> Section | None:
    """The first section that `label` announces and that says something."""
    for section in outline.sections:
        announced = section.heading is not None and _announced(section.heading) is label
        if announced and (section_lines(section) or any(isinstance(block, Table) for block in section.blocks)):
            return section
    return None


def section_lines(section: Section) -> tuple[Phrase, ...]:
    """What a section says of what its heading announces: the rest of the heading, then its lines.

    A legend in quotation marks is left out where anything else stands, and so are the labelled facts of others.
    """
    assert section.heading is not None
    found = labelled(section.heading)
    label = _announced(section.heading)
    beside = (found[1],) if found is not None and found[1].text else ()
    blocks = [block for block in section.blocks if isinstance(block, Block)]
    plain = [block for block in blocks if block.kind is not Kind.QUOTE] or blocks
    lines = (line for block in plain for line in block.lines)
    return beside + tuple(
        line for line in lines if (other := labelled(line)) is None or _tells_of(line, other[0], label)
    )


def _tells_of(line: Phrase, label: Label | Relation, of: Label | None) -> bool:
    """Whether a labelled line in a section is part of what the section is about: `Accepted: 2026-01-31` is a status."""
    if label is of or isinstance(label, Relation):
        return True
    return of is Label.STATUS and status_pattern().match(fold(line.text)) is not None


def _announced(heading: Phrase) -> Label | None:
    label = label_of(heading.text)
    if label is None and (found := labelled(heading)) is not None and isinstance(found[0], Label):
        return found[0]
    return label


def _of_blocks(blocks: Sequence[Block | Table]) -> Iterator[Entry]:
    lines: list[tuple[Phrase, int]] = []
    for block in blocks:
        match block:
            case Table():
                yield from _of_table(block)
            case Block():
                lines += [(part, block.depth) for line in block.lines for part in _parted(line)]
    for at, (line, depth) in enumerate(lines):
        if (found := labelled(line)) is not None:
            label, value = found
            yield Entry(label, line.text, (value,) if value.text else _below(lines, at, depth), line.line)
        elif (alone := label_of(line.text)) in (Label.STATUS, Label.DATE, Label.DECIDERS, Label.TAGS):
            yield Entry(alone, line.text, _below(lines, at, depth), line.line)


def _below(lines: Sequence[tuple[Phrase, int]], at: int, depth: int) -> tuple[Phrase, ...]:
    """The value of a label with nothing beside it: the items nested below, else the next line."""
    nested = []
    for line, line_depth in lines[at + 1 :]:
        if line_depth <= depth:
            break
        nested.append(line)
    if nested:
        return tuple(nested)
    following = lines[at + 1][0] if at + 1 < len(lines) else None
    return (following,) if following is not None and depth == 0 and labelled(following) is None else ()


def _parted(line: Phrase) -> Iterator[Phrase]:
    """`Status: Accepted | Date: 2026-01-01` is two facts; any other line is one."""
    cuts = list(_PARTING.finditer(line.text))
    starts = (0, *(cut.end() for cut in cuts))
    ends = (*(cut.start() for cut in cuts), len(line.text))
    parts = [line.between(start, end) for start, end in zip(starts, ends, strict=True)]
    yield from parts if len(parts) > 1 and all(labelled(part) for part in parts) else [line]


def _of_table(table: Table) -> Iterator[Entry]:
    """A table of two columns names its facts in the first; a table of one row, in its header."""
    rows = (table.header, *table.rows)
    in_column = [row for row in rows if len(row) >= 2 and announces(row[0].text) is not None]
    in_header = [cell for cell in table.header if announces(cell.text) is not None]
    pairs: list[tuple[Phrase, Phrase]] = []
    if len(table.rows) == 1 and len(in_header) > len(in_column):
        pairs = list(zip(table.header, table.rows[0], strict=False))
    elif len(table.header) == 2:
        pairs = [(row[0], row[1]) for row in in_column]
    for name, cell in pairs:
        if (label := announces(name.text)) is not None:
            yield Entry(label, name.text, (cell,) if cell.text else (), cell.line)


def _foot(outline: Outline) -> Iterator[Entry]:
    """Facts in the last paragraph of a text, where every line begins with emphasis: `**Date**: 2026-01-31`."""
    blocks = [block for section in outline.sections[-1:] for block in section.blocks]
    last = blocks[-1] if blocks and len(outline.sections) > 1 else None
    if isinstance(last, Block) and last.kind is Kind.PARAGRAPH and all(line.lead for line in last.lines):
        yield from _of_blocks([last])
