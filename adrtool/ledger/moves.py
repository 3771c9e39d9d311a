"""Names that claims had before: evidence that was moved goes on with its history. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple


class Moved(NamedTuple):
    """A claim's id before and after somebody moved its evidence, or gave its record another name."""

    source: str
    target: str
    order: int
    commit: str | None  # that was checked out

    @classmethod
    def of(cls, fields: Mapping[str, object]) -> Moved:
        """What a line of the ledger tells; raises KeyError or TypeError where it is damaged."""
        source, target, commit, order = fields["from"], fields["to"], fields.get("commit"), fields.get("order", 0)
        if not isinstance(source, str) or not isinstance(target, str) or not isinstance(order, int):
            raise TypeError("its names are no text")
        return cls(source, target, order, commit if isinstance(commit, str) else None)

    @property
    def fields(self) -> Mapping[str, object]:
        """What its line in the ledger holds; the order is added there."""
        return {"from": self.source, "to": self.target, "commit": self.commit}


def names_before(moves: Iterable[Moved], claim: str, counts: Callable[[Moved], bool]) -> dict[str, int]:
    """The ids that `claim` had, each with the order below which its outcomes are those of `claim`.

    Only moves that `counts` allows are followed, from the newest back.
    """
    known = sorted((move for move in moves if counts(move)), key=lambda move: -move.order)
    found: dict[str, int] = {}
    waiting: list[tuple[str, int | None]] = [(claim, None)]
    while waiting:
        name, below = waiting.pop()
        for move in known:
            earlier = below is None or move.order < below
            if move.target == name and earlier and move.source != claim and move.source not in found:
                found[move.source] = move.order
                waiting.append((move.source, move.order))
    return found
