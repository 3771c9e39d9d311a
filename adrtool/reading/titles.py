"""A record's title: what its first heading says once numbers, labels and anchors are taken off."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from adrtool.reading.labels import Label
from adrtool.reading.naming import Name
from adrtool.reading.outline import Block, Outline, Phrase, Section
from adrtool.reading.vocabulary import fold, label_of


@dataclass(frozen=True, slots=True)
class Title:
    """A title with its line; `spelt` is the number that the heading gave, `unfilled` a template's text."""

    text: str
    line: int
    spelt: str = ""
    unfilled: bool = False


_KIND = (
    r"(?:adrs?|madr|edr|tdr|ddr|dr|rfc|decision(?:\s+records?)?"
    r"|(?:any|architect(?:ure|ural)|technical|design)\s+decisions?(?:\s+records?)?"
    r"|architekturentscheidung(?:en)?|entscheidung|décision(?:\s+d'architecture)?"
    r"|registros?\s+d[ea]\s+decis(?:ión|iones|ão|ões)(?:\s+(?:de\s+)?ar\w+)?|decisión|decisão|架构决策记录)"
)
_SEPARATOR = r"\s*(?:[:：.)\]|]|[-\u2010-\u2015]{1,3}(?=\s)|\s)\s*[-\u2010-\u2015:]?\s*"
_KIND_NUMBER = re.compile(
    rf"^\W{{0,2}}{_KIND}[\s\-_#№]*(?P<number>\d{{1,6}}|[NXnx]{{1,4}}\b)(?![\w-]*\d){_SEPARATOR}", re.IGNORECASE
)
_KIND_ONLY = re.compile(rf"^(?:{_KIND}\s*[:：\u2013\u2014-]\s+|\[{_KIND}\]\s*)", re.IGNORECASE)
_NUMBER = re.compile(
    r"^\W{0,2}(?P<number>\d{1,6})\s*(?:[.):：\]](?!\d)|[-\u2010-\u2015](?=\s|[A-Z]))\s*[-\u2013\u2014]?\s*"
)
_ATTRIBUTES = re.compile(r"\s*(?:\{[#.:][^{}]*\}|[(\[](?:adr|madr)[\s\-_#]*\d{1,6}[)\]])\s*$", re.IGNORECASE)
_IDENTIFIER = re.compile(rf"\W*(?:{_KIND}\W*)?(?:[\d.\-_]+|[NX]{{1,4}})?\W*", re.IGNORECASE)
_UNFILLED = re.compile(
    r"(?:a |an |the |your |adr |decision |record |short |descriptive |proposed )*"
    r"(?:title|titel|titre|título|titolo)(?: (?:of|here|goes|for|that|der|du|de|del|do)\b.*)?|"
    r"(?:adr|madr|decision record)? ?template.*|nnnn.*|yyyy.*|xxxx?\b.*"
)


def title_of(outline: Outline, name: Name) -> Title | None:
    """The record's title; None where it has none. An unfilled one is given so that its place can be told."""
    unfilled = None
    spelt = ""
    for phrase in _candidates(outline):
        title = cleaned(phrase, name)
        spelt = spelt or title.spelt
        if title.text and not title.unfilled:
            return Title(title.text, title.line, spelt)
        unfilled = unfilled or (title if title.text else None)
    return unfilled


def _candidates(outline: Outline) -> Iterator[Phrase]:
    """What could be the title, the likeliest first: a field says so outright, a heading by its place."""
    for field in outline.fields:
        if label_of(field.key) is Label.TITLE and field.values:
            yield field.values[0]
    headed = [(section, section.heading) for section in outline.sections if section.heading is not None]
    yield from (_below(section) for section, heading in headed[:3] if label_of(heading.text) is Label.TITLE)
    for _, heading in headed:
        label = label_of(heading.text)
        if label in (None, Label.NUMBER):
            yield heading
        # `# ADR 7` above `## Use X`: a heading that is only an identifier leaves the title to the next one.
        if label is not Label.NUMBER and not _IDENTIFIER.fullmatch(heading.text):
            return
    if not headed:
        yield from (line for line in _opening(outline) if line.lead and line.lead == line.text)


def _opening(outline: Outline) -> tuple[Phrase, ...]:
    """The lines of the first block of a text."""
    blocks = [block for section in outline.sections[:1] for block in section.blocks[:1]]
    return blocks[0].lines[:1] if blocks and isinstance(blocks[0], Block) else ()


def _below(section: Section) -> Phrase:
    """The one line under a heading that says `Title`; the heading itself where anything else stands there."""
    assert section.heading is not None
    blocks = section.blocks
    line = blocks[0].lines[0] if len(blocks) == 1 and isinstance(blocks[0], Block) else None
    return section.heading if line is None or section.heading.text.startswith(("[", "{", "<")) else line


def cleaned(phrase: Phrase, name: Name) -> Title:
    """A heading's text without the number, the words and the anchor around the title."""
    text = _ATTRIBUTES.sub("", phrase.text).strip()
    spelt = ""
    for _ in range(3):
        before = text
        if (match := _match_number(text, name)) is not None:
            spelt = spelt or (match["number"] if match["number"].isdecimal() else "")
            text = text[match.end() :]
        text = _KIND_ONLY.sub("", text)
        label, colon, rest = text.partition(":")
        if colon and rest.strip() and label_of(label) is Label.TITLE:
            text = rest.strip()
        if text == before:
            break
    if _IDENTIFIER.fullmatch(text):
        number = re.search(r"\d+", text)
        return Title("", phrase.line, spelt or (number[0] if number else ""))
    return Title(text.strip(), phrase.line, spelt, is_unfilled(text))


def _match_number(text: str, name: Name) -> re.Match[str] | None:
    """The number at the head of a title, with the words and marks around it."""
    if match := _KIND_NUMBER.match(text) or _NUMBER.match(text):
        return match
    if name.prefix and name.spelt:
        own = rf"^\W{{0,2}}{re.escape(name.prefix)}[\s\-_#]*(?P<number>\d{{1,6}})\b{_SEPARATOR}"
        if match := re.match(own, text, re.IGNORECASE):
            return match
    if name.spelt.startswith("0") or len(name.spelt) >= 3:
        return re.match(rf"^(?P<number>{re.escape(name.spelt)})\s+", text)
    return None


def is_unfilled(text: str) -> bool:
    """Whether `text` is what a template says where a title should stand."""
    stripped = text.strip()
    if re.fullmatch(r"[\[{<].*[\]}>]", stripped) and not re.search(r"[\]}>].+[\[{<]", stripped):
        return True
    return _UNFILLED.fullmatch(fold(text)) is not None
