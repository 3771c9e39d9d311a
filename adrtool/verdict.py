"""What a reader should believe of a claim now, judged from the outcomes that the ledger holds."""

from __future__ import annotations

import enum
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import assert_never

from adrtool.audited import Audit
from adrtool.drift import Erosion
from adrtool.errors import ExitCode
from adrtool.flakiness import flakiness
from adrtool.model import Claim, Problem, Record, Relation, Status
from adrtool.outcome import Ending, Fingerprints, Outcome

ANNOUNCED = timedelta(days=30)  # waivers that end sooner are named


class Verdict(enum.StrEnum):
    """What a claim is worth today; the worst a reader must know comes first."""

    STALE = "stale"
    BROKEN = "broken"
    SUSPECT = "suspect"
    EXPIRED = "expired"
    UNVERIFIED = "unverified"
    UNSUPPORTED = "unsupported"
    HOLDS = "holds"


class Why(enum.StrEnum):
    """The reasons for a verdict, or for running evidence again."""

    TEXT = "text"
    EVIDENCE = "evidence"
    INPUTS = "inputs"
    REQUIREMENTS = "requirements"
    EXPIRED = "expired"
    NEVER_RUN = "never-run"
    SKIPPED = "skipped"
    ASKED = "asked"
    UNOBSERVED = "unobserved"


class Health(enum.StrEnum):
    """A record's worst news, never a mean; the worst first."""

    STALE = "stale"
    WEAKENED = "weakened"
    BROKEN = "broken"
    UNVERIFIED = "unverified"
    SOUND = "sound"


@dataclass(frozen=True, slots=True)
class Judgement:
    """A claim's verdict, and what it rests on."""

    claim: Claim
    verdict: Verdict
    why: tuple[Why, ...] = ()
    newest: Outcome | None = None  # the real outcome that was judged
    skip: Outcome | None = None  # a skip since then
    since: datetime | None = None  # when the present row of equal endings began
    last_held: datetime | None = None
    flaky: bool = False
    unproven: bool = True
    audit: Audit | None = None  # of its evidence as it is now
    eroding: tuple[Erosion, ...] = ()  # measures that move towards their bounds, while it holds

    def is_waived(self, now: datetime) -> bool:
        """Whether a waiver covers this stale claim today (UTC)."""
        waiver = self.claim.waiver
        return self.verdict is Verdict.STALE and waiver is not None and waiver.covers(now.astimezone(UTC).date())


# The fingerprints that a past outcome would have today; its own observed inputs decide the third.
Today = Callable[[Outcome], Fingerprints]


def judge(
    claim: Claim,
    outcomes: Sequence[Outcome],
    *,
    today: Today,
    is_ancestor: Callable[[Outcome], bool],
    now: datetime,
    revalidate: timedelta | None,
    audited: bool = False,
) -> Judgement:
    """The verdict on `claim` from all its `outcomes`, oldest first.

    The newest outcome with today's fingerprints counts wherever it ran, else the newest one from an
    ancestor of HEAD. A skip says nothing: it is noted beside the last real verdict.
    """
    if claim.evidence is None:
        return Judgement(claim, Verdict.UNSUPPORTED)
    real = [outcome for outcome in outcomes if outcome.is_real]
    own = [outcome for outcome in real if is_ancestor(outcome)]
    newest = next((outcome for outcome in reversed(real) if today(outcome) == outcome.fingerprints), None)
    newest = newest or (own[-1] if own else None)
    skip = _skip_since(outcomes, newest, is_ancestor, today)
    flaky, unproven = flakiness(real) is not None, not audited and not _was_red(real)
    if newest is None:
        why = Why.SKIPPED if skip is not None else Why.NEVER_RUN
        return Judgement(claim, Verdict.UNVERIFIED, (why,), skip=skip, flaky=flaky, unproven=unproven)
    verdict, reasons = _meaning(newest, today(newest), now, revalidate)
    if newest.unobserved and verdict is Verdict.HOLDS:
        reasons = (*reasons, Why.UNOBSERVED)
    counting = [outcome for outcome in real if is_ancestor(outcome) or today(outcome) == outcome.fingerprints]
    passed = [outcome.at for outcome in counting if outcome.ending is Ending.PASSED]
    since = _since(counting, newest)
    last_held = passed[-1] if passed else None
    return Judgement(claim, verdict, reasons, newest, skip, since, last_held, flaky, unproven)


def _meaning(
    newest: Outcome, today: Fingerprints, now: datetime, revalidate: timedelta | None
) -> tuple[Verdict, tuple[Why, ...]]:
    changed = changes(newest.fingerprints, today)
    match newest.ending:
        case Ending.FAILED:
            return Verdict.STALE, changed
        case Ending.ERRORED:
            return Verdict.BROKEN, changed
        case Ending.PASSED:
            expired = (Why.EXPIRED,) if revalidate is not None and now - newest.at > revalidate else ()
            verdict = Verdict.SUSPECT if changed else Verdict.EXPIRED if expired else Verdict.HOLDS
            return verdict, changed + expired
        case Ending.SKIPPED:
            raise ValueError("a skip is no real outcome")
        case _:
            assert_never(newest.ending)


