"""An upgrade of one piece of evidence: what it would install, and what its claims would come to. Pure."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from adrtool.evidence.lifting import allows, normal, parsed
from adrtool.evidence.script import Requirements
from adrtool.outcome import Ending, Measure
from adrtool.plan import Step
from adrtool.verdict import Judgement

if TYPE_CHECKING:
    from packaging.requirements import Requirement
    from packaging.specifiers import Specifier

Packages = tuple[tuple[str, str], ...]
# What keeps a newer release out; the other operators only keep older ones out.
_HOLDING_BACK = frozenset(("==", "===", "~=", "<", "<="))


class State(enum.StrEnum):
    """What became of looking at one piece of evidence."""

    RAN = "ran"
    NOTHING_NEWER = "nothing-newer"
    NOT_RESOLVED = "not-resolved"
    NO_PACKAGES = "no-packages"  # it asks for none, so no upgrade reaches it
    NOT_USED = "not-used"  # what was asked for is none of its packages
    UNREADABLE = "unreadable"


class Effect(enum.StrEnum):
    """What an upgrade would do to one claim."""

    WOULD_FAIL = "would fail"
    WOULD_BREAK = "would break"
    WOULD_MEND = "would hold"  # and does not now
    HOLDS = "holds"
    NO_BETTER = "no better"  # it does not hold now either
    UNKNOWN = "skipped"
    MOVED = "fails now"  # it held once, and no longer does, upgrade or not

    @property
    def turns(self) -> bool:
        """Whether it costs a claim."""
        return self in (Effect.WOULD_FAIL, Effect.WOULD_BREAK)


@dataclass(frozen=True, slots=True)
class Change:
    """A package as it was resolved and as it would be; None where it was or would be none."""

    name: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Drift:
    """A measure with the packages of now, and with those of the upgrade."""

    measure: Measure  # after
    before: float | None


@dataclass(frozen=True, slots=True)
class Prospect:
    """One claim after an upgrade."""

    judgement: Judgement
    effect: Effect


@dataclass(frozen=True, slots=True)
class Upgrade:
    """One piece of evidence, looked at."""

    step: Step
    state: State
    changes: tuple[Change, ...] = ()
    lifted: tuple[str, ...] = ()  # the packages whose pins kept out what it would get
    words: str = ""  # why it could not be tried
    prospects: tuple[Prospect, ...] = ()
    drifts: tuple[Drift, ...] = ()
    ending: Ending | None = None
    message: str = ""
    python: str = ""


def held_back(requirements: Requirements) -> tuple[str, ...]:
    """The packages, by normal names, that it names itself and keeps from newer releases."""
    named = {normal(each.name) for each in map(parsed, requirements.dependencies) if each.url is None}
    asked = map(parsed, (*requirements.dependencies, *requirements.constraints.splitlines()))
    return tuple(sorted({normal(each.name) for each in asked if normal(each.name) in named and _holds_back(each)}))


def newest(requirements: Requirements, resolved: Mapping[str, str]) -> dict[str, str]:
    """For each package that is held back, a specifier that takes its newest release and nothing older than now.

    What is excluded by name (`!=`) stays excluded: somebody knew why.
    """
    return {name: at_least(name, resolved[name], requirements) for name in held_back(requirements) if name in resolved}


def at_least(name: str, version: str, requirements: Requirements) -> str:
    """A specifier for a release no older than `version`."""
    from packaging.version import Version

    asked = (each for each in map(parsed, requirements.dependencies) if normal(each.name) == name)
    excluded = {str(one) for each in asked for one in _specifiers(each) if one.operator == "!="}
    return ",".join((f">={Version(version).public}", *sorted(excluded)))


def changes(before: Iterable[tuple[str, str]], after: Iterable[tuple[str, str]]) -> tuple[Change, ...]:
    """What differs between two sets of resolved packages, by name."""
    old, new = dict(before), dict(after)
    names = sorted(name for name in old.keys() | new.keys() if old.get(name) != new.get(name))
    return tuple(Change(name, old.get(name), new.get(name)) for name in names)


def beyond(requirements: Requirements, after: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """The packages of which the pins forbid what would be installed."""
    return tuple(name for name, version in after if not allows(requirements, name, version))


def effect(judgement: Judgement, after: Ending, *, moved: bool = False) -> Effect:
    """What an upgrade does to a claim, given how its evidence ended; `moved` says that it fails without one, too."""
    now = judgement.newest.ending if judgement.newest is not None else None
    match after:
        case Ending.SKIPPED:
            return Effect.UNKNOWN
        case Ending.PASSED:
            return Effect.HOLDS if now in (Ending.PASSED, None) else Effect.WOULD_MEND
        case Ending.FAILED | Ending.ERRORED if now in (Ending.FAILED, Ending.ERRORED):
            return Effect.NO_BETTER
        case Ending.FAILED | Ending.ERRORED if moved:
            return Effect.MOVED
        case Ending.FAILED:
            return Effect.WOULD_FAIL
        case Ending.ERRORED:
            return Effect.WOULD_BREAK


def drifts(before: Iterable[Measure], after: Iterable[Measure]) -> tuple[Drift, ...]:
    """The measures of the upgrade, each beside what it is now."""
    old = {measure.name: measure.value for measure in before}
    return tuple(Drift(measure, old.get(measure.name)) for measure in after)


def _holds_back(asked: Requirement) -> bool:
    return any(each.operator in _HOLDING_BACK for each in _specifiers(asked))


def _specifiers(asked: Requirement) -> tuple[Specifier, ...]:
    return tuple(asked.specifier)
