"""When a claim turned, and what differs between the two runs at which it did. Pure.

Give it a claim's outcomes, oldest first, such as count here (`Past.of` leaves out what other branches saw):

- `turns(outcomes)` is every turn, oldest first; `last_turn(outcomes)` the newest, if the claim is still as it left it.
- A `Turn` has two outcomes, `last` (the last that ended as before) and `first` (the first that ended otherwise), and
  `differences`: what the ledger knows of them that is not the same. `turn.worse` tells a fall from a recovery.
- A fall goes from the last pass to the first `failed` after it; where nothing failed, to the first that errored.
- Skips say nothing and are passed over. Retries are of one run: its ending counts, so a pass after a fail is a pass.
- A `Difference` has `what` (text, evidence, inputs, requirements, commits, python, platform, sandbox, package), `name`
  (of the package, else ""), `before` and `after`: fingerprints, commits or versions, None where there was none.

What is not known of a run (its environment could not be built, say) is no difference. A turn without any difference
is the sign of flaky evidence, or of a world outside that changed.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from adrtool.outcome import Ending, Environment, Outcome


class What(enum.StrEnum):
    """What can differ between two runs of a claim, in the order in which to tell it."""

    TEXT = "text"
    EVIDENCE = "evidence"
    INPUTS = "inputs"
    REQUIREMENTS = "requirements"
    PACKAGE = "package"
    PYTHON = "python"
    PLATFORM = "platform"
    SANDBOX = "sandbox"
    COMMITS = "commits"


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as it was."""

    what: What
    before: str | None
    after: str | None
    name: str = ""  # of a package


@dataclass(frozen=True, slots=True)
class Turn:
    """Two outcomes between which a claim began to fail, or to hold again."""

    last: Outcome
    first: Outcome
    differences: tuple[Difference, ...]

    @property
    def worse(self) -> bool:
        """Whether it turned from holding to failing, not the other way round."""
        return self.last.ending is Ending.PASSED

    @property
    def packages(self) -> tuple[Difference, ...]:
        """The packages that are not as they were."""
        return tuple(difference for difference in self.differences if difference.what is What.PACKAGE)


def turns(outcomes: Sequence[Outcome]) -> tuple[Turn, ...]:
    """Every turn in a claim's outcomes, oldest first."""
    real = [outcome for outcome in outcomes if outcome.is_real]
    rows = [list(row) for _, row in groupby(real, key=_passed)]
    return tuple(_turn(before, after) for before, after in pairwise(rows))


def last_turn(outcomes: Sequence[Outcome]) -> Turn | None:
    """The turn that led to how the claim ends now; None where it always ended so."""
    return next(reversed(turns(outcomes)), None)


def differences(last: Outcome, first: Outcome) -> tuple[Difference, ...]:
    """What the ledger knows of two runs of one claim that is not the same."""
    return tuple(_differences(last, first))


def _passed(outcome: Outcome) -> bool:
    return outcome.ending is Ending.PASSED


def _turn(before: Sequence[Outcome], after: Sequence[Outcome]) -> Turn:
    first = next((outcome for outcome in after if outcome.ending is Ending.FAILED), after[0])
    return Turn(before[-1], first, differences(before[-1], first))


def _differences(last: Outcome, first: Outcome) -> Iterator[Difference]:
    then, now = last.fingerprints, first.fingerprints
    yield from _unlike(What.TEXT, then.text, now.text)
    yield from _unlike(What.EVIDENCE, then.evidence, now.evidence)
    yield from _unlike(What.INPUTS, then.inputs, now.inputs)
    yield from _unlike(What.REQUIREMENTS, then.requirements, now.requirements)
    if last.environment is not None and first.environment is not None:
        yield from _between(last.environment, first.environment)
    yield from _unlike(What.SANDBOX, last.sandbox, first.sandbox)
    yield from _unlike(What.COMMITS, last.commit, first.commit)


def _between(then: Environment, now: Environment) -> Iterator[Difference]:
    if then.python and now.python:  # else no Python ran, or none could be had
        before, after = dict(then.packages), dict(now.packages)
        for name in sorted(before.keys() | after.keys()):
            yield from _unlike(What.PACKAGE, before.get(name), after.get(name), name)
        yield from _unlike(What.PYTHON, then.python, now.python)
    yield from _unlike(What.PLATFORM, then.platform, now.platform)


def _unlike(what: What, before: str | None, after: str | None, name: str = "") -> Iterator[Difference]:
    if before != after:
        yield Difference(what, before, after, name)
