"""Search the commits between a pass and a failure, with git's own bisect."""

from __future__ import annotations

import enum
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from adrtool.culprit.finding import Answer, Candidate, Finding, Over, Tried, Turning, not_turned
from adrtool.errors import EvidenceError
from adrtool.evidence import inputs
from adrtool.evidence.script import read_script
from adrtool.git import Repository
from adrtool.git.bisection import Bisection, FileChange, bisection, changes_of, describe
from adrtool.model import EvidenceRef
from adrtool.plan import Piece
from adrtool.trial import Bench
from adrtool.workspace import Workspace


class WhichEvidence(enum.StrEnum):
    """What is run at each commit."""

    HEAD = "head"  # today's evidence, over each commit's code
    COMMIT = "commit"  # the evidence as each commit has it


@dataclass
class CommitSearch:
    """A search among commits for where one piece of evidence turned."""

    workspace: Workspace
    ref: EvidenceRef
    observed: tuple[str, ...]  # what the failing run read
    which: WhichEvidence
    bench: Bench
    tell: Callable[[Tried, int], object]  # each trial as it ends, and how many commits may still be it

    def between(self, good: str, bad: str) -> Finding:
        """Where it turned between two commits (by their ids)."""
        assert self.workspace.repository is not None
        with bisection(self.workspace.repository, good, bad) as search:
            last = self._at(search, bad)
            turning = Turning.seen_at(last)
            if turning is None:
                return not_turned(Over.COMMITS, last, (last,), bad=True)
            first = self._at(search, good)
            if turning.answer(first) is not Answer.HOLDS:
                return not_turned(Over.COMMITS, first, (last, first), bad=False)
            return self._search(search, turning, {bad: last, good: first})

    def changes(self, finding: Finding) -> tuple[FileChange, ...]:
        """What the culprit changed of what the evidence is and reads."""
        repository = self.workspace.repository
        if repository is None or finding.holds is None or finding.fails is None:
            return ()
        changed = changes_of(repository, finding.holds.candidate.name, finding.fails.candidate.name)
        return tuple(change for change in changed if self._is_read(change.path))

    def _search(self, search: Bisection, turning: Turning, seen: dict[str, Tried]) -> Finding:
        search.begin()
        while not search.is_over:
            commit = search.at
            tried = seen[commit] = self._try(search, commit)
            match turning.answer(tried):
                case Answer.HOLDS:
                    search.mark("good")
                case Answer.FAILS:
                    search.mark("bad")
                case Answer.NOTHING:
                    search.mark("skip")
            self.tell(tried, len(search.left) - 1)
        left = search.left
        fails = seen[search.first_bad]
        holds = self._newest_good(search, seen, turning)
        between = tuple(tried for commit, tried in seen.items() if commit in left and tried is not fails)
        return Finding(Over.COMMITS, tuple(seen.values()), holds, fails, between)

    @staticmethod
    def _newest_good(search: Bisection, seen: dict[str, Tried], turning: Turning) -> Tried:
        """Of the commits that hold, one that no other one comes after; a parent of the culprit where it is known."""
        good = {commit for commit, tried in seen.items() if turning.answer(tried) is Answer.HOLDS}
        return seen[search.newest(good)]

    def _at(self, search: Bisection, commit: str) -> Tried:
        search.check_out(commit)
        tried = self._try(search, commit)
        self.tell(tried, 0)
        return tried

    def _try(self, search: Bisection, commit: str) -> Tried:
        candidate = candidate_at(search.repository, commit)
        if self.which is WhichEvidence.HEAD:
            for name in self._todays():
                _put(self.workspace.root / name, search.root / name)
        place = self.workspace.elsewhere(search.root)
        try:
            piece = Piece(self.ref, read_script(search.root, self.ref.path))
        except EvidenceError as error:
            return Tried(candidate, None, str(error))
        trial = self.bench.one(place, piece)
        return Tried(candidate, None if trial.unbuilt else trial.ending, trial.message)

    def _todays(self) -> tuple[str, ...]:
        """The files that are today's evidence: the script, and the code beside it that it loads."""
        home = self.workspace.exhibits.home_of(self.ref)
        loaded = (name for name in self.observed if name.endswith(".py") and PurePosixPath(name).is_relative_to(home))
        beside = inputs.conftests(self.workspace.root, self.ref.path, home)
        return tuple(dict.fromkeys((self.ref.path, *beside, *loaded)))

    def _is_read(self, path: str) -> bool:
        folders = {str(parent) + "/" for parent in PurePosixPath(path).parents}
        read = {self.ref.path, *self.observed, *self._declared(), *self._todays()}
        return path in read or f"{path}/." in read or bool(folders & read)

    def _declared(self) -> tuple[str, ...]:
        script = self.workspace.piece_of(self.ref).script
        if script is None:
            return ()
        return inputs.expand(self.workspace.root, self.ref.path, script.inputs or ())


def candidate_at(repository: Repository, commit: str) -> Candidate:
    """A commit with its subject."""
    return Candidate(commit, describe(repository, commit).subject)


def _put(source: Path, target: Path) -> None:
    if source.is_file():
        target.parent.mkdir(parents=True, exist_ok=True)
        target.unlink(missing_ok=True)
        shutil.copy2(source, target)
