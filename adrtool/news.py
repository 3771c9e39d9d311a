"""What a run changed: for each claim, what the last run had made of it, and what this one does. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from adrtool.model import Claim
from adrtool.outcome import Ending, Outcome
from adrtool.turning import Turn, last_turn
from adrtool.verdict import Judgement, Verdict

_SAID = {
    Ending.PASSED: Verdict.HOLDS,
    Ending.FAILED: Verdict.STALE,
    Ending.ERRORED: Verdict.BROKEN,
}


@dataclass(frozen=True, slots=True)
class Change:
    """A claim of which this run says something else than the one before."""

    judgement: Judgement  # as it is now
    before: Verdict
    after: Verdict
    turn: Turn | None  # None: it never held or never failed before

    @property
    def claim(self) -> Claim:
        """The claim that changed."""
        return self.judgement.claim

    @property
    def first(self) -> Outcome:
        """The outcome that said so first."""
        assert self.judgement.newest is not None
        fits = self.turn is not None and said_by(self.turn.first) is self.after
        return self.turn.first if self.turn is not None and fits else self.judgement.newest


def said(judgement: Judgement) -> Verdict:
    """What the last run made of a claim: a verdict that has expired since, or become suspect, was one of `holds`."""
    if judgement.verdict is Verdict.UNSUPPORTED or judgement.newest is None:
        return judgement.verdict
    return said_by(judgement.newest)


def said_by(outcome: Outcome) -> Verdict:
    """What one outcome makes of its claim on the day it happens."""
    return meaning(outcome.ending)


def meaning(ending: Ending | None) -> Verdict:
    """What it makes of a claim that its evidence ended so; None: that it never ran."""
    return Verdict.UNVERIFIED if ending is None else _SAID.get(ending, Verdict.UNVERIFIED)


def changes(
    before: Mapping[str, Verdict], after: Iterable[Judgement], past: Callable[[Claim], Sequence[Outcome]]
) -> tuple[Change, ...]:
    """The claims of which something else is said than `before`, the worst news first.

    `past` gives every outcome that counts for a claim.
    """
    changed = [row for row in after if before[row.claim.id] is not said(row)]
    found = [Change(row, before[row.claim.id], said(row), _turn_to(said(row), past(row.claim))) for row in changed]
    return tuple(sorted(found, key=_weight))


def _turn_to(verdict: Verdict, outcomes: Sequence[Outcome]) -> Turn | None:
    turn = last_turn(outcomes)
    return turn if turn is not None and turn.worse is (verdict is not Verdict.HOLDS) else None


def _weight(change: Change) -> tuple[int, bool, bool]:
    """Falls before recoveries, and what was seen for the first time last."""
    return list(Verdict).index(change.after), not change.claim.load_bearing, change.before is Verdict.UNVERIFIED
