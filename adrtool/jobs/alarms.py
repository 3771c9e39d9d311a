"""The one issue of a repository: what it says of the claims that raise an alarm, and what has changed. Pure.

What an issue was told is kept in it, in a comment that nobody sees, so that the next run can say what is new.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby

from adrtool.errors import ExitCode
from adrtool.model import Record
from adrtool.report.escape import code, markdown
from adrtool.verdict import Judgement, Verdict, alarm

TITLE = "Decisions with reasons that no longer hold"
_MARK = re.compile(r"<!-- adrtool:alarms:1 ([\w=-]*) -->")
_MOST_SHOWN = 100
_TEXT = 300  # characters of a sentence or message
_MOST_STATE = 20_000  # characters; a body may have 65,536 in all
_MOST_UNPACKED = 1_000_000

State = dict[str, str]  # by claim: the verdict that raises the alarm


@dataclass(frozen=True, slots=True)
class Alarm:
    """One claim that needs somebody, with the record that makes it."""

    record: Record
    judgement: Judgement

    @property
    def word(self) -> str:
        """What is wrong, in a word or few."""
        verdict = self.judgement.verdict
        return "waiver no longer needed" if verdict is Verdict.HOLDS else verdict.value


def alarms(records: Iterable[Record], judgements: Iterable[Judgement], now: datetime) -> tuple[Alarm, ...]:
    """The claims that are stale or broken, or whose waiver is no longer needed; what is only due is none."""
    by_path = {record.path: record for record in records}
    found = []
    for judgement in judgements:
        record = by_path[judgement.claim.path]
        if alarm(judgement, record.status, now) in (ExitCode.STALE, ExitCode.BROKEN):
            found.append(Alarm(record, judgement))
    return tuple(found)


def state_of(found: Iterable[Alarm]) -> State:
    """What the issue is told, by claim."""
    return {row.judgement.claim.id: row.word for row in found}


def is_ours(body: str) -> bool:
    """Whether adrtool wrote this body."""
    return _MARK.search(body) is not None


def told(body: str) -> State:
    """What the issue was told before; nothing where that cannot be read."""
    found = _MARK.search(body)
    if found is None or not found.group(1):
        return {}
    try:
        packed = base64.urlsafe_b64decode(found.group(1))
        state = json.loads(zlib.decompressobj().decompress(packed, _MOST_UNPACKED))
    except (binascii.Error, zlib.error, ValueError):
        return {}
    return {str(key): str(value) for key, value in state.items()} if isinstance(state, dict) else {}


def body(found: Sequence[Alarm]) -> str:
    """The issue's text: the same for the same alarms, whenever it is written."""
    number = f"{len(found)} claim needs" if len(found) == 1 else f"{len(found)} claims need"
    lines = [
        _mark(state_of(found)),
        f"{number} somebody: the evidence no longer says that a decision's reason holds.",
        "",
    ]
    for record, rows in groupby(found[:_MOST_SHOWN], lambda row: row.record):
        lines += [f"### {markdown(f'{record.id} {record.title}', _TEXT)}", ""]
        lines += [line for row in rows for line in _lines(row)]
        lines.append("")
    if len(found) > _MOST_SHOWN:
        lines += [f"… and {len(found) - _MOST_SHOWN} more; `adrtool status` shows them.", ""]
    lines += [
        "Mend what broke, decide anew (`adrtool supersede`), or live with it for a while (`adrtool waive`).",
        "adrtool keeps this text up to date, and closes the issue when no claim needs anybody.",
    ]
    return "\n".join(lines)


def news(before: Mapping[str, str], found: Sequence[Alarm], every: Iterable[Judgement], now: datetime) -> str:
    """What is new since the issue was told `before`; nothing where nothing is."""
    after = state_of(found)
    by_id = {row.judgement.claim.id: row for row in found}
    verdicts = {judgement.claim.id: judgement for judgement in every}
    lines = []
    for claim, word in after.items():
        if before.get(claim) != word:
            was = f" (it was {before[claim]})" if claim in before else ""
            lines.append(f"- {code(claim)} is **{word}**{was}{_why(by_id[claim].judgement)}")
    lines += [
        f"- {code(claim)} needs nobody any more: {_relief(verdicts.get(claim), now)}"
        for claim in sorted(before.keys() - after.keys())
    ]
    shown = lines[:_MOST_SHOWN]
    return "\n".join([*shown, f"- … and {len(lines) - len(shown)} more"] if len(lines) > len(shown) else shown)


def _lines(row: Alarm) -> Iterator[str]:
    claim, newest = row.judgement.claim, row.judgement.newest
    weight = "" if claim.load_bearing else " (supporting)"
    yield f"- **{row.word}** {code(claim.id)}{weight}: {markdown(claim.text, _TEXT)}"
    if newest is not None and newest.message and row.judgement.verdict is not Verdict.HOLDS:
        yield f"  - {markdown(newest.message, 500)}"
    facts = [code(f"{claim.path}:{claim.line}")]
    if row.judgement.since is not None:
        facts.append(f"since {row.judgement.since.astimezone(UTC):%Y-%m-%d}")
    if row.judgement.last_held is not None and row.judgement.verdict is not Verdict.HOLDS:
        facts.append(f"last held on {row.judgement.last_held.astimezone(UTC):%Y-%m-%d}")
    yield f"  - {', '.join(facts)}"
    if claim.then:
        yield f"  - then: {markdown(claim.then, _TEXT)}"


def _why(judgement: Judgement) -> str:
    if judgement.newest is None or not judgement.newest.message or judgement.verdict is Verdict.HOLDS:
        return ""
    return f": {markdown(judgement.newest.message, _TEXT)}"


def _relief(judgement: Judgement | None, now: datetime) -> str:
    if judgement is None:
        return "no record claims it"
    if judgement.is_waived(now) and judgement.claim.waiver is not None:
        return f"it is waived until {judgement.claim.waiver.until}"
    return "it holds" if judgement.verdict is Verdict.HOLDS else f"it is {judgement.verdict.value} now"


def _mark(state: State) -> str:
    packed = base64.urlsafe_b64encode(zlib.compress(json.dumps(state, sort_keys=True).encode())).decode()
    return f"<!-- adrtool:alarms:1 {packed if len(packed) <= _MOST_STATE else ''} -->"
