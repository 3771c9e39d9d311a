"""What of a change can reach the verdict on a claim."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable
from dataclasses import dataclass

from adrtool.errors import EvidenceError
from adrtool.evidence import inputs
from adrtool.governing import matches
from adrtool.model import Claim, EvidenceRef
from adrtool.review.brought import Brought
from adrtool.review.model import Cause
from adrtool.review.sides import Side, Sides
from adrtool.verdict import Judgement, Why, changes


@dataclass(frozen=True, slots=True)
class Reached:
    """The ways in which a change reaches a claim, and the files on those ways."""

    causes: tuple[Cause, ...] = ()
    files: tuple[str, ...] = ()


def reached(sides: Sides, brought: Brought, before: Judgement | None, after: Judgement) -> Reached:
    """How the change reaches the verdict on a claim of the head."""
    new, old = after.claim, before.claim if before is not None else None
    if old is None or before is None:
        return Reached((Cause.NEW,), (new.path,))
    if new.evidence is None or old.evidence is None:
        return Reached() if new.evidence is old.evidence else Reached((Cause.EVIDENCE,), (new.path,))
    causes = _differing(sides, before, after)
    code = set(brought.code(new.evidence))
    if helpers := code - {new.evidence.path}:
        causes[Cause.IMPORTS] = helpers
    is_blind = _is_blind(sides, new.evidence, before, after)
    if is_blind and (named := brought.named(new.evidence.path) - code):
        causes.setdefault(Cause.INPUTS, set()).update(named)
    if governed := _governed(sides, new):
        causes[Cause.GOVERNED] = governed
    if sides.changes and not causes and is_blind:
        causes[Cause.UNOBSERVED] = set()
    files = sorted({path for found in causes.values() for path in found})
    return Reached(tuple(cause for cause in Cause if cause in causes), tuple(files))


def _differing(sides: Sides, before: Judgement, after: Judgement) -> dict[Cause, set[str]]:
    """What the four fingerprints tell, given what the evidence was last seen to read."""
    old, new = before.claim, after.claim
    assert old.evidence is not None
    assert new.evidence is not None
    newest = after.newest or before.newest
    seen = newest.observed if newest is not None else ()
    prints = (
        sides.base.workspace.exhibits.fingerprints(old, seen),
        sides.head.workspace.exhibits.fingerprints(new, seen),
    )
    causes: dict[Cause, set[str]] = {}
    for why in changes(*prints):
        match why:
            case Why.TEXT:
                causes[Cause.TEXT] = {new.path}
            case Why.EVIDENCE:
                causes[Cause.EVIDENCE] = {new.evidence.path}
            case Why.REQUIREMENTS:
                causes[Cause.REQUIREMENTS] = {new.evidence.path}
            case _:
                declared = _declared(sides.base, old.evidence) | _declared(sides.head, new.evidence)
                causes[Cause.INPUTS] = _touched(sides, {*seen, *declared})
    if old.evidence.test != new.evidence.test:
        causes[Cause.EVIDENCE] = {new.path}
    return causes


def _declared(side: Side, ref: EvidenceRef) -> set[str]:
    script = side.workspace.piece_of(ref).script
    if script is None:
        return set()
    root, home = side.workspace.root, side.workspace.exhibits.home_of(ref)
    try:
        return {*inputs.expand(root, script.path, script.inputs or ()), *inputs.conftests(root, script.path, home)}
    except EvidenceError:
        return set()


def _touched(sides: Sides, names: Iterable[str]) -> set[str]:
    """The files of the change that inputs name: files, folders that are listed, names that are looked for."""
    files = {name.removesuffix("/.") for name in names}
    folders = {name.removesuffix("/") for name in names if name.endswith("/")}
    return {path for path in sides.by_path if path in files or (posixpath.dirname(path) or ".") in folders}


def _governed(sides: Sides, claim: Claim) -> set[str]:
    record = sides.head.records.get(claim.path)
    globs = record.applies_to if record is not None else ()
    return {path for path in sides.by_path if any(matches(path, glob) for glob in globs)}


def _is_blind(sides: Sides, ref: EvidenceRef, before: Judgement, after: Judgement) -> bool:
    """Whether nobody knows what the evidence reads: it was not seen to run, and declares nothing."""
    script = sides.head.workspace.piece_of(ref).script
    newest = after.newest or before.newest
    return script is not None and script.inputs is None and (newest is None or newest.unobserved)
