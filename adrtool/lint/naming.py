"""Rules on names, numbers, titles and dates."""

from __future__ import annotations

import difflib
import posixpath
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import pairwise

from adrtool.lint.survey import Finding, Survey
from adrtool.model import Record, Status
from adrtool.reading.naming import Name, Shape, name_of, record_stem, record_suffix
from adrtool.reading.vocabulary import fold
from adrtool.sheet import Sheet

_MOST = 3 / 4  # of a folder's records make its way of doing things
_FEW = 3  # records that have to agree before there is one
_STATUSES = tuple(status for status in Status if status not in (Status.OTHER, Status.UNKNOWN))
_GAPS = 10  # numbers that may miss in a small folder before they look like a scheme of its own


def empty_folders(survey: Survey) -> Iterator[Finding]:
    """Record folders without a record: what checks nothing must not be green."""
    for folder in survey.workspace.folders:
        below = "" if folder == "." else f"{folder}/"
        if not any(record.path.startswith(below) for record in survey.records):
            unread = any(problem.path.startswith(below) for problem in survey.workspace.problems)
            if not unread:
                yield Finding(
                    folder, 1, "no record in this folder; write the first with `adrtool new`, or name another"
                )


def number_gaps(survey: Survey) -> Iterator[Finding]:
    """Numbers that no record has, between others of one folder."""
    for records in _siblings(survey.records).values():
        by_number = {record.number: record for record in records if record.number is not None}
        numbers = sorted(by_number)
        missing = len(range(numbers[0], numbers[-1] + 1)) - len(numbers) if numbers else 0
        if missing > max(_GAPS, len(numbers) // 4):
            continue
        for before, after in pairwise(numbers):
            if after - before > 1:
                span = str(before + 1) if after - before == 2 else f"{before + 1} to {after - 1}"
                message = f"no record has number {span}; was one deleted? Records are superseded, not removed"
                yield Finding(by_number[after].path, 1, message)


def odd_names(survey: Survey) -> Iterator[Finding]:
    """Files named unlike the other records of their folder."""
    homes: dict[str, list[Record]] = defaultdict(list)
    for record in survey.records:
        homes[home(record.path)].append(record)
    for records in homes.values():
        names = {record.path: name_of(record.path) for record in records}
        usual = _usual(Counter(name.shape for name in names.values()))
        if usual is None:
            continue
        width = _usual_width(name for name in names.values() if name.shape is usual)
        example = next(path for path, name in names.items() if name.shape is usual)
        for path, name in names.items():
            if name.shape is not usual:
                way = f"such as {posixpath.basename(example)}"
                yield Finding(path, 1, f"named unlike the other records of its folder, {way}; rename it")
            elif width and len(name.spelt) != width and (len(name.spelt) < width or name.spelt.startswith("0")):
                message = f"number {name.spelt} has {len(name.spelt)} digits, those beside it {width}; rename it"
                yield Finding(path, 1, message)


def duplicate_titles(survey: Survey) -> Iterator[Finding]:
    """Two records of one folder under one title."""
    taken: dict[tuple[str, str], Record] = {}
    for record in survey.records:
        first = taken.setdefault((home(record.path), fold(record.title)), record)
        if first is not record and record.title:
            yield Finding(record.path, 1, f"has the title of {first.path}; give each its own")


def future_dates(survey: Survey) -> Iterator[Finding]:
    """Dates of decisions that nobody can have taken yet."""
    for record in survey.records:
        if record.date is not None and (record.date - survey.today).days > 1:
            yield Finding(record.path, 1, f"dated {record.date}, which is still to come; write the day of the decision")


def passed_revisits(survey: Survey) -> Iterator[Finding]:
    """Records that asked to be looked at again by a day that has passed."""
    for record in survey.records:
        over = record.status in (Status.REJECTED, Status.DEPRECATED, Status.SUPERSEDED)
        if record.revisit is not None and record.revisit < survey.today and not over:
            yield Finding(record.path, 1, f"was to be looked at again by {record.revisit}; do, and set a new day")


def home(path: str) -> str:
    """The directory in which a record has its siblings; a record that is a folder lies one further up."""
    directory = posixpath.dirname(path)
    name = posixpath.basename(path)
    stem = name[: -len(suffix)] if (suffix := record_suffix(name)) else name
    return directory if record_stem(path) == stem else posixpath.dirname(directory)


def usual_share(count: int, total: int) -> bool:
    """Whether what `count` of `total` records do is their folder's way."""
    return count >= _FEW and count >= _MOST * total


def odd_statuses(survey: Survey) -> Iterator[Finding]:
    """Statuses outside of every scheme: misspelt ones, and words that one record alone uses."""
    odd = [record for record in survey.records if record.status is Status.OTHER]
    times = Counter(fold(record.status_raw) for record in odd)
    for record in odd:
        word = fold(record.status_raw)
        near = difflib.get_close_matches(word, [str(status) for status in _STATUSES], n=1, cutoff=0.75)
        if near or times[word] == 1:
            mend = f"did you mean {near[0]}?" if near else f"known are {', '.join(_STATUSES)}"
            shown = record.status_raw if len(record.status_raw) <= 40 else record.status_raw[:39] + "\u2026"
            yield Finding(record.path, _line_of(survey, record), f"no scheme has the status {shown!r}; {mend}")


def _line_of(survey: Survey, record: Record) -> int:
    sheet = Sheet.read(survey.workspace.root, record.path)
    lines = sheet.text.splitlines() if sheet is not None else []
    return next((at for at, line in enumerate(lines, 1) if record.status_raw in line), 1)


def _siblings(records: Iterable[Record]) -> dict[tuple[str, str], list[Record]]:
    found: dict[tuple[str, str], list[Record]] = defaultdict(list)
    for record in records:
        found[home(record.path), name_of(record.path).prefix.casefold()].append(record)
    return found


def _usual(shapes: Counter[Shape]) -> Shape | None:
    shape, count = shapes.most_common(1)[0]
    return shape if usual_share(count, shapes.total()) and shape is not Shape.SLUG else None


def _usual_width(names: Iterable[Name]) -> int:
    """How many digits padded numbers have; 0 where they are not padded."""
    spelt = [name.spelt for name in names if name.spelt]
    if not any(number.startswith("0") for number in spelt):
        return 0
    width, count = Counter(map(len, spelt)).most_common(1)[0]
    return width if usual_share(count, len(spelt)) else 0
