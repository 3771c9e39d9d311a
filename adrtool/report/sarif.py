"""Problems as SARIF 2.1.0, which forges show beside the lines."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Sequence
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


def sarif(
    problems: Sequence[Problem], rules: Sequence[Described], category: str = "lint", keys: Sequence[str] = ()
) -> str:
    """One run with all of `rules` and a result for each problem; paths are relative to the repository's root.

    `keys` tell what makes each problem the same one in the next run, whatever was reworded meanwhile.
    """
    places = {rule.name: at for at, rule in enumerate(rules)}
    driver = {"name": "adrtool", "version": __version__, "rules": [_rule(rule) for rule in rules]}
    run = {
        "tool": {"driver": driver},
        "automationDetails": {"id": f"adrtool/{category}/"},
        "columnKind": "unicodeCodePoints",
        "results": [
            _result(problem, places.get(problem.rule), fingerprint)
            for problem, fingerprint in zip(problems, _fingerprints(problems, keys), strict=True)
        ],
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2, ensure_ascii=False)


def _fingerprints(problems: Sequence[Problem], keys: Sequence[str]) -> Iterator[str]:
    """What code scanning tells alerts apart by; two with one key are told apart by their order."""
    seen: Counter[str] = Counter()
    for key in keys or [f"{problem.rule}:{problem.path}:{problem.message}" for problem in problems]:
        digest = hashlib.sha256(f"{seen[key]}:{key}".encode("utf-8", "replace")).hexdigest()
        seen[key] += 1
        yield digest


def _rule(rule: Described) -> dict[str, object]:
    return {
        "id": rule.name,
        "shortDescription": {"text": rule.doc.replace("`", "'")},
        "fullDescription": {"text": rule.doc.replace("`", "'")},
        "help": {"text": f"{rule.doc.replace('`', chr(39))} The message says how to mend it."},
        "defaultConfiguration": {"level": rule.severity.value},
    }


def _result(problem: Problem, place: int | None, fingerprint: str) -> dict[str, object]:
    location = {
        "artifactLocation": {"uri": quote(problem.path), "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": max(problem.line, 1)},
    }
    fields: dict[str, object] = {
        "ruleId": problem.rule,
        "level": problem.severity.value,
        "message": {"text": problem.message},
        "locations": [{"physicalLocation": location}],
        "partialFingerprints": {"primaryLocationLineHash": fingerprint},
    }
    return fields if place is None else {**fields, "ruleIndex": place}
