"""What the ledger says of the claims as they stand now: under all their names, and of this branch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from adrtool.drift import Series, series_of
from adrtool.exhibits import Exhibits
from adrtool.ledger import History
from adrtool.ledger.moves import Moved, names_before
from adrtool.model import Claim
from adrtool.outcome import Outcome


@dataclass
class Past:
    """The outcomes of claims, oldest first: those that the ledger holds, then those of this process."""

    claims: Sequence[Claim]
    exhibits: Exhibits
    history: History | None  # None outside a git repository
    added: list[Outcome]  # grows while evidence runs
    head: str | None  # the commit that is checked out

    def of(self, claim: Claim) -> tuple[Outcome, ...]:
        """Every outcome that counts for a claim: of other branches only what saw today's very content."""
        told = self.told_of(claim) if claim.evidence is not None else ()
        told += tuple(outcome for outcome in self.added if outcome.claim == claim.id)
        return tuple(
            outcome
            for outcome in told
            if self.is_ours(outcome) or self.exhibits.fingerprints(claim, outcome.observed) == outcome.fingerprints
        )

    def told_of(self, claim: Claim) -> tuple[Outcome, ...]:
        """Every outcome that the ledger has of a claim, under the names that it had before, too."""
        history = self.history
        if history is None:
            return ()
        own = history.of(claim.id)
        before = self._names_before(claim)
        earlier = [o for name, order in before.items() for o in history.of(name) if o.order < order]
        return tuple(sorted([*earlier, *own], key=lambda o: o.order)) or self._moved_from(history, claim)

    def telling(self) -> dict[str, tuple[Outcome, ...]]:
        """For each claim's id, the outcomes that give its verdict."""
        cited = {claim.id: claim for claim in self.claims if claim.evidence is not None}
        told: dict[str, tuple[Outcome, ...]] = {}
        if self.history is not None:
            told = self.history.telling(
                cited, lambda claim, observed: self.exhibits.fingerprints(cited[claim], observed)
            )
            for claim in cited.values():
                if not told.get(claim.id) or self._names_before(claim):
                    told[claim.id] = self.told_of(claim)
        for outcome in self.added:
            told[outcome.claim] = (*told.get(outcome.claim, ()), outcome)
        return told

    def measured(self, claims: Sequence[Claim]) -> Iterator[tuple[Claim, tuple[Series, ...]]]:
        """The claims that were ever measured, with what was."""
        known = self.history.series(claim.id for claim in claims) if self.history is not None else {}
        ran = {outcome.claim for outcome in self.added if outcome.measures}
        for claim in claims:
            if claim.id in ran or self._names_before(claim):  # then the index alone does not know all
                yield claim, series_of(self.of(claim))
            elif claim.id in known:
                yield claim, known[claim.id]

    def is_ours(self, told: Outcome | Moved) -> bool:
        """Whether an outcome or a move is of HEAD or of an ancestor."""
        ours = self.history.ancestors if self.history is not None else frozenset[str]()
        return told.commit is None or told.commit in ours or told.commit == self.head

    def _names_before(self, claim: Claim) -> dict[str, int]:
        """The ids that a claim had before moves of this branch, or of any where no other claim bears them now."""
        moves = self.history.moves if self.history is not None else ()
        if not moves:
            return {}
        return names_before(moves, claim.id, lambda move: move.source not in self._borne or self.is_ours(move))

    @cached_property
    def _borne(self) -> frozenset[str]:
        """The ids that claims bear now."""
        return frozenset(claim.id for claim in self.claims)

    def _moved_from(self, history: History, claim: Claim) -> tuple[Outcome, ...]:
        """The history of the same sentence and the same script under another name."""
        if claim.evidence is None:
            return ()
        prints = self.exhibits.fingerprints(claim, ())
        return history.alike(prints.text, prints.evidence)
