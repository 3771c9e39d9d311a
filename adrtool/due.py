"""What is due to be run again, what first, and which records are due to be read again. Pure."""

from __future__ import annotations

import enum
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import assert_never

from adrtool.model import Claim, EvidenceRef, Record, Status
from adrtool.plan import Piece, Step, steps
from adrtool.verdict import Judgement, Verdict, Why

Revalidate = Callable[[Claim], timedelta | None]
StatusOf = Callable[[Claim], Status]


def is_due(judgement: Judgement, now: datetime, revalidate: timedelta | None) -> bool:
    """Whether `verify --due` runs this claim's evidence.

    What is stale is known, so it waits until it has changed or would have expired.
    """
    match judgement.verdict:
        case Verdict.EXPIRED | Verdict.SUSPECT | Verdict.BROKEN | Verdict.UNVERIFIED:
            return True
        case Verdict.STALE:
            newest = judgement.newest
            is_old = newest is not None and revalidate is not None and now - newest.at > revalidate
            return bool(judgement.why) or is_old
        case Verdict.HOLDS:
            return Why.UNOBSERVED in judgement.why
        case Verdict.UNSUPPORTED:
            return False
        case _:
            assert_never(judgement.verdict)


def due_steps(
    judgements: Sequence[Judgement],
    piece_of: Callable[[EvidenceRef], Piece],
    now: datetime,
    revalidate: Revalidate,
) -> tuple[Step, ...]:
    """The executions that are due, one for each piece of evidence, in the order of the claims."""
    due = {id(row) for row in judgements if is_due(row, now, revalidate(row.claim))}
    found = steps(judgements, piece_of, everything=True)
    return tuple(step for step in found if any(id(row) in due for row in step.judgements))


def in_order(
    found: Iterable[Step],
    revalidate: Revalidate,
    status_of: StatusOf,
    left_over: Collection[str],
) -> tuple[Step, ...]:
    """Steps in the order in which they are to run.

    First what an earlier run left over, what has to run alone before the rest of it; then what decisions in force rest
    on; load-bearing claims before supporting ones; the most overdue before others.
    """

    def key(step: Step) -> tuple[bool, bool, bool, bool, datetime]:
        rows = step.judgements
        waits = any(row.claim.id in left_over for row in rows)
        return (
            not waits,
            not (waits and step.is_exclusive),
            not any(status_of(row.claim).raises_alarm for row in rows),
            not any(row.claim.load_bearing for row in rows),
            min(due_since(row, revalidate(row.claim)) for row in rows),
        )

    return tuple(sorted(found, key=key))


def due_since(judgement: Judgement, revalidate: timedelta | None) -> datetime:
    """Since when a claim has been due; what never ran has been for ever, and what was skipped was tried."""
    moments = [datetime.min.replace(tzinfo=UTC)]
    if judgement.newest is not None:
        fresh_for = revalidate if judgement.verdict is Verdict.EXPIRED and revalidate is not None else timedelta()
        moments.append(judgement.newest.at + fresh_for)
    if judgement.skip is not None:
        moments.append(judgement.skip.at)
    return max(moments)


class ReviewWhy(enum.StrEnum):
    """Why a record is due to be read again."""

    REVISIT = "revisit"  # the date that it names has come
    UNSUPPORTED = "unsupported"  # accepted long ago, and no evidence since


@dataclass(frozen=True, slots=True)
class Review:
    """A record that somebody should read again; there is nothing to run."""

    record: Record
    since: date
    why: ReviewWhy

    @property
    def is_asked_for(self) -> bool:
        """Whether the record itself names the day."""
        return self.why is ReviewWhy.REVISIT


def reviews(records: Iterable[Record], now: datetime, unsupported: timedelta | None) -> tuple[Review, ...]:
    """The records that are due to be read again, the longest overdue first.

    A record that names its own date is due from that day (UTC), and not before; one that names none, is in force and
    cites no evidence is due when it is older than `unsupported`.
    """
    today = now.astimezone(UTC).date()
    found = (_review(record, unsupported) for record in records)
    return tuple(sorted((each for each in found if each and each.since <= today), key=lambda each: each.since))


def _review(record: Record, unsupported: timedelta | None) -> Review | None:
    if record.revisit is not None:
        is_live = record.status.raises_alarm or record.status in (Status.DRAFT, Status.PROPOSED)
        return Review(record, record.revisit, ReviewWhy.REVISIT) if is_live else None
    is_supported = any(claim.evidence is not None for claim in record.claims)
    if record.status is not Status.ACCEPTED or is_supported or record.date is None or unsupported is None:
        return None
    try:
        return Review(record, record.date + unsupported, ReviewWhy.UNSUPPORTED)
    except OverflowError:
        return None
