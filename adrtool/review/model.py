"""What a change means for decisions: the frozen values that every format is made from."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from adrtool.errors import ExitCode
from adrtool.model import Problem, Status
from adrtool.outcome import Ending, Measure
from adrtool.review.words import Line, Segment
from adrtool.verdict import Health, Judgement, Verdict


class Mark(enum.StrEnum):
    """What a change does to a claim; what a reviewer must know first comes first."""

    BREAKS = "breaks"
    WEAKENED = "weakened"
    LOST_EVIDENCE = "lost-evidence"
    SUSPECT = "suspect"
    REMOVED = "removed"
    ADDED = "added"
    REWORDED = "reworded"
    MOVED = "moved"
    EVIDENCE_EDITED = "evidence-edited"
    UNAUDITED = "unaudited"
    WAIVED = "waived"
    REPAIRED = "repaired"


class Cause(enum.StrEnum):
    """How a change can reach a claim's verdict."""

    NEW = "new"
    TEXT = "text"
    EVIDENCE = "evidence"
    INPUTS = "inputs"
    REQUIREMENTS = "requirements"
    IMPORTS = "imports"
    GOVERNED = "governed"
    UNOBSERVED = "unobserved"


class Source(enum.StrEnum):
    """Where the verdict on the head comes from."""

    RAN = "ran"
    LEDGER = "ledger"
    NOT_RUN = "not-run"  # the change can have reached it, and nobody knows


class Trust(enum.StrEnum):
    """Whose evidence may run."""

    UNCHANGED = "unchanged"  # what the change neither adds nor edits
    BASE = "base"  # the base's evidence, on the head's claims
    HEAD = "head"  # all that the head has


@dataclass(frozen=True, slots=True)
class Answer:
    """What one version of a piece of evidence said of the head."""

    ending: Ending
    message: str = ""
    measures: tuple[Measure, ...] = ()

    @property
    def word(self) -> str:
        """In one word, as a sentence about the claim."""
        match self.ending:
            case Ending.PASSED:
                return "holds"
            case Ending.FAILED:
                return "fails"
            case Ending.ERRORED:
                return "breaks down"
            case Ending.SKIPPED:
                return "skipped"


@dataclass(frozen=True, slots=True)
class Answers:
    """What the base's version of edited evidence, and the head's own, say of the head; None: it was not run."""

    base: Answer | None = None
    head: Answer | None = None
    unasked: str = ""  # why the base's version was not run

    @property
    def base_fails(self) -> bool:
        """Whether the base's version says no to the head: the alarm that no trust silences."""
        return self.base is not None and self.base.ending is Ending.FAILED


@dataclass(frozen=True, slots=True)
class Proof:
    """What is known of one claim's head in the end, and how."""

    after: Judgement | None
    before: Judgement | None
    source: Source = Source.LEDGER
    withheld: str = ""
    left_out: bool = False  # by a default tag: it does not count
    answers: Answers | None = None


@dataclass(frozen=True, slots=True)
class ClaimReview:
    """One claim on both sides of the change."""

    before: Judgement | None
    after: Judgement | None
    title: str  # of its record
    status: Status
    marks: tuple[Mark, ...] = ()
    causes: tuple[Cause, ...] = ()
    files: tuple[str, ...] = ()  # of the change, through which it reaches the verdict
    source: Source = Source.LEDGER
    withheld: str = ""  # why its evidence did not run
    sentence: tuple[Segment, ...] = ()
    script: tuple[Line, ...] = ()
    weaker: tuple[str, ...] = ()  # how it promises or asks less
    notes: tuple[str, ...] = ()
    answers: Answers | None = None
    code: ExitCode = ExitCode.OK  # what it adds to the exit code

    @property
    def judgement(self) -> Judgement:
        """The claim as the head has it; as the base had it, where the head has it no more."""
        found = self.after or self.before
        assert found is not None
        return found

    @property
    def id(self) -> str:
        """The claim's id."""
        return self.judgement.claim.id

    @property
    def verdicts(self) -> tuple[Verdict | None, Verdict | None]:
        """The verdict on the base, and the one on the head."""
        return (
            self.before.verdict if self.before is not None else None,
            self.after.verdict if self.after is not None else None,
        )


class RecordMark(enum.StrEnum):
    """What a change does to a record."""

    REWRITTEN = "decision-edited"
    ADDED = "record-added"
    REMOVED = "record-removed"
    STATUS = "status-changed"


@dataclass(frozen=True, slots=True)
class RecordReview:
    """One record that a change adds, takes away, or says something else of."""

    mark: RecordMark
    path: str
    id: str
    title: str
    before: Status | None
    after: Status | None
    line: int = 1
    text: tuple[Line, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Governed:
    """A decision that governs files of the change."""

    path: str
    id: str
    title: str
    summary: str  # its first sentence, "" where it has none
    status: Status
    health: Health | None
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit, as the user named it."""

    name: str
    oid: str


@dataclass(frozen=True, slots=True)
class Review:
    """Everything that a reviewer needs to know about decisions."""

    base: Commit
    head: Commit
    parted: str  # the commit that both come from
    claims: tuple[ClaimReview, ...]  # every claim of either side, in the order of the records
    records: tuple[RecordReview, ...]
    collisions: tuple[Problem, ...]
    governed: tuple[Governed, ...]
    problems: tuple[Problem, ...]  # of lint, on lines that the change wrote
    files: int  # that the change touches
    runs: bool = True  # whether evidence was to be run
    trust: Trust = Trust.UNCHANGED
    notes: tuple[str, ...] = ()
    code: ExitCode = ExitCode.OK

    @property
    def reached(self) -> tuple[ClaimReview, ...]:
        """The claims of the head with evidence whose verdict the change can have reached."""
        return tuple(row for row in self.claims if row.causes and row.after is not None and row.after.claim.evidence)
