"""A record with its content taken out: what the next one of its folder begins with."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from adrtool.model import Relation
from adrtool.reading.asciidoc import REVISION
from adrtool.reading.entries import announces
from adrtool.reading.labels import Label
from adrtool.reading.outline import Phrase, Section
from adrtool.reading.vocabulary import fold, label_of, record_section
from adrtool.writing.page import Page, Splice
from adrtool.writing.source import Source
from adrtool.writing.values import replacements

_KEPT = (Label.TITLE, Label.NUMBER, Label.STATUS, Label.DATE, Label.CREATED, Label.DECIDERS)
_LABELLED = re.compile(r"^\s*(?:[*+-]\s+)?[*_]{0,2}\w[\w /()-]{0,40}?[*_]{0,2}\s*[:：][*_]{0,2}(?=\s|$)")
_ROW = re.compile(r"^\s*\|(?P<name>[^|]*)\|(?P<value>[^|]*)\|?\s*$")


def skeleton(model: Page, others: Sequence[Page]) -> Page | None:
    """`model` without content: its head with the facts that each record has, and the headings that most have.

    `others` are its neighbours. None where they have no headings in common that make a record.
    """
    if model.path.endswith(".rst"):
        return None  # the places of its headings are not known to the line
    common = common_headings([*others, model])
    headed = list(_headed(model))
    body = [section for section in headed if _is_body(model, section)]
    if not any(fold(_text(section)) in common for section in body):
        return None
    labels = frozenset(label for other in others for line in other.lines if (label := _label(line)))
    sections = (_section(model, section, common, labels) for section in headed)
    pieces = [_head(model, labels), *filter(None, sections)]
    newline = model.source.newline
    text = re.sub(r"\n{3,}", "\n\n", "\n".join(pieces)).strip("\n") + "\n"
    page = Page(model.path, Source(text.replace("\n", newline), model.source.bom))
    return _emptied(page, others)


def common_headings(pages: Sequence[Page]) -> frozenset[str]:
    """The headings, folded, that at least half of `pages` have; one that only one of them has must be a usual one."""
    counted = Counter(heading for page in pages for heading in {fold(_text(section)) for section in _headed(page)})
    return frozenset(
        heading
        for heading, count in counted.items()
        if 2 * count >= len(pages) and (count > 1 or label_of(heading) is Label.SECTION)
    )


def headings(page: Page) -> frozenset[str]:
    """The headings of the sections in which a record argues, folded."""
    return frozenset(fold(_text(section)) for section in _headed(page) if _is_body(page, section))


def _headed(page: Page) -> Iterator[Section]:
    return (section for section in page.outline.sections if section.heading is not None)


def _is_body(page: Page, section: Section) -> bool:
    """Whether a section is part of what the record argues, not of what it says of itself."""
    text = _text(section)
    usual = label_of(text) in (Label.SECTION, Label.CHANGELOG, Label.LINKS, None) or record_section(text) is not None
    return usual and not _is_title(page, section)


def _is_title(page: Page, section: Section) -> bool:
    """Whether a heading is the title: where front matter has one too, the first of its level."""
    assert section.heading is not None
    if page.head.title_line is not None and page.head.title_line > page.front:
        return section.heading.line == page.head.title_line
    return section is next(_headed(page)) and section.level == 1 and label_of(_text(section)) is None


def _text(section: Section) -> str:
    assert section.heading is not None
    return section.heading.text


def _head(page: Page, labels: frozenset[str]) -> str:
    """Front matter and what stands before the first heading."""
    first = next((s.heading.line for s in page.outline.sections if s.heading is not None), len(page.lines) + 1)
    front = list(page.lines[: page.front])
    kept = [line for at, line in enumerate(front) if not _continues(front, at)]
    return "\n".join([*kept, *_facts(page, page.front + 1, _top(page, first), labels), ""])


def _top(page: Page, line: int) -> int:
    """The first line of a heading, which in reStructuredText may have a line above it."""
    above = page.lines[line - 2].strip() if 2 <= line <= len(page.lines) + 1 else ""
    return line - 1 if re.fullmatch(r"([=\-~^\"'*+#])\1{2,}", above) and not page.is_markdown else line


def _continues(front: Sequence[str], at: int) -> bool:
    """Whether a line of front matter belongs to the value of the key above it."""
    return front[at][:1].isspace() or front[at].startswith("- ")


def _section(page: Page, section: Section, common: frozenset[str], labels: frozenset[str]) -> str:
    """A heading, and below it what the record says of itself; empty for a section that others lack."""
    assert section.heading is not None
    number = section.heading.line
    below = page.lines[number].strip() if number < len(page.lines) else ""
    marked = page.lines[number - 1].startswith(("#", "="))
    underlined = not marked and re.fullmatch(r"([=\-~^\"'*+#.:_])\1+", below) is not None
    heading = list(page.lines[_top(page, number) - 1 : number + underlined])
    end = page.section_end(section)
    facts = _facts(page, number + underlined + 1, end + 1, labels)
    if not _is_body(page, section):
        label = label_of(_text(section))
        if label is Label.STATUS:
            value = next((place.value for place in page.status_places if number < place.value.line <= end), None)
            facts = ["", page.lines[value.line - 1]] if value is not None else [""]
        elif label in (Label.DATE, Label.CREATED):
            facts = next((["", line] for line in page.lines[number + underlined : end] if line.strip()), [""])
        elif label is not None and label is not Label.TITLE:
            facts = [""]
        return "\n".join([*heading, *facts, ""])
    return "\n".join([*heading, ""]) if fold(_text(section)) in common else ""


def _facts(page: Page, first: int, end: int, labels: frozenset[str]) -> list[str]:
    """Of the lines from `first` up to `end`, the blank ones and those that state facts of a kind each record has.

    Of labels that no table knows, those count that a neighbour has too.
    """
    stated = {value.line: entry.label for entry in page.facts for value in entry.values}
    stated |= {entry.line: entry.label for entry in page.facts}
    revised = {field.line: field.values[0].text for field in page.outline.fields if field.key == REVISION}
    is_dated = any(entry.label is Label.DATE for entry in page.facts)
    listed = [entry for entry in page.facts if entry.label is Label.DECIDERS]
    named = {value.line for entry in listed for value in entry.values} - {entry.line for entry in listed}
    kept = []
    for number in range(first, min(end, len(page.lines) + 1)):
        line = page.lines[number - 1]
        label = stated.get(number)
        if isinstance(label, Relation) or "](#" in line or number in named:
            continue
        if number in revised:  # as an attribute, for the line itself can only follow that of an author
            kept += [] if is_dated else [f":revdate: {revised[number]}"]
            continue
        if line.lstrip().startswith("|"):
            kept += [line] if _ROW.match(line) else []
        elif label is not None or number == page.head.date_line or not line.strip() or _label(line) in labels:
            kept.append(line)
    return kept


def _label(line: str) -> str:
    match = _LABELLED.match(line)
    return fold(match[0]) if match else ""


def _emptied(page: Page, others: Sequence[Page]) -> Page:
    """`page` without the values that are its own: those of kinds that are filled in stay to be replaced."""
    shared = [frozenset(other.lines) for other in others[-3:]]
    known = {value.line for entry in page.facts if entry.label in _KEPT for value in entry.values}
    known |= {page.head.title_line or 0, page.head.date_line or 0}
    splices: list[Splice] = []
    for number, line in enumerate(page.lines, 1):
        if number in known or not line.strip() or (shared and all(line in other for other in shared)):
            continue
        start, _ = page.line_span(number)
        if number <= page.front:
            splices += [] if _announced(line) in _KEPT else list(replacements(page, Phrase("", number), ""))[-1:]
        elif row := _ROW.match(line):
            named = row["name"].strip(" *_")
            headed = page.lines[number : number + 1] and re.match(r"\s*\|[\s:|-]+$", page.lines[number])
            if re.search(r"\w", row["value"]) and named and announces(named) not in _KEPT and not headed:
                splices.append(Splice(start + row.start("value"), start + row.end("value"), "  "))
        elif labelled := _LABELLED.match(line):
            splices.append(Splice(start + labelled.end(), start + len(line.rstrip()), ""))
    return page.spliced(splices)


def _announced(line: str) -> object:
    return announces(line.partition(":")[0].strip("\"' "))


def with_body(page: Page, body: str) -> Page:
    """`page` with `body` in the place of the sections in which it argues."""
    sections = list(_headed(page))
    starts = [_top(page, section.heading.line) for section in sections if section.heading is not None]
    ends = [*starts[1:], len(page.lines) + 1]
    argued = [(a, b) for section, a, b in zip(sections, starts, ends, strict=True) if _is_body(page, section)]
    gone = {number for first, end in argued for number in range(first, end)}
    kept = "\n".join(line for number, line in enumerate(page.lines, 1) if number not in gone).rstrip("\n")
    newline = page.source.newline
    text = f"{kept}\n\n" + body.replace("\r\n", "\n").strip("\n") + "\n"
    return Page(page.path, Source(text.replace("\n", newline), page.source.bom))
