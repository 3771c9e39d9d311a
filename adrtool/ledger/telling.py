"""Which few outcomes of a claim give the verdict that all of them would: asked of the index, no line is read.

A verdict rests on the newest real outcome with today's fingerprints, else on the newest one from an ancestor of HEAD
(the base); on a skip since then; on where the base's row of equal endings began; on the last pass; on whether the claim
was ever seen to fail, and to say both yes and no under the same fingerprints.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from adrtool.ledger.index import Ask, Row
from adrtool.outcome import Ending, Fingerprints

# The fingerprints that a claim has today, given the paths that its evidence was seen to read.
Today = Callable[[str, tuple[str, ...]], Fingerprints]
IsOurs = Callable[[str | None, str], bool]
_Base = tuple[str, Ending, int]  # claim, ending, order

_REAL = tuple(ending for ending in Ending if ending is not Ending.SKIPPED)
_ENDINGS = ", ".join(f"('{ending}')" for ending in Ending)
_ASKED = "WITH asked AS (SELECT value AS claim FROM json_each(?)) "
_OBSERVED = _ASKED + (
    "SELECT DISTINCT claim, paths FROM asked JOIN claim_observed USING (claim) "
    "JOIN observed ON observed.id = claim_observed.observed"
)
_NEWEST = (
    _ASKED
    + f"""
SELECT outcomes.id, outcomes.claim, outcomes.ending, ord, "commit", name, prints
FROM asked JOIN (VALUES {_ENDINGS}) AS kinds JOIN outcomes ON outcomes.id =
  (SELECT id FROM outcomes WHERE claim = asked.claim AND ending = kinds.column1 ORDER BY ord DESC LIMIT 1)
JOIN sources ON sources.id = source
"""
)
_EXACT = f"""
WITH asked AS (SELECT json_extract(value, '$[0]') AS claim, json_extract(value, '$[1]') AS text,
                      json_extract(value, '$[2]') AS evidence, json_extract(value, '$[3]') AS inputs,
                      json_extract(value, '$[4]') AS requirements FROM json_each(?))
SELECT outcomes.id, outcomes.claim, outcomes.ending, ord, "commit", name, prints
FROM asked JOIN prints USING (text, evidence, inputs, requirements) JOIN (VALUES {_ENDINGS}) AS kinds
JOIN outcomes ON outcomes.id = (SELECT id FROM outcomes WHERE claim = asked.claim AND prints = prints.id
                                AND ending = kinds.column1 ORDER BY ord DESC LIMIT 1)
JOIN sources ON sources.id = source
"""
_SECONDS = f"""{_ASKED}
SELECT claim, seconds * max(1, tries), max(ord) FROM (
  SELECT asked.claim AS claim, ord, json_extract(CAST(line AS TEXT), '$.seconds') AS seconds,
         json_array_length(CAST(line AS TEXT), '$.tries') AS tries
  FROM asked JOIN (VALUES {", ".join(f"('{it}')" for it in _REAL)}) AS kinds JOIN outcomes ON outcomes.id =
    (SELECT id FROM outcomes JOIN lines USING (id) WHERE claim = asked.claim AND ending = kinds.column1
     AND json_extract(CAST(line AS TEXT), '$.run') NOT IN (SELECT value FROM json_each(?)) ORDER BY ord DESC LIMIT 1)
  JOIN lines ON lines.id = outcomes.id)
GROUP BY claim
"""
_LAST_RUN = _ASKED + "SELECT claim, max(ord) FROM asked JOIN outcomes USING (claim) GROUP BY claim"
_BACKWARDS = """
SELECT outcomes.id, claim, ending, ord, "commit", name, prints FROM outcomes JOIN sources ON sources.id = source
WHERE claim = ? AND ending = ? AND ord < ? ORDER BY ord DESC LIMIT 50
"""
_FORWARDS = """
SELECT outcomes.id, claim, ending, ord, "commit", name, prints FROM outcomes JOIN sources ON sources.id = source
WHERE claim = ? AND ending = ? AND ord > ? ORDER BY ord LIMIT ?
"""
_BASES = """
WITH base AS (SELECT json_extract(value, '$[0]') AS claim, json_extract(value, '$[1]') AS ending,
                     json_extract(value, '$[2]') AS ord FROM json_each(?))
