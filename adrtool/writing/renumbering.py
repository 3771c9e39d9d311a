"""Another number for a record: its file, its evidence, and every reference to it that is certain."""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from adrtool.errors import UsageError
from adrtool.model import Record
from adrtool.reading.naming import name_of, record_stem
from adrtool.writing.changes import Change
from adrtool.writing.filling import numbered
from adrtool.writing.page import Page
from adrtool.writing.source import Source, text_of

_LEAD = re.compile(r"(?:[\w.%+~@:-]*/)+$")
_REACH = 400  # characters before a name that can be the rest of its path
_MENTION = r"\b(?:ADRs?|MADR|decision record)[-\s_#]{{0,2}}0*{number}(?![\w-]|\.\d)"


@dataclass(frozen=True, slots=True)
class Renumbering:
    """What gets another name: the record, and the folder of its evidence; all paths from the root."""

    record: Record
    number: int
    renames: tuple[tuple[str, str], ...]  # of files and folders; each changes the last part of a path
    is_alone: bool = True  # no other record beside it has its number, so that a mere ADR-7 means this one

    def moved(self, path: str) -> str:
        """Where the file at `path` is afterwards."""
        for old, new in self.renames:
            if path == old or path.startswith(f"{old}/"):
                path = new + path[len(old) :]
        return path


def renumbering(record: Record, number: int, beside: Sequence[Record], evidence: Iterable[str]) -> Renumbering:
    """What it takes to give `record` that number; `beside` are the folder's records, `evidence` its evidence folders.

    Raises UsageError for a record that has no number, and for a number that is taken.
    """
    name = name_of(record.path)
    if not name.spelt:
        raise UsageError(f"{record.path}: its name holds no number to change")
    if number == record.number:
        raise UsageError(f"{record.path}: has number {number} already")
    same = [each for each in beside if name_of(each.path).prefix.casefold() == name.prefix.casefold()]
    if holder := next((each.path for each in same if each.number == number), None):
        raise UsageError(f"{number} is taken by {holder}; leave it out to take the next free number")
    spelt = respelt(name.spelt, number)
    stem = record_stem(record.path)
    at = stem.rindex(name.spelt, 0, len(stem) - len(name.slug))
    new_stem = stem[:at] + spelt + stem[at + len(name.spelt) :]
    folder, file = posixpath.split(record.path)
    is_folder = posixpath.basename(folder) == stem and not file.startswith(stem)
    old = folder if is_folder else record.path
    new = posixpath.join(posixpath.dirname(old), new_stem + posixpath.basename(old)[len(stem) :])
    is_alone = sum(each.number == record.number for each in same) == 1
    homes = [(f"{home}/{name.spelt}", f"{home}/{spelt}") for home in evidence] if is_alone else []
    return Renumbering(record, number, ((old, new), *homes), is_alone)


def changes(root: Path, plan: Renumbering, files: Sequence[str], mentioning: Iterable[str]) -> Iterator[Change]:
    """Every file that moves or names one that does; in `mentioning`, a mere number such as ADR-7 means the record."""
    references = _References(plan, Counter(posixpath.basename(path) for path in files))
    by_number = frozenset(mentioning)
    for path in dict.fromkeys(files):
        to = plan.moved(path)
        data = _content(root / path)
        if data is None:
            continue
        after = data
        if (source := text_of(data)) is not None:
            text = references.rewritten(source.text, path, by_number=path in by_number)
            source = Source(text, source.bom)
            if path == plan.record.path and plan.record.number is not None:
                source = numbered(Page(path, source), plan.record.number, plan.number, name_of(to).spelt).source
            after = source.data
        if after != data or to != path:
            yield Change(path, data, after, to if to != path else "")


def respelt(spelt: str, number: int) -> str:
    """`number` with as many digits as `spelt`, if that is filled up with zeros."""
    return f"{number:0{len(spelt)}d}" if spelt.startswith("0") else str(number)


