"""A table of records read: the columns that `export` writes, and any other as a section."""

from __future__ import annotations

import csv
import io
import posixpath
import re
from collections.abc import Iterator, Mapping

from adrtool.errors import ReadError
from adrtool.exchange.incoming import Incoming, day_of, status_told
from adrtool.exchange.parts import Loss
from adrtool.exchange.tables import COLUMNS, FORMULA
from adrtool.model import Relation
from adrtool.reading.status import status_of

_LINKS = (("supersedes", Relation.SUPERSEDES), ("superseded_by", Relation.SUPERSEDED_BY))
_LONGEST = 10 * 1024 * 1024  # characters of a cell


def read_table(text: str, name: str) -> tuple[tuple[Incoming, ...], tuple[Loss, ...]]:
    """The records of a table called `name`, and what cannot be taken over; raises ReadError for one without titles."""
    csv.field_size_limit(_LONGEST)
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    losses: list[Loss] = []
    found = []
    try:
        columns = [re.sub(r"[\s-]+", "_", column.strip().lower()) for column in reader.fieldnames or ()]
        if "title" not in columns:
            raise ReadError("no table of records: it has no column `title`", path=name, line=1)
        names = dict(zip(reader.fieldnames or (), columns, strict=True))
        for row in reader:
            place = f"{name}:{reader.line_num}"
            if None in row:
                losses.append(Loss(place, "more cells than columns: the last ones are left out"))
            cells = {names[key]: _unguarded(value or "") for key, value in row.items() if key is not None}
            found.append(_incoming(cells, names, place, losses))
    except csv.Error as error:
        raise ReadError(f"no CSV: {error}", path=name, line=reader.line_num + 1) from None
    return tuple(each for each in found if each is not None), tuple(losses)


def _incoming(cells: Mapping[str, str], names: Mapping[str, str], place: str, losses: list[Loss]) -> Incoming | None:
    if not any(cells.values()):
        return None
    number = int(cells["number"]) if re.fullmatch(r"[0-9]{1,9}", cells.get("number", "")) else None
    title = " ".join(cells["title"].split())
    if not title:
        title = f"Record {number}" if number is not None else "Record"
        losses.append(Loss(place, f"has no title; it is {title!r} here"))
    said = cells.get("status", "")
    raw = cells.get("status_raw") or said
    if cells.get("claims", "0") not in ("", "0"):
        losses.append(Loss(place, f"its claims ({cells['claims']}) are not in the table"))
    sections = [(name, cells[key].strip()) for name, key in names.items() if key not in COLUMNS and cells[key].strip()]
    return Incoming(
        place=place,
        key=cells.get("path") or cells.get("id") or str(number),
        title=title,
        number=number,
        status=status_told(status_of(said), raw),
        date=day_of(cells.get("date", ""), place, losses),
        deciders=_several(cells.get("deciders", "")),
        tags=_several(cells.get("tags", "")),
        sections=tuple(sections),
        links=tuple(_links(cells)),
        path=cells.get("path", ""),
    )


def _links(cells: Mapping[str, str]) -> Iterator[tuple[Relation, str]]:
    for column, relation in _LINKS:
        for target in _several(cells.get(column, "")):
            yield relation, posixpath.normpath(target)


def _several(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split(";") if part.strip())


def _unguarded(cell: str) -> str:
    """A cell without the `'` that keeps a spreadsheet from running it."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULA) else cell
