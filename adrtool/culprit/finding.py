"""What a search for a culprit has found, and the search itself. Pure."""

from __future__ import annotations

import enum
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from adrtool.outcome import Ending
from adrtool.trial import in_one_line


class Over(enum.StrEnum):
    """What was searched."""

    COMMITS = "commits"
    RELEASES = "releases"


class Answer(enum.StrEnum):
    """What one candidate says."""

    HOLDS = "holds"
    FAILS = "fails"
    NOTHING = "nothing"  # skipped, could not be run, or errored where the claim fails elsewhere


@dataclass(frozen=True, slots=True)
class Candidate:
    """One commit or release: its id or version, and a commit's subject."""

    name: str
    subject: str = ""

    @property
    def short(self) -> str:
        """Its name in a line for a reader: few digits of a commit's id, the whole of a version."""
        return self.name[:10] if len(self.name) >= 40 else self.name


@dataclass(frozen=True, slots=True)
class Tried:
    """A candidate, and how its evidence ended; `ending` is None where it could not even be set up."""

    candidate: Candidate
    ending: Ending | None
    message: str = ""

    @property
    def reason(self) -> str:
        """What it said, in one line."""
        return in_one_line(self.message) if self.ending is None else self.message.split("\n", 1)[0]


@dataclass(frozen=True, slots=True)
class Turning:
    """What counts as no longer holding: a failure, or, where the claim is broken at the bad end, an error as well."""

    bad: frozenset[Ending]

    @classmethod
    def seen_at(cls, end: Tried) -> Turning | None:
        """What to look for, given how the bad end ended; None where nothing turned there."""
        match end.ending:
            case Ending.FAILED:
                return cls(frozenset((Ending.FAILED,)))
            case Ending.ERRORED:
                return cls(frozenset((Ending.FAILED, Ending.ERRORED)))
            case _:
                return None

    def answer(self, tried: Tried) -> Answer:
        """What a candidate says."""
        if tried.ending is Ending.PASSED:
            return Answer.HOLDS
        return Answer.FAILS if tried.ending in self.bad else Answer.NOTHING


@dataclass(frozen=True, slots=True)
class Finding:
    """Where it turned, or why that cannot be said."""

    over: Over
    tried: tuple[Tried, ...]  # in the order of the trials
    holds: Tried | None = None  # the last that holds
    fails: Tried | None = None  # the first that does not
    between: tuple[Tried, ...] = ()  # those of them that could tell nothing
    reason: str = ""  # why nothing was found


Test = Callable[[Candidate], Tried]


def not_turned(over: Over, end: Tried, tried: tuple[Tried, ...], *, bad: bool) -> Finding:
    """What to say where an end is not what it was said to be."""
    name = end.candidate.short
    said = f": {end.reason}" if end.message else ""
    match end.ending:
        case Ending.PASSED:
            reason = f"it holds at the bad end, {name}"
        case Ending.FAILED | Ending.ERRORED if not bad:
            word = "fails" if end.ending is Ending.FAILED else "breaks"
            reason = f"it {word} at the good end too, {name}{said}"
        case _:
            reason = f"{name} can tell nothing{said}"
    return Finding(over, tried, reason=reason)


def search(candidates: Sequence[Candidate], test: Test) -> Finding:
    """Find the turn among releases, in order, the first of which is said to hold, the last not to.

    Both ends are tried before anything between them: where the world has moved otherwise, no search is right.
    A candidate that tells nothing is passed over for its neighbours.
    """
    last = test(candidates[-1])
    turning = Turning.seen_at(last)
    if turning is None:
        return not_turned(Over.RELEASES, last, (last,), bad=True)
    first = test(candidates[0])
    if turning.answer(first) is not Answer.HOLDS:
        return not_turned(Over.RELEASES, first, (last, first), bad=False)
    seen = {0: first, len(candidates) - 1: last}
    low, high = 0, len(candidates) - 1
    while open_ := [number for number in range(low + 1, high) if number not in seen]:
        middle = min(open_, key=lambda number, ends=(low, high): abs(2 * number - sum(ends)))  # type: ignore[misc]
        seen[middle] = test(candidates[middle])
        match turning.answer(seen[middle]):
            case Answer.HOLDS:
                low = middle
            case Answer.FAILS:
                high = middle
            case Answer.NOTHING:
                pass
    between = tuple(seen[number] for number in range(low + 1, high))
    return Finding(Over.RELEASES, tuple(seen.values()), seen[low], seen[high], between)
