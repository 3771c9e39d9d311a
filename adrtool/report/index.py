"""The table of records between markers of a README; and the lists that adr-log and adr-tools keep there."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from urllib.parse import quote

from adrtool.model import Record, Status
from adrtool.verdict import Health

START, END = "<!-- adrtool index -->", "<!-- /adrtool index -->"
_OURS = re.compile(rf"{re.escape(START)}.*?{re.escape(END)}", re.DOTALL)
_ADR_LOG = re.compile(
    r"(?P<start><!--\s*adrlog\b(?!stop).*?-->)(?P<body>.*?)(?P<end><!--\s*adrlogstop\b.*?-->)", re.DOTALL
)
_ADR_TOOLS = re.compile(
    r"(?P<start>^# Architecture Decision Records[ \t]*\n\n)(?P<body>(?:\* \[[^\n]*\]\([^\n]*\)[ \t]*(?:\n|\Z))+)",
    re.MULTILINE,
)
# What Markdown, HTML, tables and attribute lists would take for their own.
_MARKUP = re.compile(r"[\\`*_{}\[\]<>|~#!&$:@]")
_HEADING = "Architecture Decision Records"


def indexed(text: str, records: Sequence[Record], healths: Mapping[str, Health | None], folder: str) -> str:
    """`text`, the README of `folder` with plain line ends, with every index in it brought up to date.

    One is added at its end where there is none of ours. What differs in spacing only is left as it stands.
    """
    text = relisted(text, records, folder)
    block = f"{START}\n\n{table(records, healths, folder)}\n\n{END}"
    if _OURS.search(text):
        return _replaced(text, _OURS, lambda _: block)
    head = text.rstrip("\n") or f"# {_HEADING}"
    return f"{head}\n\n{block}\n"


def relisted(text: str, records: Sequence[Record], folder: str) -> str:
    """`text` with the lists of adr-log and adr-tools in it brought up to date; no other is added."""

    def log(match: re.Match[str]) -> str:
        entries = (f"[ADR-{record.id}]({_href(record, folder)}) - {escaped(record.title)}" for record in records)
        return f"{match['start']}\n\n{_listed(entries, match['body'])}\n\n{match['end']}"

    def contents(match: re.Match[str]) -> str:
        entries = (f"[{_numbered(record)}]({_href(record, folder)})" for record in records)
        return f"{match['start']}{_listed(entries, match['body'])}\n"

    return _replaced(_replaced(text, _ADR_LOG, log), _ADR_TOOLS, contents)


def has_list(text: str) -> bool:
    """Whether adr-log or adr-tools keep a list in `text`."""
    return _ADR_LOG.search(text) is not None or _ADR_TOOLS.search(text) is not None


def _listed(entries: Iterable[str], before: str) -> str:
    """A list with the bullets that the one before had."""
    bullet = match[1] if (match := re.search(r"^\s*([*+-]) ", before, re.MULTILINE)) else "*"
    return "\n".join(f"{bullet} {entry}" for entry in entries)


def table(records: Sequence[Record], healths: Mapping[str, Health | None], folder: str) -> str:
    """Number, title, status, date and health of each record, as a Markdown table."""
    rows = [(*_cells(record, folder), _health(healths.get(record.path))) for record in records]
    lines = [("Number", "Title", "Status", "Date", "Health"), ("---",) * 5, *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def escaped(text: str) -> str:
    """A record's text as the same plain text in Markdown: no markup, no HTML, no new cell."""
    return _MARKUP.sub(r"\\\g<0>", " ".join(text.split()))


def _cells(record: Record, folder: str) -> tuple[str, str, str, str]:
    number = record.id if record.number is not None else ""
    status = record.status_raw if record.status is Status.OTHER else record.status.value
    title = f"[{escaped(record.title)}]({_href(record, folder)})"
    return number, title, escaped(_clipped(status)), record.date.isoformat() if record.date else ""


def _numbered(record: Record) -> str:
    title = escaped(record.title)
    return title if record.number is None else f"{record.number}. {title}"


def _clipped(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "\u2026"


def _health(health: Health | None) -> str:
    return health.value if health is not None else ""


def _href(record: Record, folder: str) -> str:
    return quote(posixpath.relpath(record.path, folder))


def _replaced(text: str, pattern: re.Pattern[str], block: Callable[[re.Match[str]], str]) -> str:
    def keep_or_replace(match: re.Match[str]) -> str:
        new = block(match)
        return match[0] if _bare(match[0]) == _bare(new) else new

    return pattern.sub(keep_or_replace, text)


def _bare(text: str) -> str:
    """What formatters do not touch: no padding of cells, length of rulers, blank line or needless escape."""
    plain = text.replace("\\", "")
    return re.sub(r"-{3,}", "---", re.sub(r"[ \t]+", " ", re.sub(r"\n\s*\n", "\n", plain))).strip()