"""
_LAST_OTHER = ", ".join(
    f"ifnull((SELECT max(ord) FROM outcomes WHERE claim = base.claim AND ending = '{ending}' "
    f"AND ord < base.ord AND base.ending <> '{ending}'), -1)"
    for ending in _REAL
)
_TURNS = f"{_BASES} SELECT claim, ending, max({_LAST_OTHER}) FROM base"
_AT = f"""{_BASES}
SELECT outcomes.id, outcomes.claim, outcomes.ending, outcomes.ord, "commit", name, prints
FROM base JOIN outcomes ON outcomes.claim = base.claim AND outcomes.ord = base.ord
AND outcomes.ending IN ({", ".join(f"'{it}'" for it in _REAL)}) JOIN sources ON sources.id = source
"""
_RED = _ASKED + (
    "SELECT (SELECT id FROM outcomes INDEXED BY outcomes_red WHERE claim = asked.claim AND said >= 2 LIMIT 1) "
    "FROM asked"
)
_MIXED = f"""{_ASKED},
red AS (SELECT DISTINCT asked.claim AS claim, prints FROM asked JOIN outcomes INDEXED BY outcomes_red
        ON outcomes.claim = asked.claim AND said >= 2)
SELECT claim, prints FROM red
WHERE EXISTS (SELECT 1 FROM outcomes WHERE claim = red.claim AND prints = red.prints AND said & 1)
"""
_SAID = """
SELECT id, said, environment, max(ord) FROM outcomes WHERE claim = ? AND prints = ? GROUP BY environment, said
"""


@dataclass(frozen=True, slots=True)
class _Row:
    """One outcome as the index has it."""

    id: int
    claim: str
    ending: Ending
    order: int
    commit: str | None  # that the line names
    source: str  # the object whose note holds it
    prints: int  # the index's id of its fingerprints


def choose(ask: Ask, claims: Sequence[str], today: Today, is_ours: IsOurs) -> set[int]:
    """The index's ids of the outcomes that decide the verdicts of `claims`."""
    names = json.dumps(claims)
    newest: dict[str, list[_Row]] = {claim: [] for claim in claims}
    exact: dict[str, list[_Row]] = {claim: [] for claim in claims}
    for row in _rows(ask(_NEWEST, names)):
        newest[row.claim].append(row)
    for row in _rows(ask(_EXACT, json.dumps(list(_prints_today(ask(_OBSERVED, names), today))))):
        exact[row.claim].append(row)
    chosen = {red for (red,) in ask(_RED, names) if red is not None} | _contradictions(ask, names)
    bases = []
    for claim in claims:
        walk = _Walk(ask, newest[claim], is_ours)
        base = _latest(row for row in exact[claim] if row.ending is not Ending.SKIPPED) or walk.latest(_REAL)
        skip = _latest(row for row in exact[claim] if row.ending is Ending.SKIPPED)
        since = -1 if base is None else base.order
        own_skip = walk.latest((Ending.SKIPPED,), since)
        chosen |= {row.id for row in (base, skip, own_skip) if row is not None and row.order >= since}
        own_pass = walk.latest((Ending.PASSED,))
        chosen |= {row.id for row in (own_pass, *exact[claim]) if row is not None and row.ending is Ending.PASSED}
        bases += [(base.claim, base.ending, base.order)] if base is not None else []
    alike = {claim: {row.prints for row in rows} for claim, rows in exact.items()}

    def counts(row: _Row) -> bool:
        return row.prints in alike[row.claim] or is_ours(row.commit, row.source)

    return chosen | _beginnings(ask, bases, counts)


def _beginnings(ask: Ask, bases: Sequence[_Base], counts: Callable[[_Row], bool]) -> set[int]:
    """The outcomes where each base's row of equal endings began, and the other ending before it.

    Nearly always all that stands there counts; what does not, another branch saw, is passed over.
    """
    found: set[int] = set()
    while bases:
        turns = [(claim, Ending(ending), order) for claim, ending, order in ask(_TURNS, json.dumps(bases))]
        there = {row.claim: row for row in _rows(ask(_AT, json.dumps(turns)))}
        found |= {row.id for row in there.values() if counts(row)}
        further = [turn for turn in turns if turn[0] in there and not counts(there[turn[0]])]
        firsts = (_first(ask, *turn, counts) for turn in turns if turn not in further)
        found |= {first.id for first in firsts if first is not None}
        bases = further
    return found


