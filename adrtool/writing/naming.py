"""What a new record's file is called: like its neighbours, with the next number."""

from __future__ import annotations

import datetime as dt
import posixpath
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

from adrtool.errors import UsageError
from adrtool.model import Record
from adrtool.reading.naming import Shape, name_of, parse, record_stem, record_suffix

_LONGEST = 100  # bytes of a slug
# Letters of the Latin alphabet that are no letter with an accent.
_LETTERS = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "þ": "th", "Æ": "AE", "Ø": "O"}
)


@dataclass(frozen=True, slots=True)
class Naming:
    """How the files of a folder are named, taken from one of them, the model."""

    directory: str  # from the root
    shape: Shape
    lead: str = ""  # what stands before the number
    width: int = 4  # digits; 0: as many as it takes
    parting: str = "-"  # between number or day and slug
    joint: str = "-"  # between the words of a slug
    suffix: str = ".md"
    own_folder: str = ""  # the file's name where each record is a folder of its own
    has_slug: bool = True
    day: str = "%Y%m%d"
    lower: bool = True

    @property
    def is_numbered(self) -> bool:
        """Whether the names hold numbers."""
        return self.shape in (Shape.NUMBER, Shape.PREFIX, Shape.SCOPE)

    def spell(self, number: int) -> str:
        """A number as the names spell it."""
        return f"{number:0{self.width}d}" if self.width else str(number)

    def path(self, number: int | None, title: str, day: dt.date, is_taken: Callable[[str], bool]) -> str:
        """The path of a new record that nothing else has; raises UsageError for a title without a letter."""
        words = slug(title, self.joint, lower=self.lower)
        match self.shape:
            case Shape.SLUG:
                stem = words
            case Shape.DAY:
                stem = f"{day.strftime(self.day)}{self.parting}{words}"
            case _:
                stem = f"{self.lead}{self.spell(number or 1)}" + (f"{self.parting}{words}" if self.has_slug else "")
        for attempt in range(1, 1000):
            name = stem if attempt == 1 else f"{stem}{self.joint}{attempt}"
            file = f"{name}/{self.own_folder}" if self.own_folder else name + self.suffix
            path = posixpath.normpath(posixpath.join(self.directory, file))
            if not is_taken(path):
                return path
        raise UsageError(f"{title!r}: a thousand records have this name; choose another title")


def slug(title: str, joint: str = "-", *, lower: bool = True) -> str:
    """`title` as a part of a file's name: its letters and digits, accents of Latin letters taken off.

    >>> slug("Use C++ & Rust: déjà vu?")
    'use-c-rust-deja-vu'
    """
    plain = "".join(
        base if (base := unicodedata.normalize("NFD", char)[0]).isascii() else char
        for char in unicodedata.normalize("NFC", title).translate(_LETTERS)
    )
    words = re.findall(r"[^\W_]+", plain.lower() if lower else plain)
    kept: list[str] = []
    for word in words:
        if kept and len(joint.join([*kept, word]).encode()) > _LONGEST:
            break
        kept.append(word.encode()[:_LONGEST].decode("utf-8", "ignore"))
    if not kept:
        raise UsageError(f"{title!r} has no letter to name a file after; write another title")
    return joint.join(kept)


def naming_of(model: Record, records: Sequence[Record]) -> Naming:
    """How `records` are named: as `model` is, numbers as wide as most of those that begin with a zero."""
    stem = record_stem(model.path)
    name = parse(stem)
    file = posixpath.basename(model.path)
    own = file if stem != (file[: -len(record_suffix(file))] if record_suffix(file) else file) else ""
    directory = posixpath.dirname(model.path)
    directory = (posixpath.dirname(directory) if own else directory) or "."
    slugs = [name_of(record.path).slug for record in records]
    counted = Counter(char for each in slugs for char in each if char in "-_ ")
    joint = counted.most_common(1)[0][0] if counted else "-"
    lower = not any(re.search(r"[A-Z]", each) for each in slugs[-5:])
    naming = Naming(
        directory, name.shape, suffix=record_suffix(file) or ".md", own_folder=own, joint=joint, lower=lower
    )
    before_slug = stem[: len(stem) - len(name.slug)]
    parting = re.search(r"\W*_*\W*$", before_slug)
    between = parting[0] if parting and parting[0] and name.slug else "-"
    match name.shape:
        case Shape.DAY:
            spelt = before_slug.rstrip("-_. ")
            form = "%Y%m%d" if spelt.isdecimal() else f"%Y{spelt[4]}%m{spelt[4]}%d"
            return replace(naming, parting=between, day=form)
        case Shape.SLUG:
            return naming
        case _ if name.spelt:
            lead = before_slug[: before_slug.rindex(name.spelt)]
            width = _width([other.spelt for record in records if (other := name_of(record.path)).spelt])
            return replace(naming, lead=lead, width=width, parting=between, has_slug=bool(name.slug))
        case _:
            return replace(naming, shape=Shape.NUMBER)


def next_number(records: Sequence[Record], elsewhere: Collection[int]) -> int:
    """One more than the highest number of `records` and of those that are `elsewhere`, on other branches."""
    return max((*(record.number for record in records if record.number is not None), *elsewhere), default=0) + 1


def _width(spelt: Sequence[str]) -> int:
    padded = Counter(len(number) for number in spelt if number.startswith("0") and len(number) > 1)
    return padded.most_common(1)[0][0] if padded else 0
