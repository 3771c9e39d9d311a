"""What an upgrade would cost, for a reader at a terminal and as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from adrtool.evidence.lifting import normal, parsed
from adrtool.outcome import measure_fields
from adrtool.outlook.upgrade import Change, Drift, Effect, Prospect, State, Upgrade
from adrtool.report.documents import Fields
from adrtool.report.text import Paper
from adrtool.verdict import Judgement

_WIDTH = 11  # of the column of effects
_INDENT = 2 + _WIDTH + 1
_MOST_LISTED = 6
_MOST_LINES = 4
_COLOURS = {
    Effect.WOULD_FAIL: "red",
    Effect.WOULD_BREAK: "magenta",
    Effect.MOVED: "red",
    Effect.WOULD_MEND: "green",
    Effect.HOLDS: "green",
    Effect.NO_BETTER: "yellow",
    Effect.UNKNOWN: "cyan",
}
_NOTES = {
    Effect.MOVED: "no matter of the upgrade: it fails with the packages of now, too; adrtool verify",
    Effect.NO_BETTER: "it does not hold now either",
}


def lines(upgrades: Sequence[Upgrade], paper: Paper, *, asked: bool = False) -> Iterator[str]:
    """Each upgrade that was tried with its claims, then the rest in counts, then the cost of all.

    `asked` says that somebody named the upgrade.
    """
    by_changes: dict[tuple[Change, ...], list[Upgrade]] = {}
    for upgrade in upgrades:
        if upgrade.state is State.RAN:
            by_changes.setdefault(upgrade.changes, []).append(upgrade)
    for changes, row in by_changes.items():
        named = {name for upgrade in row for name in _named(upgrade)}
        yield from paper.fold(heading(changes, named), 0, 2)
        yield from _prospects(row, paper)
    for upgrade in upgrades:
        if upgrade.state is State.NOT_RESOLVED:
            yield from paper.fold(f"{upgrade.step.piece.ref}: not to be had: {upgrade.words}", 0, 2)
        elif upgrade.state is State.UNREADABLE:
            yield from paper.fold(upgrade.words, 0, 2)
    for state, words in (
        (State.NOTHING_NEWER, "runs with that already" if asked else "no newer release that its pins exclude"),
        (State.NOT_USED, "does not use it"),
        (State.NO_PACKAGES, "asks for no packages"),
    ):
        if number := sum(upgrade.state is state for upgrade in upgrades):
            yield f"{words}: {number} {_plural('piece', number)} of evidence"
    yield cost(upgrades)


def heading(changes: Sequence[Change], named: Iterable[str]) -> str:
    """What an upgrade would install, the packages that the evidence names first."""
    names = set(named)
    ours = [_change(change) for change in changes if change.name in names]
    others = [_change(change) for change in changes if change.name not in names]
    more = len(others) - _MOST_LISTED
    said = others if more <= 0 else [*others[:_MOST_LISTED], f"{more} more"]
    if not ours:
        return ", ".join(said)
    return ", ".join(ours) + (f"; with it {', '.join(said)}" if said else "")


def cost(upgrades: Sequence[Upgrade]) -> str:
    """The one line that sums it up."""
    prospects = [prospect for upgrade in upgrades for prospect in upgrade.prospects]
    if not prospects:
        return "nothing to try"
    lost = sum(prospect.effect.turns for prospect in prospects)
    mended = sum(prospect.effect is Effect.WOULD_MEND for prospect in prospects)
    number = len(prospects)
    said = f"the upgrade would cost {lost or 'none'} of {number} {_plural('claim', number)}"
    return said + (f", and mend {mended}" if mended else "")


def left_out_lines(left_out: Iterable[tuple[Judgement, str]]) -> Iterator[str]:
    """What default tags left out, and the command that looks at it."""
    tags = [tag for _, tag in left_out]
    for tag in dict.fromkeys(tags):
        number = tags.count(tag)
        yield f"left out: {number} {_plural('claim', number)} tagged {tag}; to try: adrtool outlook --tag {tag}"


def upgrade_fields(upgrade: Upgrade) -> Fields:
    """One piece of evidence as JSON."""
    return {
        "evidence": str(upgrade.step.piece.ref),
        "state": upgrade.state.value,
        "words": upgrade.words or None,
        "packages": [
            {
                "name": change.name,
                "before": change.before,
                "after": change.after,
                "beyond_pins": change.name in upgrade.lifted,
            }
            for change in upgrade.changes
        ],
        "python": upgrade.python or None,
        "outcome": upgrade.ending.value if upgrade.ending is not None else None,
        "message": upgrade.message,
        "measures": [{**measure_fields(drift.measure), "before": drift.before} for drift in upgrade.drifts],
        "claims": [
            {
                "id": prospect.judgement.claim.id,
                "text": prospect.judgement.claim.text,
                "load_bearing": prospect.judgement.claim.load_bearing,
                "verdict": prospect.judgement.verdict.value,
                "effect": prospect.effect.value.replace(" ", "-"),
                "turns": prospect.effect.turns,
            }
            for prospect in upgrade.prospects
        ],
    }


def _named(upgrade: Upgrade) -> tuple[str, ...]:
    script = upgrade.step.piece.script
    asked = script.requirements.dependencies if script is not None and script.requirements is not None else ()
    return tuple(normal(parsed(each).name) for each in asked)


def _prospects(upgrades: Sequence[Upgrade], paper: Paper) -> Iterator[str]:
    """The claims of upgrades that install the same: those that turn first, and those that merely hold as a number."""
    rows = [(prospect, upgrade) for upgrade in upgrades for prospect in upgrade.prospects]
    rows.sort(key=lambda row: list(Effect).index(row[0].effect))
    quiet = 0
    for prospect, upgrade in rows:
        if prospect.effect is Effect.HOLDS and not upgrade.drifts:
            quiet += 1
        else:
            yield from _prospect(prospect, upgrade, paper)
    if quiet:
        word = paper.paint(f"{Effect.HOLDS.value:<{_WIDTH}}", _COLOURS[Effect.HOLDS])
        yield f"  {word} {quiet} {'more ' if quiet < len(rows) else ''}{_plural('claim', quiet)}"


def _prospect(prospect: Prospect, upgrade: Upgrade, paper: Paper) -> Iterator[str]:
    claim, effect = prospect.judgement.claim, prospect.effect
    word = paper.paint(f"{effect.value:<{_WIDTH}}", _COLOURS[effect], bold=effect.turns)
    yield from paper.wrap(claim.text + ("" if claim.load_bearing else " (supporting)"), _INDENT, first=f"  {word} ")
    yield " " * _INDENT + paper.paint(claim.id, dim=True)
    if effect is not Effect.HOLDS:
        for line in upgrade.message.splitlines()[:_MOST_LINES]:
            yield from paper.fold(line, _INDENT, _INDENT)
    if effect in _NOTES:
        yield from paper.fold(_NOTES[effect], _INDENT, _INDENT)
    for drift in upgrade.drifts:
        yield from paper.fold(_drift(drift), _INDENT, _INDENT)
    if effect.turns:
        for change in upgrade.changes:
            if change.before and change.after and change.name in _named(upgrade):
                versions = f"--from {change.before} --to {change.after}"
                command = f"adrtool bisect {claim.id} --package {change.name} {versions}"
                yield " " * _INDENT + paper.paint(command, dim=True)  # in one line, to be copied


def _drift(drift: Drift) -> str:
    if drift.before is None:
        return str(drift.measure)
    same = drift.before == drift.measure.value
    return f"{drift.measure}{', as now' if same else f', now {drift.before:.6g}'}"


def _change(change: Change) -> str:
    if change.before is None:
        return f"new {change.name} {change.after}"
    return f"{change.name} {change.before} -> {change.after or 'none'}"


def _plural(word: str, number: int) -> str:
    return word if number == 1 else f"{word}s"
