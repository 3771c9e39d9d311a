"""Records, claims and outcomes as the JSON that every command of adrtool gives."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from adrtool.audited import Audit, finding_fields
from adrtool.drift import Erosion, Margin, Series, erosion
from adrtool.due import Review
from adrtool.model import EvidenceRef, Problem, Record, Relation
from adrtool.outcome import Outcome, measure_fields
from adrtool.plan import Step
from adrtool.verdict import Health, Judgement, Verdict

# 1: the first.
FORMAT = 1

Fields = dict[str, object]


def dump(fields: Mapping[str, object]) -> str:
    """A document as text, its format first."""
    return json.dumps({"format": FORMAT, **fields}, indent=2, ensure_ascii=False)


def claim_fields(judgement: Judgement) -> Fields:
    """One claim with its verdict; the same object wherever claims are shown."""
    claim, newest, skip = judgement.claim, judgement.newest, judgement.skip
    return {
        "id": claim.id,
        "text": claim.text,
        "path": claim.path,
        "line": claim.line,
        "verdict": judgement.verdict.value,
        "load_bearing": claim.load_bearing,
        "why": [why.value for why in judgement.why],
        "waived_until": claim.waiver.until.isoformat() if claim.waiver else None,
        "waiver": claim.waiver.reason if claim.waiver else None,
        "then": claim.then or None,
        "flaky": judgement.flaky,
        "unproven": judgement.unproven,
        "audit": _audit(judgement.audit),
        "eroding": [erosion_fields(found) for found in judgement.eroding],
        "evidence": str(claim.evidence) if claim.evidence else None,
        "message": newest.message if newest else "",
        "place": newest.place if newest else "",
        "measures": [measure_fields(measure) for measure in newest.measures] if newest else [],
        "tries": [ending.value for ending in newest.tries] if newest else [],
        "at": time_field(newest.at if newest else None),
        "since": time_field(judgement.since),
        "last_held": time_field(judgement.last_held),
        "commit": newest.commit if newest else None,
        "skipped": {"at": time_field(skip.at), "reason": skip.message} if skip else None,
    }


def erosion_fields(found: Erosion) -> Fields:
    """A measure that moves towards its bound."""
    margin = found.series.margin
    return {
        "measure": found.series.name,
        "unit": found.series.unit,
        "kind": found.kind,
        "since": time_field(found.since),
        "commit": found.commit,
        "before": found.before,
        "now": found.now,
        "eaten": round(found.eaten, 4),
        "margin": None if margin is None else margin_fields(margin),
        "reaches": time_field(found.reaches),
    }


def margin_fields(margin: Margin) -> Fields:
    """What is left to the nearer bound, in the measure's unit and in percent of the bound (or of the range)."""
    return {
        "left": margin.left,
        "percent": None if margin.percent is None else round(margin.percent, 2),
        "at_most" if margin.is_upper else "at_least": margin.bound,
    }


def record_fields(
    record: Record,
    judgements: Sequence[Judgement],
    health: Health | None,
    chains: Sequence[Sequence[str]],
) -> Fields:
    """One record with its claims."""
    return {
        "id": record.id,
        "number": record.number,
        "title": record.title,
        "status": record.status.value,
        "status_raw": record.status_raw,
        "date": record.date.isoformat() if record.date else None,
        "path": record.path,
        "supersedes": list(record.targets(Relation.SUPERSEDES)),
        "superseded_by": list(record.targets(Relation.SUPERSEDED_BY)),
        "links": [{"relation": link.relation.value, "target": link.target} for link in record.links],
        "tags": list(record.tags),
        "deciders": list(record.deciders),
        "revisit": record.revisit.isoformat() if record.revisit else None,
        "applies_to": list(record.applies_to),
        "health": health.value if health else None,
        **risk_fields(chains),
        "claims": [claim_fields(judgement) for judgement in judgements],
    }


def risk_fields(chains: Sequence[Sequence[str]]) -> Fields:
    """The stale records on which one rests, and the way to each."""
    return {
        "at_risk": sorted(chain[-1] for chain in chains),
        "at_risk_paths": [list(chain) for chain in sorted(chains, key=lambda chain: chain[-1])],
    }


def problem_fields(problem: Problem) -> Fields:
    """One problem with its place."""
    return {
        "path": problem.path,
        "line": problem.line,
        "rule": problem.rule,
        "message": problem.message,
        "severity": problem.severity.value,
    }


def step_fields(step: Step, seconds: Mapping[EvidenceRef, float] | None = None) -> Fields:
    """One step of a plan, and how long it is likely to take."""
    likely = (seconds or {}).get(step.piece.ref)
    return {
        "evidence": str(step.piece.ref),
        "claims": [judgement.claim.id for judgement in step.judgements],
        "why": [why.value for why in step.why],
        "tags": list(step.piece.tags),
        "problem": str(step.piece.refusal) if step.piece.refusal else None,
        "seconds": round(likely, 3) if likely is not None else None,
    }


def review_fields(review: Review) -> Fields:
    """One record that is due to be read again."""
    return {
        "record": review.record.id,
        "path": review.record.path,
        "since": review.since.isoformat(),
        "why": review.why.value,
    }


def outcome_fields(outcome: Outcome) -> Fields:
    """One line of the ledger, its environment in place."""
    environment = outcome.environment
    return {
        "run": outcome.run,
        "claim": outcome.claim,
        "outcome": outcome.ending.value,
        "tries": [ending.value for ending in outcome.tries],
        "at": time_field(outcome.at),
        "seconds": round(outcome.seconds, 3),
        "commit": outcome.commit,
        "edited": outcome.edited,
        "sandbox": outcome.sandbox,
        "message": outcome.message,
        "place": outcome.place,
        "measures": [measure_fields(measure) for measure in outcome.measures],
        "fingerprints": {
            "text": outcome.fingerprints.text,
            "evidence": outcome.fingerprints.evidence,
            "inputs": outcome.fingerprints.inputs,
            "requirements": outcome.fingerprints.requirements,
        },
        "environment": None
        if environment is None
        else {
            "python": environment.python,
            "platform": environment.platform,
            "packages": dict(environment.packages),
        },
        "tail": outcome.tail,
        "observed": list(outcome.observed),
        "unobserved": outcome.unobserved,
    }


def series_fields(series: Series) -> Fields:
    """One measure over time, and what is to be known of its margin."""
    found = erosion(series)
    return {
        "name": series.name,
        "unit": series.unit,
        "points": [
            {"at": time_field(p.at), "value": p.value, "at_most": p.at_most, "at_least": p.at_least, "commit": p.commit}
            for p in series.points
        ],
        "margin": None if series.margin is None else margin_fields(series.margin),
        "eroding": None if found is None else erosion_fields(found),
    }


def counts(judgements: Iterable[Judgement]) -> dict[str, int]:
    """How many claims have each verdict; every verdict is named."""
    found = Counter(judgement.verdict for judgement in judgements)
    return {verdict.value: found[verdict] for verdict in Verdict}


def _audit(audit: Audit | None) -> Fields | None:
    if audit is None:
        return None
    return {"verdict": audit.soundness.value, "findings": [finding_fields(each) for each in audit.findings]}


def time_field(moment: datetime | None) -> str | None:
    """A moment as every JSON document of adrtool spells it."""
    return None if moment is None else stamp(moment)


def stamp(moment: datetime) -> str:
    """A moment as every document of adrtool spells it."""
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
