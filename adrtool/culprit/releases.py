"""Search a package's releases between the one with which a claim last held and the one with which it first failed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from adrtool.culprit.finding import Candidate, Finding, Tried, search
from adrtool.errors import EvidenceError, ReadError
from adrtool.evidence.interpreters import find_interpreter
from adrtool.evidence.lifting import lifted, normal
from adrtool.evidence.releases import Release, releases
from adrtool.evidence.script import Requirements, Script
from adrtool.model import EvidenceRef
from adrtool.plan import Piece
from adrtool.trial import Bench
from adrtool.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Range:
    """The releases to search, the first of which is said to hold and the last not to; and those left out."""

    candidates: tuple[Candidate, ...]
    left_out: tuple[Release, ...]


@dataclass
class ReleaseSearch:
    """A search among a package's releases for where one piece of evidence turned."""

    workspace: Workspace
    ref: EvidenceRef
    package: str
    resolved: Mapping[str, str]  # what the failing run had, where everything else stays as far as it can
    bench: Bench
    tell: Callable[[Tried], object]

    def releases(self, good: str, bad: str) -> Range:
        """What is there between two versions, both included, in the order from `good` to `bad`."""
        from packaging.version import Version

        low, high = sorted((Version(good), Version(bad)))
        known = releases(self.package, self.python)
        inside = [each for each in known if low < Version(each.version) < high]
        ends = [Release(str(low)), *(each for each in inside if each.left_out is None), Release(str(high))]
        candidates = tuple(Candidate(each.version) for each in ends)
        left_out = tuple(each for each in inside if each.left_out is not None)
        return Range(candidates if Version(good) == low else candidates[::-1], left_out)

    def between(self, wanted: Range) -> Finding:
        """Where it turned."""
        return search(wanted.candidates, self._try)

    @property
    def python(self) -> str:
        """The version of Python with which every release is tried."""
        return find_interpreter(self._requirements.requires_python).version

    def _try(self, candidate: Candidate) -> Tried:
        tried = self._tried(candidate)
        self.tell(tried)
        return tried

    def _tried(self, candidate: Candidate) -> Tried:
        others = [(name, version) for name, version in self.resolved.items() if name != normal(self.package)]
        wanted = {normal(self.package): f"=={candidate.name}"}
        try:
            requirements = lifted(self._requirements, wanted, others)
        except EvidenceError as error:
            return Tried(candidate, None, error.message)
        trial = self.bench.one(self.workspace, Piece(self.ref, replace(self._script, requirements=requirements)))
        if trial.unbuilt:
            return Tried(candidate, None, trial.unbuilt)
        if trial.packages and normal(self.package) not in dict(trial.packages):
            return Tried(candidate, None, f"nothing there asks for {self.package}")
        return Tried(candidate, trial.ending, trial.message)

    @property
    def _script(self) -> Script:
        piece = self.workspace.piece_of(self.ref)
        if piece.script is None:
            raise piece.refusal or EvidenceError("cannot be read", path=self.ref.path)
        return piece.script

    @property
    def _requirements(self) -> Requirements:
        requirements = self._script.requirements
        if requirements is None:
            raise ReadError(
                f"{self.ref.path}: it asks for no packages, so none can be tried in another release; "
                "list it under `dependencies`"
            )
        return requirements
