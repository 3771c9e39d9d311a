"""Run what a change can have reached, as far as the trust goes."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from adrtool.errors import AdrtoolError
from adrtool.git.difference import FileChange
from adrtool.model import EvidenceRef
from adrtool.outcome import Ending, Outcome
from adrtool.plan import Step, steps
from adrtool.review.brought import Brought
from adrtool.review.claims import Draft
from adrtool.review.model import Answer, Answers, Proof, Source, Trust
from adrtool.review.sides import Side, Sides, side
from adrtool.verdict import Judgement, Verdict
from adrtool.workspace import Workspace

# Runs a plan; whether its outcomes go into the ledger; what went wrong on the way, if anything did.
Runner = Callable[[Workspace, Sequence[Step], bool], AdrtoolError | None]

_SETTLED = (Verdict.HOLDS, Verdict.STALE, Verdict.BROKEN)


@dataclass
class Proving:
    """One go at proving a change."""

    sides: Sides
    brought: Brought
    trust: Trust
    tags: Sequence[str]
    runner: Runner | None  # None: nothing runs
    failures: list[AdrtoolError] = field(default_factory=list)

    def prove(self, drafts: Sequence[Draft]) -> tuple[Proof, ...]:
        """Run what has to run; one proof for each draft."""
        open_ones = [draft for draft in drafts if _is_open(draft)]
        withheld = {id(draft): words for draft in open_ones if (words := self._withheld(draft))}
        edited = [draft for draft in drafts if self._is_edited(draft)]
        if self.runner is not None:
            allowed = [draft for draft in open_ones if id(draft) not in withheld]
            self._run(self.sides.head, [draft.after for draft in allowed if draft.after is not None], keep=True)
        base_version = self._ask_base_version(edited)
        if self.runner is not None:
            self.sides.head.judge_anew()
            self._run_base((*open_ones, *edited), base_version)
        told = {id(draft) for draft in edited}
        return tuple(
            self._proof(draft, withheld.get(id(draft), ""), base_version, is_edited=id(draft) in told)
            for draft in drafts
        )

    def _proof(self, draft: Draft, withheld: str, base_version: dict[str, Answer], *, is_edited: bool) -> Proof:
        before = self.sides.base.judgements[draft.before.claim.id] if draft.before is not None else None
        if draft.after is None:
            return Proof(None, before)
        claim = draft.after.claim
        after = self.sides.head.judgements[claim.id]
        ran = {outcome.claim: outcome for outcome in self.sides.head.workspace.added}
        source = Source.LEDGER if not _is_open(draft) else Source.RAN if claim.id in ran else Source.NOT_RUN
        answers = None
        if is_edited:
            base = base_version.get(claim.id)
            unasked = self._unasked(draft) if base is None and self.runner is not None else ""
            answers = Answers(base, _answer(ran[claim.id]) if claim.id in ran else _known(after), unasked)
        left_out = bool(self._excluded(draft)) and (draft.before is None or self._is_excluded_on_base(draft))
        said = withheld if source is Source.NOT_RUN and self.runner is not None else ""
        return Proof(after, before, source, said, left_out, answers)

    def _withheld(self, draft: Draft) -> str:
        """Why evidence of the head does not run; "" where it may."""
        assert draft.after is not None
        ref = draft.after.claim.evidence
        assert ref is not None
        if tag := self._excluded(draft):
            return f"tagged {tag}; --tag {tag} runs it"
        if self.trust is Trust.HEAD or self.sides.head.workspace.piece_of(ref).refusal is not None:
            return ""  # what cannot run as it stands runs no code: it is found to be broken
        if not self._is_known(ref):
            return "the change adds its evidence"
        changed = self.brought.parts(ref) if self.trust is Trust.BASE else self.brought.code(ref)
        if not changed:
            return ""
        if changed == (ref.path,):
            return "the change edits its evidence"
        return _edits(changed)

    def _excluded(self, draft: Draft) -> str:
        """The tag that leaves a claim out, unless it was asked for."""
        ref = draft.after.claim.evidence if draft.after is not None else None
        if ref is None or not _is_open(draft):
            return ""
        return self._excluding(self.sides.head, ref)

    def _is_excluded_on_base(self, draft: Draft) -> bool:
        """Whether a tag leaves the base's version out: one that only the change adds does not."""
        ref = draft.before.claim.evidence if draft.before is not None else None
        return ref is not None and bool(self._excluding(self.sides.base, ref))

    def _excluding(self, where: Side, ref: EvidenceRef) -> str:
        excluded = [tag for tag in where.workspace.settings.exclude_tags if tag not in self.tags]
        return next((tag for tag in where.workspace.piece_of(ref).tags if tag in excluded), "")

    def _is_known(self, ref: EvidenceRef) -> bool:
        """Whether a claim of the base cites that script, so that somebody once agreed to run it."""
        return self.brought.name_on(self.sides.base, ref.path) in self._cited_on_base()

    def _cited_on_base(self) -> set[str]:
        claims = (row.claim for row in self.sides.base.judgements.values())
        return {claim.evidence.path for claim in claims if claim.evidence is not None}

    def _is_edited(self, draft: Draft) -> bool:
        """Whether the change edits evidence that the base has, so that there are two versions to ask."""
        if draft.before is None or draft.after is None or self._is_excluded_on_base(draft):
            return False
        ref = draft.after.claim.evidence
        if ref is None or self.sides.head.workspace.piece_of(ref).refusal is not None:
            return False
        return self._replaced(draft) is not None or (self._is_known(ref) and bool(self.brought.parts(ref)))

    def _replaced(self, draft: Draft) -> EvidenceRef | None:
        """What the base's claim cites, where the change brings a script of the same kind to take its place."""
        old = draft.before.claim.evidence if draft.before is not None else None
        new = draft.after.claim.evidence if draft.after is not None else None
        change = self.sides.by_path.get(new.path) if new is not None else None
        if old is None or new is None or change is None or change.before is not None:
            return None
        is_like = old.test == new.test and PurePosixPath(old.path).suffix == PurePosixPath(new.path).suffix
        is_there = self.sides.base.text(old.path) is not None
        return old if is_like and is_there and old.path != new.path else None

    def _versions(self, draft: Draft) -> tuple[EvidenceRef, ...]:
        """The evidence of a claim that the change edits: as it is cited, and as it was where another took its place."""
        new = draft.after.claim.evidence if draft.after is not None else None
        return tuple(ref for ref in (new, self._replaced(draft)) if ref is not None)

    def _ask_base_version(self, drafts: Sequence[Draft]) -> dict[str, Answer]:
        """What the base's version of edited evidence says of the head, whatever is known of the head's own.

        The ledger may know, for exactly these contents. A run is nobody's outcome, so the ledger gets none.
        """
        wanted = {draft.after.claim.id: draft for draft in drafts if draft.after is not None}
        if not wanted:
            return {}
        parts = {path for draft in drafts for ref in self._versions(draft) for path in self.brought.parts(ref)}
        replacements = self._replacements(drafts)
        laid = _laid_over(self.sides, {self.sides.by_path[path] for path in parts}, replacements)
        found = [row for row in laid.judgements.values() if row.claim.id in wanted]
        rows = [row for row in found if self._is_laid(wanted[row.claim.id], replacements)]
        answers = {row.claim.id: known for row in rows if (known := _known(row)) is not None}
        rest = [row for row in rows if row.claim.id not in answers and not self._unasked(wanted[row.claim.id])]
        self._run(laid, rest, keep=False)
        return answers | {outcome.claim: _answer(outcome) for outcome in laid.workspace.added}

    def _replacements(self, drafts: Iterable[Draft]) -> dict[str, str]:
        """Which script of the base is to lie under the name of the one that took its place."""
        found = ((draft, self._replaced(draft)) for draft in drafts)
        return {
            draft.after.claim.evidence.path: old.path
            for draft, old in found
            if old is not None and draft.after is not None and draft.after.claim.evidence is not None
        }

    def _is_laid(self, draft: Draft, replacements: Mapping[str, str]) -> bool:
        """Whether it is its own script that lies there: one name has no room for two."""
        old, after = self._replaced(draft), draft.after
        if old is None or after is None or after.claim.evidence is None:
            return True
        return replacements[after.claim.evidence.path] == old.path

    def _unasked(self, draft: Draft) -> str:
        """Why the base's version does not run: by default where the change edits what would run with it, too."""
        refs = self._versions(draft)
        others = {path for ref in refs for path in self.brought.code(ref)}
        others -= {path for ref in refs for path in self.brought.parts(ref)}
        return _edits(sorted(others)) if others and self.trust is Trust.UNCHANGED else ""

    def _run_base(self, drafts: Iterable[Draft], base_version: dict[str, Answer]) -> None:
        """Where the head does not hold, or not as the base asks, and nobody knows how it was before: ask the base."""
        rows = {}
        for draft in drafts:
            assert draft.after is not None
            after = self.sides.head.judgements[draft.after.claim.id]
            answer = base_version.get(after.claim.id)
            is_bad = answer is not None and answer.ending in (Ending.FAILED, Ending.ERRORED)
            is_bad = is_bad or after.verdict in (Verdict.STALE, Verdict.BROKEN)
            before = draft.before
            if is_bad and before is not None and before.claim.evidence and before.verdict not in _SETTLED:
                rows[before.claim.id] = before
        if rows:
            self._run(self.sides.base, list(rows.values()), keep=True)
            self.sides.base.judge_anew()

    def _run(self, where: Side, judgements: Sequence[Judgement], *, keep: bool) -> None:
        plan = steps(judgements, where.workspace.piece_of, everything=True)
        if plan and self.runner is not None and (failure := self.runner(where.workspace, plan, keep)) is not None:
            self.failures.append(failure)


