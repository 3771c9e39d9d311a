"""What a change does to one claim, put into words."""

from __future__ import annotations

from collections.abc import Iterator

from adrtool.review.model import Cause, ClaimReview, Mark, Source
from adrtool.verdict import Verdict


def headline(row: ClaimReview) -> str:
    """What happened to a claim, in a few words."""
    before, after = row.verdicts
    if after is None:
        return "removed" + ("" if before is Verdict.HOLDS else f" (it was {before})")
    now = "not checked on this change" if row.source is Source.NOT_RUN else f"now {_meaning(after)}"
    if before is None:
        return f"new, {'and not checked' if row.source is Source.NOT_RUN else _meaning(after)}"
    is_told_by_base = Mark.BREAKS in row.marks and (row.source is Source.NOT_RUN or after not in _TROUBLE)
    if is_told_by_base:
        now = "but the base's version of its evidence does not pass on this change"
    words = [word for mark, word in _WORDS.items() if mark in row.marks]
    if before is after and row.source is not Source.NOT_RUN and not is_told_by_base:
        return ", ".join([*words, f"still {_meaning(after)}"])
    turned = f"{'held' if before is Verdict.HOLDS else before} before, {now}"
    return f"{', '.join(words)}; {turned}" if words else turned


def _meaning(verdict: Verdict) -> str:
    """A verdict, with what it means where its name does not say."""
    match verdict:
        case Verdict.STALE:
            return "stale: its evidence says no"
        case Verdict.BROKEN:
            return "broken: its evidence gives no answer"
        case Verdict.UNSUPPORTED:
            return "unsupported: it cites no evidence"
        case _:
            return verdict.value


_TROUBLE = (Verdict.STALE, Verdict.BROKEN)
_WORDS = {
    Mark.LOST_EVIDENCE: "lost its evidence",
    Mark.WEAKENED: "weakened",
    Mark.REWORDED: "reworded",
    Mark.MOVED: "moved",
    Mark.WAIVED: "its waiver changed",
    Mark.REPAIRED: "repaired",
}


def facts(row: ClaimReview) -> Iterator[str]:
    """What a reviewer should know of it, the most telling first."""
    after = row.after
    if after is not None and after.newest is not None and after.verdict in (Verdict.STALE, Verdict.BROKEN):
        place = f" ({after.newest.place})" if after.newest.place else ""
        yield (after.newest.message.strip().splitlines() or ["it said no, without a word"])[0] + place
        yield from (str(row) for row in after.newest.measures if not row.holds and row.name not in after.newest.message)
    if row.answers is not None:
        base = row.answers.base.word if row.answers.base is not None else "not run"
        head = row.answers.head.word if row.answers.head is not None else "not run"
        yield f"base: {base}, head: {head}, evidence edited"
        if row.answers.unasked:
            yield f"the base's version did not run: {row.answers.unasked}"
        if row.answers.base is not None and row.answers.base.word != "holds" and row.answers.base.message:
            yield f"the base's version says: {row.answers.base.message.splitlines()[0]}"
    yield from _question(row)
    yield from row.weaker
    yield from row.notes
    if row.withheld:
        yield f"not run: {row.withheld}"
    if after is not None and after.claim.then and after.verdict is Verdict.STALE:
        yield f"then: {after.claim.then}"


def _question(row: ClaimReview) -> Iterator[str]:
    """What changed of what the verdict rests on, and what did not: the question for the reviewer."""
    if not {Mark.SUSPECT, Mark.BREAKS} & set(row.marks) or Mark.LOST_EVIDENCE in row.marks:
        return
    parts = [cause for cause in (Cause.TEXT, Cause.EVIDENCE, Cause.REQUIREMENTS) if cause in row.causes]
    if parts == [Cause.TEXT]:
        yield "the sentence changed, the script did not: does it still prove it?"
    elif Cause.TEXT in parts:
        yield "the sentence and what proves it changed together"
    elif Cause.EVIDENCE in parts:
        yield "the script changed, the sentence did not: does it still prove it?"
    elif parts:
        yield "what its evidence requires changed"
    others = [path for path in row.files if path not in (row.judgement.claim.path, _script(row))]
    if others:
        shown = ", ".join(others[:3]) + (f" and {len(others) - 3} more" if len(others) > 3 else "")
        yield f"this change touches {'what it reads' if Cause.INPUTS in row.causes else 'files around it'}: {shown}"


def _script(row: ClaimReview) -> str:
    evidence = row.judgement.claim.evidence
    return evidence.path if evidence is not None else ""
