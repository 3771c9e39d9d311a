"""Problems as SARIF 2.1.0, which forges show beside the lines."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Protocol
from urllib.parse import quote

from adrtool import __version__
from adrtool.model import Problem, Severity

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


class Described(Protocol):
    """A rule, as far as a report names it."""

    @property
    def name(self) -> str:
        """What it is called."""

    @property
    def severity(self) -> Severity:
        """How much it matters."""

    @property
    def doc(self) -> str:
        """One line on what it finds."""


def sarif(problems: Sequence[Problem], rules: Sequence[Described]) -> str:
    """One run with all of `rules` and a result for each problem; paths are relative to the repository's root."""
    places = {rule.name: at for at, rule in enumerate(rules)}
    driver = {"name": "adrtool", "version": __version__, "rules": [_rule(rule) for rule in rules]}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(problem, places.get(problem.rule)) for problem in problems],
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2, ensure_ascii=False)


def _rule(rule: Described) -> dict[str, object]:
    return {
        "id": rule.name,
        "shortDescription": {"text": rule.doc.replace("`", "'")},
        "defaultConfiguration": {"level": rule.severity.value},
    }


def _result(problem: Problem, place: int | None) -> dict[str, object]:
    location = {
        "artifactLocation": {"uri": quote(problem.path), "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": max(problem.line, 1)},
    }
    fields: dict[str, object] = {
        "ruleId": problem.rule,
        "level": problem.severity.value,
        "message": {"text": problem.message},
        "locations": [{"physicalLocation": location}],
    }
    return fields if place is None else {**fields, "ruleIndex": place}
