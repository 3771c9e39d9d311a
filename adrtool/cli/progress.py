"""What a run is doing, on stderr: a live display at a terminal, plain lines elsewhere."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import click

from adrtool.evidence.execute import Execution, Job, by_hand
from adrtool.evidence.script import Requirements
from adrtool.outcome import Ending
from adrtool.plan import Step
from adrtool.verify import Watcher


@contextmanager
def watcher(steps: int, *, verbose: bool) -> Iterator[Watcher]:
    """Something that shows a run of so many steps while it goes on."""
    if verbose or not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        yield PlainLines(steps, verbose=verbose)
        return
    from rich.console import Console
    from rich.live import Live

    display = Display(steps)
    console = Console(stderr=True, no_color=bool(os.environ.get("NO_COLOR")))
    with Live(display, console=console, refresh_per_second=4, transient=True):
        yield display


def requirements_name(requirements: Requirements) -> str:
    """An environment in a few words: the first packages that it is asked for."""
    from itertools import islice

    names = list(islice(requirements.dependencies, 3))
    more = len(requirements.dependencies) - len(names)
    return ", ".join(names) + (f" and {more} more" if more > 0 else "") if names else "a bare Python"


def quiet_watcher() -> Watcher:
    """Something that tells of environments only, for a command that tells of each trial itself."""
    return OnlyBuilding(0, verbose=False)


class Told:
    """The environments that somebody has heard of, whoever asks from whatever thread."""

    def __init__(self) -> None:
        self._known: set[Requirements] = set()
        self._lock = threading.Lock()

    def is_new(self, requirements: Requirements) -> bool:
        """Whether this is the first time that it is spoken of."""
        with self._lock:
            known = requirements in self._known
            self._known.add(requirements)
        return not known


class PlainLines:
    """One line for each thing that happens."""

    def __init__(self, steps: int, *, verbose: bool) -> None:
        self._left = steps
        self._verbose = verbose
        self._told = Told()
        self._lock = threading.Lock()

    def building(self, requirements: Requirements) -> None:
        """An environment is being made ready: said once, however many wait for it."""
        if self._told.is_new(requirements):
            self._say(f"building an environment with {self._name(requirements)}")

    def started(self, job: Job) -> None:
        """A piece of evidence begins to run."""
        if self._verbose:
            where = "by hand" if job.sandbox.program is None else "by hand, without its sandbox"
            self._say(f"running {job.evidence}; {where}: {by_hand(job)}")

    def finished(self, step: Step, execution: Execution) -> None:
        """A piece of evidence has ended."""
        with self._lock:
            self._left -= 1
            left = self._left
        self._say(f"{execution.ending.value:<8} {execution.seconds:6.1f} s  {step.piece.ref}  ({left} to go)")

    def _name(self, requirements: Requirements) -> str:
        return requirements_name(requirements)

    def _say(self, line: str) -> None:
        with self._lock:
            click.echo(line, err=True)


class OnlyBuilding(PlainLines):
    """One line for each environment, named by what makes it another one."""

    def finished(self, step: Step, execution: Execution) -> None:
        """Whoever asked for the trial tells how it ended."""

    def _name(self, requirements: Requirements) -> str:
        pins = requirements.constraints.splitlines()
        return ", ".join(pins) if 0 < len(pins) <= 3 else super()._name(requirements)


class Display:
    """What runs, for how long, and how many are to go; drawn anew a few times a second."""

    def __init__(self, steps: int) -> None:
        self._steps = steps
        self._done: list[Ending] = []
        self._running: dict[str, float] = {}
        self._building: dict[str, float] = {}
        self._lock = threading.Lock()

    def building(self, requirements: Requirements) -> None:
        """An environment is being made ready."""
        with self._lock:
            self._building[requirements_name(requirements)] = time.monotonic()

    def started(self, job: Job) -> None:
        """A piece of evidence begins to run."""
        with self._lock:
            if job.script.requirements is not None:
                self._building.pop(requirements_name(job.script.requirements), None)
            self._running[str(job.evidence)] = time.monotonic()

    def finished(self, step: Step, execution: Execution) -> None:
        """A piece of evidence has ended."""
        with self._lock:
            self._running.pop(str(step.piece.ref), None)
            self._done.append(execution.ending)

    def __rich__(self) -> str:
        now = time.monotonic()
        with self._lock:
            lines = [f"building  {now - since:5.0f} s  {name}" for name, since in self._building.items()]
            lines += [f"running   {now - since:5.0f} s  {name}" for name, since in self._running.items()]
            bad = sum(ending in (Ending.FAILED, Ending.ERRORED) for ending in self._done)
            lines.append(f"{len(self._done)} of {self._steps} done, {bad} of them failed or broke")
        return "\n".join(line.replace("[", r"\[") for line in lines)
