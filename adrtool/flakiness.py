"""Evidence that says both yes and no, though nothing that is known of it differs. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from adrtool.outcome import Ending, Outcome


@dataclass(frozen=True, slots=True)
class Flakiness:
    """How often evidence said no, of the runs in which it could have said yes."""

    times: int
    runs: int


def flakiness(outcomes: Iterable[Outcome]) -> Flakiness | None:
    """How flaky a claim's evidence is; None where the same content in the same environment never said both.

    A run that needed several tries said all that they said.
    """
    groups: dict[object, list[set[Ending]]] = {}
    for outcome in outcomes:
        if outcome.is_real:
            packages = outcome.environment.packages if outcome.environment else ()
            groups.setdefault((outcome.fingerprints, packages), []).append({outcome.ending, *outcome.tries})
    mixed = [group for group in groups.values() if {Ending.PASSED, Ending.FAILED} <= set().union(*group)]
    if not mixed:
        return None
    said = [endings for group in mixed for endings in group]
    return Flakiness(sum(Ending.FAILED in endings for endings in said), len(said))
