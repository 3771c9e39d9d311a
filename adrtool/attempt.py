"""What was had of one step of a plan, and the outcomes that it makes."""

from __future__ import annotations

import platform
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

from adrtool.errors import EvidenceError
from adrtool.evidence import inputs, working_copy
from adrtool.evidence.environment import Built
from adrtool.evidence.execute import Execution, clean
from adrtool.evidence.working_copy import WorkingCopy
from adrtool.outcome import Ending, Environment, Outcome
from adrtool.plan import Step
from adrtool.workspace import Workspace


@dataclass(slots=True)
class Attempt:
    """One step's environment and executions so far."""

    step: Step
    built: Built | None = None
    tries: list[Execution] = field(default_factory=list)
    content: Content | None = None  # of the last one that ran

    def refuse(self, error: EvidenceError) -> None:
        """Note that the evidence cannot run."""
        self.tries.append(Execution(Ending.ERRORED, clean(error.message), place=self._place(error)))

    def break_off(self, error: OSError) -> None:
        """Note that the run itself failed."""
        reason = f"{error.strerror or error}: {error.filename}" if error.filename else str(error)
        self.tries.append(Execution(Ending.ERRORED, f"the run's own folder cannot be used: {reason}"))

    def outcomes(self, workspace: Workspace, run: str) -> tuple[Outcome, ...]:
        """One for each claim that cites the evidence."""
        last = self.tries[-1]
        environment = self._environment()
        now = workspace.clock()
        tree = self.content.tree if self.content is not None else workspace.exhibits.tree
        return tuple(
            Outcome(
                run=run,
                claim=judgement.claim.id,
                fingerprints=workspace.exhibits.fingerprints(judgement.claim, last.observed, tree),
                ending=last.ending,
                at=now,
                order=int(now.timestamp() * 1_000_000),
                seconds=last.seconds,
                tries=tuple(execution.ending for execution in self.tries),
                sandbox=last.sandbox,
                commit=workspace.head,
                edited=workspace.is_edited,
                environment=environment,
                message=last.message,
                place=last.place,
                measures=last.measures,
                tail=last.tail,
                observed=last.observed,
                unobserved=last.unobserved,
            )
            for judgement in self.step.judgements
        )

    def _place(self, error: EvidenceError) -> str:
        """Where the error is; one that names no place is of what the script asks for, so it is at its block."""
        path, line, script = error.path, error.line, self.step.piece.script
        if path is None and script is not None:
            path, line = script.path, script.line
        return "" if path is None else path if line is None else f"{path}:{line}"

    def _environment(self) -> Environment:
        script = self.step.piece.script
        if self.built is not None:
            return Environment(self.built.python_version, _platform(), self.built.packages)
        if script is not None and script.is_python and script.requirements is None:
            return Environment(platform.python_version(), _platform(), _own_packages())
        return Environment("", _platform())


class Content:
    """The bytes that an execution was given, fingerprinted before its copy is used again."""

    def __init__(self, live: inputs.Tree, copy: WorkingCopy | None, observed: Sequence[str]) -> None:
        """`live` is the content of what was copied."""
        known: dict[str, str] = {}
        if copy is not None:
            known = {
                name: inputs.content(copy.root / name)
                for name in observed
                if not name.endswith("/") and name != working_copy.HEAD and copy.is_intact(name)
            }
        self.tree = inputs.Tree(lambda path: known[path] if path in known else live.read(path), live.files, live.head)


@cache
def _platform() -> str:
    return f"{sys.platform} {platform.machine()} {' '.join(part for part in platform.libc_ver() if part)}".strip()


@cache
def _own_packages() -> tuple[tuple[str, str], ...]:
    from importlib.metadata import distributions

    return tuple(sorted({(str(dist.name).lower(), str(dist.version)) for dist in distributions() if dist.name}))
