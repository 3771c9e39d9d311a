"""What a record says of another, added where its dialect keeps it."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from urllib.parse import quote

from adrtool.errors import ReadError
from adrtool.model import Link, Record, Relation
from adrtool.reading.labels import Label
from adrtool.reading.naming import Shape, name_of, record_stem, record_suffix
from adrtool.reading.outline import Section
from adrtool.reading.vocabulary import fold, label_of, relation_label, relation_pattern
from adrtool.writing.page import Page, Splice
from adrtool.writing.shelf import Shelf, as_set, differences
from adrtool.writing.wording import Wording

_ITEM = re.compile(r"^(?P<mark>\s{0,3}[*+-]\s+)\S")
_WIDE = frozenset(("more information", "additional information", "further information", "references", "see also"))


@dataclass(frozen=True, slots=True)
class Target:
    """A record that others name: its path, its title, and its heading with the number in it."""

    path: str
    title: str
    heading: str

    @classmethod
    def of(cls, record: Record, page: Page) -> Target:
        """The record whose file is `page`."""
        line = page.head.title_line
        headings = (s.heading.text for s in page.outline.sections if s.heading is not None and s.heading.line == line)
        return cls(record.path, record.title, re.sub(r"\s*\{#[^}]*\}\s*$", "", next(headings, record.title)))

    def link(self, page: Page) -> str:
        """A link to this record as one writes it in `page`."""
        href = quote(posixpath.relpath(self.path, posixpath.dirname(page.path) or "."), safe="/._-~+,;=@!$&'*")
        text = self._text(page)
        match record_suffix(page.path).lower():
            case ".rst":
                return f"`{text.replace('`', '')} <{href}>`_"
            case ".adoc" | ".asciidoc" | ".asc":
                return f"link:{href}[{text.replace(']', '')}]"
            case _:
                escaped = re.sub(r"([][])", r"\\\1", text)
                return f"[{escaped}]({href})"

    def _text(self, page: Page) -> str:
        """The heading where that has a number and the page's own status is a section, else an identifier."""
        name = name_of(self.path)
        if page.status_section is not None and re.match(r"\W*(?:[A-Za-z]+[\s-]*)?\d", self.heading):
            return self.heading
        if name.shape is Shape.DAY or not name.spelt:
            return record_stem(self.path) if name.shape is Shape.DAY else self.title
        return f"{name.prefix.upper() or 'ADR'}-{name.spelt}"


def with_relation(
    page: Page, record: Record, relation: Relation, target: Target, wording: Wording, shelf: Shelf
) -> Page:
    """`page` saying that its record stands in `relation` to `target`, as it may do already.

    Raises ReadError where no place can be found that reads back so.
    """
    link = Link(relation, target.path)
    if link in record.links:
        return page
    wanted = replace(record, links=as_set((*record.links, link)))

    def says_so(changed: Page) -> bool:
        found = shelf.read((changed,)).get(page.path)
        return found is not None and differences(record, found[0]) == wanted

    changed = page.first(relation_lines(page, relation, target, wording), says_so)
    if changed is None:
        mend = f"write `{relation} {target.link(page)}` into it by hand"
        raise ReadError(f"no place found for the link; {mend}", path=page.path, line=1)
    return changed


def relation_lines(page: Page, relation: Relation, target: Target, wording: Wording) -> Iterator[Sequence[Splice]]:
    """The places for a new relation: its own key, the status section, a list of links, a new section."""
    yield from _in_front_matter(page, relation, target)
    said = f"{wording.relation(relation)} {target.link(page)}"
    status = page.status_section
    if status is not None and not page.front:
        yield [page.after_line(page.section_end(status), ["", said])]
    for section in _link_sections(page):
        last = page.section_end(section)
        mark = _mark(page, section)
        assert section.heading is not None
        listed = _ITEM.match(page.lines[last - 1]) is not None
        yield [page.after_line(last, [mark + said] if listed else ["", mark + said])]
    if status is not None and page.front:
        yield [page.after_line(page.section_end(status), ["", said])]
    yield [_new_section(page, said)]


def _in_front_matter(page: Page, relation: Relation, target: Target) -> Iterator[Sequence[Splice]]:
    """The key of the relation, where the record has one: a list of numbers or names, or a single value."""
    name = name_of(target.path)
    words = [name.spelt.lstrip("0") or name.spelt, name.spelt, posixpath.basename(target.path)]
    for number, line in enumerate(page.lines[: page.front], 1):
        key, colon, value = line.partition(":")
        if not colon or key[:1].isspace() or relation_label(key) is not relation:
            continue
        start, end = page.line_span(number)
        bare = value.strip()
        for word in filter(None, words):
            if bare in ("", "[]", "null", "~", '""'):
                below = page.lines[number] if number < page.front else ""
                if item := re.match(r"(\s*-\s+)(?P<quote>[\"']?)", below):
                    yield [page.after_line(number, [f"{item[1]}{item['quote']}{word}{item['quote']}"])]
                else:
                    written = f"[{word}]" if bare == "[]" else word
                    yield [Splice(start + len(key) + 1, end, f" {written}")]
            elif bare.endswith("]"):
                at = start + line.rindex("]")
                yield [Splice(at, at, f", {word}")]


def _link_sections(page: Page) -> Iterable[Section]:
    """Sections that list links: those that state relations already, then those for links, then wider ones."""
    found = [s for s in page.outline.sections if s.heading is not None and label_of(s.heading.text) is Label.LINKS]

    def rank(section: Section) -> int:
        assert section.heading is not None
        if any(relation_pattern().match(line.text) for line in section.lines()):
            return 0
        return 2 if fold(section.heading.text) in _WIDE else 1

    return sorted(found, key=rank)


def _mark(page: Page, section: Section | None) -> str:
    """The mark of list items: the section's own, else the page's."""
    first = section.heading.line if section is not None and section.heading is not None else 0
    last = page.section_end(section) if section is not None else 0
    for lines in (page.lines[first:last], page.lines[page.front :]):
        if item := next((match for line in lines if (match := _ITEM.match(line))), None):
            return item["mark"]
    return "* " if record_suffix(page.path).lower() in (".adoc", ".asciidoc", ".asc", ".rst") else "- "


def _new_section(page: Page, said: str) -> Splice:
    """A section of links at the end of the record."""
    title = "More Information" if page.front else "Links"
    match record_suffix(page.path).lower():
        case ".rst":
            heading = [title, _underline(page) * len(title)]
        case ".adoc" | ".asciidoc" | ".asc":
            heading = [f"== {title}"]
        case _:
            heading = [f"## {title}"]
    last = next((at for at in range(len(page.lines), 0, -1) if page.lines[at - 1].strip()), 1)
    return page.after_line(last, ["", *heading, "", _mark(page, None) + said])


def _underline(page: Page) -> str:
    """The character under the record's sections, the title's own left out."""
    marks = [line[0] for line in page.lines if re.fullmatch(r"([=\-~^\"'#*+.:_])\1{2,}", line.rstrip())]
    later = [mark for mark in marks if mark != marks[0]]
    return (later or marks or ["-"])[0]
