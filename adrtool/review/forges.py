"""A review as the reports that forges and CI servers read: SARIF, GitLab's code quality, JUnit."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from adrtool.errors import ExitCode
from adrtool.model import Problem, Severity
from adrtool.report.escape import json_text, plain, xml
from adrtool.report.sarif import sarif as sarif_of
from adrtool.review.findings import Finding, Level, findings
from adrtool.review.model import ClaimReview, Review, Source

_MOST = 5000  # results that GitHub keeps of one run
_LONGEST = 1000  # characters of a message


@dataclass(frozen=True, slots=True)
class _Rule:
    """A kind of finding, as SARIF describes it."""

    name: str
    severity: Severity
    doc: str


def sarif(review: Review) -> str:
    """SARIF 2.1.0, without notes, which are no alerts.

    A forge shows an alert in a pull request only where its line is part of the change: the comment comes first.
    """
    found = [row for row in findings(review) if row.level is not Level.NOTE][:_MOST]
    problems = [_problem(row) for row in found]
    sections = {row.rule: (row.section, row.level) for row in found}
    rules = [
        _Rule(name, _SEVERITIES[level], f"{section.value}.") for name, (section, level) in sorted(sections.items())
    ]
    return json_text(sarif_of(problems, rules, category="review", keys=[row.key for row in found]))


def code_quality(review: Review) -> str:
    """GitLab's code quality report."""
    severities = {Level.ERROR: "critical", Level.WARNING: "minor", Level.NOTE: "info"}
    rows = [
        {
            "description": plain(row.message, _LONGEST),
            "check_name": f"adrtool/{row.rule}",
            "fingerprint": hashlib.sha256(f"{place}:{row.key}".encode("utf-8", "replace")).hexdigest(),
            "severity": severities[row.level],
            "location": {"path": plain(row.path), "lines": {"begin": max(row.line, 1)}},
        }
        for place, row in _numbered(findings(review))
    ]
    return json_text(json.dumps(rows, indent=2, ensure_ascii=False))


def junit(review: Review) -> str:
    """A test case for each claim within reach of the change, and one for each error that is about no claim."""
    suite = ET.Element("testsuite", name="adrtool review")
    reached = review.reached
    messages = {row.subject: row.message for row in findings(review) if row.quote}
    tally = {"failure": 0, "error": 0, "skipped": 0}
    for claim in reached:
        case = _case(suite, claim.judgement.claim.path, claim.id)
        kind, said = _result(claim, messages.get(claim.id, ""))
        if kind:
            tally[kind] += 1
            newest = claim.after.newest if claim.after is not None else None
            ET.SubElement(case, kind, message=plain(said, _LONGEST)).text = xml(newest.tail) if newest else ""
    others = [row for row in findings(review) if row.level is Level.ERROR and not row.quote]
    for row in others:
        tally["failure"] += 1
        case = _case(suite, row.path, f"{row.rule}:{row.line}")
        ET.SubElement(case, "failure", message=plain(row.message, _LONGEST))
    numbers = {"tests": len(reached) + len(others), "failures": tally["failure"], "errors": tally["error"]}
    suite.attrib.update({name: str(number) for name, number in (numbers | {"skipped": tally["skipped"]}).items()})
    suites = ET.Element("testsuites")
    suites.append(suite)
    ET.indent(suites)
    return ET.tostring(suites, encoding="unicode", xml_declaration=True)


def _case(suite: ET.Element, path: str, name: str) -> ET.Element:
    shown = plain(path)
    classname = shown.removesuffix(".md").replace("/", ".")
    return ET.SubElement(suite, "testcase", classname=classname, name=plain(name), file=shown, time="0")


def _result(row: ClaimReview, message: str) -> tuple[str, str]:
    assert row.after is not None
    match row.code:
        case ExitCode.STALE:
            return "failure", message or row.after.verdict.value
        case ExitCode.BROKEN:
            return "error", message or row.after.verdict.value
        case _ if row.source is Source.NOT_RUN:
            return "skipped", f"not run: {row.withheld}" if row.withheld else "not run"
        case _:
            return ("", "") if row.after.verdict.value == "holds" else ("skipped", row.after.verdict.value)


_SEVERITIES = {Level.ERROR: Severity.ERROR, Level.WARNING: Severity.WARNING}


def _problem(row: Finding) -> Problem:
    message = plain(row.message, _LONGEST).replace("](", "] (")  # no link that somebody else drew
    return Problem(plain(row.path), max(row.line, 1), row.rule, message, _SEVERITIES[row.level])


def _numbered(found: Sequence[Finding]) -> list[tuple[int, Finding]]:
    """Findings, each with its place among those of one key: two of them are two."""
    seen: dict[str, int] = {}
    rows = []
    for row in found:
        seen[row.key] = seen.get(row.key, -1) + 1
        rows.append((seen[row.key], row))
    return rows
