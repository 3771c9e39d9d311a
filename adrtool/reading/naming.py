"""What a file's name says of a record: its number, its day, its slug."""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath

RECORD_SUFFIXES = (".md", ".markdown", ".mdown", ".rst", ".adoc", ".asciidoc", ".asc")
# A folder that is one record keeps it in a file of such a name.
FOLDER_STEMS = ("readme", "index", "adr", "decision", "record")

_DAY = re.compile(r"(?P<y>(?:19|20)\d\d)(?P<sep>[-_.]?)(?P<m>\d\d)(?P=sep)(?P<d>\d\d)(?:[-_. ]+|(?=T\d)|$)")
# `2024-06-slug` is a month; `2024-001-slug` is the first record of a year.
_MONTH = re.compile(r"(?:19|20)\d\d[-_.](?:0[1-9]|1[0-2])[-_. ]+(?=\D)")
_YEARLY = re.compile(r"(?P<prefix>(?:19|20)\d\d)[-_.](?P<number>\d{3,4})(?:[-_. ]+|$)")
_LEADING = re.compile(r"(?!(?:19|20)\d\d(?:\D|$))(?P<number>\d{1,6})(?:[-_. )]+|$)")
_KNOWN = r"(?:adrs?|madr|dr|edr|tdr|pdr|ddr|rfc|dec|decision(?:[-_ ]?record)?|architecture[-_ ]decision[-_ ]record)"
_END = r"(?:[-_. :]+|(?-i:(?=[A-Z]))|$)"
_PREFIXED = re.compile(
    rf"(?P<prefix>(?:[A-Za-z][A-Za-z0-9]*[-_ ])*?{_KNOWN}(?:[-_](?:19|20)\d\d(?=[-_]\d{{2,4}}(?!\d)))?)"
    rf"[-_ #.]?(?P<number>\d{{1,6}}){_END}",
    re.IGNORECASE,
)
_SUBJECT = re.compile(  # ODH-ADR-Dashboard-0001-slug
    rf"(?P<prefix>(?:[A-Za-z][A-Za-z0-9]*[-_])*?{_KNOWN}(?:[-_][A-Za-z]+){{1,2}})[-_](?P<number>0\d{{1,5}}){_END}",
    re.IGNORECASE,
)
_SCOPED = re.compile(
    r"(?P<prefix>[A-Z][A-Z0-9]{1,9}(?:[-_][A-Z][A-Z0-9]{1,9})*[-_](?=\d{2})|[A-Z]{1,8}(?=0\d\d))"
    r"(?P<number>\d{2,6})(?:[-_. ]+|$)"
)
_UNNUMBERED = re.compile(rf"(?P<prefix>{_KNOWN})[-_ ]?(?:[xn?]{{1,4}})(?:[-_. ]+|$)", re.IGNORECASE)
_KNOWN_START = re.compile(rf"{_KNOWN}[-_ ]", re.IGNORECASE)


class Shape(enum.Enum):
    """The pattern that a record's file name follows."""

    NUMBER = "0001-slug"
    PREFIX = "adr-0001-slug"
    SCOPE = "API-001-slug"
    DAY = "2026-11-22-slug"
    SLUG = "slug"


@dataclass(frozen=True, slots=True)
class Name:
    """A record's name taken apart; `spelt` is the number as written, `prefix` what stands before it."""

    shape: Shape
    slug: str
    spelt: str = ""
    prefix: str = ""
    day: date | None = None

    @property
    def number(self) -> int | None:
        """The number, when the name has one."""
        return int(self.spelt) if self.spelt else None

    @property
    def words(self) -> str:
        """The slug as words, for a record that has no title."""
        return " ".join(re.split(r"[-_\s]+", self.slug.removesuffix(".adr"))).strip()


def name_of(path: str) -> Name:
    """Take the name of the record at `path` apart; a record that is a folder is named by the folder."""
    return parse(record_stem(path))


def record_stem(path: str) -> str:
    """The file's name without its suffix, or the folder's for a record that is a folder of its own."""
    pure = PurePosixPath(path)
    stem = pure.name[: -len(suffix)] if (suffix := record_suffix(pure.name)) else pure.name
    parent = pure.parent.name
    if stem.lower() in FOLDER_STEMS and parent and parse(parent).shape is not Shape.SLUG:
        return parent
    return stem


def record_suffix(name: str) -> str:
    """The suffix of `name` if records have such, else nothing."""
    lowered = name.lower()
    return next((name[-len(suffix) :] for suffix in RECORD_SUFFIXES if lowered.endswith(suffix)), "")


def parse(stem: str) -> Name:
    """Take a file's stem apart. A day or a month at the front is no number, nor is a number inside the slug.

    >>> parse("ADR-012-use-x").number, parse("20260131-use-x").number, parse("use-http2").number
    (12, None, None)
    """
    known = _KNOWN_START.match(stem)
    for start in (0, known.end()) if known else (0,):
        if (match := _DAY.match(stem, start)) and (day := _as_day(match)) is not None:
            return Name(Shape.DAY, stem[match.end() :], day=day)
        if match := _MONTH.match(stem, start):
            return Name(Shape.DAY, stem[match.end() :])
    for shape, pattern in _NUMBERED:
        if match := pattern.match(stem):
            prefix = (match.groupdict().get("prefix") or "").rstrip("-_")
            return Name(shape, stem[match.end() :], match["number"], prefix)
    if match := _UNNUMBERED.match(stem):
        return Name(Shape.PREFIX, stem[match.end() :], prefix=match["prefix"])
    return Name(Shape.SLUG, stem)


_NUMBERED = (
    (Shape.NUMBER, _YEARLY),
    (Shape.NUMBER, _LEADING),
    (Shape.PREFIX, _PREFIXED),
    (Shape.PREFIX, _SUBJECT),
    (Shape.SCOPE, _SCOPED),
)


def _as_day(match: re.Match[str]) -> date | None:
    try:
        return date(int(match["y"]), int(match["m"]), int(match["d"]))
    except ValueError:
        return None
