"""What `status` must know of the ledger without reading it: a derived database in the git directory.

It is never believed: every source (a note's blob, a waiting file) is known by its content's id, so only what changed is
read again; where the file is damaged it is made anew, and where it cannot be written a copy in memory stands in.
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from adrtool.errors import LedgerError
from adrtool.ledger import lines as ledger_lines
from adrtool.ledger.lines import Damaged, Entry, Kind, Newer
from adrtool.ledger.notes import Notes
from adrtool.ledger.spool import Spool
from adrtool.outcome import Ending, Fingerprints, Outcome

Row = tuple[Any, ...]  # what a query gives; its own text says of what types
Ask = Callable[..., list[Row]]

# Part of the file's name: an older or newer adrtool beside this one keeps an index of its own.
SCHEMA_VERSION = 2
_SCHEMA = """
CREATE TABLE state (tip TEXT);
CREATE TABLE sources (id INTEGER PRIMARY KEY, name TEXT UNIQUE, version TEXT, newest INTEGER);
CREATE TABLE prints (id INTEGER PRIMARY KEY, text TEXT, evidence TEXT, inputs TEXT, requirements TEXT,
                     UNIQUE (text, evidence, inputs, requirements));
CREATE TABLE observed (id INTEGER PRIMARY KEY, paths TEXT UNIQUE);
CREATE TABLE claim_observed (claim TEXT, observed INTEGER, PRIMARY KEY (claim, observed)) WITHOUT ROWID;
CREATE TABLE commits (name TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE outcomes (id INTEGER PRIMARY KEY, source INTEGER, claim TEXT, prints INTEGER, ending TEXT, said INTEGER,
                       environment TEXT, ord INTEGER, "commit" TEXT);
CREATE TABLE measured (claim TEXT, name TEXT, unit TEXT, PRIMARY KEY (claim, name, unit)) WITHOUT ROWID;
CREATE TABLE measures (outcome INTEGER, claim TEXT, name TEXT, unit TEXT, ord INTEGER, at TEXT, value REAL,
                       at_most REAL, at_least REAL);
CREATE TABLE lines (id INTEGER PRIMARY KEY, line BLOB);
CREATE TABLE environments (id TEXT, source INTEGER, line BLOB);
CREATE TABLE entries (kind TEXT, source INTEGER, ord INTEGER, line BLOB);
CREATE TABLE unread (source INTEGER, why TEXT, line BLOB);
CREATE INDEX sources_waiting ON sources (name) WHERE version IS NULL;
CREATE INDEX outcomes_by_ending ON outcomes (claim, ending, ord);
CREATE INDEX outcomes_by_prints ON outcomes (claim, prints, ending, ord, said);
CREATE INDEX outcomes_red ON outcomes (claim, prints) WHERE said >= 2;
CREATE INDEX outcomes_by_source ON outcomes (source);
CREATE INDEX measures_by_name ON measures (claim, name, unit, ord);
CREATE INDEX measures_by_outcome ON measures (outcome);
CREATE INDEX environments_by_id ON environments (id);
"""
_STATEMENTS = [statement.strip() for statement in _SCHEMA.split(";\n")[:-1]]
_NAMES = {statement.split()[2] for statement in _STATEMENTS}
BUSY_S = 5.0  # how long another writer may hold the index
NEWER = "newer"
WAITING = "waiting/"


class FlushedError(Exception):
    """What was seen to wait has gone to notes since: look at both again."""


@dataclass(frozen=True, slots=True)
class Index:
    """An open index that mirrors the ledger as it stood when `open_index` read it."""

    connection: sqlite3.Connection

    def newest_order(self) -> int:
        """The highest order that any line has; 0 in an empty ledger."""
        (newest,) = self.connection.execute("SELECT max(newest) FROM sources").fetchone()
        return int(newest or 0)

    def knows_environment(self, environment_id: str) -> bool:
        """Whether the ledger holds that environment already."""
        query = "SELECT 1 FROM environments WHERE id = ?"
        return self.connection.execute(query, (environment_id,)).fetchone() is not None


@dataclass(frozen=True, slots=True)
class State:
    """What the ledger consists of at one moment. Files wait in their hundreds while a run goes on: only names here."""

    tip: str | None  # of the notes
    waiting: Sequence[str]  # names in the spool, listed before the tip was asked
    spool: Spool


def open_index(path: Path | None, notes: Notes, state: State) -> Index:
    """The index of the ledger as `state` has it, kept at `path` or only in memory.

    Raises LedgerError where the ledger itself cannot be read, FlushedError where it is no longer in that state.
    """
    ways = [] if path is None else [lambda: _on_disk(path), lambda: _anew(path), lambda: _from_copy(path)]
    for way in ways:
        # sqlite3.Error: damaged, busy or not writable. OSError: no folder to keep it in.
        with contextlib.suppress(sqlite3.Error, OSError):
            return _up_to_date(way, notes, state)
    return _up_to_date(_in_memory, notes, state)


def _up_to_date(way: Callable[[], sqlite3.Connection], notes: Notes, state: State) -> Index:
    connection = way()
    try:
        _refresh(connection, notes, state)
    except BaseException:
        connection.close()
        raise
    return Index(connection)


def _on_disk(path: Path) -> sqlite3.Connection:
    path.parent.mkdir(parents=True, exist_ok=True)
    # Write-ahead: readers keep a snapshot while others write.
    return _prepared(_connect(str(path)), "PRAGMA journal_mode = WAL", "PRAGMA synchronous = NORMAL")


def _anew(path: Path) -> sqlite3.Connection:
    if _is_sound(path):  # then it was merely busy or read-only
        raise sqlite3.OperationalError("in use")
    for name in (path.name, f"{path.name}-wal", f"{path.name}-shm"):
        path.with_name(name).unlink(missing_ok=True)
    return _on_disk(path)


def _is_sound(path: Path) -> bool:
    try:
        with contextlib.closing(_connect(f"{path.as_uri()}?mode=ro")) as connection:
            names = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
            return names.issuperset(_NAMES) and connection.execute("PRAGMA quick_check").fetchone() == ("ok",)
    except sqlite3.OperationalError:
        return True
    except sqlite3.DatabaseError:
        return False


def _from_copy(path: Path) -> sqlite3.Connection:
    memory = _connect(":memory:")
    with contextlib.closing(_connect(f"{path.as_uri()}?mode=ro&immutable=1")) as disk:
        disk.backup(memory)
    return _prepared(memory)


def _in_memory() -> sqlite3.Connection:
    return _prepared(_connect(":memory:"))


def _connect(name: str) -> sqlite3.Connection:
    return sqlite3.connect(
        name, timeout=BUSY_S, isolation_level=None, uri=name.startswith("file:"), check_same_thread=False
    )


def _prepared(connection: sqlite3.Connection, *pragmas: str) -> sqlite3.Connection:
    try:
        for pragma in pragmas:
            connection.execute(pragma)
        _with_schema(connection)
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _with_schema(connection: sqlite3.Connection) -> None:
    if connection.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,):
        connection.execute("BEGIN IMMEDIATE")
        if connection.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,):
            for statement in _STATEMENTS:
                connection.execute(statement)
        connection.execute("COMMIT")


def _refresh(connection: sqlite3.Connection, notes: Notes, state: State) -> None:
    """Bring the index up to date and leave a read transaction open: the snapshot that its user sees."""
    connection.execute("BEGIN")
    if _is_current(connection, state):
        return
    connection.execute("COMMIT")
    connection.execute("BEGIN IMMEDIATE")
    _Writer(connection, notes).follow(state)
    connection.execute("COMMIT")
    connection.execute("BEGIN")
    connection.execute("SELECT tip FROM state").fetchone()  # SQLite takes its snapshot at the first read


def _is_current(connection: sqlite3.Connection, state: State) -> bool:
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
class _Writer:
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
