"""Records as CSV, one row each."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence

from adrtool.exchange.parts import Loss, Source
from adrtool.model import Record, Relation
from adrtool.verdict import Health

COLUMNS = (
    "id", "number", "title", "status", "status_raw", "date", "health", "path", "supersedes", "superseded_by",
    "tags", "deciders", "claims",
)  # fmt: skip
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_table(sources: Sequence[Source], healths: Mapping[str, Health | None]) -> tuple[str, tuple[Loss, ...]]:
    """The table, and what it does not hold. A cell that a spreadsheet would run as a formula begins with `'`."""
    losses: list[Loss] = []
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(COLUMNS)
    for source in sources:
        record = source.record
        cells = _cells(record, healths.get(record.path))
        guarded = [f"'{cell}" if cell.startswith(FORMULA) else cell for cell in cells]
        if guarded != cells:
            losses.append(Loss(record.path, "a cell that reads like a formula begins with ' there"))
        losses.append(Loss(record.path, "the text, its claims and all relations but supersession: left out"))
        writer.writerow(guarded)
    return stream.getvalue(), tuple(losses)


def _cells(record: Record, health: Health | None) -> list[str]:
    cells = (
        record.id,
        "" if record.number is None else str(record.number),
        record.title,
        record.status.value,
        record.status_raw,
        record.date.isoformat() if record.date else "",
        health.value if health is not None else "",
        record.path,
        ";".join(record.targets(Relation.SUPERSEDES)),
        ";".join(record.targets(Relation.SUPERSEDED_BY)),
        ";".join(record.tags),
        ";".join(record.deciders),
        str(len(record.claims)),
    )
    return [" ".join(cell.split()) for cell in cells]
