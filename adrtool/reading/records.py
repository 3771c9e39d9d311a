"""Files in, records out: each file read on its own, then their links resolved to one another."""

from __future__ import annotations

import posixpath
import re
import stat
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from adrtool.model import Claim, Link, Problem, Record, Relation, Severity, Status
from adrtool.reading import markdown
from adrtool.reading.folder import record_files
from adrtool.reading.formats import format_of, read_text
from adrtool.reading.head import SIZE_LIMIT, Head, decode, head_of
from adrtool.reading.naming import Name, Shape, name_of, record_stem, record_suffix
from adrtool.reading.relations import Stated
from adrtool.reading.vocabulary import fold

ClaimsOf = Callable[[markdown.Document, str, str, str], tuple[tuple[Claim, ...], tuple[Problem, ...]]]


@dataclass(frozen=True, slots=True)
class Reading:
    """One file as read on its own: nothing here depends on any other file."""

    path: str
    folder: str
    id: str
    name: Name
    head: Head
    claims: tuple[Claim, ...] = ()
    problems: tuple[Problem, ...] = ()
    readable: bool = True


def read_records(
    root: Path, folders: tuple[str, ...], claims_of: ClaimsOf
) -> tuple[tuple[Record, ...], tuple[Problem, ...]]:
    """Every record of `folders` (from `root`), ordered by folder and number, and all that is wrong with them.

    A file that lies in two of the folders belongs to the inner one.
    """
    outer_first = sorted(folders, key=lambda folder: 0 if folder == "." else folder.count("/") + 1)
    homes = {path: folder for folder in outer_first for path in record_files(root, folder)}
    return resolve(read_file(root, path, folder, claims_of) for path, folder in homes.items())


def read_file(root: Path, path: str, folder: str, claims_of: ClaimsOf) -> Reading:
    """Read one record from disk; a file that cannot be read gives a reading that says why."""
    shown = path.encode("utf-8", "backslashreplace").decode()
    if shown != path:
        return _unreadable(shown, folder, "bad-file-name", "the file's name is not UTF-8; rename it")
    file = root / path
    try:
        if file.is_symlink() and not file.resolve().is_relative_to(root.resolve()):
            message = "a link out of the repository is not followed; put the record itself here"
            return _unreadable(path, folder, "outside-repository", message)
        mode = file.stat().st_mode
        if stat.S_ISDIR(mode):
            return _unreadable(path, folder, "is-a-directory", "a folder, not a file; rename it")
        if not stat.S_ISREG(mode):
            return _unreadable(path, folder, "unreadable", "neither a file nor a link to one; take it away")
        with file.open("rb") as stream:
            data = stream.read(SIZE_LIMIT + 1)
    except (OSError, RuntimeError) as error:  # a link in a circle is a RuntimeError
        reason = error.strerror if isinstance(error, OSError) else "a link in a circle"
        return _unreadable(path, folder, "unreadable", f"cannot be read: {reason}")
    return read_one(data, path, folder, claims_of)


def read_one(data: bytes, path: str, folder: str, claims_of: ClaimsOf) -> Reading:
    """Read the record in `data`, the bytes of the file at `path` (from the root) in the record folder `folder`."""
    text = decode(data, path)
    if isinstance(text, Problem):
        return _unreadable(path, folder, text.rule, text.message, text.line)
    name, record_id = name_of(path), id_of(path)
    read = read_text(text, path)
    claims, found = claims_of(read.document, path, record_id, folder) if read.document is not None else ((), ())
    head = head_of(read.outline, name, path)
    damaged = tuple(Problem(path, line, format_of(path).value, message) for line, message in read.damage)
    return Reading(path, folder, record_id, name, head, claims, (*damaged, *head.problems, *found))


def id_of(path: str) -> str:
    """A record's id: its number as the file's name spells it, else its slug."""
    return name_of(path).spelt or record_stem(path)


def _unreadable(path: str, folder: str, rule: str, message: str, line: int = 1) -> Reading:
    name = name_of(path)
    head = Head(name.words, Status.UNKNOWN, "", name.day)
    problem = Problem(path, line, rule, message)
    return Reading(path, folder, id_of(path), name, head, (), (problem,), readable=False)


def resolve(readings: Iterable[Reading]) -> tuple[tuple[Record, ...], tuple[Problem, ...]]:
    """Records with their links resolved to paths of one another; what resolves to nothing is a problem."""
    ordered = sorted(readings, key=_order)
    shelf = _Shelf(ordered)
    problems = [problem for reading in ordered for problem in reading.problems]
    records = []
    for reading in ordered:
        links, missing = shelf.links(reading)
        problems += missing
        if reading.readable:
            records.append(_record(reading, links))
    problems += shelf.duplicates()
    return tuple(records), tuple(sorted(problems))


def _order(reading: Reading) -> tuple[str, str, bool, int, str]:
    number = reading.name.number
    return reading.folder, posixpath.dirname(reading.path), number is None, number or 0, reading.path


def _record(reading: Reading, links: tuple[Link, ...]) -> Record:
    head = reading.head
    return Record(
        id=reading.id,
        path=reading.path,
        title=head.title,
        number=reading.name.number,
        status=head.status,
        status_raw=head.status_raw,
        date=head.date,
        links=links,
        tags=head.tags,
        deciders=head.deciders,
        claims=reading.claims,
        revisit=head.revisit,
        applies_to=head.applies_to,
    )


