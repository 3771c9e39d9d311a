"""Records and claims in columns: on a terminal within its width, elsewhere one line each, for `grep` to find."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from adrtool.model import Record
from adrtool.report.text import COLOURS, Paper
from adrtool.verdict import Health, Judgement

_WIDE = 20  # columns of an id, from which a terminal has it on a line of its own
_VERDICT = 11


def record_rows(records: Sequence[Record], healths: Mapping[str, Health | None], paper: Paper) -> Iterator[str]:
    """Each record: its id, status, date, health and title."""
    ids = max((len(record.id) for record in records), default=0)
    apart = paper.terminal and ids > _WIDE
    for record in records:
        health = healths[record.path]
        facts = f"{record.status.value:<10}  {record.date or '-'!s:<10}  {health.value if health else '-':<10}"
        line = f"{facts}  {record.title}" if apart else f"{record.id:<{ids}}  {facts}  {record.title}"
        yield paper.clip(line, paper.width) if paper.terminal else line
        if apart:
            yield "  " + paper.paint(record.id, dim=True)  # whole, to be copied


def claim_rows(judgements: Sequence[Judgement], now: datetime, paper: Paper) -> Iterator[str]:
    """Each claim: its verdict, its sentence, whether it only supports or is waived, its id and its place."""
    ids = max((len(judgement.claim.id) for judgement in judgements), default=0)
    for judgement in judgements:
        claim, indent = judgement.claim, " " * (_VERDICT + 2)
        word = paper.paint(f"{judgement.verdict.value:<{_VERDICT}}", COLOURS[judgement.verdict])
        notes = ["supporting"] if not claim.load_bearing else []
        notes += ["waived"] if judgement.is_waived(now) else []
        said = f"{claim.text} ({', '.join(notes)})" if notes else claim.text
        place = f"{claim.path}:{claim.line}"
        if paper.terminal:
            yield from paper.wrap(said, len(indent), first=f"{word}  ")
            for line in paper.wrap(f"{claim.id}  {place}", len(indent)):
                yield indent + paper.paint(line.strip(), dim=True)
        else:
            yield f"{word}  {claim.id:<{ids}}  {place}  {said}"