def _first(ask: Ask, claim: str, ending: Ending, after: int, counts: Callable[[_Row], bool]) -> _Row | None:
    limit = 1
    while rows := _rows(ask(_FORWARDS, claim, ending, after, limit)):
        first = next(filter(counts, rows), None)
        if first is not None:
            return first
        after, limit = rows[-1].order, 50
    return None


def latest(ask: Ask, claims: Sequence[str], is_ours: IsOurs) -> set[int]:
    """The index's ids of the newest real outcome of each claim on an ancestor of HEAD, whatever it was about."""
    newest: dict[str, list[_Row]] = {claim: [] for claim in claims}
    for row in _rows(ask(_NEWEST, json.dumps(claims))):
        newest[row.claim].append(row)
    found = (_Walk(ask, rows, is_ours).latest(_REAL) for rows in newest.values())
    return {row.id for row in found if row is not None}


def seconds(ask: Ask, claims: Sequence[str], without: Sequence[str]) -> dict[str, float]:
    """How long each claim's evidence took, tries included, when it last ran in any run but those of `without`."""
    rows = ask(_SECONDS, json.dumps(claims), json.dumps(without))
    return {claim: float(took) for claim, took, _ in rows if took is not None}


def last_orders(ask: Ask, claims: Sequence[str]) -> dict[str, int]:
    """The order of the newest outcome of each claim, skips included."""
    return dict(ask(_LAST_RUN, json.dumps(claims)))


def _contradictions(ask: Ask, names: str) -> set[int]:
    """For each claim that said yes and no under the same fingerprints, outcomes that show it."""
    chosen: set[int] = set()
    settled: set[str] = set()
    for claim, prints in ask(_MIXED, names):
        if claim in settled:
            continue
        said: dict[str | None, list[tuple[int, int]]] = {}
        for outcome, what, environment, _ in ask(_SAID, claim, prints):
            said.setdefault(environment, []).append((outcome, what))
        # Two environments may yet hold the same packages, and only their lines tell that.
        shown = next(
            (rows for rows in said.values() if {1, 2} <= {what & bit for _, what in rows for bit in (1, 2)}), None
        )
        chosen |= {outcome for rows in ([shown] if shown else said.values()) for outcome, _ in rows}
        settled |= {claim} if shown else set()
    return chosen


def _prints_today(observed: Iterable[tuple[str, str]], today: Today) -> Iterator[tuple[str, ...]]:
    for claim, paths in observed:
        prints = today(claim, tuple(json.loads(paths)))
        yield claim, prints.text, prints.evidence, prints.inputs, prints.requirements


@dataclass(frozen=True, slots=True)
class _Walk:
    """Back through one claim's outcomes until one counts here; nearly always the newest does."""

    ask: Ask
    newest: Sequence[_Row]  # one for each ending
    is_ours: IsOurs

    def latest(self, endings: Sequence[Ending], after: int = -1) -> _Row | None:
        """The newest outcome of these endings, later than `after`, that ran on an ancestor of HEAD."""
        starts = (row for row in self.newest if row.ending in endings and row.order > after)
        return _latest(row for start in starts if (row := self._ours(start, after)) is not None)

    def _ours(self, start: _Row, after: int) -> _Row | None:
        rows = [start]
        while rows:
            for row in rows:
                if row.order <= after:
                    return None
                if self.is_ours(row.commit, row.source):
                    return row
            rows = _rows(self.ask(_BACKWARDS, start.claim, start.ending, rows[-1].order))
        return None


def _rows(rows: Iterable[Row]) -> list[_Row]:
    return [_Row(number, claim, Ending(ending), *rest) for number, claim, ending, *rest in rows]


def _latest(rows: Iterable[_Row]) -> _Row | None:
    return max(rows, key=lambda row: row.order, default=None)
