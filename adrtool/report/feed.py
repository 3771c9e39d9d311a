"""Changes of verdicts, newest first: as lines for a reader, as JSON, and as an Atom feed (RFC 4287)."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

from adrtool import __version__
from adrtool.model import Claim, Record
from adrtool.news import meaning, said_by
from adrtool.outcome import Ending, Outcome
from adrtool.report.documents import stamp
from adrtool.report.text import COLOURS, Paper
from adrtool.verdict import Verdict

ATOM = "http://www.w3.org/2005/Atom"
# Everything that the feed names gets its id below this one; it never changes, or readers see old news anew.
_NAMESPACE = uuid.UUID("6f3d6c60-3a0f-5b7e-9d52-5c2f0e6f7a11")
# What XML 1.0 cannot hold, however it is escaped.
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Change:
    """One claim that began to end otherwise than before."""

    before: Verdict
    outcome: Outcome

    @classmethod
    def of(cls, before: Ending | None, outcome: Outcome) -> Change:
        """The change that an outcome made after one that ended as `before`, or after none."""
        return cls(meaning(before), outcome)

    @property
    def after(self) -> Verdict:
        """What the claim has been since."""
        return said_by(self.outcome)

    @property
    def id(self) -> str:
        """The same for the same change, wherever and whenever the feed is written."""
        return _urn(f"{self.outcome.run}\0{self.outcome.claim}")

    def __str__(self) -> str:
        return f"{self.outcome.claim}: {self.before} -> {self.after}"


def change_fields(change: Change) -> dict[str, object]:
    """One change as JSON."""
    return {
        "id": change.id,
        "claim": change.outcome.claim,
        "before": change.before.value,
        "after": change.after.value,
        "at": stamp(change.outcome.at),
        "commit": change.outcome.commit,
        "run": change.outcome.run,
        "message": change.outcome.message,
        "place": change.outcome.place,
    }


def change_lines(changes: Iterable[Change], paper: Paper) -> Iterable[str]:
    """Changes for a reader at a terminal."""
    for change in changes:
        word = paper.paint(change.after.value, COLOURS[change.after])
        commit = f"  at {change.outcome.commit[:7]}" if change.outcome.commit else ""
        yield f"{change.outcome.at:%Y-%m-%d %H:%M}  {change.outcome.claim}: {change.before} -> {word}{commit}"
        if change.outcome.message and change.after is not Verdict.HOLDS:
            yield from paper.wrap(" ".join(change.outcome.message.split()), 4)


def atom(
    changes: Sequence[Change],
    *,
    repository: str,
    title: str,
    claims: Mapping[str, tuple[Record, Claim]],
    url: str | None = None,
) -> str:
    """The feed; `repository` is a name that no other has, such as its first commit."""
    ET.register_namespace("", ATOM)
    feed = ET.Element(f"{{{ATOM}}}feed")
    newest = max((change.outcome.at for change in changes), default=datetime.fromtimestamp(0, UTC))
    _put(feed, "id", _urn(repository))
    _put(feed, "title", title)
    _put(feed, "updated", stamp(newest))
    _put(_put(feed, "author"), "name", "adrtool")
    _put(feed, "generator", "adrtool", version=__version__)
    if url is not None:
        _put(feed, "link", rel="self", href=url, type="application/atom+xml")
    for change in changes:
        _entry(feed, change, claims.get(change.outcome.claim))
    ET.indent(feed)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ET.tostring(feed, encoding="unicode")}\n'


def _entry(feed: ET.Element, change: Change, named: tuple[Record, Claim] | None) -> None:
    outcome = change.outcome
    entry = _put(feed, "entry")
    _put(entry, "id", change.id)
    _put(entry, "title", str(change))
    _put(entry, "updated", stamp(outcome.at))
    _put(entry, "published", stamp(outcome.at))
    _put(entry, "category", term=change.after.value)
    lines = []
    if named is not None:
        record, claim = named
        lines += [f"{record.id} {record.title} ({record.path}:{claim.line})", claim.text]
    lines += [outcome.message, outcome.place]
    if change.after is not Verdict.HOLDS and named is not None and named[1].then:
        lines.append(f"then: {named[1].then}")
    lines.append(f"at commit {outcome.commit}" if outcome.commit else "")
    _put(entry, "content", "\n".join(line for line in lines if line) or str(change), type="text")


def _put(parent: ET.Element, name: str, text: str | None = None, **attributes: str) -> ET.Element:
    whole = {key: _whole(value) for key, value in attributes.items()}
    child = ET.SubElement(parent, f"{{{ATOM}}}{name}", whole)
    child.text = None if text is None else _whole(text)
    return child


def _whole(text: str) -> str:
    return _NO_XML.sub("\ufffd", text)


def _urn(name: str) -> str:
    return uuid.uuid5(_NAMESPACE, name.encode("utf-8", "replace").decode("utf-8")).urn
