"""Each claim on both sides: what became of its sentence, its script, its place and its waiver."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from adrtool import fingerprint
from adrtool.errors import ExitCode
from adrtool.model import Claim, Record
from adrtool.outcome import Ending
from adrtool.review import blocks, softer, softer_script
from adrtool.review.brought import Brought
from adrtool.review.model import Cause, ClaimReview, Mark, Proof, Source, Trust
from adrtool.review.pairing import Pair, pair
from adrtool.review.reach import Reached, reached
from adrtool.review.sides import Sides
from adrtool.review.words import Line, Segment, line_diff, word_diff
from adrtool.verdict import Judgement, Verdict, alarm

_TROUBLE = (Verdict.STALE, Verdict.BROKEN)


@dataclass(frozen=True, slots=True)
class Draft:
    """A claim on both sides, as far as it can be told without running anything."""

    before: Judgement | None
    after: Judgement | None
    record: Record  # of the head, or of the base where the claim is gone
    reached: Reached
    marks: frozenset[Mark]
    sentence: tuple[Segment, ...] = ()
    script: tuple[Line, ...] = ()
    weaker: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def drafts(sides: Sides, brought: Brought) -> tuple[Draft, ...]:
    """Every claim of either side, in the order of the head's records; what is gone comes last."""
    base, head = sides.base, sides.head
    before = [row.claim for row in base.judgements.values()]
    after = [row.claim for row in head.judgements.values()]

    def content(claim: Claim, is_head: bool) -> str:
        assert claim.evidence is not None
        text = (head if is_head else base).text(claim.evidence.path)
        return fingerprint.of_parts((text or claim.id, claim.evidence.test or ""))

    return tuple(_draft(sides, brought, found) for found in pair(before, after, sides.renamed, content))


def finish(draft: Draft, proof: Proof, now: datetime, *, trust: Trust, strict: bool) -> ClaimReview:
    """The claim with what was learned of it in the end."""
    marks = set(draft.marks)
    if proof.after is not None and proof.before is not None:
        marks |= set(_turns(proof.before, proof.after))
    if proof.answers is not None:
        marks.add(Mark.EVIDENCE_EDITED)
    code = _code(draft, proof, now, trust=trust, strict=strict)
    if _is_told_by_base(proof, code):
        marks = marks - {Mark.REPAIRED} | {Mark.BREAKS}
    return ClaimReview(
        before=proof.before,
        after=proof.after,
        title=draft.record.title,
        status=draft.record.status,
        marks=tuple(mark for mark in Mark if mark in marks),
        causes=draft.reached.causes,
        files=draft.reached.files,
        source=proof.source,
        withheld=proof.withheld,
        sentence=draft.sentence,
        script=draft.script,
        weaker=draft.weaker,
        notes=draft.notes,
        answers=proof.answers,
        code=code,
    )


def _is_told_by_base(proof: Proof, code: ExitCode) -> bool:
    """Whether it is the base's version of the evidence that raises the alarm."""
    if proof.answers is None:
        return False
    is_unrun = proof.source is Source.NOT_RUN and code in (ExitCode.STALE, ExitCode.BROKEN)
    return is_unrun or (proof.answers.base_fails and code is ExitCode.STALE)


def _code(draft: Draft, proof: Proof, now: datetime, *, trust: Trust, strict: bool) -> ExitCode:
    """What a claim adds to the exit code: only what this change is to blame for."""
    after, status = proof.after, draft.record.status
    is_touched = bool(draft.reached.causes or draft.marks)
    if after is None or proof.left_out or not is_touched or not status.raises_alarm:
        return ExitCode.OK
    was = alarm(proof.before, status, now, strict=strict) if proof.before is not None else ExitCode.OK
    code = alarm(after, status, now, strict=strict)
    if proof.answers is not None and proof.answers.base_fails:
        code = _despite_base(code, after, proof, is_waived=_is_waived(after, now))
        if proof.before is not None and proof.before.verdict is not Verdict.STALE:
            was = ExitCode.OK  # it may have had a waiver too many, which is another matter
    else:
        if proof.source is Source.NOT_RUN:
            code = _unrun(code, proof, trust)
        elif code is ExitCode.DUE:
            code = ExitCode.OK
        if code is ExitCode.OK and _is_unchecked_and_weaker(draft, proof, trust):
            code = ExitCode.DUE
    return ExitCode.OK if was is code and code is not ExitCode.DUE else code


def _despite_base(code: ExitCode, after: Judgement, proof: Proof, *, is_waived: bool) -> ExitCode:
    """Where the base's version says no, whatever the head's own says: a waiver covers it as it would a stale claim."""
    if not is_waived:
        return ExitCode.STALE
    return code if after.verdict is Verdict.BROKEN and proof.source is not Source.NOT_RUN else ExitCode.OK


def _unrun(code: ExitCode, proof: Proof, trust: Trust) -> ExitCode:
    """Where the head's own evidence did not run, what the base's version of it said counts as far as it is trusted."""
    answer = proof.answers.base if proof.answers is not None else None
    if answer is None or trust is not Trust.BASE:
        return code
    match answer.ending:
        case Ending.ERRORED:
            return ExitCode.BROKEN
        case Ending.PASSED | Ending.SKIPPED if code is ExitCode.DUE:
            return ExitCode.OK
        case _:
            return code


def _is_unchecked_and_weaker(draft: Draft, proof: Proof, trust: Trust) -> bool:
    """Whether the change weakens a claim, and nobody asked whether it holds as it was."""
    if Mark.WEAKENED not in draft.marks:
        return False
    answer = proof.answers.base if proof.answers is not None else None
    if proof.source is Source.NOT_RUN:
        return answer is None or answer.ending is Ending.ERRORED or trust is not Trust.BASE
    return proof.answers is not None and answer is None


