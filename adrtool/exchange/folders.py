"""Records as a folder of files in the shapes that Structurizr and Backstage read."""

from __future__ import annotations

import enum
import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import NamedTuple
from urllib.parse import quote

from adrtool.exchange.parts import Loss, Section, Source, lead, numbers, renumbered, sections
from adrtool.model import Record, Relation, Status
from adrtool.reading.claims import Setting

_LARGEST = 9999  # both want exactly four digits
_WORDS = {
    Relation.SUPERSEDES: "Supersedes",
    Relation.SUPERSEDED_BY: "Superseded by",
    Relation.AMENDS: "Amends",
    Relation.AMENDED_BY: "Amended by",
    Relation.DEPENDS_ON: "Depends on",
    Relation.REFINES: "Refines",
    Relation.RELATES_TO: "Relates to",
}


class Shape(enum.StrEnum):
    """Whose files are written: adr-tools' for Structurizr, MADR's for Backstage."""

    STRUCTURIZR = "structurizr"
    BACKSTAGE = "backstage"


class _Plan(NamedTuple):
    """What each record is called in the new folder, by its old path."""

    titles: Mapping[str, str]
    numbers: Mapping[str, int]
    files: Mapping[str, str]


def folder(sources: Sequence[Source], shape: Shape) -> tuple[dict[str, str], tuple[Loss, ...]]:
    """The files by their names, and what they do not hold."""
    records = [source.record for source in sources]
    given = numbers(records, least=0)
    losses = list(renumbered(records, given))
    names = {record.path: f"{given[record.path]:04}-{_slug(record)}.md" for record in records}
    plan = _Plan({record.path: record.title for record in records}, given, names)
    page = _structurizr if shape is Shape.STRUCTURIZR else _backstage
    files = {}
    for source in sources:
        record = source.record
        if given[record.path] > _LARGEST:
            losses.append(Loss(record.path, f"number {given[record.path]} has more than four digits: left out"))
            continue
        files[names[record.path]] = _relinked(page(source, plan), record, names)
        losses += [Loss(record.path, message) for message in _lost(source, names)]
    return files, tuple(losses)


def _structurizr(source: Source, plan: _Plan) -> str:
    record = source.record
    date = f"Date: {record.date.isoformat()}\n\n" if record.date else ""
    links = [
        f"{_WORDS[link.relation]} [{plan.numbers[link.target]}. {plan.titles[link.target]}](/{quote(link.target)})"
        for link in record.links
        if link.target in plan.files
    ]
    status = "\n\n".join((_status(record), *links))
    head = f"# {plan.numbers[record.path]}. {record.title}\n\n{date}## Status\n\n{status}\n"
    return "\n".join((head, *_body(source)))


def _backstage(source: Source, plan: _Plan) -> str:
    record = source.record
    facts = [f"* Status: {_status(record)}"]
    facts += [f"* Deciders: {', '.join(record.deciders)}"] if record.deciders else []
    facts += [f"* Date: {record.date.isoformat()}"] if record.date else []
    links = [
        f"* {_WORDS[link.relation]} [{plan.titles[link.target]}](/{quote(link.target)})"
        for link in record.links
        if link.target in plan.files
    ]
    head = f"# {record.title}\n\n" + "\n".join(facts) + "\n"
    tail = ["## Relations\n\n" + "\n".join(links) + "\n"] if links else []
    return "\n".join((head, *_body(source), *tail))


def _body(source: Source) -> list[str]:
    first = [f"{text}\n"] if (text := lead(source)) else []
    return [*first, *(_section(section) for section in sections(source) if section.part != "fact")]


def _section(section: Section) -> str:
    return f"## {section.heading}\n\n{section.text}\n" if section.text else f"## {section.heading}\n"


def _status(record: Record) -> str:
    if record.status in (Status.OTHER, Status.UNKNOWN):
        return " ".join(record.status_raw.split()) or "Unknown"
    return record.status.value.capitalize()


def _relinked(text: str, record: Record, names: Mapping[str, str]) -> str:
    """`text` with links between records led to their new files; other links stay as they are."""
    setting = Setting(record.path, record.id, ())

    def led(match: re.Match[str]) -> str:
        target = setting.resolve(match["href"])
        if target is None or target.path not in names:
            return match[0]
        anchor = f"#{target.test}" if target.test else ""
        return f"{match['open']}{names[target.path]}{anchor}"

    return re.sub(r"(?P<open>\]\(|^\[[^\]\n]+\]:[ \t]+)(?P<href>[^\s()<>]+)", led, text, flags=re.MULTILINE)


def _lost(source: Source, names: Mapping[str, str]) -> list[str]:
    record, lost = source.record, []
    if record.date is None:
        lost.append("has no date: readers take the file's")
    if record.status is Status.UNKNOWN:
        lost.append("has no known status: some readers take it for accepted")
    if record.claims:
        lost.append(f"its claims ({len(record.claims)}) are plain links there, without verdicts")
    if record.tags:
        lost.append(f"tags {', '.join(record.tags)}: left out")
    if source.sheet is None:
        lost.append("its text cannot be read: left out")
        return lost
    if not source.sheet.is_markdown:
        lost.append("its text is no Markdown: given as written")
    setting = Setting(record.path, record.id, ())
    targets = {target.path for link in source.sheet.links() if (target := setting.resolve(link.href)) is not None}
    if others := sorted(targets - set(names)):
        lost.append(f"links to files that are not copied: {', '.join(others[:3])}{' …' if len(others) > 3 else ''}")
    return lost


def _slug(record: Record) -> str:
    plain = unicodedata.normalize("NFKD", record.title).encode("ascii", "ignore").decode()
    return "-".join(re.findall(r"[a-z0-9]+", plain.casefold()))[:80].strip("-") or "record"
