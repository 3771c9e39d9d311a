"""One line of the ledger: what it holds, or why it cannot be read. Pure."""

from __future__ import annotations

import enum
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from adrtool.ledger.moves import Moved
from adrtool.outcome import LEDGER_FORMAT, Environment, Outcome, from_fields

# Orders are microseconds since 1970; one beyond this is damage, and would push every later one along with it.
ORDER_LIMIT = 1 << 62


class Kind(enum.StrEnum):
    """What a line is about; a kind outside this list was written by a newer adrtool."""

    OUTCOME = "outcome"
    ENVIRONMENT = "environment"
    AUDIT = "audit"
    MOVED = "moved"
    RUN = "run"


_KINDS = frozenset(kind.value for kind in Kind)


@dataclass(frozen=True, slots=True)
class Entry:
    """A line that this adrtool understands."""

    kind: Kind
    fields: Mapping[str, object]
    order: int
    outcome: Outcome | None  # of an outcome's line, its environment not yet looked up


@dataclass(frozen=True, slots=True)
class Newer:
    """A line with a higher format or an unknown kind: kept and skipped."""


@dataclass(frozen=True, slots=True)
class Damaged:
    """A line that nobody can read: kept and reported."""

    why: str


def split(content: bytes) -> list[bytes]:
    """The lines of a note; git puts blank ones between what it joins."""
    return [line for line in content.split(b"\n") if line.strip()]


def join(lines: Iterable[bytes]) -> bytes:
    """A note of these lines, as git's `cat_sort_uniq` would write it."""
    return b"".join(line + b"\n" for line in sorted(set(lines)))


def read(line: bytes) -> Entry | Newer | Damaged:
    """What one line holds."""
    try:
        fields = json.loads(line)
        version, kind = fields["format"], fields["kind"]
        if not isinstance(version, int) or isinstance(version, bool) or not isinstance(kind, str):
            return Damaged("its format or kind is none")
        if version > LEDGER_FORMAT or kind not in _KINDS:
            return Newer()
        return _entry(Kind(kind), fields)
    except KeyError as error:
        return Damaged(f"it lacks {error}")
    except (TypeError, ValueError, OverflowError, RecursionError) as error:
        return Damaged("it is no JSON" if isinstance(error, json.JSONDecodeError) else _one_line(error))


def _entry(kind: Kind, fields: Mapping[str, object]) -> Entry:
    order = fields.get("order", 0)
    if isinstance(order, bool) or not isinstance(order, int) or not 0 <= order < ORDER_LIMIT:
        raise ValueError("its order is no time")
    if kind is Kind.ENVIRONMENT:
        environment_from(fields)
    if kind is Kind.MOVED:
        Moved.of(fields)
    outcome = from_fields(fields, {}) if kind is Kind.OUTCOME else None
    if outcome is not None:
        # Half of a surrogate pair passes JSON, but no database and no terminal takes it.
        prints = outcome.fingerprints
        for text in (outcome.claim, prints.text, prints.evidence, prints.inputs, prints.requirements):
            text.encode()
    return Entry(kind, fields, order, outcome)


def entry_line(kind: Kind, fields: Mapping[str, object]) -> bytes:
    """A line of any kind but an outcome's, which `outcome.to_line` spells."""
    return _json({**fields, "format": LEDGER_FORMAT, "kind": kind.value}).encode()


def environment_id(environment: Environment) -> str:
    """The name under which an environment is stored once."""
    return hashlib.sha256(_json(_environment_fields(environment)).encode()).hexdigest()[:20]


def environment_line(environment: Environment) -> bytes:
    """The one line that stores an environment."""
    return entry_line(Kind.ENVIRONMENT, {**_environment_fields(environment), "id": environment_id(environment)})


def environment_from(fields: Mapping[str, object]) -> tuple[str, Environment]:
    """An environment and its id; raises KeyError, TypeError or ValueError where the line is damaged."""
    packages = fields["packages"]
    if not isinstance(packages, Mapping):
        raise TypeError("its packages are no object")
    environment = Environment(
        python=str(fields["python"]),
        platform=str(fields["platform"]),
        packages=tuple(sorted((str(name), str(version)) for name, version in packages.items())),
    )
    if fields["id"] != environment_id(environment):
        raise ValueError("its id does not fit its content")
    return environment_id(environment), environment


def _environment_fields(environment: Environment) -> dict[str, object]:
    return {
        "python": environment.python,
        "platform": environment.platform,
        "packages": dict(environment.packages),
    }


def _json(fields: Mapping[str, object]) -> str:
    return json.dumps(fields, sort_keys=True, ensure_ascii=True, separators=(",", ":"))


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:120] or type(error).__name__
