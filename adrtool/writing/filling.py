"""A new record's facts put into a template or the skeleton of a neighbour: title, number, status, date, deciders."""

from __future__ import annotations

import datetime as dt
import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from adrtool.model import Status
from adrtool.reading.labels import Label
from adrtool.reading.outline import Field, Phrase
from adrtool.reading.vocabulary import label_of, status_pattern
from adrtool.writing.page import Page, Place, Splice
from adrtool.writing.values import empty_value, replacements, scalar
from adrtool.writing.wording import Wording

_LEAD = re.compile(
    r"^(?P<kind>(?:\w+[ -])??(?:adrs?|madr|decision record)?[\s\-#]*?)"
    r"(?P<number>\d{1,6}|NUMBER|[NX]{2,6}|\{number\}|\[number\])(?P<end>\s*(?:[.):：\]]|\s[-–—])\s*|\s+)(?=\S|$)",
    re.IGNORECASE,
)
_ISO = re.compile(r"\d{4}([-/.])\d{1,2}\1\d{1,2}")
_DOTTED = re.compile(r"\d{1,2}\.\d{1,2}\.\d{4}")
_DATED = re.compile(r"(\W*)(\d{4}([-/.])\d{1,2}\3\d{1,2})(\W+)")
_REPEATS = re.compile(r"\{[\w-]+\}\W*$")
_TOKENS = {"NUMBER": "number", "TITLE": "title", "DATE": "date", "STATUS": "status"}


@dataclass(frozen=True, slots=True)
class Facts:
    """What a new record says of itself."""

    title: str
    status: Status
    date: dt.date
    number: int | None = None
    spelt: str = ""  # the number as the file's name spells it
    deciders: tuple[str, ...] = ()


def filled(page: Page, facts: Facts, wording: Wording) -> Page:
    """`page` with `facts` in their places; what has no place is left out. Whoever asks must read the result back."""
    page = _tokens(page, facts, wording)
    page = _number_keys(page, facts)
    steps: tuple[tuple[Callable[[Page], Iterator[Sequence[Splice]]], Callable[[Page], bool]], ...] = (
        # What only the file's name says would leave a template's own title and date in their places.
        (
            lambda now: _title(now, facts),
            lambda now: now.head.title == facts.title and now.head.title_line is not None,
        ),
        (lambda now: _status(now, facts, wording), lambda now: now.head.status is facts.status),
        (lambda now: _date(now, facts), lambda now: now.head.date == facts.date and now.head.date_line is not None),
        (lambda now: _deciders(now, facts), lambda now: now.head.deciders == facts.deciders),
    )
    for ways_of, check in steps:
        if not check(page):
            page = page.first(ways_of(page), check) or page
    return page


def numbered(page: Page, old: int, new: int, spelt: str) -> Page:
    """`page` with another number in its heading and in the keys of its front matter, where `old` stands there."""
    facts = Facts("", Status.UNKNOWN, dt.date.min, new, spelt)
    keys = [field for field in page.outline.fields if page.front and label_of(field.key) is Label.NUMBER]
    splices = [_number_key(page, field, facts) for field in keys if _holds(field, old)]
    for section in page.outline.sections:
        if section.heading is not None and section.heading.line == page.head.title_line:
            start, end = page.line_span(section.heading.line)
            line = page.source.text[start:end]
            mark = re.match(r"[#=]*\s*", line)
            at = mark.end() if mark else 0
            lead = _LEAD.match(line[at:])
            if lead is not None and lead["number"].isdecimal() and int(lead["number"]) == old:
                first, last = lead.span("number")
                splices.append(Splice(start + at + first, start + at + last, _spelt(lead["number"], facts)))
    return page.spliced(splices)


def _holds(field: Field, number: int) -> bool:
    return any(int(digits) == number for value in field.values for digits in re.findall(r"\d+", value.text))


def _tokens(page: Page, facts: Facts, wording: Wording) -> Page:
    """adr-tools' own templates: the words NUMBER, TITLE, DATE and STATUS."""
    if not re.search(r"\bTITLE\b", page.text):
        return page
    values = {
        "number": str(facts.number or ""), "title": facts.title, "date": str(facts.date),
        "status": wording.status(facts.status, "Xx"),
    }  # fmt: skip
    found = re.finditer(r"\b(?:NUMBER|TITLE|DATE|STATUS)\b", page.source.text)
    return page.spliced(Splice(match.start(), match.end(), values[_TOKENS[match[0]]]) for match in found)


def _title(page: Page, facts: Facts) -> Iterator[Sequence[Splice]]:
    """The title behind the number of the first heading, or in its own key; escaped where it would be markup."""
    escaped = re.sub(r"([\\`*_<>\[\]#])", r"\\\1", facts.title)
    for title in dict.fromkeys((facts.title, escaped)):
        keys = [
            splice
            for field in page.outline.fields
            if label_of(field.key) is Label.TITLE and page.front
            for splice in [_keyed(page, field.line, title)]
        ]
        heading = next((s.heading for s in page.outline.sections if s.heading is not None), None)
        if heading is None or label_of(heading.text) not in (None, Label.NUMBER, Label.TITLE):
            yield keys
            continue
        start, end = page.line_span(heading.line)
        line = page.source.text[start:end]
        mark = re.match(r"[#=]*\s*", line)
        at = mark.end() if mark else 0
        lead = _LEAD.match(line[at:]) if facts.number is not None else None
        said = title if lead is None else f"{lead['kind']}{_spelt(lead['number'], facts)}{lead['end'] or ' '}{title}"
        heads = [Splice(start + at, end, said)]
        if at == 0 and _is_underlined(page, heading.line):
            first, last = page.line_span(heading.line + 1)
            heads.append(Splice(first, last, page.lines[heading.line].strip()[0] * max(len(said), 3)))
        yield [*keys, *heads]


