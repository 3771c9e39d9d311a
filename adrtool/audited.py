"""What an audit found: whether a piece of evidence could have said no, and its one line in the ledger."""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from adrtool import fingerprint


class Soundness(enum.StrEnum):
    """What an audit makes of a piece of evidence."""

    SOUND = "sound"  # every assertion, negated, made it fail
    VACUOUS = "vacuous"  # there is none, or one that could say what it likes
    UNAUDITED = "unaudited"  # nobody knows; nothing of it is kept


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """An assertion that says nothing, or why there was no audit, at its place."""

    path: str
    line: int
    why: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.why}"


@dataclass(frozen=True, slots=True)
class Subject:
    """What an audit is about, and all for which it is valid: this script with these requirements."""

    evidence: str  # as a claim cites it
    script: str  # the fingerprint of the file, and of the test in it
    requirements: str  # the fingerprint

    @property
    def path(self) -> str:
        """The script's."""
        return self.evidence.partition("#")[0]

    @property
    def content(self) -> tuple[str, str]:
        """What stays when the script is moved."""
        return self.script, self.requirements


@dataclass(frozen=True, slots=True)
class Audit:
    """The result of one audit."""

    subject: Subject
    soundness: Soundness
    findings: tuple[Finding, ...] = ()
    was_red: bool = False  # a negation, or the control command, was seen to fail
    tried: int = 0  # how many negations ran
    beside: tuple[tuple[str, str], ...] = ()  # files whose assertions were negated, too: path and fingerprint

    def moved(self, to: Subject) -> Audit:
        """The same result for the same script at another place."""
        findings = (replace(each, path=to.path) if each.path == self.subject.path else each for each in self.findings)
        return replace(self, subject=to, findings=tuple(findings))


class Audits:
    """The audits of a ledger, to be asked for the one that counts today."""

    def __init__(self, audits: Sequence[Audit]) -> None:
        """Keep `audits`, the oldest first."""
        self._by_content: dict[tuple[str, str], list[Audit]] = {}
        for audit in reversed(audits):
            self._by_content.setdefault(audit.subject.content, []).append(audit)

    def of(self, subject: Callable[[], Subject], content: Callable[[str], str]) -> Audit | None:
        """The newest one of a subject whose files are what they were, or of the same script before it was moved.

        `content` gives a file's fingerprint. Where nothing was audited, nothing is asked.
        """
        if not self._by_content:
            return None
        wanted = subject()
        alike = self._by_content.get(wanted.content, ())
        valid = [audit for audit in alike if all(content(path) == seen for path, seen in audit.beside)]
        own = (audit for audit in valid if audit.subject == wanted)
        moved = (audit.moved(wanted) for audit in valid if content(audit.subject.path) == fingerprint.MISSING)
        return next(own, None) or next(moved, None)


def to_fields(audit: Audit) -> dict[str, object]:
    """The audit as its line in the ledger spells it."""
    return {
        "evidence": audit.subject.evidence,
        "fingerprints": {"evidence": audit.subject.script, "requirements": audit.subject.requirements},
        "verdict": audit.soundness.value,
        "findings": [finding_fields(finding) for finding in audit.findings],
        "red": audit.was_red,
        "tried": audit.tried,
        "beside": dict(audit.beside),
    }


def finding_fields(finding: Finding) -> dict[str, object]:
    """A finding as every JSON document of adrtool spells it."""
    return {"path": finding.path, "line": finding.line, "why": finding.why}


def from_fields(fields: Mapping[str, object]) -> Audit | None:
    """The audit that one parsed ledger line holds; None where that cannot be read."""
    try:
        return _audit(fields)
    except (KeyError, TypeError, ValueError):
        return None


def _audit(fields: Mapping[str, Any]) -> Audit:
    prints, beside = dict(fields["fingerprints"]), dict(fields["beside"])
    return Audit(
        subject=Subject(str(fields["evidence"]), str(prints["evidence"]), str(prints["requirements"])),
        soundness=Soundness(fields["verdict"]),
        findings=tuple(Finding(str(row["path"]), int(row["line"]), str(row["why"])) for row in fields["findings"]),
        was_red=fields["red"] is True,
        tried=int(fields["tried"]),
        beside=tuple(sorted((str(path), str(digest)) for path, digest in beside.items())),
    )