def changes(then: Fingerprints, today: Fingerprints) -> tuple[Why, ...]:
    """Which of the four fingerprints differ."""
    pairs = (
        (Why.TEXT, then.text, today.text),
        (Why.EVIDENCE, then.evidence, today.evidence),
        (Why.INPUTS, then.inputs, today.inputs),
        (Why.REQUIREMENTS, then.requirements, today.requirements),
    )
    return tuple(why for why, before, after in pairs if before != after)


def _skip_since(
    outcomes: Sequence[Outcome], newest: Outcome | None, is_ancestor: Callable[[Outcome], bool], today: Today
) -> Outcome | None:
    for outcome in reversed(outcomes):
        if newest is not None and outcome.order <= newest.order:
            return None
        if outcome.ending is Ending.SKIPPED and (is_ancestor(outcome) or today(outcome) == outcome.fingerprints):
            return outcome
    return None


def _since(real: Sequence[Outcome], newest: Outcome) -> datetime:
    first = newest
    for outcome in reversed(real[: real.index(newest)]):
        if outcome.ending is not newest.ending:
            break
        first = outcome
    return first.at


def _was_red(real: Sequence[Outcome]) -> bool:
    return any(Ending.FAILED in (outcome.ending, *outcome.tries) for outcome in real)


def health(judgements: Sequence[Judgement]) -> Health | None:
    """The health of the record that makes these claims; None without claims. A waiver heals nothing."""
    return min((_health_of(judgement) for judgement in judgements), key=list(Health).index, default=None)


def _health_of(judgement: Judgement) -> Health:
    match judgement.verdict:
        case Verdict.STALE:
            return Health.STALE if judgement.claim.load_bearing else Health.WEAKENED
        case Verdict.BROKEN:
            return Health.BROKEN
        case Verdict.SUSPECT | Verdict.EXPIRED | Verdict.UNVERIFIED | Verdict.UNSUPPORTED:
            return Health.UNVERIFIED
        case Verdict.HOLDS:
            return Health.SOUND
        case _:
            assert_never(judgement.verdict)


def alarm(judgement: Judgement, status: Status, now: datetime, *, strict: bool = False) -> ExitCode:
    """The exit code that one claim earns; OK when it raises no alarm."""
    if not status.raises_alarm or judgement.is_waived(now):
        return ExitCode.OK
    match judgement.verdict:
        case Verdict.STALE:
            return ExitCode.STALE
        case Verdict.BROKEN:
            return ExitCode.BROKEN
        case Verdict.SUSPECT | Verdict.EXPIRED:
            # A skip counts as a run: what cannot be decided here is not overdue here.
            return ExitCode.OK if judgement.skip is not None else ExitCode.DUE
        case Verdict.UNVERIFIED:
            return ExitCode.BROKEN if strict else ExitCode.OK
        case Verdict.UNSUPPORTED:
            return ExitCode.OK
        case Verdict.HOLDS:
            return ExitCode.OK if judgement.claim.waiver is None else ExitCode.STALE
        case _:
            assert_never(judgement.verdict)


def waiver_problems(record: Record, judgements: Iterable[Judgement]) -> tuple[Problem, ...]:
    """Waivers that stand on claims which hold again."""
    return tuple(
        Problem(
            record.path,
            judgement.claim.line,
            "waiver-unneeded",
            f"{judgement.claim.id} holds again; take its waiver out of the link's title",
        )
        for judgement in judgements
        if judgement.verdict is Verdict.HOLDS and judgement.claim.waiver is not None
    )


def at_risk(records: Sequence[Record], healths: dict[str, Health | None]) -> dict[str, tuple[str, ...]]:
    """For each record's path, the stale records that it amends, depends on or refines, near or far."""
    chains = risk_chains(records, healths)
    return {path: tuple(sorted(chain[-1] for chain in found)) for path, found in chains.items()}


def risk_chains(records: Sequence[Record], healths: dict[str, Health | None]) -> dict[str, tuple[tuple[str, ...], ...]]:
    """For each record's path, the shortest way from it to each stale record on which it rests, both ends included."""
    rests_on: dict[str, list[str]] = {record.path: [] for record in records}
    for record in records:
        for link in record.links:
            if link.relation in (Relation.AMENDS, Relation.DEPENDS_ON, Relation.REFINES):
                rests_on[record.path].append(link.target)
            elif link.relation is Relation.AMENDED_BY and link.target in rests_on:
                rests_on[link.target].append(record.path)
    return {record.path: tuple(_stale_below(record.path, rests_on, healths)) for record in records}


def _stale_below(
    path: str, rests_on: dict[str, list[str]], healths: dict[str, Health | None]
) -> Iterator[tuple[str, ...]]:
    seen: set[str] = {path}
    waiting: deque[tuple[str, ...]] = deque((path, target) for target in rests_on.get(path, ()))
    while waiting:
        chain = waiting.popleft()
        target = chain[-1]
        if target in seen:
            continue
        seen.add(target)
        if healths.get(target) is Health.STALE:
            yield chain
        waiting += ((*chain, below) for below in rests_on.get(target, ()))
