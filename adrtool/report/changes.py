"""Why a claim turned, and what a run changed: as lines to read, and as JSON."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from adrtool.flakiness import Flakiness
from adrtool.model import Claim
from adrtool.news import Change
from adrtool.report.documents import Fields, time_field
from adrtool.report.text import COLOURS, Paper
from adrtool.turning import Difference, Turn, What
from adrtool.verdict import Verdict

_SHORT = 10  # characters of a commit's name
_NAMED = 3  # packages in a headline
_LISTED = 8  # packages in an explanation
_FIRST_SEEN = {Verdict.STALE: "first seen failing", Verdict.BROKEN: "first seen breaking"}
_THINGS = {
    What.TEXT: "the claim's text",
    What.EVIDENCE: "the script",
    What.INPUTS: "its inputs",
    What.REQUIREMENTS: "its requirements",
}

# The packages that a claim's evidence asks for by name.
Declared = Callable[[Claim], Sequence[str]]


def headline(change: Change, declared: Sequence[str] = ()) -> str:
    """One line: `0001/a: holds -> stale, first seen failing at 1a2b3c4d5e with numpy 2.0.0`."""
    arrow = f"{change.claim.id}: {change.before.value} -> {change.after.value}"
    if change.judgement.newest is None:
        return arrow
    seen = _FIRST_SEEN.get(change.after, "seen")
    commit = change.first.commit
    where = f"at {commit[:_SHORT]}" if commit else "before the first commit"
    where += " with uncommitted changes" if commit and change.first.edited else ""
    packages = _worth_naming(change, [_plain(name) for name in declared])
    told = f" with {_listing(packages)}" if packages else ""
    return f"{arrow}, {seen} {where}{told}"


def change_lines(changes: Sequence[Change], declared: Declared, paper: Paper) -> Iterator[str]:
    """What a run changed, as the head of its report; claims that were new and hold are only counted."""
    if not changes:
        return
    yield paper.paint("Changed since the last run:", bold=True)
    new = [change for change in changes if (change.before, change.after) == (Verdict.UNVERIFIED, Verdict.HOLDS)]
    counted = new if len(new) > 1 else []
    for change in changes:
        if change not in counted:
            line = headline(change, declared(change.claim))
            for number, part in enumerate(paper.fold(line, 2, 6)):
                yield paper.paint(part, COLOURS[change.after]) if number == 0 else part
            if change.turn is not None:
                yield from paper.wrap(f"differs: {explanation(change.turn)}", 6)
    if counted:
        yield f"  {len(counted)} claims: {Verdict.UNVERIFIED.value} -> {Verdict.HOLDS.value}"
    yield ""


def explanation(turn: Turn) -> str:
    """What differs between the two runs of a turn, in one sentence."""
    packages = [_package(difference) for difference in turn.packages]
    more = [f"{len(packages) - _LISTED} more packages"] if len(packages) > _LISTED else []
    rest = [_in_words(difference) for difference in turn.differences if difference.what is not What.PACKAGE]
    things = [*packages[:_LISTED], *more, *rest]
    return "; ".join(things) or "nothing that is recorded; the evidence is flaky, or the world outside changed"


def turn_line(turn: Turn) -> str:
    """A turn: between which two runs, and what differs."""
    what = "turned" if turn.worse else "recovered"
    between = f"{turn.last.at:%Y-%m-%d} ({turn.last.ending.value}) and {turn.first.at:%Y-%m-%d}"
    return f"{what} between {between} ({turn.first.ending.value}); differs: {explanation(turn)}"


def flakiness_line(flakiness: Flakiness) -> str:
    """How often evidence contradicted itself."""
    return f"flaky: said no in {flakiness.times} of {flakiness.runs} runs of the same content"


def flakiness_fields(flakiness: Flakiness | None) -> Fields | None:
    """How often evidence contradicted itself; None where it never did."""
    return None if flakiness is None else {"times": flakiness.times, "runs": flakiness.runs}


def change_fields(change: Change, declared: Sequence[str] = ()) -> Fields:
    """One change of a verdict."""
    claim, newest = change.claim, change.judgement.newest
    return {
        "claim": claim.id,
        "before": change.before.value,
        "after": change.after.value,
        "headline": headline(change, declared),
        "text": claim.text,
        "path": claim.path,
        "line": claim.line,
        "load_bearing": claim.load_bearing,
        "waived_until": claim.waiver.until.isoformat() if claim.waiver else None,
        "then": claim.then or None,
        "message": newest.message if newest else "",
        "commit": change.first.commit if newest else None,
        "turn": turn_fields(change.turn) if change.turn is not None else None,
    }


def turn_fields(turn: Turn) -> Fields:
    """A turn: the two runs, and what differs between them."""
    runs = {
        side: {
            "run": outcome.run,
            "outcome": outcome.ending.value,
            "at": time_field(outcome.at),
            "commit": outcome.commit,
        }
        for side, outcome in (("last", turn.last), ("first", turn.first))
    }
    rows = [
        {"what": found.what.value, "name": found.name or None, "before": found.before, "after": found.after}
        for found in turn.differences
    ]
    return {"worse": turn.worse, **runs, "differences": rows}


def _worth_naming(change: Change, declared: Sequence[str]) -> list[str]:
    """The packages that a headline names: those that differ, the ones asked for by name before others."""
    environment = change.first.environment
    if environment is None:
        return []
    now = dict(environment.packages)
    if change.turn is None:
        names = [name for name in declared if name in now]
    else:
        differ = [found.name for found in change.turn.packages if found.after is not None]
        names = [name for name in declared if name in differ] or differ
    return [f"{name} {now[name]}" for name in names]


def _listing(packages: Sequence[str]) -> str:
    more = len(packages) - _NAMED
    return ", ".join(packages[:_NAMED]) + (f" and {more} more" if more > 0 else "")


def _plain(dependency: str) -> str:
    """The normalised name in a dependency such as `Tensor_Flow[gpu]>=2`."""
    name = re.match(r"[A-Za-z0-9._-]+", dependency.strip())
    return re.sub(r"[-_.]+", "-", name[0]).lower() if name else ""


def _package(difference: Difference) -> str:
    match difference:
        case Difference(before=None):
            return f"{difference.name} {difference.after} (new)"
        case Difference(after=None):
            return f"{difference.name} {difference.before} (gone)"
        case _:
            return f"{difference.name} {difference.before} -> {difference.after}"


def _in_words(difference: Difference) -> str:
    match difference.what:
        case What.COMMITS:
            before, after = (name[:_SHORT] if name else "none" for name in (difference.before, difference.after))
            return f"commits {before}..{after}"
        case What.PYTHON:
            return f"Python {difference.before} -> {difference.after}"
        case What.PLATFORM | What.SANDBOX:
            return f"{difference.what.value} {difference.before} -> {difference.after}"
        case _:
            return _THINGS[difference.what]
