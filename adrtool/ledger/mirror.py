"""Make the index say what the ledger says: of every source that changed, the lines that it does not know yet."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from adrtool.errors import LedgerError
from adrtool.ledger import lines as ledger_lines
from adrtool.ledger.lines import Damaged, Entry, Kind, Newer
from adrtool.ledger.notes import Notes
from adrtool.ledger.spool import Spool
from adrtool.outcome import Ending, Fingerprints, Outcome

NEWER = "newer"
WAITING = "waiting/"


class FlushedError(Exception):
    """What was seen to wait has gone to notes since: look at both again."""


@dataclass(frozen=True, slots=True)
class State:
    """What the ledger consists of at one moment. Files wait in their hundreds while a run goes on: only names here."""

    tip: str | None  # of the notes
    waiting: Sequence[str]  # names in the spool, listed before the tip was asked
    spool: Spool


def is_current(connection: sqlite3.Connection, state: State) -> bool:
    """Whether the index stands where the ledger does."""
    return _tip(connection) == state.tip and _known_waiting(connection) == set(state.waiting)


def _known_waiting(connection: sqlite3.Connection) -> set[str]:
    """The waiting files that the index has read."""
    query = "SELECT substr(name, ?) FROM sources WHERE version IS NULL"
    return {name for (name,) in connection.execute(query, (len(WAITING) + 1,))}


def _tip(connection: sqlite3.Connection) -> str | None:
    """Where the index stands; None for a new one."""
    state = connection.execute("SELECT tip FROM state").fetchone()
    return None if state is None else state[0]


@dataclass(frozen=True, slots=True)
class Mirror:
    """One refresh, inside one transaction."""

    connection: sqlite3.Connection
    notes: Notes
    prints: dict[Fingerprints, int] = field(default_factory=dict)
    observed: set[tuple[str, tuple[str, ...]]] = field(default_factory=set)
    written: set[tuple[str, ...]] = field(default_factory=set)

    def follow(self, state: State) -> None:
        """Make the sources those of the tip and of what waits; read only what changed."""
        changed = self._changes(state.tip)
        present = {path: blob for path, blob in changed.items() if blob is not None}
        before = {path: blob for path in present if (blob := self._version(path)) is not None}
        held = self.notes.lines([*before.values(), *present.values()])
        old = {path: next(held) for path in before}
        for path in changed.keys() - present.keys():
            self._forget(path)
        for (path, blob), lines in zip(present.items(), held, strict=True):
            known = set(old.get(path, ()))
            if not known <= set(lines):
                self._forget(path)
                known = set()
            self._learn(path, blob, [line for line in dict.fromkeys(lines) if line not in known])
        self._follow_waiting(set(state.waiting), state.spool)
        self.connection.execute("DELETE FROM state")
        self.connection.execute("INSERT INTO state VALUES (?)", (state.tip,))

    def _changes(self, tip: str | None) -> dict[str, str | None]:
        """Which notes differ from what the index has; None for those that are gone."""
        old = _tip(self.connection)
        if old == tip:
            return {}
        if old is not None and tip is not None:
            # LedgerError: the old tip was collected after the ref was replaced.
            with contextlib.suppress(LedgerError):
                return self.notes.changes(old, tip)
        for (path,) in self.connection.execute("SELECT name FROM sources WHERE version IS NOT NULL").fetchall():
            self._forget(path)
        return dict(self.notes.listing(tip))

    def _follow_waiting(self, waiting: set[str], spool: Spool) -> None:
        known = _known_waiting(self.connection)
        for file in known - waiting:
            self._forget(f"{WAITING}{file}")
        new = sorted(waiting - known)
        found = spool.read(new)
        if len(found) < len(new):
            raise FlushedError
        for item in found:
            self._learn(f"{WAITING}{item.name}", None, item.lines)

    def _version(self, name: str) -> str | None:
        row = self.connection.execute("SELECT version FROM sources WHERE name = ?", (name,)).fetchone()
        return None if row is None else row[0]

    def _forget(self, name: str) -> None:
        row = self.connection.execute("SELECT id FROM sources WHERE name = ?", (name,)).fetchone()
        if row is None:
            return
        (source,) = row
        for table, key in (("lines", "id"), ("measures", "outcome")):
            query = f"DELETE FROM {table} WHERE {key} IN (SELECT id FROM outcomes WHERE source = ?)"
            self.connection.execute(query, (source,))
        for table in ("outcomes", "environments", "entries", "unread"):
            self.connection.execute(f"DELETE FROM {table} WHERE source = ?", (source,))
        self.connection.execute("DELETE FROM sources WHERE id = ?", (source,))

    def _learn(self, name: str, version: str | None, new: Iterable[bytes]) -> None:
        self.connection.execute(
            "INSERT INTO sources (name, version, newest) VALUES (?, ?, 0) "
            "ON CONFLICT (name) DO UPDATE SET version = excluded.version",
            (name, version),
        )
        source, newest = self.connection.execute("SELECT id, newest FROM sources WHERE name = ?", (name,)).fetchone()
        for line in new:
            match ledger_lines.read(line):
                case Damaged(why):
                    self.connection.execute("INSERT INTO unread VALUES (?, ?, ?)", (source, why, line))
                case Newer():
                    self.connection.execute("INSERT INTO unread VALUES (?, ?, ?)", (source, NEWER, line))
                case Entry() as entry:
                    newest = max(newest, entry.order)
                    self._insert(source, entry, line)
        self.connection.execute("UPDATE sources SET newest = ? WHERE id = ?", (newest, source))

    def _insert(self, source: int, entry: Entry, line: bytes) -> None:
        outcome, write = entry.outcome, self.connection.execute
        if outcome is None:
            if entry.kind is Kind.ENVIRONMENT:
                write("INSERT INTO environments VALUES (?, ?, ?)", (str(entry.fields["id"]), source, line))
            else:
                write("INSERT INTO entries VALUES (?, ?, ?, ?)", (entry.kind.value, source, entry.order, line))
            return
        environment = entry.fields.get("environment")
        seen = {outcome.ending, *outcome.tries} if outcome.is_real else set()
        row = (
            source,
            outcome.claim,
            self._prints(outcome.fingerprints),
            outcome.ending.value,
            (Ending.PASSED in seen) + 2 * (Ending.FAILED in seen),
            None if environment is None else str(environment),
            outcome.order,
            outcome.commit,
        )
        cursor = write("INSERT INTO outcomes VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?)", row)
        write("INSERT INTO lines VALUES (?, ?)", (cursor.lastrowid, line))
        self._note_observed(outcome)
        if outcome.measures and outcome.ending in (Ending.PASSED, Ending.FAILED):
            self._note_measures(cursor.lastrowid, outcome)
        if outcome.commit is not None:
            self._once("INSERT OR IGNORE INTO commits VALUES (?)", (outcome.commit,))

    def _prints(self, prints: Fingerprints) -> int:
        if prints not in self.prints:
            values = (prints.text, prints.evidence, prints.inputs, prints.requirements)
            self.connection.execute("INSERT OR IGNORE INTO prints VALUES (NULL, ?, ?, ?, ?)", values)
            (self.prints[prints],) = self.connection.execute(
                "SELECT id FROM prints WHERE (text, evidence, inputs, requirements) = (?, ?, ?, ?)", values
            ).fetchone()
        return self.prints[prints]

    def _once(self, statement: str, row: tuple[str, ...]) -> None:
        """Write a row that many outcomes have in common."""
        if row not in self.written:
            self.written.add(row)
            self.connection.execute(statement, row)

    def _note_measures(self, number: int | None, outcome: Outcome) -> None:
        for name, unit, each in ((each.name, each.unit, each) for each in outcome.measures):
            values = (outcome.order, outcome.at.isoformat(), each.value, each.at_most, each.at_least)
            row = (number, outcome.claim, name, unit, *values)
            self.connection.execute("INSERT INTO measures VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
            self._once("INSERT OR IGNORE INTO measured VALUES (?, ?, ?)", row[1:4])

    def _note_observed(self, outcome: Outcome) -> None:
        pair = (outcome.claim, outcome.observed)
        if pair not in self.observed:
            self.observed.add(pair)
            paths, write = json.dumps(outcome.observed), self.connection.execute
            write("INSERT OR IGNORE INTO observed VALUES (NULL, ?)", (paths,))
            query = "INSERT OR IGNORE INTO claim_observed SELECT ?, id FROM observed WHERE paths = ?"
            write(query, (outcome.claim, paths))