class _References:
    """The ways to name what moves, found in a text and changed."""

    def __init__(self, plan: Renumbering, names: Counter[str]) -> None:
        self.plan = plan
        self.names = names
        record, _ = plan.renames[0]
        stem, new_stem = record_stem(plan.record.path), record_stem(plan.moved(plan.record.path))
        # `0007-use-x` without its suffix, as sites and other tools link to it.
        bare = (posixpath.join(posixpath.dirname(record), stem), posixpath.join(posixpath.dirname(record), new_stem))
        self.renames = tuple(dict.fromkeys((*plan.renames, bare)))
        self.distinct = stem != name_of(plan.record.path).spelt
        segments = sorted({posixpath.basename(old) for old, _ in self.renames}, key=len, reverse=True)
        self.names_of_it = re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, segments))})(?![\w-])")
        self.mention = re.compile(_MENTION.format(number=plan.record.number), re.IGNORECASE)
        label = rf"^(?P<before>\W*(?:(?:ADRs?|MADR)[-\s#]?)?)(?P<number>0*{plan.record.number})(?!\w)"
        self.numbered = re.compile(label, re.IGNORECASE)
        target = re.escape(posixpath.basename(record))
        self.link = re.compile(rf"\[(?P<text>[^\[\]\n]{{1,300}})\](?=\((?P<href>[^()\s]*{target}[^()\s]*)[)\s])")

    def rewritten(self, text: str, path: str, *, by_number: bool) -> str:
        """`text`, the content of `path`, with every certain reference changed."""
        text = self.link.sub(lambda match: self._link_text(match, path), text)
        text = self.names_of_it.sub(lambda match: self._renamed(match, text, path), text)
        if by_number and self.plan.is_alone:
            text = self.mention.sub(lambda match: self._renumbered(match[0]), text)
        return text

    def _renamed(self, match: re.Match[str], text: str, path: str) -> str:
        lead = _LEAD.search(text, max(match.start() - _REACH, 0), match.start())
        new = self._new_name(lead[0] if lead else "", match[0], path)
        return match[0] if new is None else new

    def _new_name(self, lead: str, name: str, path: str) -> str | None:
        """What the last part of the path `lead` + `name`, met in the file `path`, is called afterwards."""
        here = posixpath.dirname(path)
        for old, new in self.renames:
            if posixpath.basename(old) != name:
                continue
            places = (posixpath.join(here, lead, name), lead.lstrip("/") + name)
            exact = old in map(posixpath.normpath, places)
            behind = bool(lead) and "://" in lead and f"{lead}{name}".endswith(f"/{old}")
            if exact or behind or (self._is_distinct(old) and (not lead or "://" in lead)):
                return posixpath.basename(new)
        return None

    def _is_distinct(self, old: str) -> bool:
        """Whether the name alone says what is meant: no other file or folder is called so."""
        if old not in (self.plan.renames[0][0], self.renames[-1][0]) or not self.distinct:
            return False
        return self.names[posixpath.basename(self.plan.record.path)] <= 1 or "." not in posixpath.basename(old)

    def _link_text(self, match: re.Match[str], path: str) -> str:
        """`[7. Use X](0007-use-x.md)`: the number in the text of a link to the record."""
        lead, _, _ = match["href"].rpartition(posixpath.basename(self.plan.renames[0][0]))
        if self._new_name(lead, posixpath.basename(self.plan.renames[0][0]), path) is None:
            return match[0]
        number = self.plan.number
        said = self.numbered.sub(lambda found: found["before"] + respelt(found["number"], number), match["text"])
        return f"[{said}]"

    def _renumbered(self, mention: str) -> str:
        digits = re.search(r"\d+$", mention)
        assert digits is not None
        return mention[: digits.start()] + respelt(digits[0], self.plan.number)


def _content(path: Path) -> bytes | None:
    """The bytes of a file of the working tree; None for what is none, or a link."""
    try:
        if path.is_symlink() or not path.is_file():
            return None
        return path.read_bytes()
    except OSError:
        return None
