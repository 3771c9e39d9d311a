"""The folder of records that `adr` works in, and the records by the names that people give them."""

from __future__ import annotations

import os
import re
from typing import NamedTuple

from adrtool.adr.text import title_of

DEFAULT = "doc/adr"
_SETTING = ".adr-dir"
_FILE = re.compile(r"([0-9]+)(-.*)\.md")
_NUMBERED = re.compile(r"0*([0-9]+)(-.+)?")


class AdrError(Exception):
    """What stops a command: its message, the exit code, and whether adr-tools says it on standard output."""

    def __init__(self, message: str, *, code: int = 1, on_stdout: bool = False) -> None:
        super().__init__(message)
        self.code = code
        self.on_stdout = on_stdout


class Entry(NamedTuple):
    """A record: its path as it is printed, its number and what is behind that in the file's name."""

    path: str
    number: int
    rest: str

    @property
    def name(self) -> str:
        """The name of the file."""
        return os.path.basename(self.path)

    def read(self) -> str:
        """The record's text, any bytes of it kept."""
        return read(self.path)

    def title(self) -> str:
        """The record's heading, with the number in it."""
        return title_of(self.read())


def folder() -> str:
    """The folder of records, from the current folder: what the nearest `.adr-dir` names, or the nearest `doc/adr`."""
    up, here = "", os.path.realpath(".")
    while True:
        if os.path.isfile(up + _SETTING):
            named = read(up + _SETTING).split("\n", 1)[0].strip()
            if not named:
                raise AdrError(f"{up}{_SETTING}: names no folder")
            return os.path.join(up, named.rstrip("/") or "/")
        if os.path.isdir(up + DEFAULT):
            return up + DEFAULT
        if here == os.path.dirname(here):
            return DEFAULT
        up, here = f"{up}../", os.path.dirname(here)


def entries(place: str) -> list[Entry]:
    """The records in the folder `place`, by name."""
    try:
        names = sorted(os.listdir(place))
    except OSError:
        raise AdrError(f"The {place} directory does not exist", on_stdout=True) from None
    found = ((name, _FILE.fullmatch(name)) for name in names)
    return [Entry(f"{place}/{name}", int(match[1]), match[2]) for name, match in found if match]


def next_number(place: str) -> int:
    """One more than the highest number that a file in `place` begins with."""
    names = os.listdir(place) if os.path.isdir(place) else []
    return max((int(match[0]) for name in names if (match := re.match("[0-9]+", name))), default=0) + 1


def find(place: str, reference: str) -> Entry:
    """The one record that `reference` names: a number, a path, or a part of a file's name."""
    records = entries(place)
    wanted = os.path.basename(reference)
    name = wanted.removesuffix(".md")
    match = _NUMBERED.fullmatch(name)
    if match is not None:
        rest = match[2] or ""
        found = [each for each in records if each.number == int(match[1]) and each.rest.startswith(rest)]
    else:
        found = [each for each in records if name and name in each.name]
    exact = [each for each in found if wanted == each.name or each.rest == f"-{name}"]
    match exact or found:
        case [entry]:
            return entry
        case []:
            raise AdrError(f"{reference!r} names no record in {place}")
        case several:
            raise AdrError(f"{reference!r} names more than one record: {', '.join(each.path for each in several)}")


def read(path: str) -> str:
    """The text of a file, any bytes of it kept; raises AdrError."""
    try:
        with open(path, encoding="utf-8", errors="surrogateescape", newline="") as file:
            return file.read()
    except OSError as error:
        raise AdrError(f"{path}: {error.strerror}") from None
