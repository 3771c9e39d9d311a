"""Audits for a reader, and as the document that `adrtool audit --json` promises."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from adrtool.audited import Audit, Soundness, finding_fields
from adrtool.plan import Step
from adrtool.report.documents import Fields
from adrtool.report.text import Paper

_COLOURS = {Soundness.SOUND: "green", Soundness.VACUOUS: "red", Soundness.UNAUDITED: "cyan"}
_WIDTH = 9  # of the column of results


def fields(step: Step, audit: Audit) -> Fields:
    """One piece of evidence with what its audit found."""
    return {
        "evidence": audit.subject.evidence,
        "claims": [judgement.claim.id for judgement in step.judgements],
        "verdict": audit.soundness.value,
        "findings": [finding_fields(finding) for finding in audit.findings],
    }


def lines(audits: Sequence[Audit], paper: Paper) -> Iterator[str]:
    """Every piece of evidence with its findings, and how many there are of each kind."""
    for audit in audits:
        word = paper.paint(f"{audit.soundness.value:<{_WIDTH}}", _COLOURS[audit.soundness])
        negated = f"  ({_counted(audit.tried, 'negation')})" if audit.soundness is Soundness.SOUND else ""
        yield f"{word}  {audit.subject.evidence}{negated}"
        for finding in audit.findings:
            yield from paper.wrap(str(finding), _WIDTH + 2)
    counts = [(sum(audit.soundness is kind for audit in audits), kind) for kind in Soundness]
    said = ", ".join(paper.paint(f"{count} {kind.value}", _COLOURS[kind]) for count, kind in counts if count)
    number = f"{len(audits)} {'piece' if len(audits) == 1 else 'pieces'} of evidence"
    yield f"{number}: {said}" if said else "no evidence to audit"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
