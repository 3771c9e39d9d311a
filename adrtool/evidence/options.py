"""`[tool.adrtool]` in a script's block: what each key may say."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable
from typing import Any

from adrtool.evidence.block import Block
from adrtool.evidence.needs import Need
from adrtool.limits import DEFAULT
from adrtool.settings import duration

TABLE = "tool.adrtool"
MOST_RETRIES = 100


def read_options(block: Block) -> dict[str, Any]:
    """The options that a block gives, by key, as the values that `Script` holds.

    Raises EvidenceError, with its line, for an unknown key or a value that the key cannot have.
    """
    tool = block.table.get("tool", {})
    table = tool.get("adrtool", {}) if isinstance(tool, dict) else None
    if not isinstance(tool, dict) or not isinstance(table, dict):
        raise block.error(f"[{TABLE}] must be a table", block.line_of("adrtool" if isinstance(tool, dict) else "tool"))
    read = {}
    for key, value in table.items():
        if key not in READERS:
            raise block.error(unknown(f"key in [{TABLE}]", key, READERS), block.line_of(key, table=TABLE))
        try:
            read[key] = READERS[key](value)
        except _EntryError as bad:
            raise block.error(f"{key}: {bad}", block.line_of(key, bad.entry, table=TABLE)) from None
        except ValueError as error:
            raise block.error(f"{key}: {error}", block.line_of(key, table=TABLE)) from None
    return read


def unknown(what: str, word: str, known: Iterable[str]) -> str:
    """One line on a word that nobody knows, with the nearest one that is known, and all of them."""
    names = sorted(known)
    near = difflib.get_close_matches(word, names, n=1)
    return f"unknown {what}: {word!r}{f', did you mean {near[0]!r}?' if near else ''} (known: {', '.join(names)})"


class _EntryError(ValueError):
    """One entry of a list is off; `entry` finds its line."""

    def __init__(self, entry: str, message: str) -> None:
        super().__init__(message)
        self.entry = entry


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(each, str) and each.strip() for each in value):
        raise ValueError('write a list of texts: ["...", "..."]')
    return tuple(value)


def _text_or_texts(value: object) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) and value.strip() else _texts(value)


def _needs(value: object) -> tuple[Need, ...]:
    needs = []
    for each in _texts(value):
        try:
            needs.append(Need.from_text(each))
        except ValueError as error:
            raise _EntryError(each, str(error)) from None
    return tuple(dict.fromkeys(needs))


def _tags(value: object) -> tuple[str, ...]:
    for tag in _texts(value):
        # They become pytest's markers, and stand in its `-m` expressions.
        if not re.fullmatch(r"[^\W\d][\w-]*", tag) or tag in ("and", "or", "not"):
            raise _EntryError(tag, f"{tag!r} is no tag; use letters, digits, - and _")
    return tuple(dict.fromkeys(_texts(value)))


def _yes_or_no(value: object) -> bool:
    if value is not True and value is not False:
        raise ValueError("write true or false")
    return value


def _count(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST_RETRIES:
        raise ValueError(f"write a whole number from 0 to {MOST_RETRIES}")
    return value


def _limits(value: object) -> dict[str, object]:
    DEFAULT.changed(value)
    assert isinstance(value, dict)
    return value


def _command(value: object) -> tuple[str, ...]:
    import shlex

    words = shlex.split(value) if isinstance(value, str) else []
    if not words:
        raise ValueError('write a command: "./script.sh --wrong", its path from this script or from /')
    return tuple(words)


READERS: dict[str, Callable[[object], Any]] = {
    "timeout": lambda value: duration(value).total_seconds(),
    "revalidate": duration,
    "needs": _needs,
    "inputs": _texts,
    "tags": _tags,
    "exclusive": _yes_or_no,
    "retries": _count,
    "constraints": _text_or_texts,
    "network": _yes_or_no,
    "limits": _limits,
    "control": _command,
}
