"""What an audit is doing, on stderr: a line for each piece of evidence, and at a terminal how far it has come."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

from adrtool.audit.audition import Trial
from adrtool.audited import Audit
from adrtool.cli.progress import Told, requirements_name
from adrtool.evidence.execute import Execution, Job
from adrtool.evidence.script import Requirements
from adrtool.plan import Step


@contextmanager
def watcher(pieces: int, *, verbose: bool) -> Iterator[AuditLines]:
    """Something that tells of the audits of so many pieces of evidence while they go on."""
    if verbose or not pieces or not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        yield AuditLines(pieces, verbose=verbose)
        return
    from rich.console import Console

    console = Console(stderr=True, no_color=bool(os.environ.get("NO_COLOR")), highlight=False, markup=False)
    with console.status("beginning", spinner="line") as status:
        yield AuditLines(pieces, verbose=False, say=console.print, show=status.update)


class AuditLines:
    """One line for each result; with `verbose`, for each run, too."""

    def __init__(
        self,
        pieces: int,
        *,
        verbose: bool,
        say: Callable[[str], None] = lambda line: click.echo(line, err=True),
        show: Callable[[str], None] | None = None,
    ) -> None:
        self._pieces = self._left = pieces
        self._runs = 0
        self._verbose = verbose
        self._say = say
        self._show = show
        self._told = Told()
        self._lock = threading.Lock()

    def building(self, requirements: Requirements) -> None:
        """An environment is being made ready: said once, however many wait for it."""
        if self._told.is_new(requirements):
            with self._lock:
                self._say(f"building an environment with {requirements_name(requirements)}")

    def started(self, job: Job) -> None:
        """A run begins."""

    def finished(self, step: Step, execution: Execution) -> None:
        """A run has ended, and `tried` will tell of it."""

    def tried(self, trial: Trial, execution: Execution) -> None:
        """One run has ended."""
        with self._lock:
            self._runs += 1
            if self._show is not None:
                self._show(f"{self._left} of {self._pieces} to go, {self._runs} runs so far")
            if self._verbose:
                ref = trial.step.piece.ref
                self._say(f"  {execution.ending.value:<8} {execution.seconds:6.1f} s  {ref}, {trial.what}")

    def audited(self, audit: Audit) -> None:
        """A piece of evidence has its result."""
        with self._lock:
            self._left -= 1
            runs = f"{audit.tried} negated, " if audit.tried else ""
            if self._show is None:  # a terminal gets the results in a moment
                self._say(f"{audit.soundness.value:<9}  {audit.subject.evidence}  ({runs}{self._left} to go)")
