"""Which decisions govern a file: those that say so, and those that link to it."""

from __future__ import annotations

import contextlib
import enum
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from adrtool.model import Record
from adrtool.reading.claims import Setting
from adrtool.sheet import Sheet


class Bond(enum.StrEnum):
    """What ties a record to a file."""

    APPLIES_TO = "applies-to"
    EVIDENCE = "evidence"
    LINK = "link"


@dataclass(frozen=True, slots=True)
class Tie:
    """One reason why a record governs a file: a pattern, or a link on a line of the record."""

    record: Record
    bond: Bond
    target: str  # the pattern, or the path that is linked
    line: int | None = None


def ties(root: Path, records: Iterable[Record]) -> tuple[Tie, ...]:
    """Every tie of `records` to files of the repository at `root`."""
    return tuple(tie for record in records for tie in _ties(root, record))


def governing(path: str, among: Iterable[Tie]) -> tuple[Tie, ...]:
    """The ties that hold `path`, from the root: by pattern, by a link to it or to a folder above it."""
    return tuple(tie for tie in among if _holds(tie, path))


def matches(path: str, glob: str) -> bool:
    """Whether a pattern of files means `path`; a folder means all below it, a bare name any depth.

    >>> matches("src/a/b.py", "src/**/*.py"), matches("src/a/b.py", "src/"), matches("src/a/b.py", "lib/*.py")
    (True, True, False)
    """
    return _pattern(glob).match(path) is not None


def _ties(root: Path, record: Record) -> Iterator[Tie]:
    for glob in record.applies_to:
        yield Tie(record, Bond.APPLIES_TO, glob)
    cited = {(claim.line, claim.evidence.path) for claim in record.claims if claim.evidence is not None}
    for line, path in sorted(cited):
        yield Tie(record, Bond.EVIDENCE, path, line)
    sheet = Sheet.read(root, record.path)
    setting = Setting(record.path, record.id, ())
    for link in sheet.links() if sheet is not None else ():
        target = setting.resolve(link.href)
        if target is not None and target.path != "." and (link.line, target.path) not in cited:
            yield Tie(record, Bond.LINK, target.path, link.line)


def _holds(tie: Tie, path: str) -> bool:
    if tie.bond is Bond.APPLIES_TO:
        return matches(path, tie.target)
    return path == tie.target or path.startswith(f"{tie.target}/")


@lru_cache(maxsize=1024)
def _pattern(glob: str) -> re.Pattern[str]:
    plain = glob.removeprefix("./")
    anchored = "/" in plain.rstrip("/")
    parts = re.split(r"(\*\*/|\*\*|\*|\?|\[[^\]/]+\])", re.sub(r"(?:\*\*/)+", "**/", plain.strip("/")))
    words = "".join(_WILD.get(part, _class(part)) for part in parts)
    return re.compile(("" if anchored else r"(?:.*/)?") + words + r"(?:/.*)?\Z", re.DOTALL)


_WILD = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}


def _class(part: str) -> str:
    """A character class, or plain text as what is none, such as `[z-a]`."""
    if part.startswith("[") and part.endswith("]"):
        negated, inside = part[1] == "!" and len(part) > 3, part[1:-1]
        members = "".join(char if char == "-" else re.escape(char) for char in inside[negated:])
        words = f"[{'^' * negated}{re.sub('-{2,}', '-', members)}]"
        with contextlib.suppress(re.error):
            return re.compile(words).pattern
    return re.escape(part)
