"""Decide which evidence to run, and say why, before anything runs."""

from __future__ import annotations

import fnmatch
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from adrtool.errors import EvidenceError
from adrtool.evidence.script import Script
from adrtool.model import Claim, EvidenceRef, Record
from adrtool.verdict import Judgement, Verdict, Why


@dataclass(frozen=True, slots=True)
class Selection:
    """What the user asked for; empty means everything that is not left out by default."""

    names: tuple[str, ...] = ()  # records, claims, files or folders
    tags: tuple[str, ...] = ()
    verdicts: tuple[Verdict, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing in particular was asked for."""
        return not (self.names or self.tags or self.verdicts)


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of evidence as it is now: its script, or why that cannot be run."""

    ref: EvidenceRef
    script: Script | None
    refusal: EvidenceError | None = None

    @property
    def tags(self) -> tuple[str, ...]:
        """The tags that the script gives itself."""
        return self.script.tags if self.script is not None else ()


@dataclass(frozen=True, slots=True)
class Step:
    """One execution to come: the evidence, the claims that it will speak for, and the reasons to run it."""

    piece: Piece
    judgements: tuple[Judgement, ...]
    why: tuple[Why, ...]
    instead: tuple[tuple[str, str], ...] = ()  # files that it is to find otherwise than they are: path and text
    control: bool = False  # the control command runs in place of the script

    @property
    def is_exclusive(self) -> bool:
        """Whether the script wants to run with nothing beside it."""
        return self.piece.script is not None and self.piece.script.exclusive


@dataclass(frozen=True, slots=True)
class Chosen:
    """The claims that a command speaks of, and those that default tags leave out."""

    judgements: tuple[Judgement, ...]
    left_out: tuple[tuple[Judgement, str], ...]  # with the tag that did it


def choose(
    records: Sequence[Record],
    judgements: Iterable[Judgement],
    piece_of: Callable[[EvidenceRef], Piece],
    selection: Selection,
    exclude_tags: Sequence[str],
) -> Chosen:
    """Apply a selection; a claim that is named, or whose tag is asked for, is never left out."""
    by_path = {record.path: record for record in records}
    chosen: list[Judgement] = []
    left_out: list[tuple[Judgement, str]] = []
    for judgement in judgements:
        claim = judgement.claim
        named = [name for name in selection.names if matches(name, claim, by_path[claim.path])]
        tags = piece_of(claim.evidence).tags if claim.evidence is not None else ()
        if selection.names and not named:
            continue
        if selection.tags and not set(selection.tags) & set(tags):
            continue
        if selection.verdicts and judgement.verdict not in selection.verdicts:
            continue
        excluded = next((tag for tag in tags if tag in exclude_tags and tag not in selection.tags), None)
        if excluded is not None and not any(_names_claim(name, claim) for name in named):
            left_out.append((judgement, excluded))
        else:
            chosen.append(judgement)
    return Chosen(tuple(chosen), tuple(left_out))


def matches(name: str, claim: Claim, record: Record) -> bool:
    """Whether `name` means this claim: its id, its evidence, its record, or a folder above one of them."""
    return _names_claim(name, claim) or names_record(name, record) or _names_folder(name, claim)


def names_record(name: str, record: Record) -> bool:
    """Whether `name` is the record's number, slug, id or path."""
    if name.isdecimal():
        return int(name) == record.number or name == record.id
    stem = PurePosixPath(record.path).stem
    slug = stem.removeprefix(record.id).lstrip("-_") or stem
    return _clean(name) in (record.path, record.id, stem, slug)


def _names_claim(name: str, claim: Claim) -> bool:
    if claim.evidence is not None and _clean(name) in (str(claim.evidence), claim.evidence.path):
        return True
    number, slash, rest = name.partition("/")
    own, _, own_rest = claim.id.partition("/")
    short = slash and number.isdecimal() and own.isdecimal() and int(number) == int(own) and rest == own_rest
    glob = any(mark in name for mark in "*?") and fnmatch.fnmatchcase(claim.id, name)
    return name == claim.id or bool(short) or glob or ("#" not in name and claim.id.partition("#")[0] == name)


def _names_folder(name: str, claim: Claim) -> bool:
    folder = _clean(name).rstrip("/")
    if folder == ".":
        return True
    paths = [claim.path] + ([claim.evidence.path] if claim.evidence is not None else [])
    return any(path.startswith(f"{folder}/") for path in paths)


def _clean(name: str) -> str:
    return name.removeprefix("./")


def steps(
    judgements: Iterable[Judgement],
    piece_of: Callable[[EvidenceRef], Piece],
    *,
    everything: bool = False,
) -> tuple[Step, ...]:
    """The executions that `judgements` call for, one for each piece of evidence, in the order of the claims.

    What holds and is fresh is left alone unless `everything` is asked for.
    """
    by_evidence: dict[EvidenceRef, list[Judgement]] = {}
    for judgement in judgements:
        if judgement.claim.evidence is not None:
            by_evidence.setdefault(judgement.claim.evidence, []).append(judgement)
    found = []
    for ref, citing in by_evidence.items():
        why = tuple(dict.fromkeys(reason for judgement in citing for reason in reasons(judgement)))
        if everything or why:
            found.append(Step(piece_of(ref), tuple(citing), why or (Why.ASKED,)))
    return tuple(found)


def reasons(judgement: Judgement) -> tuple[Why, ...]:
    """Why this claim's evidence should run; nothing for one that holds and is fresh."""
    match judgement.verdict:
        case Verdict.HOLDS:
            return tuple(why for why in judgement.why if why is Why.UNOBSERVED)
        case Verdict.UNSUPPORTED:
            return ()
        case Verdict.STALE | Verdict.BROKEN:
            return judgement.why or (Why.ASKED,)
        case Verdict.SUSPECT | Verdict.EXPIRED | Verdict.UNVERIFIED:
            return judgement.why
