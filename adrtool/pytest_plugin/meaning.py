"""What a verdict means for a test item; the table stands in the package's docstring."""

from __future__ import annotations

import enum
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from adrtool.errors import ExitCode
from adrtool.model import Record
from adrtool.report import text
from adrtool.verdict import Judgement, Verdict, alarm, waiver_problems


class Result(enum.Enum):
    """How an item ends."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"
    XFAILED = "xfailed"


@dataclass(frozen=True, slots=True)
class Meaning:
    """An item's result, the reason in one line, and all that a reader of a failure needs."""

    result: Result
    reason: str = ""
    text: str = ""


def meaning(judgement: Judgement, record: Record, now: datetime) -> Meaning:
    """What `judgement`, of evidence that has just run, means for the item of its claim, which `record` makes."""
    if judgement.skip is not None:
        return Meaning(Result.SKIPPED, _why_skipped(judgement))
    told = "\n".join(_lines(judgement, record, now))
    if judgement.verdict is Verdict.HOLDS:
        fine = alarm(judgement, record.status, now) is ExitCode.OK
        return Meaning(Result.PASSED) if fine else Meaning(Result.FAILED, _unneeded(judgement, record), told)
    message = _first_line(judgement)
    if not record.status.raises_alarm:
        result = Result.XFAILED if judgement.verdict is Verdict.STALE else Result.SKIPPED
        reason = f"{judgement.verdict}, without alarm, for the record is {record.status}: {message}"
        return Meaning(result, reason, told)
    waiver = judgement.claim.waiver
    if waiver is not None and judgement.is_waived(now):
        return Meaning(Result.XFAILED, f"stale, waived until {waiver.until}: {waiver.reason}", told)
    return Meaning(Result.FAILED, message, told)


def _lines(judgement: Judgement, record: Record, now: datetime) -> Iterator[str]:
    claim, newest = judgement.claim, judgement.newest
    supporting = "" if claim.load_bearing else " (supporting)"
    yield f"{claim.path}:{claim.line}: {judgement.verdict}: {claim.text}{supporting}"
    if judgement.verdict is Verdict.HOLDS:
        yield _unneeded(judgement, record)
        return
    yield from text.notes(judgement, now)
    if newest is not None and newest.tail.strip():
        yield f"-- the end of what {claim.evidence} printed --"
        yield newest.tail


def _unneeded(judgement: Judgement, record: Record) -> str:
    return "; ".join(f"{problem.rule}: {problem.message}" for problem in waiver_problems(record, [judgement]))


def _first_line(judgement: Judgement) -> str:
    message = judgement.newest.message.strip() if judgement.newest is not None else ""
    return message.partition("\n")[0] or "it said no, without a word"


def _why_skipped(judgement: Judgement) -> str:
    """The skip's reason, and what was last known: a skip takes no bad news away."""
    assert judgement.skip is not None
    reason = judgement.skip.message
    if judgement.verdict in (Verdict.STALE, Verdict.BROKEN):
        return f"{reason}; still {judgement.verdict}"
    held = judgement.last_held
    return f"{reason}; last held on {held.astimezone(UTC):%Y-%m-%d}" if held is not None else reason
