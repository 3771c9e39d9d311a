"""JSON-ADR 1.0, the interchange format of adrs."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from adrtool import __version__
from adrtool.exchange.parts import Loss, Source, items, lead, numbers, renumbered, sections
from adrtool.model import Relation, Status

VERSION = "1.0.0"
_KNOWN = (Relation.SUPERSEDES, Relation.SUPERSEDED_BY, Relation.AMENDS, Relation.AMENDED_BY, Relation.RELATES_TO)
_NO_DATE = "1970-01-01"  # the format knows no record without a date

Fields = dict[str, object]


def json_adr(sources: Sequence[Source]) -> tuple[str, tuple[Loss, ...]]:
    """The document, and what it does not hold."""
    records = [source.record for source in sources]
    given = numbers(records, least=1)
    losses = list(renumbered(records, given))
    rows = [_adr(source, given, losses) for source in sources]
    tool = {"name": "adrtool", "version": __version__}
    document = {"version": VERSION, "tool": tool, "adrs": rows}
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n", tuple(losses)


def _adr(source: Source, given: dict[str, int], losses: list[Loss]) -> Fields:
    record = source.record
    status = record.status_raw if record.status is Status.OTHER else record.status.value
    fields: Fields = {
        "number": given[record.path],
        "title": record.title or record.id,
        "status": status,
        "date": record.date.isoformat() if record.date else _NO_DATE,
        "deciders": list(record.deciders),
        "tags": list(record.tags),
        **_texts(source),
        "links": [
            {"type": link.relation.value, "target": given[link.target]} for link in record.links if link.target in given
        ],
        "path": record.path,
    }
    losses += [Loss(record.path, message) for message in _lost(source)]
    return {key: value for key, value in fields.items() if value != []}


def _lost(source: Source) -> list[str]:
    record = source.record
    lost = []
    if record.date is None:
        lost.append(f"has no date; it is {_NO_DATE} there")
    if record.claims:
        lost.append(f"its claims ({len(record.claims)}) are plain links there, without verdicts")
    if record.applies_to:
        lost.append(f"applies to {', '.join(record.applies_to)}: left out")
    if record.revisit is not None:
        lost.append(f"the day to look at it again, {record.revisit}: left out")
    own = sorted({link.relation.value for link in record.links if link.relation not in _KNOWN})
    if own:
        lost.append(f"relations that only some readers know: {', '.join(own)}")
    if source.sheet is None:
        lost.append("its text cannot be read: left out")
    elif not source.sheet.is_markdown:
        lost.append("its text is no Markdown: given as written")
    return lost


def _texts(source: Source) -> Fields:
    fields: Fields = {}
    custom: dict[str, str] = {}
    for section in sections(source):
        match section.part:
            case "fact":
                continue
            case "context" | "decision" | "confirmation" if section.part not in fields:
                fields[section.part] = section.text
            case "consequences" if "consequences" not in fields:
                fields["consequences"] = list(items(section.text))
            case "drivers" if "decision_drivers" not in fields:
                fields["decision_drivers"] = list(items(section.text))
            case "options" if "considered_options" not in fields:
                fields["considered_options"] = [_option(item) for item in items(section.text)]
            case _:
                name = section.heading
                while name in custom:
                    name += " (again)"
                custom[name] = section.text
    if text := lead(source):
        custom = {"Preamble": text, **custom}
    return {**fields, "custom_sections": custom} if custom else fields


def _option(item: str) -> Fields:
    """An option's name, and what stands behind a dash or colon."""
    name, parted, rest = next(
        (found for mark in (" \u2014 ", " \u2013 ", " - ", ": ") if (found := item.partition(mark))[1]), (item, "", "")
    )
    plain = re.sub(r"[*_`]", "", name).strip() or item
    return {"name": plain, "description": rest.strip()} if parted and rest.strip() else {"name": plain}
