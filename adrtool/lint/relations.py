"""Rules on how records stand to one another."""

from __future__ import annotations

import graphlib
from collections import defaultdict
from collections.abc import Iterator

from adrtool.lint.survey import Finding, Survey
from adrtool.model import Record, Relation, Status

# Each relation that is told from both sides: the one who acts, then the one acted on.
_PAIRS = ((Relation.SUPERSEDES, Relation.SUPERSEDED_BY), (Relation.AMENDS, Relation.AMENDED_BY))
_NOT_IN_FORCE = (Status.DRAFT, Status.PROPOSED, Status.REJECTED)


def one_sided(survey: Survey) -> Iterator[Finding]:
    """Supersessions and amendments of which only one of the two records knows."""
    for record in survey.records:
        for active, passive in _PAIRS:
            for target in record.targets(active):
                other = survey.by_path.get(target)
                if other is None or record.path in other.targets(passive) or record.status in _NOT_IN_FORCE:
                    continue
                yield Finding(other.path, 1, _untold(other, record, active, passive))
            for target in record.targets(passive):
                other = survey.by_path.get(target)
                if other is not None and record.path not in other.targets(active):
                    said = f"{record.path} says it is {_words(passive)} this record, which does not say so"
                    yield Finding(other.path, 1, f"{said}; add `{_words(active).capitalize()} {record.id}`")


def _untold(other: Record, record: Record, active: Relation, passive: Relation) -> str:
    still = ""
    if active is Relation.SUPERSEDES and other.status is not Status.SUPERSEDED:
        still = f" and is still {other.status.value}" if other.status is not Status.UNKNOWN else ""
    said = f"{record.path} {_words(active)} this record, which does not say so{still}"
    return f"{said}; add `{_words(passive).capitalize()} {record.id}`"


def unnamed_successors(survey: Survey) -> Iterator[Finding]:
    """Superseded records that leave their reader without a way on."""
    replaced = {target for record in survey.records for target in record.targets(Relation.SUPERSEDES)}
    for record in survey.records:
        named = record.targets(Relation.SUPERSEDED_BY) or record.path in replaced
        if record.status is Status.SUPERSEDED and not named:
            yield Finding(
                record.path, 1, "superseded, but no record is named that supersedes it; name it in the status"
            )


def cycles(survey: Survey) -> Iterator[Finding]:
    """Records that supersede, amend, refine or rest on one another in a ring."""
    for relation in (Relation.SUPERSEDES, Relation.AMENDS, Relation.DEPENDS_ON, Relation.REFINES):
        graph = _graph(survey, relation)
        while (ring := _ring(graph)) is not None:
            first = min(range(len(ring)), key=ring.__getitem__)
            ordered = [*ring[first:], *ring[:first]]
            shown = " → ".join((*ordered, ordered[0]))
            yield Finding(ordered[0], 1, f"{_words(relation)} itself in a ring: {shown}; take one of the links out")
            graph[ring[0]].discard(ring[1 % len(ring)])


def _graph(survey: Survey, relation: Relation) -> dict[str, set[str]]:
    inverse = dict(_PAIRS).get(relation)
    graph: dict[str, set[str]] = defaultdict(set)
    for record in survey.records:
        graph[record.path].update(record.targets(relation))
        for target in record.targets(inverse) if inverse is not None else ():
            graph[target].add(record.path)
    return graph


def _ring(graph: dict[str, set[str]]) -> list[str] | None:
    """One cycle, each record once and followed by the one it points to; None where there is none."""
    try:
        graphlib.TopologicalSorter(graph).prepare()
    except graphlib.CycleError as error:
        # The sorter names predecessors: what it calls a path runs against the arrows.
        return list(reversed(error.args[1]))[:-1]
    return None


def _words(relation: Relation) -> str:
    return relation.value.replace("-", " ")
