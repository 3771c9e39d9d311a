"""What the ledger says of claims, loaded as far as it is asked."""

from __future__ import annotations

import json
import sqlite3
import weakref
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import cached_property, wraps
from typing import Concatenate, ParamSpec, TypeVar

from adrtool import audited
from adrtool.audited import Audit
from adrtool.drift import WINDOW, Point, Series
from adrtool.git import NOTES_REF, Repository
from adrtool.ledger import lines as ledger_lines
from adrtool.ledger import telling
from adrtool.ledger.index import Index, Row
from adrtool.ledger.lines import Kind
from adrtool.ledger.mirror import NEWER, WAITING
from adrtool.ledger.moves import Moved
from adrtool.ledger.notes import object_of
from adrtool.ledger.runs import RunNote, read_notes
from adrtool.model import Problem, Severity
from adrtool.outcome import Ending, Environment, Outcome, from_fields

_P = ParamSpec("_P")
_R = TypeVar("_R")


def _sound(
    lookup: Callable[Concatenate[History, _P], _R],
) -> Callable[Concatenate[History, _P], _R]:
    """Ask again from the ledger itself where the index turns out to be damaged."""

    @wraps(lookup)
    def checked(history: History, /, *args: _P.args, **kwargs: _P.kwargs) -> _R:
        try:
            return lookup(history, *args, **kwargs)
        except (sqlite3.Error, KeyError, TypeError, ValueError):
            history.read_anew()
            return lookup(history, *args, **kwargs)

    return checked


