"""What happened when evidence ran: an outcome, and its one line in the ledger."""

from __future__ import annotations

import enum
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

# 1: the first.
LEDGER_FORMAT = 1


class Ending(enum.StrEnum):
    """How one execution ended; what that means for a claim is a verdict."""

    PASSED = "passed"
    FAILED = "failed"
    ERRORED = "errored"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Fingerprints:
    """What an outcome is about: hex digests of the claim's text, its evidence, inputs and requirements."""

    text: str
    evidence: str
    inputs: str
    requirements: str


@dataclass(frozen=True, slots=True)
class Measure:
    """A number that evidence took, with the bounds it claimed for it."""

    name: str
    value: float
    at_most: float | None = None
    at_least: float | None = None
    unit: str = ""

    @property
    def holds(self) -> bool:
        """Whether the value lies within its bounds."""
        return (self.at_most is None or self.value <= self.at_most) and (
            self.at_least is None or self.value >= self.at_least
        )

    def __str__(self) -> str:
        unit = f" {self.unit}" if self.unit else ""
        bounds = [
            f"{word} {bound:.6g}"
            for word, bound in (("at most", self.at_most), ("at least", self.at_least))
            if bound is not None
        ]
        return f"{self.name} = {self.value:.6g}{unit}" + (f" ({', '.join(bounds)})" if bounds else "")


@dataclass(frozen=True, slots=True)
class Environment:
    """Where evidence ran: the interpreter, the platform, and each package as it was resolved."""

    python: str
    platform: str
    packages: tuple[tuple[str, str], ...] = ()  # (name, version), sorted by name


@dataclass(frozen=True, slots=True)
class Outcome:
    """One line of the ledger: how one execution of a claim's evidence ended, and under what."""

    run: str  # all outcomes of one `verify` share it
    claim: str  # the claim's id
    fingerprints: Fingerprints
    ending: Ending
    at: datetime  # UTC, when the execution ended
    order: int = 0  # sorts outcomes; set by the ledger, never decreasing even if a clock runs backwards
    seconds: float = 0.0
    tries: tuple[Ending, ...] = ()  # every execution of this run, the last one is `ending`
    sandbox: str = "off"
    commit: str | None = None
    edited: bool = False  # the working tree had changes that the commit has not
    environment: Environment | None = None
    message: str = ""  # the assertion, the skip's reason, or the error, in one or a few lines
    place: str = ""  # path:line where it was raised
    measures: tuple[Measure, ...] = ()
    tail: str = ""  # the last lines of output, secrets masked
    observed: tuple[str, ...] = ()  # paths in the repository that it read, beside those it declares
    unobserved: bool = False  # its reads could not be trusted and nothing was declared

    @property
    def is_real(self) -> bool:
        """Whether it says anything of the claim: a skip does not."""
        return self.ending is not Ending.SKIPPED


def to_line(outcome: Outcome, environment_id: str | None) -> str:
    """The outcome as one JSON line; its environment is named by id, for it is stored once."""
    fields: dict[str, object] = {
        "format": LEDGER_FORMAT,
        "kind": "outcome",
        "run": outcome.run,
        "claim": outcome.claim,
        "fingerprints": {
            "text": outcome.fingerprints.text,
            "evidence": outcome.fingerprints.evidence,
            "inputs": outcome.fingerprints.inputs,
            "requirements": outcome.fingerprints.requirements,
        },
        "outcome": outcome.ending.value,
        "at": outcome.at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z"),
        "order": outcome.order,
        "seconds": round(outcome.seconds, 3),
        "tries": [ending.value for ending in outcome.tries],
        "sandbox": outcome.sandbox,
        "commit": outcome.commit,
        "edited": outcome.edited,
        "environment": environment_id,
        "message": outcome.message,
        "place": outcome.place,
        "measures": [measure_fields(measure) for measure in outcome.measures],
        "tail": outcome.tail,
        "observed": list(outcome.observed),
        "unobserved": outcome.unobserved,
    }
    return json.dumps(fields, sort_keys=True, ensure_ascii=True, separators=(",", ":"))


def measure_fields(measure: Measure) -> dict[str, object]:
    """A measure as every JSON document of adrtool spells it."""
    return {
        "name": measure.name,
        "value": measure.value,
        "at_most": measure.at_most,
        "at_least": measure.at_least,
        "unit": measure.unit,
    }


def from_fields(fields: Mapping[str, object], environments: Mapping[str, Environment]) -> Outcome:
    """The outcome that one parsed ledger line holds; raises KeyError, TypeError or ValueError where it is damaged."""
    prints = _mapping(fields["fingerprints"])
    environment_id = fields.get("environment")
    return Outcome(
        run=str(fields["run"]),
        claim=str(fields["claim"]),
        fingerprints=Fingerprints(
            str(prints["text"]), str(prints["evidence"]), str(prints["inputs"]), str(prints["requirements"])
        ),
        ending=Ending(str(fields["outcome"])),
        at=datetime.fromisoformat(str(fields["at"])).astimezone(UTC),
        order=_int(fields.get("order", 0)),
        seconds=_float(fields.get("seconds", 0.0)),
        tries=tuple(Ending(str(item)) for item in _list(fields.get("tries", []))),
        sandbox=str(fields.get("sandbox", "off")),
        commit=None if fields.get("commit") is None else str(fields["commit"]),
        edited=bool(fields.get("edited", False)),
        environment=environments.get(str(environment_id)) if environment_id else None,
        message=str(fields.get("message", "")),
        place=str(fields.get("place", "")),
        measures=tuple(measure_from(item) for item in _list(fields.get("measures", []))),
        tail=str(fields.get("tail", "")),
        observed=tuple(str(item) for item in _list(fields.get("observed", []))),
        unobserved=bool(fields.get("unobserved", False)),
    )


def measure_from(value: object) -> Measure:
    """A measure from its JSON fields; raises KeyError, TypeError or ValueError where they are no measure."""
    fields = _mapping(value)
    bounds = {key: None if fields.get(key) is None else _float(fields[key]) for key in ("at_most", "at_least")}
    name = fields["name"]
    if not isinstance(name, str) or not name:
        raise ValueError("a measure needs a name")
    return Measure(name, _float(fields["value"]), bounds["at_most"], bounds["at_least"], str(fields.get("unit", "")))


def _mapping(value: object) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise TypeError(f"{value!r} is not an object")
    return value


def _list(value: object) -> list[object]:
    if not isinstance(value, list):
        raise TypeError(f"{value!r} is not a list")
    return value


def _int(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"{value!r} is not a whole number")
    return value


def _float(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"{value!r} is not a number")
    try:
        number = float(value)
    except OverflowError:  # a whole number may be larger than any of these
        number = math.inf
    if not math.isfinite(number):
        raise ValueError(f"{number!r} is not a finite number")
    return number
