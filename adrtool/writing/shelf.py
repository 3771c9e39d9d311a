"""What the records would say once changed: texts in memory, read as they would be from disk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from adrtool.errors import ReadError
from adrtool.model import Link, Problem, Record
from adrtool.reading.head import Head
from adrtool.reading.naming import name_of
from adrtool.reading.records import ClaimsOf, Reading, id_of, read_one, resolve
from adrtool.writing.page import Page


@dataclass(frozen=True)
class Shelf:
    """The records of a repository; `folders` holds the record folder of each path."""

    records: tuple[Record, ...]
    folders: Mapping[str, str]
    claims_of: ClaimsOf

    def with_new(self, path: str, folder: str) -> Shelf:
        """The shelf with one more record, still unwritten."""
        record = Record(id_of(path), path, "", name_of(path).number)
        return Shelf((*self.records, record), {**self.folders, path: folder}, self.claims_of)

    def read(self, pages: Iterable[Page]) -> dict[str, tuple[Record, tuple[Problem, ...]]]:
        """Each of `pages` as a record, its links resolved among all, and what is wrong with it.

        Only these are parsed: for the links of a page the names of all others are enough.
        """
        changed = {page.path: page for page in pages}
        readings = [
            self._reading(changed[record.path]) if record.path in changed else _stub(record, self.folders)
            for record in self.records
        ]
        records, problems = resolve(readings)
        return {
            record.path: (record, tuple(problem for problem in problems if problem.path == record.path))
            for record in records
            if record.path in changed
        }

    def read_page(self, page: Page) -> Record:
        """One page as a record; raises ReadError where it cannot be read."""
        found = self.read((page,)).get(page.path)
        if found is None:
            problem = next(iter(self._reading(page).problems), None)
            raise ReadError(problem.message if problem else "cannot be read", path=page.path)
        return found[0]

    def _reading(self, page: Page) -> Reading:
        data = page.source.text.encode("utf-8", "surrogatepass")
        return read_one(data, page.path, self.folders.get(page.path, "."), self.claims_of)


def differences(before: Record, after: Record) -> Record:
    """`after`, with all that no change of a status or a link may touch taken from it for comparison with `before`.

    Lines move, and so does the wording of the status: neither is part of what a record says.
    """
    moved = (
        tuple(replace(new, line=old.line) for new, old in zip(after.claims, before.claims, strict=False))
        + after.claims[len(before.claims) :]
    )
    return replace(after, claims=moved, status_raw=before.status_raw, links=as_set(after.links))


def as_set(links: Iterable[Link]) -> tuple[Link, ...]:
    """Links in an order of their own."""
    return tuple(sorted(set(links), key=lambda link: (link.relation, link.target)))


def _stub(record: Record, folders: Mapping[str, str]) -> Reading:
    name = name_of(record.path)
    head = Head(record.title, record.status, record.status_raw, record.date)
    return Reading(record.path, folders.get(record.path, "."), record.id, name, head)
