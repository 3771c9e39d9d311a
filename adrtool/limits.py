"""How much of the machine one piece of evidence may take, as settings and scripts spell it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

FOUR_FIFTHS = -1  # of the machine's memory
SPELLINGS = '{ memory = "8GB", processes = 1000, file-size = "20GB" }, each one optional, false for no limit'
_UNITS = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40}


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that evidence and all it starts may take; None is no limit."""

    memory: int | None = FOUR_FIFTHS  # bytes
    processes: int | None = 1000
    file_size: int | None = 20 << 30  # bytes, of any one file

    def changed(self, table: object) -> Limits:
        """These limits, but for what `table` says; raises ValueError for what is no limit."""
        if not isinstance(table, Mapping) or not all(isinstance(key, str) for key in table):
            raise ValueError(f"write a table: {SPELLINGS}")
        values: dict[str, int | None] = {}
        for key, value in table.items():
            match key:
                case "memory" | "file-size":
                    values[key.replace("-", "_")] = _size(value)
                case "processes":
                    values[key] = _count(value)
                case _:
                    raise ValueError(f"unknown limit {key!r}; known are memory, processes, file-size")
        return replace(self, **values)


DEFAULT = Limits()


def _size(value: object) -> int | None:
    if value is False:
        return None
    match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([KMGT]?)(?:i?B)?\s*", value) if isinstance(value, str) else None
    if match is None or float(match[1]) == 0:
        raise ValueError(f'{value!r} is no size; write "500MB" or "8GB", or false for no limit')
    return int(float(match[1]) * _UNITS[match[2]])


def _count(value: object) -> int | None:
    if value is False:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ValueError(f"{value!r} is no number of processes; write one from 1 up, or false for no limit")
    return value


def in_words(size: int) -> str:
    """A number of bytes as one says it."""
    unit = next(unit for unit in ("T", "G", "M", "K", "") if size >= _UNITS[unit] or not unit)
    return f"{size / _UNITS[unit]:.3g} {unit}B"
