"""A review as a list of findings, in the order in which a reviewer needs them; formats are made of it."""

from __future__ import annotations

import enum
from collections.abc import Iterator
from dataclasses import dataclass

from adrtool.errors import ExitCode
from adrtool.model import Problem, Severity
from adrtool.review.model import Cause, ClaimReview, Governed, Mark, RecordMark, RecordReview, Review, Source
from adrtool.review.words import Line, Segment
from adrtool.verdict import Verdict


class Section(enum.StrEnum):
    """The parts of a review, each with its heading; the most pressing first."""

    BREAKS = "Reasons that this change breaks"
    SUSPECT = "Reasons to look at again"
    CLAIMS = "Claims that say or prove something else now"
    RECORDS = "Decisions added or changed"
    REWRITTEN = "Accepted decisions whose text was edited"
    COLLISIONS = "Numbers given away twice"
    GOVERNED = "Files that a decision governs"
    UNAUDITED = "Evidence that was never seen to fail"
    LINT = "Problems on changed lines"


class Level(enum.StrEnum):
    """An error decides the exit code, a warning wants a look, a note is good to know."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a reviewer should know, with its place on the head."""

    section: Section
    level: Level
    rule: str
    path: str
    line: int
    headline: str  # what happened, in a few words
    subject: str = ""  # the id of a claim or record
    title: str = ""  # of the record
    quote: str = ""  # the claim's sentence
    facts: tuple[str, ...] = ()
    sentence: tuple[Segment, ...] = ()
    script: tuple[Line, ...] = ()
    script_path: str = ""

    @property
    def key(self) -> str:
        """What makes it the same finding in the next review, whatever was reworded meanwhile."""
        return f"{self.rule}:{self.subject or self.path}"

    @property
    def message(self) -> str:
        """All of it but the diffs, in one paragraph."""
        quote = f"“{self.quote}”" if self.quote else ""
        head = " ".join(part for part in (self.subject, quote) if part)
        return "; ".join([f"{head}: {self.headline}" if head else self.headline, *self.facts])


# Which section a claim belongs to, by what happened to it; the first that fits.
_SECTIONS = (
    ((Mark.BREAKS,), Section.BREAKS),
    ((Mark.WEAKENED, Mark.LOST_EVIDENCE, Mark.REMOVED, Mark.REPAIRED), Section.CLAIMS),
    ((Mark.SUSPECT, Mark.EVIDENCE_EDITED), Section.SUSPECT),
    ((Mark.ADDED, Mark.MOVED, Mark.REWORDED, Mark.WAIVED), Section.CLAIMS),
    ((Mark.UNAUDITED,), Section.UNAUDITED),
)


def findings(review: Review) -> tuple[Finding, ...]:
    """Everything that calls for a word, section by section, the worst of each first."""
    order, levels = list(Section), list(Level)
    found = sorted(_all(review), key=lambda row: (order.index(row.section), levels.index(row.level)))
    return tuple(found)


def _all(review: Review) -> Iterator[Finding]:
    for claim in review.claims:
        yield from _of_claim(claim)
    for record in review.records:
        yield _of_record(record, told=frozenset(review.problems))
    for problem in review.collisions:
        yield _of_problem(problem, Section.COLLISIONS)
    for row in review.governed:
        yield _of_governed(row)
    for problem in review.problems:
        yield _of_problem(problem, Section.LINT)


def _of_claim(row: ClaimReview) -> Iterator[Finding]:
    section = next((place for marks, place in _SECTIONS if set(marks) & set(row.marks)), None)
    if section is None or _is_quiet(row):
        if row.code is not ExitCode.OK:
            yield _claim(row, Section.SUSPECT if row.code is ExitCode.DUE else Section.BREAKS)
        return
    yield _claim(row, section)
    if Mark.UNAUDITED in row.marks and section is not Section.UNAUDITED:
        claim = row.judgement.claim
        yield Finding(
            section=Section.UNAUDITED,
            level=Level.NOTE,
            rule=Mark.UNAUDITED.value,
            path=claim.path,
            line=claim.line,
            headline=f"{claim.evidence} is new, and nobody has seen it fail; `adrtool audit {claim.id}` tries",
            subject=claim.id,
        )


def _is_quiet(row: ClaimReview) -> bool:
    """Whether it only had to run again, did, and holds."""
    known = {Cause.TEXT, Cause.EVIDENCE, Cause.REQUIREMENTS} & set(row.causes)
    holds = row.after is not None and row.after.verdict is Verdict.HOLDS
    return set(row.marks) == {Mark.SUSPECT} and holds and not known


def _claim(row: ClaimReview, section: Section) -> Finding:
    claim = row.judgement.claim
    return Finding(
        section=section,
        level=_level(row),
        rule=_rule(row),
        path=claim.path,
        line=claim.line,
        headline=headline(row),
        subject=claim.id,
        title=row.title,
        quote=claim.text,
        facts=tuple(_facts(row)),
        sentence=row.sentence,
        script=row.script,
        script_path=claim.evidence.path if claim.evidence is not None else "",
    )


