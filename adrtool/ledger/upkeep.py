"""Check the ledger line by line, and compact it without losing what a verdict ever rested on."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby

from adrtool.errors import LedgerError
from adrtool.git import NOTES_REF, Repository
from adrtool.ledger import lines as ledger_lines
from adrtool.ledger.history import damaged_line, newer_lines
from adrtool.ledger.lines import Damaged, Entry, Kind, Newer
from adrtool.ledger.notes import Notes, object_of
from adrtool.ledger.spool import Spool
from adrtool.model import Problem, Severity
from adrtool.outcome import Outcome

_LOCK_AGE_S = 60.0  # git holds a ref's lock for milliseconds


def check(notes: Notes, spool: Spool) -> tuple[Problem, ...]:
    """What is wrong with the ledger, read in full and not from the index."""
    try:
        listing = notes.listing(notes.tip())
        found = list(_check_lines(notes, listing))
    except LedgerError as error:
        return (Problem(NOTES_REF, 1, "ledger-unreadable", error.message),)
    objects = {object_of(path) for path in listing}
    return (*found, *_check_commits(notes.repository, objects), *_check_waiting(notes.repository, spool))


def _check_lines(notes: Notes, listing: Mapping[str, str]) -> Iterator[Problem]:
    newer: list[tuple[str, int]] = []
    known: set[str] = set()
    named: dict[str, tuple[str, int]] = {}
    for path, content in zip(listing, notes.repository.objects.blobs(list(listing.values())), strict=True):
        for number, line in enumerate(content.split(b"\n"), 1):
            place = (f"{NOTES_REF}:{object_of(path)[:12]}", number)
            match ledger_lines.read(line) if line.strip() else None:
                case Damaged(why):
                    yield damaged_line(*place, why)
                case Newer():
                    newer.append(place)
                case Entry(kind=Kind.ENVIRONMENT, fields=fields):
                    known.add(str(fields["id"]))
                case Entry(kind=Kind.OUTCOME, fields=fields) if fields.get("environment"):
                    named.setdefault(str(fields["environment"]), place)
    if newer:
        yield newer_lines(*newer[0], len(newer))
    for environment, place in named.items():
        if environment not in known:
            message = f"environment {environment} is not in the ledger; pull from where this was run"
            yield Problem(*place, "ledger-environment", message, Severity.WARNING)


def _check_commits(repository: Repository, objects: Iterable[str]) -> Iterator[Problem]:
    kinds = repository.objects.kinds(objects)
    unreachable = repository.unreachable(kinds)
    for name in sorted(kinds):
        missing = kinds[name] == "missing" and not repository.shallow
        if name in unreachable or missing:
            what = "is gone" if missing else "is on no branch or tag any more"
            message = f"commit {name[:12]} {what}, as after a rebase; its outcomes are kept"
            yield Problem(f"{NOTES_REF}:{name[:12]}", 1, "ledger-rewritten", message, Severity.WARNING)


def _check_waiting(repository: Repository, spool: Spool) -> Iterator[Problem]:
    names = spool.names()
    if names:
        lines = sum(len(item.lines) for item in spool.read(names))
        message = f"{lines} lines wait for notes; the next run, or `adrtool ledger push`, writes them"
        yield Problem(f"{spool.folder}", 1, "ledger-waiting", message, Severity.WARNING)
    lock = repository.common_dir / f"{NOTES_REF}.lock"
    if lock.exists() and time.time() - lock.stat().st_mtime > _LOCK_AGE_S:
        message = "left behind by a git that was killed? if no git runs, remove it"
        yield Problem(str(lock), 1, "ledger-locked", message, Severity.WARNING)


# -- compaction ----------------------------------------------------------------------------------------------------


def compact(notes: Notes, keep: int) -> int:
    """Drop outcomes that say nothing new: those within a row of equal ones, but the newest `keep` of each claim.

    Everything else stays: where a row begins and ends, what nobody can read, environments, other kinds of lines.
    Returns the number of lines dropped. The notes' own history still holds them.
    """
    dropped = 0

    def step(tip: str | None) -> str | None:
        nonlocal dropped
        held = notes.held(notes.blobs(tip))
        needless = _needless(notes.repository, held, keep)
        changed = {name: lines for name, lines in held.items() if not needless.isdisjoint(lines)}
        dropped = sum(line in needless for lines in changed.values() for line in lines)
        if tip is None or not changed:
            return tip
        left = {name: [line for line in lines if line not in needless] for name, lines in changed.items()}
        contents = {name: ledger_lines.join(lines) if lines else None for name, lines in left.items()}
        return notes.write(tip, contents, (tip,), "adrtool: compact")

    notes.move(step, "adrtool: compact")
    return dropped


@dataclass(frozen=True, slots=True)
class _Row:
    """An outcome with its line, and what makes it the same as its neighbour."""

    outcome: Outcome
    environment: object
    line: bytes

    @property
    def sameness(self) -> object:
        return self.outcome.ending, self.outcome.tries, self.outcome.fingerprints, self.environment


def _needless(repository: Repository, held: Mapping[str, list[bytes]], keep: int) -> set[bytes]:
    occurrences = Counter(line for lines in held.values() for line in lines)
    by_claim: dict[str, list[_Row]] = {}
    for line, times in occurrences.items():
        entry = ledger_lines.read(line)
        # A line in two notes went along with a rebase: each note speaks for its own commit.
        if times == 1 and isinstance(entry, Entry) and entry.outcome is not None:
            row = _Row(entry.outcome, entry.fields.get("environment"), line)
            by_claim.setdefault(row.outcome.claim, []).append(row)
    lineage = _Lineage(repository)
    return {line for rows in by_claim.values() for line in _needless_of_claim(rows, keep, lineage)}


def _needless_of_claim(rows: list[_Row], keep: int, lineage: _Lineage) -> set[bytes]:
    rows.sort(key=lambda row: row.outcome.order)
    old = {row.line for row in rows[:-keep]}
    real = _streaks([row for row in rows if row.outcome.is_real])
    skips = (streak for streak in _streaks(rows) if not streak[0].outcome.is_real)
    return old & {line for streak in (*real, *skips) for line in _inner(streak, lineage)}


def _streaks(rows: list[_Row]) -> Iterator[list[_Row]]:
    """Runs of neighbours that ended the same way under the same fingerprints, in the same environment."""
    for _, streak in groupby(rows, key=lambda row: row.sameness):
        yield list(streak)


def _inner(streak: list[_Row], lineage: _Lineage) -> Iterator[bytes]:
    """What stands between the first and the last, where every branch that has it has an earlier one that stays."""
    stay = [streak[0].outcome.commit]
    for row in streak[1:-1]:
        commit = row.outcome.commit
        if any(lineage.descends(commit, earlier) for earlier in stay):
            yield row.line
        else:
            stay.append(commit)


@dataclass(frozen=True, slots=True)
class _Lineage:
    """Which commit comes after which, asked of git once for each pair."""

    repository: Repository
    known: dict[tuple[str | None, str | None], bool] = field(default_factory=dict)

    def descends(self, commit: str | None, ancestor: str | None) -> bool:
        pair = (commit, ancestor)
        if pair not in self.known:
            self.known[pair] = (
                commit == ancestor if commit is None or ancestor is None else self.repository.descends(commit, ancestor)
            )
        return self.known[pair]
