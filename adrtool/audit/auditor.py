"""Audit many pieces of evidence at once: their runs in any order, each result as it is had."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from typing import Protocol

from adrtool.audit.audition import Audition, Trial, Trials
from adrtool.audited import Audit
from adrtool.evidence.execute import Execution
from adrtool.plan import Step
from adrtool.verify import Run


class Watcher(Protocol):
    """Whoever wants to know how audits are going."""

    def tried(self, trial: Trial, execution: Execution) -> None:
        """One run has ended."""

    def audited(self, audit: Audit) -> None:
        """A piece of evidence has its result."""


@dataclass(slots=True)
class _Batch:
    """The runs that one audition waits for."""

    trials: Trials
    asked: tuple[Trial, ...]
    ended: dict[int, Execution] = field(default_factory=dict)


@dataclass(slots=True)
class Auditor:
    """Audits pieces of evidence through the machinery of `run`, so many runs at once."""

    run: Run
    watcher: Watcher
    jobs: int
    _pending: dict[Future[Execution | None], tuple[_Batch, int]] = field(default_factory=dict)

    def finish(self) -> Iterator[Audit]:
        """Audit the evidence of every step, what wants to be alone last, and yield each as it is done."""
        with self.run.opened():
            yield from self._in_parallel([step for step in self.run.steps if not step.is_exclusive], self.jobs)
            yield from self._in_parallel([step for step in self.run.steps if step.is_exclusive], 1)

    def _in_parallel(self, steps: Sequence[Step], jobs: int) -> Iterator[Audit]:
        with ThreadPoolExecutor(max_workers=jobs, thread_name_prefix="audit") as pool:
            try:
                for step in steps:
                    yield from self._go_on(pool, Audition(self.run.workspace, step).trials(), None)
                while self._pending:
                    done, _ = wait(self._pending, return_when=FIRST_COMPLETED)
                    for future in done:
                        yield from self._learn(pool, future)
            except BaseException:
                self.run.stop()
                raise

    def _learn(self, pool: ThreadPoolExecutor, future: Future[Execution | None]) -> Iterator[Audit]:
        batch, place = self._pending.pop(future)
        execution = future.result()
        if execution is None:  # the run was stopped
            return
        self.watcher.tried(batch.asked[place], execution)
        batch.ended[place] = execution
        if len(batch.ended) == len(batch.asked):
            yield from self._go_on(pool, batch.trials, tuple(batch.ended[each] for each in sorted(batch.ended)))

    def _go_on(self, pool: ThreadPoolExecutor, trials: Trials, ended: tuple[Execution, ...] | None) -> Iterator[Audit]:
        try:
            asked = next(trials) if ended is None else trials.send(ended)
        except StopIteration as end:
            self.watcher.audited(end.value)
            yield end.value
            return
        batch = _Batch(trials, asked)
        for place, trial in enumerate(asked):
            self._pending[pool.submit(self._try, trial)] = batch, place

    def _try(self, trial: Trial) -> Execution | None:
        finished = self.run.one(trial.step)
        return None if finished is None else finished.execution