def _is_open(draft: Draft) -> bool:
    """Whether the change reaches a claim, and the ledger has no answer for it exactly as it is now."""
    after = draft.after
    if after is None or after.claim.evidence is None or not draft.reached.causes:
        return False
    return after.newest is None or bool(after.why)


def _edits(paths: Sequence[str]) -> str:
    more = f" and {len(paths) - 2} more" if len(paths) > 2 else ""
    return f"the change edits code that runs with it: {', '.join(paths[:2])}{more}"


def _answer(outcome: Outcome) -> Answer:
    return Answer(outcome.ending, outcome.message, outcome.measures)


def _known(after: Judgement) -> Answer | None:
    """What the ledger has for exactly this head."""
    return _answer(after.newest) if after.newest is not None and not after.why else None


def _laid_over(sides: Sides, changes: Iterable[FileChange], replacements: Mapping[str, str]) -> Side:
    """The head, with the base's version of the files that `changes` are about, and of others under new names."""
    repository = sides.head.workspace.repository
    assert repository is not None
    folder = sides.folder / "laid-over"
    named = sides.head.workspace.folders
    laid = side(repository, sides.head.commit, folder, named, sides.head.now)
    laid.workspace.settings = sides.head.workspace.settings
    root, source = laid.workspace.root, sides.base.workspace.root
    ordered = sorted(changes, key=lambda change: change.path)
    for change in ordered:
        if change.after is not None and _is_inside(root, change.after):
            (root / change.after).unlink(missing_ok=True)
    for change in ordered:
        for name in {change.before, change.after} - {None}:
            if change.before is not None and name is not None and _is_inside(root, name):
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(source / change.before, root / name, follow_symlinks=False)
    for now, before in replacements.items():
        if _is_inside(root, now):
            (root / now).unlink(missing_ok=True)
            shutil.copy2(source / before, root / now, follow_symlinks=False)
    return laid


def _is_inside(root: Path, name: str) -> bool:
    """Whether the folder of that file is one of `root`, and no link to elsewhere."""
    return Path(os.path.realpath((root / name).parent)).is_relative_to(root)
