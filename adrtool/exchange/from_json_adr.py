"""JSON-ADR 1.0 read: one record or many."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from adrtool.errors import ReadError
from adrtool.exchange.incoming import Incoming, day_of, relation_named, status_told
from adrtool.exchange.json_adr import VERSION
from adrtool.exchange.parts import Loss
from adrtool.model import Relation
from adrtool.reading.status import status_of

_NO_DATE = "1970-01-01"
_SECTIONS = (
    ("context", "Context"),
    ("decision_drivers", "Decision Drivers"),
    ("considered_options", "Considered Options"),
    ("decision", "Decision"),
    ("consequences", "Consequences"),
    ("confirmation", "Confirmation"),
)
_FACTS = (
    *("number", "title", "status", "date", "deciders", "consulted", "informed", "tags", "links", "custom_sections"),
    *("path", "source_uri"),
)
_PREAMBLE = "Preamble"

Fields = Mapping[str, Any]


def read_json_adr(text: str, name: str) -> tuple[tuple[Incoming, ...], tuple[Loss, ...]]:
    """The records of a document called `name`, and what cannot be taken over; raises ReadError for another kind."""
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        raise ReadError(f"no JSON: {error.msg}", path=name, line=error.lineno) from None
    except RecursionError:
        raise ReadError("no JSON-ADR: its brackets are nested too deeply", path=name, line=1) from None
    rows = (
        document.get("adrs", [document["adr"]] if "adr" in document else None) if isinstance(document, dict) else None
    )
    if not isinstance(rows, list):
        raise ReadError("no JSON-ADR: it has neither `adrs` nor `adr`", path=name, line=1)
    losses: list[Loss] = []
    if document.get("version") != VERSION:
        losses.append(Loss(f"{name}:1", f"version {document.get('version')!r} is read as {VERSION}"))
    lines = _lines(text, len(rows))
    found = [_incoming(row, f"{name}:{line}", losses) for row, line in zip(rows, lines, strict=True)]
    return tuple(each for each in found if each is not None), tuple(losses)


def _incoming(row: object, place: str, losses: list[Loss]) -> Incoming | None:
    if not isinstance(row, Mapping):
        losses.append(Loss(place, "no object: left out"))
        return None
    number = row.get("number")
    number = number if isinstance(number, int) and not isinstance(number, bool) and number >= 0 else None
    title = " ".join(_text(row.get("title")).split())
    if not title:
        title = f"Record {number}" if number is not None else "Record"
        losses.append(Loss(place, f"has no title; it is {title!r} here"))
    custom = row.get("custom_sections")
    customs = {str(key): _text(value) for key, value in custom.items()} if isinstance(custom, Mapping) else {}
    said = _text(row.get("status"))
    date = "" if row.get("date") == _NO_DATE else _text(row.get("date"))
    sections = [(heading, _markdown(row[key])) for key, heading in _SECTIONS if row.get(key)]
    sections += [(key, value) for key, value in customs.items() if key != _PREAMBLE]
    strange = [key for key in row if key not in _FACTS and key not in dict(_SECTIONS)]
    losses += [Loss(place, f"`{key}` is no part of JSON-ADR: left out") for key in strange]
    extra = [(key, ", ".join(_list(row.get(key)))) for key in ("consulted", "informed")]
    source = _text(row.get("source_uri"))
    return Incoming(
        place=place,
        key=str(number),
        title=title,
        number=number,
        status=status_told(status_of(said), said),
        date=day_of(date, place, losses),
        deciders=_list(row.get("deciders")),
        tags=_list(row.get("tags")),
        extra=tuple((key, value) for key, value in [*extra, ("source", source)] if value),
        lead=customs.get(_PREAMBLE, ""),
        sections=tuple(sections),
        links=tuple(_links(row.get("links"), place, losses)),
        path=_text(row.get("path")),
    )


def _links(value: object, place: str, losses: list[Loss]) -> Iterator[tuple[Relation, str]]:
    for link in value if isinstance(value, list) else ():
        if not isinstance(link, Mapping) or "target" not in link:
            losses.append(Loss(place, f"the link {json.dumps(link)[:60]} leads nowhere: left out"))
            continue
        word = _text(link.get("type"))
        relation = relation_named(word)
        if relation is None:
            losses.append(Loss(place, f"its relation {word!r} to {link['target']} is only `relates-to` here"))
        if _text(link.get("description")):
            losses.append(Loss(place, f"what its link to {link['target']} says, {link['description']!r}: left out"))
        yield relation or Relation.RELATES_TO, str(link["target"])


def _markdown(value: object) -> str:
    """A section's value: text as it is, lists as lists, and what is told in parts under headings of their own."""
    match value:
        case str():
            return value.strip("\n")
        case [str() as only]:
            return only.strip("\n")
        case list():
            return "\n".join(_item(item) for item in value)
        case dict():
            return "\n\n".join(
                f"### {str(key).capitalize()}\n\n{_markdown(part)}" for key, part in value.items() if part
            )
        case _:
            return str(value)


def _item(item: object) -> str:
    if not isinstance(item, Mapping):
        return f"- {_indented(_text(item))}"
    described = f": {_indented(_text(item['description']))}" if item.get("description") else ""
    arguments = [f"  - Good, because {each}" for each in _list(item.get("pros"))]
    arguments += [f"  - Bad, because {each}" for each in _list(item.get("cons"))]
    return "\n".join([f"- {_text(item.get('name'))}{described}", *arguments])


def _indented(text: str) -> str:
    return text.strip().replace("\n", "\n  ")


def _text(value: object) -> str:
    return value if isinstance(value, str) else "" if value is None else str(value)


def _list(value: object) -> tuple[str, ...]:
    values = value if isinstance(value, list) else [] if value is None else [value]
    return tuple(said for each in values if (said := " ".join(_text(each).split())))


def _lines(text: str, count: int) -> list[int]:
    """On which line each record of the document begins; 1 where that cannot be told."""
    start = re.search(r'"adrs"\s*:\s*\[', text)
    decoder = json.JSONDecoder()
    lines: list[int] = []
    at = start.end() if start else len(text)
    while len(lines) < count and (match := re.compile(r"[\s,]*").match(text, at)) and match.end() < len(text):
        lines.append(text.count("\n", 0, match.end()) + 1)
        try:
            _, at = decoder.raw_decode(text, match.end())
        except ValueError:
            break
    return lines if len(lines) == count else [1] * count
