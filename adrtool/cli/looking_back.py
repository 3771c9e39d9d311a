"""What `show` tells of a claim's past: why it turned, and how flaky it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from adrtool.flakiness import flakiness
from adrtool.report.changes import flakiness_fields, flakiness_line, turn_fields, turn_line
from adrtool.report.documents import Fields
from adrtool.turning import Turn, last_turn
from adrtool.verdict import Judgement, Verdict

if TYPE_CHECKING:
    from adrtool.workspace import Workspace


def notes(workspace: Workspace, judgement: Judgement) -> Iterator[str]:
    """Lines for a reader."""
    turn = _turn(workspace, judgement)
    if turn is not None:
        yield turn_line(turn)
    found = flakiness(workspace.past.of(judgement.claim)) if judgement.flaky else None
    if found is not None:
        yield flakiness_line(found)


def fields(workspace: Workspace, judgements: Sequence[Judgement]) -> Fields:
    """The same as JSON, by claim."""
    turns = {row.claim.id: _turn(workspace, row) for row in judgements}
    flaky = {row.claim.id: flakiness(workspace.past.of(row.claim)) for row in judgements if row.flaky}
    return {
        "turns": {claim: turn_fields(turn) for claim, turn in turns.items() if turn is not None},
        "flakiness": {claim: flakiness_fields(found) for claim, found in flaky.items() if found is not None},
    }


def _turn(workspace: Workspace, judgement: Judgement) -> Turn | None:
    """The fall that left a claim as it is; what holds needs no explanation."""
    if judgement.verdict not in (Verdict.STALE, Verdict.BROKEN):
        return None
    turn = last_turn(workspace.past.of(judgement.claim))
    return turn if turn is not None and turn.worse else None