_ADDRESS = re.compile(r"^[a-z][a-z0-9+.-]*:(?!//)|^//|^@|^#|\s", re.IGNORECASE)
_URL = re.compile(r"^[a-z][a-z0-9+.-]*://[^/]+/(?P<path>[^?#]*)", re.IGNORECASE)
_NUMBERED = re.compile(r"^(?P<prefix>[A-Za-z][A-Za-z -]*?)?[\s\-_#.:№]*(?P<number>\d{1,6})(?:[-_.:)\s].*)?$")
_ANY_RECORD = frozenset(
    ("", "adr", "adrs", "madr", "decision", "decisions", "decision record", "decision records", "record")
)


class _Shelf:
    """All readings, found by path, by name and by number."""

    def __init__(self, readings: Iterable[Reading]) -> None:
        self.readings = tuple(readings)
        self.by_path = {reading.path: reading for reading in self.readings}
        self.by_stem: Mapping[str, list[Reading]] = defaultdict(list)
        self.by_number: Mapping[int, list[Reading]] = defaultdict(list)
        for reading in self.readings:
            self.by_stem[_stem(reading.path).casefold()].append(reading)
            if reading.name.number is not None:
                self.by_number[reading.name.number].append(reading)

    def links(self, reading: Reading) -> tuple[tuple[Link, ...], list[Problem]]:
        links: dict[Link, None] = {}
        problems = []
        for relation in reading.head.relations:
            found = self._find(reading, relation)
            if isinstance(found, Reading):
                if found.path != reading.path:
                    links[Link(relation.relation, found.path)] = None
            elif found and relation.relation is not Relation.RELATES_TO:
                problems.append(Problem(reading.path, relation.line, *found, Severity.WARNING))
        return tuple(links), problems

    def _find(self, reading: Reading, stated: Stated) -> Reading | tuple[str, str] | None:
        """The record that is meant; else the rule and message of a problem; None for what is no record at all."""
        target = stated.target
        if not stated.label and stated.target and not re.search(r"[/.]", target):
            return self._by_words(reading, target)
        if match := _URL.match(target):
            return self._by_url(reading, match["path"], stated)
        if _ADDRESS.search(target) or not target:
            return self._by_words(reading, stated.label) if stated.label else None
        return self._by_href(reading, unquote(re.split(r"[?#]", target)[0]))

    def _by_href(self, reading: Reading, href: str) -> Reading | tuple[str, str] | None:
        base = "" if href.startswith("/") else posixpath.dirname(reading.path)
        path = posixpath.normpath(posixpath.join(base, href.lstrip("/")))
        candidates = [path, f"{path}/README.md", f"{path}/index.md"]
        stem = re.sub(r"\.(?:html?|md|markdown|rst|adoc|asciidoc)$", "", path)
        candidates += [f"{stem}{suffix}" for suffix in (".md", ".rst", ".adoc", ".markdown")]
        if (found := next((self.by_path[c] for c in candidates if c in self.by_path), None)) is not None:
            return found
        if (found := self._nearest(reading, self.by_stem.get(posixpath.basename(stem).casefold(), []))) is not None:
            return found
        if record_suffix(href) or "/" not in href:
            return "dangling-relation", f"no record at {href}; mend the link"
        return None

    def _by_url(self, reading: Reading, path: str, stated: Stated) -> Reading | tuple[str, str] | None:
        """A record by its address on a forge or site: the same file name, if it is one of ours."""
        stem = _stem(unquote(path).rstrip("/"))
        found = self._nearest(reading, self.by_stem.get(stem.casefold(), []))
        if found is None and record_suffix(path) and name_of(path).shape is not Shape.SLUG:
            return "dangling-relation", f"no record is named {posixpath.basename(path)}; mend the link"
        return found

    def _by_words(self, reading: Reading, words: str) -> Reading | tuple[str, str] | None:
        words = words.strip()
        if (found := self._nearest(reading, self.by_stem.get(_stem(words).casefold(), []))) is not None:
            return found
        match = _NUMBERED.match(words)
        if match is None:
            return None
        prefix = fold(match["prefix"] or "")
        candidates = self.by_number.get(int(match["number"]), [])
        scoped = [other for other in candidates if other.name.prefix and fold(other.name.prefix) == prefix]
        if prefix not in _ANY_RECORD and not scoped:
            return None  # `RFC 8620`, `JIRA-12`: no record of this repository
        found = self._nearest(reading, scoped or candidates)
        if found is not None:
            return found
        if any(c.folder == reading.folder for c in candidates):
            return "ambiguous-relation", f"several records are numbered {match['number']}; name the file"
        return "dangling-relation", f"no record is numbered {match['number']}; mend the reference"

    def _nearest(self, reading: Reading, candidates: Iterable[Reading]) -> Reading | None:
        """The one candidate in the same directory, else the one in the same record folder."""
        candidates = tuple(candidates)
        directory = posixpath.dirname(reading.path)
        beside = [c for c in candidates if posixpath.dirname(c.path) == directory and c is not reading]
        if beside:
            return beside[0] if len(beside) == 1 else None
        within = [c for c in candidates if c.folder == reading.folder and c is not reading]
        return within[0] if len(within) == 1 else None

    def duplicates(self) -> Iterable[Problem]:
        """Numbers that two records of one directory share."""
        taken: dict[tuple[str, str, int], Reading] = {}
        for reading in self.readings:
            if reading.name.number is None:
                continue
            key = posixpath.dirname(reading.path), reading.name.prefix.casefold(), reading.name.number
            first = taken.setdefault(key, reading)
            if first is not reading:
                message = f"number {reading.name.spelt} is taken by {first.path}; give one of them another"
                yield Problem(reading.path, 1, "duplicate-number", message, Severity.WARNING)


def _stem(path: str) -> str:
    name = posixpath.basename(path)
    return name[: -len(suffix)] if (suffix := record_suffix(name)) else re.sub(r"\.html?$", "", name)
