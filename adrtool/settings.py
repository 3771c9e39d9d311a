"""`[tool.adrtool]`, or `adrtool.toml`, as a frozen value."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from adrtool.errors import ReadError
from adrtool.limits import DEFAULT, Limits

FILES = ("adrtool.toml", "pyproject.toml")
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}


@dataclass(frozen=True, slots=True)
class Settings:
    """What a repository says of its records; every default is the first useful answer."""

    records: tuple[str, ...] = ()  # record folders, from the root; none: found where people keep them
    evidence: tuple[str, ...] = ("evidence",)  # beside the records, or from the root
    revalidate: timedelta | None = timedelta(days=90)
    revisit_unsupported: timedelta | None = timedelta(days=365)
    exclude_tags: tuple[str, ...] = ("heavy",)
    jobs: int = 0  # 0: as many as there are cores
    disable: tuple[str, ...] = ()  # rules that `lint` leaves out
    sandbox: str = "auto"  # or "require", or "off"
    limits: Limits = DEFAULT
    source: str = ""  # the file that the settings come from


def find_settings(root: Path) -> Settings:
    """The settings of the repository at `root`; defaults where there are none.

    Raises ReadError (path:line, mend) where the file cannot be read or says what nobody knows.
    """
    for name in FILES:
        path = root / name
        if path.is_file():
            table, text = _table(path, name)
            if table is not None:
                return _settings(table, name, text)
    return Settings()


def duration(text: object) -> timedelta:
    """`90s`, `5m`, `2h`, `30d`, `2w`, or a number of seconds; raises ValueError for anything else.

    >>> duration("1h").total_seconds()
    3600.0
    """
    seconds = 0.0
    if isinstance(text, int | float) and not isinstance(text, bool):
        seconds = text
    elif isinstance(text, str) and (match := re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([smhdw])\s*", text)):
        seconds = float(match[1]) * _UNITS[match[2]]
    if not 0 < seconds <= timedelta.max.total_seconds():
        raise ValueError(f"{text!r} is no duration; write 90s, 5m, 2h or 30d")
    return timedelta(seconds=seconds)


def _table(path: Path, name: str) -> tuple[Mapping[str, object] | None, str]:
    import tomllib

    try:
        data = path.read_bytes()
        text = data.decode("utf-8-sig")
        document = tomllib.loads(text)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ReadError("not UTF-8; save it as UTF-8", path=name, line=line) from error
    except tomllib.TOMLDecodeError as error:
        where = re.search(r"line (\d+)", str(error))
        raise ReadError(f"not TOML: {error}", path=name, line=int(where[1]) if where else 1) from error
    except OSError as error:
        raise ReadError(f"cannot be read: {error.strerror}", path=name) from error
    if name == "adrtool.toml":
        tool = document.get("tool")
        nested = tool.get("adrtool") if isinstance(tool, Mapping) else None
        return (nested if isinstance(nested, Mapping) else document), text
    tool = document.get("tool", {})
    table = tool.get("adrtool") if isinstance(tool, Mapping) else None
    if table is not None and not isinstance(table, Mapping):
        raise ReadError("[tool.adrtool] must be a table", path=name)
    return table, text


def _settings(table: Mapping[str, object], name: str, text: str) -> Settings:
    values: dict[str, object] = {}
    for key, value in table.items():
        try:
            values[key.replace("-", "_")] = _value(key, value)
        except ValueError as error:
            raise ReadError(f"setting {key!r}: {error}", path=name, line=_line_of(text, key)) from error
    return Settings(**values, source=name)  # type: ignore[arg-type]


def _value(key: str, value: object) -> object:
    match key.replace("_", "-"):
        case "records" | "evidence" | "exclude-tags" | "disable":
            return _strings(value)
        case "revalidate" | "revisit-unsupported":
            return None if value is False else duration(value)
        case "jobs":
            if isinstance(value, bool) or not isinstance(value, int) or value < 1:
                raise ValueError("write a whole number from 1 up")
            return value
        case "sandbox":
            if value not in ("auto", "off", "require"):
                raise ValueError("write one of auto, off, require")
            return value
        case "limits":
            return DEFAULT.changed(value)
        case _:
            known = "records, evidence, revalidate, revisit-unsupported, exclude-tags, jobs, disable, sandbox, limits"
            raise ValueError(f"unknown; known are {known}")


def _strings(value: object) -> tuple[str, ...]:
    items = [value] if isinstance(value, str) else value
    if isinstance(items, list) and all(isinstance(item, str) and item.strip() for item in items):
        return tuple(items)
    raise ValueError("write a string, or a list of strings")


def _line_of(text: str, key: str) -> int:
    """The line of a key in our own table; 1 where it cannot be found."""
    lines = text.split("\n")
    header = next((number for number, line in enumerate(lines) if re.match(r"\s*\[tool\.adrtool\]", line)), 0)
    own = re.compile(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=")
    return next((number for number, line in enumerate(lines[header:], header + 1) if own.match(line)), 1)
