"""Carry out a plan: steps in, outcomes out, as many at once as there are cores."""

from __future__ import annotations

import os
import queue
import secrets
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from itertools import takewhile
from pathlib import Path
from typing import Protocol

from adrtool.attempt import Attempt, Content
from adrtool.budget import Budget
from adrtool.copies import Copies, copies_of
from adrtool.errors import EvidenceError
from adrtool.evidence.environment import Built, Environments
from adrtool.evidence.execute import Execution, Job, execute
from adrtool.evidence.needs import probe
from adrtool.evidence.sandbox import Mode, Sandbox, choose, mode_of_user
from adrtool.evidence.script import Requirements
from adrtool.evidence.working_copy import WorkingCopy
from adrtool.outcome import Ending, Outcome
from adrtool.plan import Step
from adrtool.workspace import Workspace

Executor = Callable[[Job, Path, WorkingCopy | None, threading.Event], Execution]


class Watcher(Protocol):
    """Whoever wants to know how a run is going; called from several threads."""

    def building(self, requirements: Requirements) -> None:
        """An environment is being made ready."""

    def started(self, job: Job) -> None:
        """A piece of evidence begins to run."""

    def finished(self, step: Step, execution: Execution) -> None:
        """A piece of evidence has ended."""


@dataclass(frozen=True, slots=True)
class Options:
    """How to run, as opposed to what."""

    jobs: int = 0
    fail_fast: bool = False
    refresh: bool = False  # resolve environments anew
    debug: bool = False
    sandbox: Mode | None = None  # None: as the settings say
    private: bool = False  # in a copy even where it cannot be seen what is read there
    budget: Budget | None = None


def sandbox_mode(workspace: Workspace, options: Options) -> Mode:
    """What is asked of the sandbox: by the command, else the user's environment, else the repository.

    A debugger has none, for it needs the terminal. Raises UsageError for a word in the environment that nobody knows.
    """
    if options.debug:
        return Mode.OFF
    return options.sandbox or mode_of_user() or Mode(workspace.settings.sandbox)


def word_on_sandbox(workspace: Workspace, options: Options) -> str:
    """What to say where evidence is about to run as freely as any program and nobody chose that; else nothing.

    Raises ReadError where a sandbox is required and cannot be had.
    """
    mode = sandbox_mode(workspace, options)
    found = choose(mode)
    if options.debug:
        return "under pdb evidence runs without a sandbox"
    if found.program is None and mode is not Mode.OFF:
        return f"evidence runs without a sandbox: {found.why_not}; {found.mend}"
    return ""


@dataclass(frozen=True, slots=True)
class Finished:
    """A step that ran, and the outcomes it gives, one for each claim that cites the evidence."""

    step: Step
    execution: Execution
    outcomes: tuple[Outcome, ...]


