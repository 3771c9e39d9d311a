"""Run the evidence of one repository for a pytest session, one piece at a time, and keep what it said."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import cached_property

from adrtool.errors import LedgerError
from adrtool.evidence.environment import Environments
from adrtool.evidence.execute import Execution, Job
from adrtool.evidence.script import Requirements
from adrtool.model import Claim, EvidenceRef
from adrtool.news import said_by
from adrtool.outcome import Ending, Outcome
from adrtool.plan import Step
from adrtool.verdict import Judgement, Verdict, Why
from adrtool.verify import Finished, Options, Run, word_on_sandbox
from adrtool.workspace import Workspace


class Bench:
    """Runs evidence in the calling thread, so that an interruption of pytest ends what runs."""

    def __init__(self, workspace: Workspace, say: Callable[[str], None], run_id: str | None) -> None:
        """`say` takes a line on what lasts long; `run_id` is shared by the workers of one session, if there are any."""
        self.workspace = workspace
        self._say = say
        self._run_id = run_id
        self._expected: dict[EvidenceRef, list[Claim]] = {}
        self._fresh: dict[Claim, Outcome] = {}
        self._open = ExitStack()

    def expect(self, claim: Claim) -> None:
        """Note a claim that will be asked for, so that evidence which several claims cite runs once."""
        if claim.evidence is not None:
            self._expected.setdefault(claim.evidence, []).append(claim)

    def judge(self, claim: Claim) -> Judgement:
        """Run the claim's evidence, unless it just ran for another claim, and say what the claim is worth now.

        `skip` is set where the evidence was skipped. Raises LedgerError where the outcome cannot be kept.
        """
        if claim not in self._fresh:
            self._execute(claim)
        return _judged(self._before[claim], self._fresh.pop(claim))

    def close(self) -> None:
        """Remove the working copies."""
        self._open.close()

    @cached_property
    def _before(self) -> dict[Claim, Judgement]:
        return {judgement.claim: judgement for judgement in self.workspace.judge_all(datetime.now(UTC))}

    @cached_property
    def _run(self) -> Run:
        claims = [claim for citing in self._expected.values() for claim in citing]
        refresh = any(self._before[claim].verdict is Verdict.EXPIRED for claim in claims)
        options = Options(refresh=refresh)
        if word := word_on_sandbox(self.workspace, options):
            self._say(word)
        run = Run(self.workspace, (), options, _Watcher(self._say), Environments())
        run.id = self._run_id or run.id
        return self._open.enter_context(run.opened())

    def _execute(self, claim: Claim) -> None:
        assert claim.evidence is not None
        citing = self._expected.get(claim.evidence, [])
        judgements = tuple(self._before[each] for each in dict.fromkeys((claim, *citing)))
        step = Step(self.workspace.piece_of(claim.evidence), judgements, (Why.ASKED,))
        with self._turn(step):
            finished = self._run.one(step)
        assert finished is not None, "nobody stops this run"
        self._fresh.update(zip((each.claim for each in judgements), self._kept(finished), strict=True))

    def _kept(self, finished: Finished) -> tuple[Outcome, ...]:
        if self.workspace.ledger is None:
            return finished.outcomes
        try:
            return self.workspace.ledger.hold(finished.outcomes)
        except LedgerError as error:
            raise LedgerError(f"the outcome ({finished.execution.ending}) cannot be kept: {error}") from error

    @contextmanager
    def _turn(self, step: Step) -> Iterator[None]:
        """Among the workers of one session, evidence that wants to be alone waits for the others', and they for it."""
        if self._run_id is None:
            yield
            return
        is_exclusive = step.piece.script is not None and step.piece.script.exclusive
        descriptor = os.open(self.workspace.root, os.O_RDONLY)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX if is_exclusive else fcntl.LOCK_SH)
            yield
        finally:
            os.close(descriptor)


class _Watcher:
    """Tells of environments that are built, for that takes minutes; pytest itself tells of the rest."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._told: set[Requirements] = set()

    def building(self, requirements: Requirements) -> None:
        """An environment is being made ready: said once, not at each stage."""
        if requirements in self._told:
            return
        self._told.add(requirements)
        names = ", ".join(requirements.dependencies[:3]) or "a bare Python"
        self._say(f"building an environment with {names}")

    def started(self, job: Job) -> None:
        """A piece of evidence begins to run."""

    def finished(self, step: Step, execution: Execution) -> None:
        """A piece of evidence has ended."""


def _judged(before: Judgement, outcome: Outcome) -> Judgement:
    """What a claim is worth after an outcome with today's fingerprints, given what it was worth before."""
    if outcome.ending is Ending.SKIPPED:
        return replace(before, skip=outcome)
    lasts = before.newest is not None and before.newest.ending is outcome.ending
    since = before.since if lasts else outcome.at
    return replace(before, verdict=said_by(outcome), why=(), newest=outcome, skip=None, since=since)
