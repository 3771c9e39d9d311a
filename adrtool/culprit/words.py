"""What a search found, for a reader at a terminal and as JSON."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC

from adrtool.culprit.finding import Finding, Over, Tried
from adrtool.evidence.releases import Release
from adrtool.git.bisection import FileChange
from adrtool.outcome import Ending, Outcome
from adrtool.report.changes import explanation
from adrtool.report.documents import Fields
from adrtool.report.text import Paper
from adrtool.turning import Turn

_INDENT = 14
_MOST_LISTED = 8


def turn_lines(turn: Turn, subjects: dict[str, str], paper: Paper) -> Iterator[str]:
    """When the ledger last saw it hold and first saw it fail, and what differs."""
    yield from _row("last held", _when(turn.last, subjects), paper)
    yield from _row("first failed", _when(turn.first, subjects), paper)
    yield from _row("what differs", explanation(turn), paper)


def headline(finding: Finding, package: str = "") -> str:
    """The answer in one sentence."""
    if finding.holds is None or finding.fails is None:
        return f"no turn found: {finding.reason}"
    holds, fails, verb = _name(finding.holds), _name(finding.fails), _verb(finding.fails)
    if finding.over is Over.RELEASES and _is_older(fails, holds):
        return f"{package}: holds down to {holds}, {verb} from {fails} down"
    return f"{f'{package}: ' if package else ''}holds up to {holds}, {verb} from {fails}"


def _is_older(one: str, other: str) -> bool:
    from packaging.version import Version

    return Version(one) < Version(other)


def finding_lines(finding: Finding, paper: Paper, *, package: str = "") -> Iterator[str]:
    """The answer, what the culprit said, and what could tell nothing."""
    if finding.over is Over.COMMITS and finding.holds is not None and finding.fails is not None:
        yield from _row("holds up to", _name(finding.holds), paper, bold=True)
        yield from _row(f"{_verb(finding.fails)} from", _name(finding.fails), paper, bold=True)
    else:
        yield from (paper.paint(line, bold=True) for line in paper.fold(headline(finding, package), 0, 2))
    if finding.fails is not None and finding.fails.message:
        for line in finding.fails.message.splitlines()[:4]:
            yield from paper.fold(line, _INDENT, _INDENT)
    if finding.between:
        number = len(finding.between)
        yield f"{number} between them could tell nothing, so it may be {'that' if number == 1 else 'one of those'}:"
        for tried in finding.between[:_MOST_LISTED]:
            yield from _row(tried.candidate.short, tried.reason, paper)
        if number > _MOST_LISTED:
            yield f"  and {number - _MOST_LISTED} more"


def change_lines(changes: Sequence[FileChange], holds: str, fails: str, paper: Paper) -> Iterator[str]:
    """What the culprit changed of what the evidence reads, and how to see it."""
    if not changes:
        yield from _row("it changed", "nothing that the evidence is known to read", paper)
        return
    for number, change in enumerate(changes[:_MOST_LISTED]):
        size = "binary" if change.added is None else f"+{change.added} -{change.removed}"
        yield f"{'' if number else 'it changed':<{_INDENT}}{change.path}  {size}"
    if len(changes) > _MOST_LISTED:
        yield f"{'':<{_INDENT}}and {len(changes) - _MOST_LISTED} more"
    paths = " ".join(shlex.quote(change.path) for change in changes[:2])
    yield f"{'to see it':<{_INDENT}}git diff {holds[:10]} {fails[:10]} -- {paths}"


def left_out_lines(left_out: Sequence[Release], paper: Paper) -> Iterator[str]:
    """The releases that nobody would get."""
    if left_out:
        said = _few([f"{release.version} ({release.words})" for release in left_out])
        yield from paper.fold(f"left out: {', '.join(said)}", 0, 2)


def trial_line(tried: Tried) -> str:
    """One trial, as it ends."""
    ending = tried.ending.value if tried.ending is not None else "no run"
    said = tried.candidate.subject or (tried.reason if tried.ending is None else "")
    return f"{tried.candidate.short:<12}  {ending:<8}  {said}".rstrip()


def finding_fields(finding: Finding) -> Fields:
    """A search as JSON."""
    return {
        "over": finding.over.value,
        "found": finding.fails is not None,
        "holds_up_to": _tried_fields(finding.holds),
        "fails_from": _tried_fields(finding.fails),
        "between": [_tried_fields(tried) for tried in finding.between],
        "tried": [_tried_fields(tried) for tried in finding.tried],
        "reason": finding.reason or None,
    }


def _tried_fields(tried: Tried | None) -> Fields | None:
    if tried is None:
        return None
    return {
        "name": tried.candidate.name,
        "subject": tried.candidate.subject or None,
        "outcome": tried.ending.value if tried.ending is not None else None,
        "message": tried.message,
    }


def _when(outcome: Outcome, subjects: dict[str, str]) -> str:
    said = f"{outcome.at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    if outcome.commit is None:
        return said
    subject = subjects.get(outcome.commit, "")
    return f"{said}, {outcome.commit[:10]}" + (f" ({subject})" if subject else "")


def _row(label: str, words: str, paper: Paper, *, bold: bool = False) -> list[str]:
    first = f"{label:<{_INDENT - 2}}  "
    lines = paper.wrap(words, _INDENT, first=first) if paper.terminal else [first + words]
    return [paper.paint(line, bold=True) for line in lines] if bold else lines


def _verb(fails: Tried) -> str:
    return "fails" if fails.ending is Ending.FAILED else "breaks"


def _name(tried: Tried) -> str:
    subject = f" ({tried.candidate.subject})" if tried.candidate.subject else ""
    return tried.candidate.short + subject


def _few(words: Iterable[str]) -> list[str]:
    every = list(words)
    more = len(every) - _MOST_LISTED
    return every if more <= 0 else [*every[:_MOST_LISTED], f"and {more} more"]