@dataclass(slots=True)
class Run:
    """One execution of a plan. Iterate over `finish()`; `stop()` from anywhere ends it without orphans."""

    workspace: Workspace
    steps: Sequence[Step]
    options: Options
    watcher: Watcher
    environments: Environments
    executor: Executor = execute
    id: str = field(default_factory=lambda: secrets.token_hex(8))
    _cancel: threading.Event = field(default_factory=threading.Event)
    _copies: Copies | None = None
    _sandbox: Sandbox | None = None

    def stop(self) -> None:
        """Kill what runs and start nothing more; what has finished stays finished."""
        self._cancel.set()
        self.environments.stop()

    @property
    def sandbox(self) -> Sandbox:
        """What stands round the evidence; raises ReadError where a sandbox is required and cannot be had."""
        if self._sandbox is None:
            self._sandbox = choose(sandbox_mode(self.workspace, self.options))
        return self._sandbox

    @contextmanager
    def opened(self) -> Iterator[Run]:
        """Keep a folder for working copies while the block lasts; a block that breaks off stops the run."""
        with copies_of(self.workspace) as self._copies:
            try:
                yield self
            except BaseException:
                self.stop()
                raise

    def finish(self) -> Iterator[Finished]:
        """Run every step and yield each as it ends, those that want to be alone last.

        Within a budget they may be last for ever, so those that stand at the head of the plan run first.
        """
        for together in self.finish_together():
            yield from together

    def finish_together(self) -> Iterator[tuple[Finished, ...]]:
        """As `finish`; what ended while the last ones were looked at comes at once, to be kept at once."""
        first = list(takewhile(lambda step: step.is_exclusive, self.steps)) if self.options.budget is not None else []
        rest = self.steps[len(first) :]
        together = [step for step in rest if not step.is_exclusive]
        alone = [step for step in rest if step.is_exclusive]
        jobs = 1 if self.options.debug else self.options.jobs or self.workspace.settings.jobs or os.cpu_count() or 1
        with self.opened():
            yield from self._in_parallel(first, 1)
            yield from self._in_parallel(together, jobs)
            yield from self._in_parallel(alone, 1)

    def _in_parallel(self, steps: Sequence[Step], jobs: int) -> Iterator[tuple[Finished, ...]]:
        with ThreadPoolExecutor(max_workers=jobs, thread_name_prefix="evidence") as pool:
            try:
                ended: queue.SimpleQueue[Future[Finished | None]] = queue.SimpleQueue()
                for step in steps:
                    pool.submit(self.one, step).add_done_callback(ended.put)
                left = len(steps)
                while left:
                    futures = [ended.get(), *(ended.get() for _ in range(ended.qsize()))]
                    left -= len(futures)
                    found = (future.result() for future in futures)
                    if together := tuple(finished for finished in found if finished is not None):
                        yield together
            except BaseException:
                self.stop()
                raise

    def one(self, step: Step) -> Finished | None:
        """Run one step in the calling thread, while the run is `opened()`; None where it was stopped or out of time."""
        budget = self.options.budget
        if self._cancel.is_set() or not (budget is None or budget.admits(step.piece.ref)):
            return None
        attempt = Attempt(step)
        try:
            self._attempt(attempt)
        except EvidenceError as error:
            attempt.refuse(error)
        except OSError as error:
            attempt.break_off(error)
        if not attempt.tries:
            return None
        last = attempt.tries[-1]
        if self._cancel.is_set() and last.message == "interrupted":
            return None
        self.watcher.finished(step, last)
        if self.options.fail_fast and last.ending in (Ending.FAILED, Ending.ERRORED):
            self.stop()
        return Finished(step, last, attempt.outcomes(self.workspace, self.id))

    def _attempt(self, attempt: Attempt) -> None:
        """Run a step's evidence as often as it may be tried; raises EvidenceError for what cannot run, and OSError."""
        step = attempt.step
        script = step.piece.script
        if script is None:
            raise step.piece.refusal or EvidenceError("cannot be read", path=step.piece.ref.path)
        missing = next(filter(None, (probe(need) for need in script.needs)), None)
        if missing is not None:
            attempt.tries.append(Execution(Ending.SKIPPED, str(missing)))
            return
        if script.requirements is not None:
            attempt.built = self._environment(script.requirements, script.path)
            if self.options.budget is not None and not self.options.budget.still_admits(step.piece.ref):
                return
        python = attempt.built.python if attempt.built is not None else None
        folder = self.workspace.exhibits.home_of(step.piece.ref)
        limits = self.workspace.settings.limits.changed(script.limits)
        job = Job(
            *(step.piece.ref, script, folder, python, self.options.debug, self.sandbox, limits),
            instead=step.instead,
            control=step.control,
        )
        self.watcher.started(job)
        for _ in range(1 + (0 if self.options.debug else script.retries)):
            execution, attempt.content = self._execute(job)
            attempt.tries.append(execution)
            if execution.ending in (Ending.PASSED, Ending.SKIPPED) or self._cancel.is_set():
                return

    def _environment(self, requirements: Requirements, used_by: str) -> Built:
        return self.environments.prepare(
            requirements,
            refresh=self.options.refresh,
            progress=lambda _: self.watcher.building(requirements),
            used_by=used_by,
        )

    def _execute(self, job: Job) -> tuple[Execution, Content]:
        with self._copy() as copy:
            execution = self.executor(job, self.workspace.root, copy, self._cancel)
            return execution, Content(self.workspace.exhibits.tree, copy, execution.observed)

    def _copy(self) -> AbstractContextManager[WorkingCopy | None]:
        exhibits = self.workspace.exhibits
        may_copy = exhibits.is_affordable if self.options.private else exhibits.can_copy
        if not may_copy or self.options.debug:
            return nullcontext()
        assert self._copies is not None, "the run is opened"
        return self._copies.lent()
