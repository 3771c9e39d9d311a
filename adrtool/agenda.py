"""What a run is to do, in which order, and what earlier runs said: the plan, with what the ledger knows of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from adrtool import due
from adrtool.ledger.lines import Kind
from adrtool.ledger.runs import RunNote
from adrtool.model import Claim, EvidenceRef, Status
from adrtool.news import Change, said, said_by
from adrtool.plan import Step, steps
from adrtool.shards import Shard
from adrtool.verdict import Judgement, Verdict
from adrtool.workspace import Workspace

UNKNOWN_S = 10.0  # how long evidence takes that nobody has timed, where nothing was timed at all


@dataclass(frozen=True, slots=True)
class Agenda:
    """The steps of a run, in their order, and how long each is likely to take."""

    steps: tuple[Step, ...]
    seconds: Mapping[EvidenceRef, float]


def agenda(
    workspace: Workspace,
    judgements: Sequence[Judgement],
    now: datetime,
    *,
    everything: bool = False,
    is_due: bool = False,
    in_haste: bool = False,
) -> Agenda:
    """What these claims call for; `is_due` takes only what is due, and that or `in_haste` the most urgent first."""
    if is_due:
        found = due.due_steps(judgements, workspace.piece_of, now, workspace.revalidate)
    else:
        found = steps(judgements, workspace.piece_of, everything=everything)
    if not (is_due or in_haste):
        return Agenda(found, {})
    ordered = due.in_order(found, workspace.revalidate, _status_of(workspace), left_over(workspace))
    return Agenda(ordered, durations(workspace, judgements))


def in_shard(
    workspace: Workspace, shard: Shard, pool: Iterable[Judgement], judgements: Iterable[Judgement]
) -> tuple[Judgement, ...]:
    """Those of `judgements` that are this shard's, when `pool` is parted; claims without evidence are the first's.

    Durations are taken from before: what shards of the same commit add while others have yet to start moves nothing.
    """
    beside = {note.run for note in _notes(workspace) if note.shard and note.commit == workspace.head}
    rows = tuple(pool)
    known = durations(workspace, rows, without_runs=beside)
    mine = shard.of({row.claim.evidence for row in rows if row.claim.evidence is not None}, known)
    is_first = shard.number == 1
    return tuple(row for row in judgements if (row.claim.evidence in mine if row.claim.evidence else is_first))


def durations(
    workspace: Workspace, judgements: Iterable[Judgement], without_runs: Collection[str] = ()
) -> dict[EvidenceRef, float]:
    """How long each piece of evidence is likely to take: as long as last time, else as long as most."""
    cited = {row.claim.id: row.claim.evidence for row in judgements if row.claim.evidence is not None}
    known = workspace.history.seconds(cited, without_runs) if workspace.history is not None else {}
    usual = median(known.values()) if known else UNKNOWN_S
    found: dict[EvidenceRef, float] = {}
    for claim, took in known.items():
        found[cited[claim]] = max(took, found.get(cited[claim], 0.0))
    return {ref: found.get(ref, usual) for ref in cited.values()}


def left_over(workspace: Workspace) -> frozenset[str]:
    """The claims that an earlier run had no time for, and that have not run since."""
    history = workspace.history
    waiting: set[str] = set()
    for note in _notes(workspace):
        if note.left_over and history is not None:
            waiting |= set(note.left_over) - history.ran_since(note.left_over, note.order)
    return frozenset(waiting)


def said_before(workspace: Workspace, judgements: Sequence[Judgement]) -> dict[str, Verdict]:
    """What the last report here made of each claim.

    That is what its newest outcome made of it, unless a later run told something else without running it: a revert
    brings an old outcome back into force.
    """
    if workspace.history is None:
        return {row.claim.id: said(row) for row in judgements}
    ids = [row.claim.id for row in judgements]
    elsewhere = workspace.history.ran_since(ids, -1)
    before = {row.claim.id: Verdict.UNVERIFIED if row.claim.id in elsewhere else said(row) for row in judgements}
    latest = workspace.history.latest(ids)
    before |= {claim: said_by(outcome) for claim, outcome in latest.items()}
    for note in _notes(workspace):
        for claim, verdict in note.told.items():
            is_later = claim not in latest or latest[claim].order < note.order
            if claim in before and is_later and verdict in list(Verdict):
                before[claim] = Verdict(verdict)
    return before


def note_shard(workspace: Workspace, run: str, shard: Shard) -> None:
    """Write down, before it starts, that a run is one shard of several; raises LedgerError."""
    _write(workspace, RunNote(run, workspace.head, shard=str(shard)))


def note_end(workspace: Workspace, run: str, left: Iterable[Step], changed: Iterable[Change]) -> bool:
    """Write down what a run left over, and what it told without running it, if anything; raises LedgerError."""
    newest = {outcome.claim: said_by(outcome) for outcome in workspace.added if outcome.is_real}
    told = {it.claim.id: it.after.value for it in changed if newest.get(it.claim.id) is not it.after}
    claims = tuple(row.claim.id for step in left for row in step.judgements)
    return _write(workspace, RunNote(run, workspace.head, left_over=claims, told=told))


def _write(workspace: Workspace, note: RunNote) -> bool:
    if workspace.ledger is None or note.is_empty:
        return False
    workspace.ledger.hold_entries(Kind.RUN, [note.fields()], note.commit)
    return True


def _notes(workspace: Workspace) -> tuple[RunNote, ...]:
    return workspace.history.run_notes() if workspace.history is not None else ()


def _status_of(workspace: Workspace) -> due.StatusOf:
    def status_of(claim: Claim) -> Status:
        return workspace.record_of(claim).status

    return status_of
