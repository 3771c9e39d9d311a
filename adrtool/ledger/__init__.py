"""The append-only history of outcomes, kept in git notes."""

from adrtool.ledger.book import Ledger
from adrtool.ledger.history import History

__all__ = ["History", "Ledger"]
