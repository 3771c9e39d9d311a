"""What `status` must know of the ledger without reading it: a derived database in the git directory.

It is never believed: every source (a note's blob, a waiting file) is known by its content's id, so only what changed is
read again; where the file is damaged it is made anew, and where it cannot be written a copy in memory stands in.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from adrtool.ledger.mirror import Mirror, State, is_current
from adrtool.ledger.notes import Notes

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
    if is_current(connection, state):
        return
    connection.execute("COMMIT")
    connection.execute("BEGIN IMMEDIATE")
    Mirror(connection, notes).follow(state)
    connection.execute("COMMIT")
    connection.execute("BEGIN")
    connection.execute("SELECT tip FROM state").fetchone()  # SQLite takes its snapshot at the first read