def _spelt(before: str, facts: Facts) -> str:
    """The number in a heading: as wide as the one it replaces."""
    if facts.number is None:
        return facts.spelt
    if not before.isdecimal():
        return str(facts.number) if before.upper() == "NUMBER" else facts.spelt or str(facts.number)
    return f"{facts.number:0{len(before)}d}" if before.startswith("0") else str(facts.number)


def _number_keys(page: Page, facts: Facts) -> Page:
    """`id` and `number` in the front matter."""
    keys = [field for field in page.outline.fields if page.front and label_of(field.key) is Label.NUMBER]
    return page.spliced(_number_key(page, field, facts) for field in keys if facts.spelt)


def _number_key(page: Page, field: Field, facts: Facts) -> Splice:
    old = field.values[0].text if field.values else ""
    digits = re.search(r"\d+|[NX]+", old)
    new = old.replace(digits[0], _spelt(digits[0], facts)) if digits else facts.spelt
    return _keyed(page, field.line, new)


def _keyed(page: Page, number: int, new: str) -> Splice:
    """Line `number` of the front matter with another value, quoted as the old one was."""
    value = Phrase("", number)
    return next(replacements(page, value, new), Splice(*page.line_span(number), scalar(new)))


def _status(page: Page, facts: Facts, wording: Wording) -> Iterator[Sequence[Splice]]:
    # A place that only repeats another, as `{status}` does in AsciiDoc, follows by itself.
    own = [row for row in page.status_places if page.is_markdown or not _REPEATS.search(page.lines[row.value.line - 1])]
    places = [ways for place in own if (ways := tuple(_in_place(page, place, facts, wording)))]
    yield from itertools.product(*places) if places else ()
    for entry in page.facts:
        if entry.label is Label.STATUS and not entry.values:
            lower = entry.line <= page.front
            yield [empty_value(page, entry.line, wording.status(facts.status, "x" if lower else "Xx"))]
    section = page.status_section
    if section is not None and section.heading is not None:
        yield [page.after_line(section.heading.line + _is_underlined(page, section.heading.line),
                               ["", wording.status(facts.status, "Xx")])]  # fmt: skip


def _in_place(page: Page, place: Place, facts: Facts, wording: Wording) -> Iterator[Splice]:
    raw = place.standing.raw if place.value is place.lines[0] else place.value.raw
    match = status_pattern().search(raw)
    like = match[0] if match is not None else raw
    new = wording.status(facts.status, like if not place.standing.unfilled else like.lower())
    if match is not None and (day := _DATED.match(raw)):
        new = f"{day[1]}{_dated(day[2], facts.date)}{day[4]}{new}"  # the first entry of a history
    return _replaced(page, replace(place.value, raw=raw), new)


def _replaced(page: Page, value: Phrase, new: str) -> Iterator[Splice]:
    """The ways to replace a value; brackets that a template put around its hint go with it."""
    ways = tuple(replacements(page, value, new))
    return iter(ways[::-1] if _is_hint(value) else ways)


def _is_hint(value: Phrase) -> bool:
    return value.raw.strip("\"' ")[:1] in ("{", "[", "<")


def _is_underlined(page: Page, number: int) -> int:
    below = page.lines[number] if number < len(page.lines) else ""
    return int(re.fullmatch(r"([=\-~^\"'*+#.])\1+", below.strip()) is not None)


def _date(page: Page, facts: Facts) -> Iterator[Sequence[Splice]]:
    for entry in page.facts:
        if entry.label in (Label.DATE, Label.CREATED):
            if not entry.values:
                yield [empty_value(page, entry.line, str(facts.date))]
            for value in entry.values[:1]:
                yield from ([splice] for splice in _replaced(page, value, _dated(value.raw, facts.date)))
    number = page.head.date_line
    if number is not None:
        start, end = page.line_span(number)
        line = page.source.text[start:end]
        if match := _ISO.search(line) or _DOTTED.search(line):
            yield [Splice(start + match.start(), start + match.end(), _dated(match[0], facts.date))]
        yield [Splice(start, end, str(facts.date))]
    for section in page.outline.sections:
        if section.heading is not None and label_of(section.heading.text) in (Label.DATE, Label.CREATED):
            yield [page.after_line(section.heading.line, ["", str(facts.date)])]


def _dated(old: str, day: dt.date) -> str:
    """`day` in the order and with the marks of `old`, where these are plain."""
    if match := _ISO.search(old):
        return day.strftime(f"%Y{match[1]}%m{match[1]}%d")
    return day.strftime("%d.%m.%Y") if _DOTTED.search(old) else str(day)


def _deciders(page: Page, facts: Facts) -> Iterator[Sequence[Splice]]:
    new = ", ".join(facts.deciders)
    for entry in page.facts:
        if not new and any(map(_is_hint, entry.values)):
            continue  # what a template says of deciders that nobody named
        if entry.label is Label.DECIDERS and entry.values:
            yield from ([splice] for splice in _replaced(page, entry.values[0], new))
        elif entry.label is Label.DECIDERS and entry.line <= page.front:
            yield [_keyed(page, entry.line, new)]
        elif entry.label is Label.DECIDERS and new:
            yield [empty_value(page, entry.line, new)]
    dated = next((entry.line for entry in page.facts if entry.label in (Label.DATE, Label.STATUS)), None)
    if new and dated is not None and dated <= page.front:
        yield [page.after_line(dated, [f"decision-makers: {scalar(new)}"])]
    elif new and dated is not None:
        listed = re.match(r"\s*[*+-]\s+", page.lines[dated - 1])
        yield [page.after_line(dated, [f"{listed[0]}Deciders: {new}"] if listed else ["", f"Deciders: {new}"])]