def _level(row: ClaimReview) -> Level:
    if row.code not in (ExitCode.OK, ExitCode.DUE):
        return Level.ERROR
    grave = {Mark.BREAKS, Mark.WEAKENED, Mark.LOST_EVIDENCE, Mark.REMOVED, Mark.WAIVED} & set(row.marks)
    asks = Mark.SUSPECT in row.marks and (row.source is not Source.RAN or Cause.TEXT in row.causes)
    return Level.WARNING if grave or asks or row.code is ExitCode.DUE or _disagree(row) else Level.NOTE


def _rule(row: ClaimReview) -> str:
    order = (Mark.BREAKS, Mark.WEAKENED, Mark.LOST_EVIDENCE, Mark.REMOVED)
    first = next((mark for mark in order if mark in row.marks), None) or next(iter(row.marks), Mark.SUSPECT)
    return f"claim-{first.value}"


def _disagree(row: ClaimReview) -> bool:
    """Whether the base's version of edited evidence says something else than the head's own."""
    answers = row.answers
    if answers is None or answers.base is None:
        return False
    return answers.base.word != "holds" and (answers.head is None or answers.head.ending != answers.base.ending)


def headline(row: ClaimReview) -> str:
    """What happened to a claim, in a few words."""
    before, after = row.verdicts
    if after is None:
        return "removed" + ("" if before is Verdict.HOLDS else f" (it was {before})")
    now = "not checked on this change" if row.source is Source.NOT_RUN else f"now {_meaning(after)}"
    if before is None:
        return f"new, {'and not checked' if row.source is Source.NOT_RUN else _meaning(after)}"
    if Mark.BREAKS in row.marks and row.source is Source.NOT_RUN:
        now = "but the base's version of its evidence does not pass on this change"
    words = [word for mark, word in _WORDS.items() if mark in row.marks]
    if before is after and row.source is not Source.NOT_RUN:
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


_WORDS = {
    Mark.LOST_EVIDENCE: "lost its evidence",
    Mark.WEAKENED: "weakened",
    Mark.REWORDED: "reworded",
    Mark.MOVED: "moved",
    Mark.WAIVED: "its waiver changed",
    Mark.REPAIRED: "repaired",
}


def _facts(row: ClaimReview) -> Iterator[str]:
    after = row.after
    if after is not None and after.newest is not None and after.verdict in (Verdict.STALE, Verdict.BROKEN):
        place = f" ({after.newest.place})" if after.newest.place else ""
        yield (after.newest.message.strip().splitlines() or ["it said no, without a word"])[0] + place
        yield from (str(row) for row in after.newest.measures if not row.holds and row.name not in after.newest.message)
    if row.answers is not None:
        base = row.answers.base.word if row.answers.base is not None else "not run"
        head = row.answers.head.word if row.answers.head is not None else "not run"
        yield f"base: {base}, head: {head}, evidence edited"
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


def _of_record(row: RecordReview, told: frozenset[Problem]) -> Finding:
    rules = tuple(f"{problem.message} [{problem.rule}]" for problem in row.problems if problem not in told)
    if elsewhere := sorted({problem.rule for problem in row.problems if problem in told}):
        rules = (f"breaks the rules {', '.join(elsewhere)}", *rules)
    match row.mark:
        case RecordMark.ADDED:
            said, level = f"new, {row.after}", Level.NOTE
        case RecordMark.REMOVED:
            said, level = (
                f"removed (it was {row.before}); a decision that no longer counts is superseded",
                Level.WARNING,
            )
        case RecordMark.STATUS:
            said, level = f"{row.before} before, now {row.after}", Level.NOTE
        case RecordMark.REWRITTEN:
            said, level = "its decision was edited after it was accepted; a new decision is a new record", Level.WARNING
    if any(problem.severity is Severity.ERROR for problem in row.problems if problem not in told):
        level = Level.ERROR
    elif rules and level is Level.NOTE:
        level = Level.WARNING
    return Finding(
        section=Section.REWRITTEN if row.mark is RecordMark.REWRITTEN else Section.RECORDS,
        level=level,
        rule=row.mark.value,
        path=row.path,
        line=row.line,
        headline=said,
        subject=row.id,
        title=row.title,
        facts=rules,
        script=row.text,
        script_path=row.path,
    )


def _of_governed(row: Governed) -> Finding:
    more = f" and {len(row.files) - 3} more" if len(row.files) > 3 else ""
    health = f", {row.health}" if row.health is not None else ""
    return Finding(
        section=Section.GOVERNED,
        level=Level.NOTE,
        rule="governed",
        path=row.path,
        line=1,
        headline=f"governs {', '.join(row.files[:3])}{more}",
        subject=row.id,
        title=f"{row.title} ({row.status}{health})",
        facts=(row.summary,) if row.summary else (),
    )


def _of_problem(problem: Problem, section: Section) -> Finding:
    level = Level.ERROR if problem.severity is Severity.ERROR else Level.WARNING
    return Finding(section, level, problem.rule, problem.path, problem.line, problem.message)
