"""What a script asks for at its head, and what it asked for before. Pure."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterator, Mapping

from adrtool.errors import EvidenceError
from adrtool.evidence.block import read_block
from adrtool.evidence.options import TABLE
from adrtool.settings import duration

# Settings whose change lets evidence say less, or less often; told as weaker, the others as they are.
_LOOSER_WITH_MORE = ("needs", "tags", "retries", "revalidate", "timeout")


def compare(before: str, after: str, path: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """How the block asks less than it did, and what else changed in it, in a few words each."""
    old, new = _settings(before, path), _settings(after, path)
    weaker: list[str] = []
    notes: list[str] = []
    for key in dict.fromkeys((*old, *new)):
        if old.get(key) == new.get(key):
            continue
        words = f"`{key}` was {_spelt(old.get(key))}, and is {_spelt(new.get(key))}"
        (weaker if key in _LOOSER_WITH_MORE and _is_more(old.get(key), new.get(key)) else notes).append(words)
    return tuple(weaker), tuple(notes)


def _settings(text: str, path: str) -> dict[str, object]:
    try:
        block = read_block(text, path, python=path.endswith(".py"))
    except EvidenceError:
        return {}
    return dict(_flat(block.table)) if block is not None else {}


def _flat(table: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    for key, value in table.items():
        if key != "tool":
            yield key, value
    tool = table.get("tool")
    own = tool.get(TABLE.rpartition(".")[2]) if isinstance(tool, Mapping) else None
    if isinstance(own, Mapping):
        yield from ((str(key), value) for key, value in own.items())


def _is_more(old: object, new: object) -> bool:
    """Whether there are more needs, tags or tries, or a longer time; one that was not set had the default."""
    return old is None or _size(new) > _size(old)


def _size(value: object) -> float:
    match value:
        case None:
            return 0.0
        case list():
            return float(len(value))
        case bool():
            return math.inf  # `revalidate = false`: for ever
        case _:
            with contextlib.suppress(ValueError):
                return duration(value).total_seconds()
            return 0.0


def _spelt(value: object) -> str:
    match value:
        case None:
            return "not set"
        case list():
            return ", ".join(map(str, value)) or "empty"
        case bool():
            return str(value).lower()
        case _:
            return str(value)
