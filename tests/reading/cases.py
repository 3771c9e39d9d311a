"""Cases written in Markdown, `title . input . expected .`, and what a record of such an input claims."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from adrtool.model import Claim, Problem
from adrtool.reading.claims import Setting, read_claims
from adrtool.reading.near_misses import near_misses
from adrtool.reading.records import read_one

SETTING = Setting("adr/0001-one.md", "0001", ("adr/evidence",))
CASES = Path(__file__).parent.parent / "cases"


def read_cases(name: str) -> Iterator[tuple[str, str, str]]:
    """The title, the input and the expectation of each case in a file."""
    lines = iter((CASES / name).read_text(encoding="utf-8").splitlines(keepends=True))
    for line in lines:
        if line.strip() and not line.startswith("#"):
            yield line.strip(), *_parts(lines)


def _parts(lines: Iterator[str]) -> tuple[str, str]:
    assert next(lines) == ".\n"
    parts: list[str] = []
    for _ in range(2):
        part = ""
        for line in lines:
            if line == ".\n":
                break
            part += line
        parts.append(part)
    return parts[0], parts[1]


def read(data: bytes | str, setting: Setting = SETTING) -> tuple[tuple[Claim, ...], tuple[Problem, ...]]:
    """The claims of a record and what is wrong with them, near misses too."""
    misses: list[Problem] = []

    def claims_of(document, path, record_id, folder):  # type: ignore[no-untyped-def]
        misses.extend(near_misses(document, setting))
        return read_claims(document, setting)

    reading = read_one(data.encode() if isinstance(data, str) else data, setting.path, "adr", claims_of)
    own = [problem for problem in reading.problems if problem.rule.startswith(("claim", "duplicate-claim"))]
    return reading.claims, tuple(sorted([*own, *misses]))


def told(data: bytes | str, setting: Setting = SETTING) -> str:
    """Claims and problems as the cases spell them: one a line."""
    claims, problems = read(data, setting)
    return "".join(f"{_claim(claim)}\n" for claim in claims) + "".join(
        f"! {problem.line} {problem.rule}: {problem.message}\n" for problem in problems
    )


def _claim(claim: Claim) -> str:
    words = [str(claim.line), claim.id, claim.text, f"-> {claim.evidence}" if claim.evidence else "-> nothing"]
    words += [] if claim.load_bearing else ["(supporting)"]
    words += [f"(then: {claim.then})"] if claim.then else []
    words += [f"(waived until {claim.waiver.until}: {claim.waiver.reason})"] if claim.waiver else []
    return " | ".join(words[:3]) + " " + " ".join(words[3:])
