"""AsciiDoc in, outline out: titles, attributes, paragraphs, lists and plain tables, which is where records speak."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from adrtool.reading.outline import LINE_LIMIT, Anchor, Block, Field, Kind, Outline, Part, Phrase, Table, sectioned

# Characters: what a record says of itself stands well before that.
_READ = 256 * 1024
_HEADING = re.compile(r"^(?P<marks>={1,6}|#{1,6})\s+(?P<text>\S.*?)(?:\s+=+)?$")
_ATTRIBUTE = re.compile(r"^:(?P<off>!)?(?P<key>[\w][\w-]*)!?:(?:\s+(?P<value>.*))?$")
_REVISION = re.compile(r"^(?:v?[\d.]+\w*\s*,\s*)?(?P<date>[^:,]*\d{4}[^:,]*)(?::\s*(?P<remark>.*))?$|^v[\d.]+\w*,?.*$")
_AUTHOR = re.compile(r"^[\w'.\-]+(?:\s+[\w'.\-]+){0,4}(?:\s+<[^>]+>)?(?:;.*)?$")
_ITEM = re.compile(r"^\s*(?P<marks>\*{1,5}|-|\.{1,5}|\d+\.)\s+(?P<text>\S.*)$")
_DEFINITION = re.compile(r"^(?P<term>[^:\s][^:]{0,60}?)(?:::|;;)(?:\s+(?P<text>\S.*))?$")
_FENCE = re.compile(r"^(-{4,}|\.{4,}|/{4,}|\+{4,}|`{3,}|={4,}|\*{4,}|_{4,}|--)\s*(\w*)$")
_OPAQUE = ("----", "....", "////", "++++", "```")
REVISION = "revision date"  # the field that the line below the author's gives
_COLUMNS = re.compile(r"cols=\"?([^\"\]]+)\"?")
_REFERENCE = re.compile(r"\{(?P<key>[\w][\w-]*)\}")
_LINK = re.compile(
    r"(?:xref:|link:)(?P<target>[^\[\s]{1,300})\[(?P<text>[^\]]{0,300})\]"
    r"|(?P<url>https?://[^\s\[\]<>]{1,300})\[(?P<words>[^\]]{0,300})\]"
    r"|<<(?P<anchor>[^<>,]{1,100})(?:,\s*(?P<label>[^<>]{0,200}))?>>"
)
_EMPHASIS = re.compile(r"(?<!\w)(\*\*|__|\*|_|``|`|#)(?=\S)(.{1,300}?)(?<=\S)\1(?!\w)")


def outline_of(text: str) -> Outline:
    """The outline of `text`; whatever is code, comment or included is left out."""
    return _Reader([line[:LINE_LIMIT] for line in text[:_READ].split("\n")]).outline()


class _Reader:
    """One pass over the lines."""

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.attributes: dict[str, str] = {}
        self.fields: list[Field] = []

    def outline(self) -> Outline:
        sections = tuple(sectioned(self.parts()))
        return Outline(tuple(self.fields), sections)

    def parts(self) -> Iterator[Part]:
        """The parts of the text in their order; its attributes become fields on the way."""
        paragraph: list[Phrase] = []
        at = 0
        while at < len(self.lines):
            line, number = self.lines[at].rstrip(), at + 1
            at += 1
            if not line.strip() or line.startswith(("//", "include::", "ifdef::", "endif::", "ifndef::", "[", "'''")):
                if fence := _FENCE.match(line):
                    at = self.after_fence(at, fence[1])
                yield from _flush(paragraph)
            elif attribute := _ATTRIBUTE.match(line):
                self.define(attribute, number)
            elif heading := _HEADING.match(line):
                yield from _flush(paragraph)
                yield len(heading["marks"]), phrase(heading["text"], number, self.attributes)
                if len(heading["marks"]) == 1:
                    at = self.author_and_revision(at)
            elif line.startswith(("|===", "!===", ",===")):
                yield from _flush(paragraph)
                table, at = self.table(at, _columns(self.lines[at - 2] if at > 1 else ""))
                yield from table
            elif fence := _FENCE.match(line):
                yield from _flush(paragraph)
                if fence[1].startswith(_OPAQUE):
                    at = self.after_fence(at, fence[1])
            elif item := _ITEM.match(line):
                yield from _flush(paragraph)
                depth = len(item["marks"]) if item["marks"][0] in "*." else 1
                yield Block(Kind.ITEM, (phrase(item["text"], number, self.attributes),), depth)
            elif (term := _DEFINITION.match(line)) and not paragraph:
                text = f"{term['term']}: {term['text'] or ''}".strip()
                paragraph.append(phrase(text, number, self.attributes))
            elif line.strip() == "+":
                yield from _flush(paragraph)
            else:
                paragraph.append(phrase(line.strip().removesuffix(" +"), number, self.attributes))
        yield from _flush(paragraph)

    def define(self, attribute: re.Match[str], number: int) -> None:
        """Note a document attribute: text to put in for `{name}`, and a field of the record."""
        if attribute["off"]:
            return
        value = (attribute["value"] or "").strip()
        self.attributes[attribute["key"].casefold()] = value
        values = (phrase(value, number, {}),) if value else ()
        self.fields.append(Field(attribute["key"], values, number))

    def author_and_revision(self, at: int) -> int:
        """Step over the lines below a title that name authors and the revision; its date is a field."""
        if at < len(self.lines) and _AUTHOR.match(self.lines[at].strip()) and not _ITEM.match(self.lines[at]):
            at += 1
            if at < len(self.lines) and (match := _REVISION.match(self.lines[at].strip())):
                if match["date"]:
                    self.fields.append(Field(REVISION, (phrase(match["date"].strip(), at + 1, {}),), at + 1))
                at += 1
        return at

    def after_fence(self, at: int, fence: str) -> int:
        """The line after the one that closes `fence`; the end of the text where none does."""
        while at < len(self.lines) and self.lines[at].rstrip() != fence:
            at += 1
        return at + 1

    def table(self, at: int, columns: int) -> tuple[tuple[Table, ...], int]:
        """The table whose first row is at `at`, and the line after it; `columns` is 0 where a row tells."""
        cells: list[Phrase] = []
        while at < len(self.lines) and not self.lines[at].startswith("|==="):
            line = self.lines[at].strip()
            if line.startswith("|"):
                cells += [phrase(cell.strip(), at + 1, self.attributes) for cell in line[1:].split("|")]
                columns = columns or len(cells)
            at += 1
        rows = [tuple(cells[start : start + columns]) for start in range(0, len(cells), columns or 1)]
        return ((Table(rows[0], tuple(rows[1:])),) if rows else ()), at + 1


def _columns(attributes: str) -> int:
    """How many columns `[cols="1,6"]` or `[cols=2*]` announces; 0 for none."""
    match = _COLUMNS.search(attributes)
    if match is None:
        return 0
    repeated = re.match(r"(\d{1,2})\*?$", match[1])
    return int(repeated[1]) if repeated else match[1].count(",") + 1


def _cross_reference(anchor: str) -> str:
    """The address behind `<<anchor>>`, which may be another document's: `<<0003-x.adoc#,ADR 3>>`."""
    return anchor.rstrip("#") if "#" in anchor else f"#{anchor}"


def _flush(paragraph: list[Phrase]) -> Iterator[Block]:
    lines = tuple(line for line in paragraph if line.text)
    paragraph.clear()
    if lines:
        yield Block(Kind.PARAGRAPH, lines)


def phrase(source: str, line: int, attributes: Mapping[str, str]) -> Phrase:
    """One line as seen: attributes put in, links found, marks of emphasis gone."""
    seen = _REFERENCE.sub(lambda match: attributes.get(match["key"].casefold(), match[0]), source)
    text = ""
    anchors: list[Anchor] = []
    end = 0
    for match in _LINK.finditer(seen):
        text += _EMPHASIS.sub(r"\2", seen[end : match.start()])
        href = match["target"] or match["url"] or _cross_reference(match["anchor"])
        shown = match["text"] or match["words"] or match["label"] or match["target"] or match["url"] or match["anchor"]
        anchors.append(Anchor(len(text), len(text) + len(shown), href))
        text += shown
        end = match.end()
    text += _EMPHASIS.sub(r"\2", seen[end:])
    lead = re.match(r"^([*_]{1,2})(.+?)\1", seen)
    return Phrase.clipped(text, line, source, anchors, lead[2] if lead else "")
