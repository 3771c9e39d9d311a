"""A review as a list of findings, in the order in which a reviewer needs them; formats are made of it."""

from __future__ import annotations

import enum
from collections.abc import Iterator
from dataclasses import dataclass

from adrtool.errors import ExitCode
from adrtool.model import Problem, Severity
from adrtool.review.model import Cause, ClaimReview, Governed, Mark, RecordMark, RecordReview, Review, Source
from adrtool.review.telling import facts, headline
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
        facts=tuple(facts(row)),
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