def _is_waived(after: Judgement, now: datetime) -> bool:
    return after.claim.waiver is not None and after.claim.waiver.covers(now.astimezone(UTC).date())


def _turns(before: Judgement, after: Judgement) -> Iterator[Mark]:
    is_worse = before.verdict is Verdict.BROKEN and after.verdict is Verdict.STALE
    if after.verdict in _TROUBLE and (before.verdict not in _TROUBLE or is_worse):
        yield Mark.BREAKS
    if before.verdict in _TROUBLE and after.verdict is Verdict.HOLDS:
        yield Mark.REPAIRED


def _draft(sides: Sides, brought: Brought, found: Pair) -> Draft:
    old, new = found
    before = sides.base.judgements[old.id] if old is not None else None
    after = sides.head.judgements[new.id] if new is not None else None
    if new is None or after is None:
        assert old is not None
        return Draft(before, None, sides.base.records[old.path], Reached(), frozenset((Mark.REMOVED,)))
    record = sides.head.records[new.path]
    reach = reached(sides, brought, before, after)
    if old is None or before is None:
        marks = {Mark.ADDED} | ({Mark.UNAUDITED} if _is_unaudited(sides, after) else set())
        return Draft(None, after, record, reach, frozenset(marks), notes=tuple(_waiver_notes(None, new)))
    return _of_pair(sides, before, after, record, reach)


def _of_pair(sides: Sides, before: Judgement, after: Judgement, record: Record, reach: Reached) -> Draft:
    old, new = before.claim, after.claim
    marks: set[Mark] = set()
    notes: list[str] = []
    weaker: list[str] = []
    sentence: tuple[Segment, ...] = ()
    if fingerprint.of_text(old.text) != fingerprint.of_text(new.text):
        marks.add(Mark.REWORDED)
        sentence = word_diff(old.text, new.text)
        reading = softer.compare(old.text, new.text)
        weaker += reading.weaker
        notes += (f"a number moved: {words}" for words in reading.moved)
    script = _script_diff(sides, old, new, weaker, notes)
    if old.load_bearing and not new.load_bearing:
        weaker.append("it is only supporting now, and was load-bearing")
    if _lost(sides, old, new):
        marks.add(Mark.LOST_EVIDENCE)
        notes.append(f"its evidence was {old.evidence}")
    elif _is_moved(sides, old, new):
        marks.add(Mark.MOVED)
        notes.append(f"{old.id} before, in {old.path}" if old.id != new.id else f"its evidence was {old.evidence}")
    if waiver := tuple(_waiver_notes(old, new)):
        marks.add(Mark.WAIVED)
        notes += waiver
    if weaker:
        marks.add(Mark.WEAKENED)
    if _is_suspect(before, reach):
        marks.add(Mark.SUSPECT)
    if old.evidence is None and _is_unaudited(sides, after):
        marks.add(Mark.UNAUDITED)
    return Draft(before, after, record, reach, frozenset(marks), sentence, script, tuple(weaker), tuple(notes))


def _is_suspect(before: Judgement, reach: Reached) -> bool:
    """Whether what is to be believed of the claim rests on something that the change replaced."""
    changed = {Cause.TEXT, Cause.EVIDENCE, Cause.INPUTS, Cause.REQUIREMENTS} & set(reach.causes)
    return bool(changed) and before.verdict is not Verdict.UNSUPPORTED


def _script_diff(sides: Sides, old: Claim, new: Claim, weaker: list[str], notes: list[str]) -> tuple[Line, ...]:
    if old.evidence is None or new.evidence is None:
        return ()
    before, after = sides.base.text(old.evidence.path), sides.head.text(new.evidence.path)
    if before is None or after is None or before == after:
        return ()
    is_same = old.evidence.test == new.evidence.test
    if old.evidence.path != new.evidence.path and sides.renamed.get(old.evidence.path) != new.evidence.path:
        notes.append(f"it cites another script: {old.evidence} before, {new.evidence} now")
        return ()
    python = new.evidence.path.endswith(".py")
    asks_less, asked = blocks.compare(before, after, new.evidence.path)
    weaker += asks_less
    notes += asked
    if python and softer_script.same_code(before, after) and not (asks_less or asked):
        notes.append("in the script only comments and layout changed")
    found = softer_script.compare(before, after, python=python, test=new.evidence.test if is_same else None)
    weaker += (f"{words} ({new.evidence.path})" for words in found)
    return line_diff(before, after)


def _lost(sides: Sides, old: Claim, new: Claim) -> bool:
    """Whether the claim had evidence that could run, and has none now."""
    if old.evidence is None or sides.base.workspace.piece_of(old.evidence).refusal is not None:
        return False
    return new.evidence is None or sides.head.text(new.evidence.path) is None


def _is_moved(sides: Sides, old: Claim, new: Claim) -> bool:
    """Whether it stands in another record, or its evidence has another name, while no folder moved as a whole."""
    if old.id != new.id:
        return True
    return old.path != new.path and sides.renamed.get(old.path) != new.path


def _is_unaudited(sides: Sides, after: Judgement) -> bool:
    ref = after.claim.evidence
    if ref is None or not after.unproven:
        return False
    change = sides.by_path.get(ref.path)
    return change is not None and not (change.is_rename and change.keeps_content)


def _waiver_notes(old: Claim | None, new: Claim) -> Iterator[str]:
    was, now = old.waiver if old is not None else None, new.waiver
    if now is not None and was is None:
        yield f"waived until {now.until}: {now.reason}"
    elif was is not None and now is None:
        yield f"its waiver is gone (until {was.until}: {was.reason})"
    elif was is not None and now is not None and was.until != now.until:
        yield f"its waiver ends on {now.until}, and ended on {was.until}: {now.reason}"
