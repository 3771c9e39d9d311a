"""A review as the JSON document that machines read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from adrtool.outcome import measure_fields
from adrtool.report.documents import Fields, claim_fields, problem_fields
from adrtool.review.findings import Finding, findings
from adrtool.review.model import Answer, ClaimReview, Commit, Governed, RecordReview, Review
from adrtool.review.words import Line, Segment


def fields(review: Review) -> Fields:
    """Everything that the review holds; paths are those of the head."""
    return {
        "base": _commit(review.base),
        "head": _commit(review.head),
        "merge_base": review.parted,
        "files": review.files,
        "run": review.runs,
        "trust": review.trust.value,
        "claims": [_claim(row) for row in review.claims],
        "counts": Counter(mark.value for row in review.claims for mark in row.marks),
        "records": [_record(row) for row in review.records],
        "collisions": [problem_fields(problem) for problem in review.collisions],
        "governed": [_governed(row) for row in review.governed],
        "problems": [problem_fields(problem) for problem in review.problems],
        "findings": [_finding(row) for row in findings(review)],
        "notes": list(review.notes),
        "exit_code": int(review.code),
    }


def _finding(row: Finding) -> Fields:
    return {
        "section": row.section.name.lower(),
        "level": row.level.value,
        "rule": row.rule,
        "path": row.path,
        "line": row.line,
        "message": row.message,
        "headline": row.headline,
        "subject": row.subject,
        "title": row.title,
        "quote": row.quote,
        "facts": list(row.facts),
        "sentence_diff": _segments(row.sentence),
        "script_diff": _lines(row.script),
        "script": row.script_path,
    }


def _commit(commit: Commit) -> Fields:
    return {"name": commit.name, "commit": commit.oid}


def _claim(row: ClaimReview) -> Fields:
    before, after = row.verdicts
    answers = row.answers
    return {
        **claim_fields(row.judgement),
        "record": row.title,
        "status": row.status.value,
        "before": before.value if before is not None else None,
        "after": after.value if after is not None else None,
        "marks": [mark.value for mark in row.marks],
        "causes": [cause.value for cause in row.causes],
        "files": list(row.files),
        "source": row.source.value,
        "withheld": row.withheld or None,
        "weaker": list(row.weaker),
        "notes": list(row.notes),
        "sentence_diff": _segments(row.sentence),
        "script_diff": _lines(row.script),
        "answers": {"base": _answer(answers.base), "head": _answer(answers.head)} if answers is not None else None,
        "exit_code": int(row.code),
    }


def _answer(answer: Answer | None) -> Fields | None:
    if answer is None:
        return None
    measures = [measure_fields(measure) for measure in answer.measures]
    return {"says": answer.word, "outcome": answer.ending.value, "message": answer.message, "measures": measures}


def _record(row: RecordReview) -> Fields:
    return {
        "change": row.mark.value,
        "id": row.id,
        "path": row.path,
        "line": row.line,
        "title": row.title,
        "before": row.before.value if row.before is not None else None,
        "after": row.after.value if row.after is not None else None,
        "diff": _lines(row.text),
        "problems": [problem_fields(problem) for problem in row.problems],
    }


def _governed(row: Governed) -> Fields:
    return {
        "id": row.id,
        "path": row.path,
        "title": row.title,
        "summary": row.summary,
        "status": row.status.value,
        "health": row.health.value if row.health is not None else None,
        "files": list(row.files),
    }


def _lines(lines: Sequence[Line]) -> list[Fields]:
    return [{"line": line.number, "segments": _segments(line.segments)} for line in lines]


def _segments(segments: Sequence[Segment]) -> list[Fields]:
    return [{"side": segment.side.value, "text": segment.text} for segment in segments]
