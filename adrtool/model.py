"""Records and claims, as read from their files and never changed after."""

from __future__ import annotations

import datetime as dt
import enum
from dataclasses import dataclass


class Status(enum.StrEnum):
    """Where a decision stands; `other` is a word outside this list, `unknown` is none at all."""

    DRAFT = "draft"
    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    DEPRECATED = "deprecated"
    SUPERSEDED = "superseded"
    OTHER = "other"
    UNKNOWN = "unknown"

    @property
    def raises_alarm(self) -> bool:
        """Whether claims of such a record can fail a build: nobody relies on the others yet, or any more."""
        return self in (Status.ACCEPTED, Status.OTHER, Status.UNKNOWN)


class Relation(enum.StrEnum):
    """How one record stands to another, from the first one's side."""

    SUPERSEDES = "supersedes"
    SUPERSEDED_BY = "superseded-by"
    AMENDS = "amends"
    AMENDED_BY = "amended-by"
    DEPENDS_ON = "depends-on"
    REFINES = "refines"
    RELATES_TO = "relates-to"


class Severity(enum.StrEnum):
    """An error makes the exit code 12; a warning is shown."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """Something a reader or a rule found wrong, with its place and its mend."""

    path: str
    line: int
    rule: str
    message: str
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message} [{self.rule}]"


@dataclass(frozen=True, slots=True)
class Waiver:
    """A team's dated word that it knows a claim is stale; `until` is that whole day, UTC."""

    until: dt.date
    reason: str

    def covers(self, day: dt.date) -> bool:
        """Whether the waiver still stands on `day` (UTC)."""
        return day <= self.until


@dataclass(frozen=True, slots=True, order=True)
class EvidenceRef:
    """What a claim cites: a file, from the repository's root, and perhaps one test in it."""

    path: str
    test: str | None = None

    def __str__(self) -> str:
        return self.path if self.test is None else f"{self.path}#{self.test}"


@dataclass(frozen=True, slots=True)
class Claim:
    """A statement of a record that cites evidence: the text of a link, and its target."""

    id: str
    text: str
    path: str  # of the record
    line: int  # 1-based, of the opening bracket
    evidence: EvidenceRef | None  # None: a link to the evidence folder itself
    load_bearing: bool = True
    then: str = ""  # what to do when it turns
    waiver: Waiver | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """A relation of one record to another, which is named by its path."""

    relation: Relation
    target: str


@dataclass(frozen=True, slots=True)
class Record:
    """One decision: what its file says of itself, and what it claims."""

    id: str  # the number as spelt in the file's name, else the slug
    path: str  # from the repository's root
    title: str
    number: int | None = None
    status: Status = Status.UNKNOWN
    status_raw: str = ""
    date: dt.date | None = None
    links: tuple[Link, ...] = ()
    tags: tuple[str, ...] = ()
    deciders: tuple[str, ...] = ()
    claims: tuple[Claim, ...] = ()
    revisit: dt.date | None = None
    applies_to: tuple[str, ...] = ()  # globs of files that this decision governs

    def targets(self, relation: Relation) -> tuple[str, ...]:
        """The paths of the records to which this one stands in `relation`."""
        return tuple(link.target for link in self.links if link.relation is relation)
