"""Run evidence for the knowledge alone: what it says here is no outcome, and the ledger never hears of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from adrtool.errors import EvidenceError
from adrtool.evidence.environment import Environments
from adrtool.evidence.execute import Execution
from adrtool.evidence.needs import probe
from adrtool.outcome import Ending
from adrtool.plan import Piece, Step
from adrtool.verdict import Why
from adrtool.verify import Options, Run, Watcher
from adrtool.workspace import Workspace

Packages = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Trial:
    """How one piece of evidence ended, and with which packages."""

    piece: Piece
    execution: Execution
    packages: Packages = ()
    python: str = ""
    unbuilt: str = ""  # why there is no environment to run it in; then it did not run

    @property
    def ending(self) -> Ending:
        """How it ended."""
        return self.execution.ending

    @property
    def message(self) -> str:
        """What it said, in one or a few lines."""
        return self.unbuilt or self.execution.message


def in_one_line(unbuilt: str) -> str:
    """Why an environment cannot be built, in the resolver's words without its preamble."""
    said = unbuilt.removeprefix("its environment cannot be built: ")
    lines = [line.strip() for line in said.splitlines() if not line.startswith("No solution found")]
    return " ".join(lines) or said or "no reason given"


@dataclass
class Bench:
    """Where trials are run: the environments that are built once for all of them, and whoever watches."""

    watcher: Watcher
    environments: Environments = field(default_factory=Environments)

    def one(self, workspace: Workspace, piece: Piece) -> Trial:
        """Run one piece of evidence as it stands in `workspace`."""
        (trial,) = self.each(workspace, (piece,))
        return trial

    def each(self, workspace: Workspace, pieces: Sequence[Piece]) -> Iterator[Trial]:
        """Run pieces of evidence, as many at once as there are cores; each is given as it ends."""
        steps = [Step(piece, (), (Why.ASKED,)) for piece in pieces]
        for finished in Run(workspace, steps, Options(), self.watcher, self.environments).finish():
            yield self._trial(finished.step.piece, finished.execution)

    def _trial(self, piece: Piece, execution: Execution) -> Trial:
        script = piece.script
        if script is None or script.requirements is None or any(map(probe, script.needs)):
            return Trial(piece, execution)
        try:
            built = self.environments.prepare(script.requirements)
        except EvidenceError as error:
            return Trial(piece, execution, unbuilt=error.message)
        return Trial(piece, execution, built.packages, built.python_version)