class History:
    """The outcomes of a ledger at one moment; what is appended later does not show.

    Outcomes come sorted by `order`, each once. `commit` of an outcome is the one it ran on; where a note was carried
    along by a rebase, the one it is on now.
    """

    def __init__(self, index: Index, repository: Repository, rebuild: Callable[[], Index]) -> None:
        self._index = index
        self._repository = repository
        self._rebuild = rebuild
        self._environments: dict[str, Environment] = {}
        self._release = weakref.finalize(self, index.connection.close)

    def close(self) -> None:
        """Let the index go; the history cannot be asked any more."""
        self._release()

    @property
    @_sound
    def outcomes(self) -> tuple[Outcome, ...]:
        """All of them: for small ledgers and exports."""
        return self._load(self._ids("SELECT id FROM outcomes"))

    @property
    @_sound
    def claims(self) -> tuple[str, ...]:
        """The ids of all claims that ever ran, sorted."""
        return tuple(claim for (claim,) in self._ask("SELECT DISTINCT claim FROM outcomes ORDER BY claim"))

    @_sound
    def of(self, claim: str) -> tuple[Outcome, ...]:
        """Every outcome of one claim."""
        return self._load(self._ids("SELECT id FROM outcomes WHERE claim = ?", claim))

    @_sound
    def changes(self, claim: str | None = None, newest: int | None = None) -> tuple[tuple[Ending | None, Outcome], ...]:
        """The outcomes at which claims began to end otherwise than before, with how they had ended; newest first.

        Skips, and what other branches saw, are passed over. `claim` asks for one, `newest` for so many.
        """
        query = (
            'SELECT outcomes.id, claim, ending, "commit", name FROM outcomes JOIN sources ON sources.id = source '
            "WHERE ending <> ? AND claim = ifnull(?, claim) ORDER BY ord, claim, outcomes.id"
        )
        ended: dict[str, Ending] = {}
        turns = []
        for number, name, ending, commit, source in self._ask(query, Ending.SKIPPED.value, claim):
            if ended.get(name) != ending and self._is_ours(commit, source):
                turns.append((ended.get(name), number))
                ended[name] = Ending(ending)
        wanted = reversed(turns[-newest if newest else 0 :])
        return tuple((before, outcome) for before, number in wanted for outcome in self._load((number,)))

    @_sound
    def series(self, claims: Iterable[str]) -> dict[str, tuple[Series, ...]]:
        """The newest values of every measure of these claims, other branches' left out; asked of the index alone."""
        query = "SELECT claim, name, unit FROM json_each(?) JOIN measured ON claim = json_each.value"
        found: dict[str, tuple[Series, ...]] = {}
        for claim, name, unit in self._ask(query, json.dumps(list(claims))):
            points = self._points(claim, name, unit)
            found[claim] = (*found.get(claim, ()), *((Series(name, unit, points),) if points else ()))
        return found

    def _points(self, claim: str, name: str, unit: str) -> tuple[Point, ...]:
        query = (
            'SELECT measures.ord, at, value, at_most, at_least, "commit", sources.name FROM '
            "(SELECT * FROM measures WHERE claim = ? AND measures.name = ? AND unit = ? ORDER BY ord DESC LIMIT ?) "
            "AS measures JOIN outcomes ON outcomes.id = outcome JOIN sources ON sources.id = source"
        )
        rows = self._ask(query, claim, name, unit, 2 * WINDOW)
        points = {
            order: Point(order, datetime.fromisoformat(at), value, at_most, at_least, commit)
            for order, at, value, at_most, at_least, commit, source in rows
            if self._is_ours(commit, source)
        }
        return tuple(points[order] for order in sorted(points)[-WINDOW:])

    @_sound
    def alike(self, text: str, evidence: str) -> tuple[Outcome, ...]:
        """The outcomes of any claim with these fingerprints of text and evidence: where moved evidence came from."""
        query = "SELECT outcomes.id FROM outcomes JOIN prints ON prints = prints.id WHERE text = ? AND evidence = ?"
        return self._load(self._ids(query, text, evidence))

    @_sound
    def telling(self, claims: Iterable[str], today: telling.Today) -> dict[str, tuple[Outcome, ...]]:
        """For each claim, the few outcomes that give the verdict which all of them would.

        `today` gives a claim's fingerprints as they are now, for the paths that an outcome observed.
        """
        told: dict[str, list[Outcome]] = {claim: [] for claim in claims}
        for outcome in self._load(telling.choose(self._ask, list(told), today, self._is_ours)):
            told[outcome.claim].append(outcome)
        return {claim: tuple(outcomes) for claim, outcomes in told.items()}

    @_sound
    def latest(self, claims: Iterable[str]) -> dict[str, Outcome]:
        """For each claim that ran on an ancestor of HEAD, the newest outcome there that is no skip."""
        return {
            outcome.claim: outcome for outcome in self._load(telling.latest(self._ask, list(claims), self._is_ours))
        }

    @_sound
    def seconds(self, claims: Iterable[str], without_runs: Iterable[str] = ()) -> dict[str, float]:
        """How long each claim's evidence took when it last ran, tries included; a skip is no run."""
        return telling.seconds(self._ask, list(claims), list(without_runs))

    @_sound
    def run_notes(self) -> tuple[RunNote, ...]:
        """What runs on HEAD and its ancestors left for the runs after them, oldest first."""
        notes = read_notes(self.entries(Kind.RUN))
        return tuple(note for note in notes if note.commit is None or note.commit in self.ancestors)

    @_sound
    def ran_since(self, claims: Iterable[str], order: int) -> frozenset[str]:
        """Those of the claims that have an outcome, if only a skip, after `order`."""
        last = telling.last_orders(self._ask, list(claims))
        return frozenset(claim for claim, newest in last.items() if newest > order)

    @_sound
    def entries(self, kind: Kind) -> tuple[Mapping[str, object], ...]:
        """The fields of all lines of another kind, sorted by order."""
        rows = self._ask("SELECT DISTINCT line FROM entries WHERE kind = ? ORDER BY ord, line", kind.value)
        return tuple(json.loads(line) for (line,) in rows)

    @cached_property
    @_sound
    def moves(self) -> tuple[Moved, ...]:
        """Every claim that got another id by a move, the oldest first."""
        return tuple(Moved.of(fields) for fields in self.entries(Kind.MOVED))

    @cached_property
    @_sound
    def audits(self) -> tuple[Audit, ...]:
        """Every audit, sorted by order; one that cannot be read is as good as none, and is had again."""
        return tuple(filter(None, map(audited.from_fields, self.entries(Kind.AUDIT))))

    @cached_property
    @_sound
    def ancestors(self) -> frozenset[str]:
        """The commits with outcomes that HEAD reaches."""
        rows = self._ask("SELECT name FROM commits UNION SELECT name FROM sources")
        return self._repository.ancestors(object_of(name) for (name,) in rows)

    @cached_property
    @_sound
    def problems(self) -> tuple[Problem, ...]:
        """Damaged lines, each with its place, and one notice for all that a newer adrtool wrote."""
        query = "SELECT name, version, why, line FROM unread JOIN sources ON source = id ORDER BY name, line"
        places = [(why, *self._place(name, version, line)) for name, version, why, line in self._ask(query)]
        newer = [(path, number) for why, path, number in places if why == NEWER]
        return tuple(damaged_line(path, number, why) for why, path, number in places if why != NEWER) + (
            (newer_lines(*newer[0], len(newer)),) if newer else ()
        )

    def _place(self, source: str, version: str, line: bytes) -> tuple[str, int]:
        if source.startswith(WAITING):
            return f"adrtool/{source}", 1
        content = next(self._repository.objects.blobs([version]))
        return f"{NOTES_REF}:{object_of(source)[:12]}", content.split(b"\n").index(line) + 1

    def _load(self, ids: Iterable[int]) -> tuple[Outcome, ...]:
        """Outcomes by the index's ids, sorted; a line that several notes hold counts once."""
        query = "SELECT line, name FROM json_each(?) JOIN outcomes ON outcomes.id = value "
        joins = "JOIN lines ON lines.id = value JOIN sources ON sources.id = source"
        sources: dict[bytes, list[str]] = {}
        for line, source in self._ask(query + joins, json.dumps(list(ids))):
            sources.setdefault(line, []).append(object_of(source))
        fields = {line: json.loads(line) for line in sources}
        self._learn_environments({str(field.get("environment")) for field in fields.values()})
        outcomes = (self._outcome(field, sources[line]) for line, field in fields.items())
        return tuple(sorted(outcomes, key=lambda outcome: (outcome.order, outcome.claim, outcome.run)))

    def _is_ours(self, commit: str | None, source: str) -> bool:
        return commit is None or commit in self.ancestors or object_of(source) in self.ancestors

    def _outcome(self, fields: Mapping[str, object], sources: list[str]) -> Outcome:
        outcome = from_fields(fields, self._environments)
        if outcome.commit is None or sources == [outcome.commit]:
            return outcome
        carried = [source for source in sources if source in self.ancestors]
        if outcome.commit in self.ancestors or not carried:
            return outcome
        return replace(outcome, commit=carried[0])

    def _learn_environments(self, ids: set[str]) -> None:
        missing = json.dumps(sorted(ids - self._environments.keys()))
        for (line,) in self._ask("SELECT line FROM json_each(?) JOIN environments ON environments.id = value", missing):
            environment_id, environment = ledger_lines.environment_from(json.loads(line))
            self._environments[environment_id] = environment

    def _ids(self, query: str, *values: object) -> list[int]:
        return [row[0] for row in self._ask(query, *values)]

    def _ask(self, query: str, *values: object) -> list[Row]:
        return self._index.connection.execute(query, values).fetchall()

    def read_anew(self) -> None:
        """Leave the index on disk for one made in memory from the ledger itself."""
        self._release()
        self._index = self._rebuild()
        self._release = weakref.finalize(self, self._index.connection.close)


def damaged_line(path: str, number: int, why: str) -> Problem:
    """A line that nobody can read."""
    message = f"this line of the ledger is damaged: {why}; it is kept and left out"
    return Problem(path, number, "ledger-damaged", message)


def newer_lines(path: str, number: int, count: int) -> Problem:
    """Lines that this adrtool is too old for; one notice for all of them, at the first."""
    lines = "this line was" if count == 1 else f"this line and {count - 1} more were"
    message = f"{lines} written by a newer adrtool; kept and left out, upgrade adrtool to read them"
    return Problem(path, number, "ledger-newer", message, Severity.WARNING)
