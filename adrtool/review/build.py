"""From two names of commits to a review."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from adrtool.errors import ExitCode, UsageError, worst
from adrtool.git import Repository
from adrtool.lint import lint
from adrtool.lint.collisions import record_paths, taken_elsewhere
from adrtool.model import Problem, Severity
from adrtool.review import decisions
from adrtool.review.brought import Brought
from adrtool.review.claims import drafts, finish
from adrtool.review.lines import on_changed_lines
from adrtool.review.model import Commit, Review, Trust
from adrtool.review.proving import Proving, Runner
from adrtool.review.sides import Sides, opened, resolve
from adrtool.verdict import health
from adrtool.workspace import Workspace, nothing_found

_NO_LEDGER = "there is no ledger here, so nothing is known of before; `adrtool ledger pull` fetches the remote's"
_MOST_BRANCHES = 200  # that are asked for numbers they gave away, the newest first


@dataclass(frozen=True, slots=True)
class Options:
    """How to review."""

    runner: Runner | None = None  # None: nothing runs
    tags: tuple[str, ...] = ()  # that are left out by default, and wanted
    trust: Trust = Trust.UNCHANGED
    strict: bool = False
    allow_empty: bool = False


def review(
    workspace: Workspace, base: str, head: str | None, options: Options, now: datetime, dirs: Sequence[Path] = ()
) -> Review:
    """What the change from `base` to `head` (HEAD) means for decisions.

    Raises UsageError and ReadError, in one line, for commits that are not there and records that nobody can read.
    """
    if workspace.repository is None:
        raise UsageError("review needs a git repository")
    commits = resolve(workspace.repository, base, head)
    lacks_ledger = workspace.ledger is not None and workspace.ledger.is_missing()  # before something runs
    with opened(workspace, commits, dirs, now) as sides:
        if not sides.head.workspace.records and not sides.base.workspace.records and not options.allow_empty:
            raise nothing_found(sides.head.workspace)
        found = _review(sides, commits, options, now)
    is_told = lacks_ledger and any(row.judgement.claim.evidence is not None for row in found.claims)
    return replace(found, notes=(*found.notes, _NO_LEDGER)) if is_told else found


def _review(sides: Sides, commits: tuple[Commit, Commit, str], options: Options, now: datetime) -> Review:
    tip, head, parted = commits
    brought = Brought(sides)
    found = drafts(sides, brought)
    proving = Proving(sides, brought, options.trust, options.tags, options.runner)
    claims = tuple(
        finish(draft, proof, now, trust=options.trust, strict=options.strict)
        for draft, proof in zip(found, proving.prove(found), strict=True)
    )
    problems = lint(sides.head.workspace, now.date(), base=tip.oid) if sides.head.workspace.records else ()
    problems, collisions = _parted(sides, problems, tip)
    rows = list(sides.head.judgements.values())
    healths = {
        record.path: health([row for row in rows if row.claim.path == record.path])
        for record in sides.head.workspace.records
    }
    changed = tuple(on_changed_lines(sides, problems))
    codes = {claim.code for claim in claims} | {failure.exit_code for failure in proving.failures}
    if any(problem.severity is Severity.ERROR for problem in (*changed, *collisions)):
        codes.add(ExitCode.UNREADABLE)
    return Review(
        base=tip,
        head=head,
        parted=parted,
        claims=claims,
        records=decisions.records(sides, problems),
        collisions=collisions,
        governed=decisions.governed(sides, healths),
        problems=changed,
        files=len(sides.changes),
        runs=options.runner is not None,
        trust=options.trust,
        notes=sides.notes,
        code=worst(codes),
    )


def _parted(sides: Sides, problems: Sequence[Problem], tip: Commit) -> tuple[tuple[Problem, ...], tuple[Problem, ...]]:
    """What lint found, and apart from it the numbers that somebody else gave away, too.

    Decisions that this change edits are told by themselves, with what was edited.
    """
    taken = [problem for problem in problems if problem.rule == "number-collision"]
    rest = tuple(problem for problem in problems if problem.rule not in ("number-collision", "edited-decision"))
    named = [
        Problem(row.path, row.line, row.rule, row.message.replace(tip.oid, tip.name), row.severity) for row in taken
    ]
    return rest, (*named, *_taken_on_branches(sides, {row.path for row in taken}))


def _taken_on_branches(sides: Sides, told: set[str]) -> Iterator[Problem]:
    """Numbers of new records that a branch nobody merged yet has given to another."""
    workspace = sides.head.workspace
    repository = workspace.repository
    assert isinstance(repository, Repository)
    new = [path for path in sides.head.records if path not in told and _is_new(sides, path)]
    if not new:
        return
    known = record_paths(repository, sides.tip.oid, workspace.folders)
    branches = repository.branches_without(sides.head.commit.oid, _MOST_BRANCHES)
    seen = set()
    for ours, theirs, branch in taken_elsewhere(repository, branches, workspace.folders, new, known):
        if (ours, theirs) not in seen:
            seen.add((ours, theirs))
            name = branch.removeprefix("refs/heads/").removeprefix("refs/remotes/")
            message = f"branch {name} has {theirs} under the same number; the second to be merged has to renumber"
            yield Problem(ours, 1, "number-collision", message, Severity.WARNING)


def _is_new(sides: Sides, path: str) -> bool:
    change = sides.by_path.get(path)
    return change is not None and change.before is None
