"""Rules over records, claims and evidence: what a reader passed over, and what will surprise its author."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from adrtool.errors import ReadError
from adrtool.lint.rules import RULES, TOLD_ELSEWHERE, Rule
from adrtool.lint.survey import Survey
from adrtool.model import Problem
from adrtool.settings import Settings
from adrtool.workspace import Workspace

__all__ = ["RULES", "Rule", "lint"]


def lint(workspace: Workspace, today: date | None = None, base: str | None = None) -> tuple[Problem, ...]:
    """Every problem of every record, those of reading included, but for the rules that settings switch off.

    The table of rules says how much each matters. With `base`, the branch to merge into, numbers that it gave away
    meanwhile are found, too. Raises UsageError where there is no such branch, ReadError where settings switch off
    a rule that is none.
    """
    off = _switched_off(workspace.settings, workspace.root)
    severities = {rule.name: rule.severity for rule in RULES}
    survey = Survey(workspace, today or datetime.now(UTC).date(), base)
    found = {replace(found, severity=severities.get(found.rule, found.severity)) for found in workspace.problems}
    found |= {problem for rule in RULES if rule.name not in off for problem in _checked(rule, survey)}
    # A link that names no record is told once, as what it was meant to be.
    dangling = {(problem.path, problem.line) for problem in found if problem.rule == "dangling-relation"}
    twice = {problem for problem in found if problem.rule == "broken-link" and (problem.path, problem.line) in dangling}
    return tuple(sorted(problem for problem in found - twice if problem.rule not in off))


def _checked(rule: Rule, survey: Survey) -> Iterator[Problem]:
    for check in rule.checks:
        for finding in check(survey):
            yield Problem(finding.path, finding.line, rule.name, finding.message, rule.severity)


def _switched_off(settings: Settings, root: Path) -> frozenset[str]:
    known = [rule.name for rule in RULES if rule not in TOLD_ELSEWHERE]
    for name in settings.disable:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"did you mean {near[0]}?" if near else "`adrtool lint --rules` shows them"
            line = _line_of(root / settings.source, name)
            raise ReadError(f"setting 'disable': no rule is named {name!r}; {hint}", path=settings.source, line=line)
    return frozenset(settings.disable)


def _line_of(file: Path, name: str) -> int:
    """The line of a setting's file on which a rule's name stands."""
    lines = file.read_text(encoding="utf-8-sig").splitlines()
    return next((at for at, line in enumerate(lines, 1) if re.search(rf"[\"']{re.escape(name)}[\"']", line)), 1)
