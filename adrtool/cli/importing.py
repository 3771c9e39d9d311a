"""`import`: records of other tools and folders, written as records here."""

from __future__ import annotations

import os
import posixpath
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import click

from adrtool.cli import options
from adrtool.errors import AdrtoolError, ExitCode, ReadError, UsageError
from adrtool.model import Link, Relation

if TYPE_CHECKING:
    from adrtool.cli.desk import Desk
    from adrtool.exchange.incoming import Incoming, Layout
    from adrtool.exchange.parts import Loss
    from adrtool.workspace import Workspace
    from adrtool.writing.drafting import Neighbours
    from adrtool.writing.page import Page

_FORMATS = ("json-adr", "csv", "folder")


@click.command("import")
@click.argument("source", metavar="SOURCE")
@click.option("--format", "form", type=click.Choice(_FORMATS), help="What SOURCE is; default: as its name says.")
@click.option("--dir", "folder", metavar="FOLDER", help="Where the records shall lie; default: with those here.")
@click.option("--dry-run", "-n", is_flag=True, help="Say what would be written and lost, and write nothing.")
def import_command(source: str, form: str | None, folder: str | None, dry_run: bool) -> int:
    """Write the records of a JSON-ADR document, a CSV table or another folder as records here.

    SOURCE may be - for standard input. What cannot be taken over is told on stderr, each with its place.
    """
    from adrtool.cli.desk import Desk

    incoming, losses = _read(source, form)
    if not incoming:
        raise ReadError("there is no record in it", path=source)
    workspace, neighbours = _place(folder)
    is_ours = Path(source).is_dir() and Path(source).resolve().is_relative_to(workspace.root.resolve())
    arrival = _Arrival(Desk.of(workspace), neighbours, list(losses), is_ours)
    arrival.take(incoming)
    paths = [path for path in arrival.desk.pages if path not in arrival.desk.originals]
    if not dry_run:
        arrival.desk.write()
    for path in paths:
        click.echo(path)
    for loss in arrival.losses:
        options.warn(str(loss))
    return ExitCode.OK


@dataclass
class _Arrival:
    """Records being written into a folder, and what is lost on the way."""

    desk: Desk
    neighbours: Neighbours
    losses: list[Loss]
    is_ours: bool = False  # they come from a folder of this repository
    paths: dict[str, str] = field(default_factory=dict)  # where each will lie, by its key
    places: dict[str, str] = field(default_factory=dict)  # the same, by where it lay

    def take(self, incoming: Sequence[Incoming]) -> None:
        """Lay all of them on the desk, with their links."""
        from adrtool.exchange.incoming import numbered

        if not self.neighbours.records and all(each.path for each in incoming):
            given = tuple((each, each.number) for each in incoming)  # nobody is there: all keep their names
        else:
            given = numbered(incoming, self._taken(), self.losses)
        laid: list[tuple[Incoming, int | None]] = []
        for found, number in given:
            each = found
            if each.key in self.paths:  # links to it lead to the first of that name
                self._lose(each, f"another is called {each.key}, too; what names it means the other one here")
                each = replace(each, key=each.place if each.place not in self.paths else f"{each.key} {len(laid)}")
            self.paths[each.key] = self._path(each, number, frozenset(self.paths.values()))
            if each.path:
                self.places[posixpath.normpath(each.path)] = self.paths[each.key]
            laid.append((each, number))
        for each, number in laid:
            self._lay(each, number)
        for each, _ in laid:
            self._compare(each)
            for relation, key in each.links:
                self._link(each, relation, key)

    def _taken(self) -> dict[int, str]:
        from adrtool.writing.numbers import numbers_elsewhere

        workspace, naming = self.desk.workspace, self.neighbours.naming
        found = {}
        if workspace.repository is not None and naming.is_numbered:
            there = numbers_elsewhere(workspace.repository, naming.directory)
            found = {number: f"{path} on {branch}" for number, (branch, path) in there.items()}
        found.update({r.number: r.path for r in self.neighbours.records if r.number is not None})
        return found

    def _path(self, each: Incoming, number: int | None, used: frozenset[str]) -> str:
        """Where a record will lie: under the name that it had, if that fits here and is free."""
        from adrtool.reading.naming import name_of, record_stem, record_suffix

        def is_taken(path: str) -> bool:
            return path in used or (self.desk.workspace.root / path).exists()

        suffix = record_suffix(each.path) if each.verbatim is not None else ".md"
        naming = replace(self.neighbours.naming, suffix=suffix)
        name = name_of(each.path)
        fits = not self.neighbours.records or (name.shape, name.number) == (naming.shape, number)
        kept = posixpath.normpath(posixpath.join(naming.directory, record_stem(each.path) + suffix))
        if each.path and fits and not is_taken(kept):
            return kept
        day = each.date or options.now().date()
        try:
            return naming.path(number, each.title, day, is_taken)
        except UsageError:  # a title without a letter to name a file after
            return naming.path(number, f"record {number}", day, is_taken)

    def _lay(self, each: Incoming, number: int | None) -> None:
        from adrtool.exchange.incoming import relinked
        from adrtool.writing.filling import numbered
        from adrtool.writing.page import Page
        from adrtool.writing.source import Source

        path = self.paths[each.key]
        if each.verbatim is not None:
            page = Page(path, Source(relinked(each.verbatim, each.path, path, self._place_of)))
            if number is not None and each.number not in (None, number):
                page = numbered(page, each.number or 0, number, self.neighbours.naming.spell(number))
        else:
            page = self._written(each, number, path)
        self.desk.add(page, self.neighbours.folder)

    def _written(self, each: Incoming, number: int | None, path: str) -> Page:
        from adrtool.exchange.incoming import relinked
        from adrtool.writing.page import Page
        from adrtool.writing.source import Source

        def led(text: str) -> str:
            return relinked(text, each.path, path, self._place_of)

        sections = tuple((heading, led(text)) for heading, text in each.sections)
        moved = replace(each, lead=led(each.lead), sections=sections)
        escaped = "".join(f"\\{char}" if char in "\\`*_<>[]#" else char for char in each.title)
        spelt = "" if number is None else str(number)
        pages = [Page(path, Source(moved.text(title, spelt, self._layout))) for title in (each.title, escaped)]
        return next((page for page in pages if page.head.title == each.title), pages[-1])

    def _place_of(self, path: str) -> str | None:
        """Where a file is that a record links to: with the others here, or where it was, in this repository."""
        return self.places.get(path, path if self.is_ours else None)

    @cached_property
    def _layout(self) -> Layout:
        from adrtool.exchange.incoming import Layout

        page = next(iter(self.neighbours.pages[-1:]), None)
        is_nygard = page is not None and not page.front and page.status_section is not None
        return Layout.NYGARD if is_nygard else Layout.FRONT

    def _compare(self, each: Incoming) -> None:
        """Tell where a record does not say here what it said there."""
        from adrtool.exchange.incoming import status_told

        record = self.desk.shelf.read_page(self.desk.pages[self.paths[each.key]])
        pairs = (
            ("title", each.title, record.title),
            ("status", each.status.casefold(), status_told(record.status, record.status_raw).casefold()),
            ("date", str(each.date or "none"), str(record.date or "none")),
            ("deciders", ", ".join(each.deciders), ", ".join(record.deciders)),
            ("tags", ", ".join(each.tags), ", ".join(record.tags)),
        )
        for what, was, now in pairs:
            if was != now:
                self._lose(each, f"its {what} {was!r} reads as {now!r} in {record.path}")
        wanted = {(relation, self.paths.get(key)) for relation, key in each.links}
        for link in record.links:
            if (link.relation, link.target) not in wanted:
                self._lose(each, f"reads as if it were {link.relation} {link.target}; mend {record.path}")
        root = self.desk.workspace.root
        cited = [str(c.evidence) for c in record.claims if c.evidence and not (root / c.evidence.path).exists()]
        self._lacks(each, "the evidence of its claims is not copied", cited)
        if not self.is_ours:
            evidence = {claim.partition("#")[0] for claim in cited}
            others = [path for path in each.files if path not in self.places and path not in evidence]
            self._lacks(each, "it links to files that are not copied", others)

    def _lacks(self, each: Incoming, what: str, files: Sequence[str]) -> None:
        if files:
            more = f" and {len(files) - 3} more" if len(files) > 3 else ""
            self._lose(each, f"{what}: {', '.join(files[:3])}{more}")

    def _link(self, each: Incoming, relation: Relation, key: str) -> None:
        path = self.paths.get(key)
        if path is None:
            self._lose(each, f"{relation} {key}: there is no such record in it")
            return
        one, other = self.desk.records[self.paths[each.key]], self.desk.records[path]
        if Link(relation, path) in self.desk.shelf.read_page(self.desk.pages[one.path]).links:
            return
        try:
            self.desk.link(one, relation, other, force=True)
        except AdrtoolError as error:
            self._lose(each, f"{relation} {path}: {error.message}")

    def _lose(self, each: Incoming, message: str) -> None:
        from adrtool.exchange.parts import Loss

        self.losses.append(Loss(each.place, message))


def _read(source: str, form: str | None) -> tuple[Sequence[Incoming], Iterable[Loss]]:
    """What `source` holds; raises ReadError where it cannot be read."""
    from adrtool.exchange.from_json_adr import read_json_adr
    from adrtool.exchange.from_tables import read_table

    if form is None:
        form = "folder" if Path(source).is_dir() else "csv" if source.lower().endswith((".csv", ".tsv")) else "json-adr"
    match form:
        case "folder":
            return _read_folder(source)
        case "csv":
            return read_table(_text(source), source)
        case _:
            return read_json_adr(_text(source), source)


def _read_folder(source: str) -> tuple[Sequence[Incoming], Iterable[Loss]]:
    from adrtool.exchange.from_folders import incoming_of
    from adrtool.exchange.parts import Loss, Source
    from adrtool.sheet import Sheet
    from adrtool.workspace import Workspace, nothing_found

    there = Workspace.open(Path(source), [Path(source)])
    if not there.records:
        raise nothing_found(there)
    found = [incoming_of(Source(record, Sheet.read(there.root, record.path))) for record in there.records]
    incoming = [
        replace(each, place=_told(there.root, each.path), verbatim=_exact(there.root / each.path, each.verbatim))
        for each in found
    ]
    read = {each.path for each in incoming}
    return incoming, [
        Loss(f"{_told(there.root, p.path)}:{p.line}", f"{p.message}: left out")
        for p in there.problems
        if p.path not in read
    ]


def _told(root: Path, path: str) -> str:
    """A path as one finds it from here."""
    return Path(os.path.relpath(root / path)).as_posix()


def _exact(file: Path, text: str | None) -> str | None:
    """The text of a file with its own line ends, if it is UTF-8; else `text`, which was read from it."""
    from adrtool.writing.source import Source

    try:
        return Source.read(file, str(file)).text
    except ReadError:
        return text


def _text(source: str) -> str:
    try:
        data = sys.stdin.buffer.read() if source == "-" else Path(source).read_bytes()
        return data.decode("utf-8-sig")
    except OSError as error:
        raise ReadError(f"cannot be read: {error.strerror}", path=source) from error
    except UnicodeDecodeError as error:
        raise ReadError(f"not UTF-8 at byte {error.start}; save it as UTF-8", path=source) from error


def _place(folder: str | None) -> tuple[Workspace, Neighbours]:
    """Where the records shall be written, and what lies there already."""
    from adrtool.cli.desk import folder_of
    from adrtool.cli.write import neighbours_of, place_for
    from adrtool.writing.drafting import Neighbours

    if folder is None:
        workspace = options.open_workspace(())
        if workspace.folders:
            return workspace, neighbours_of(workspace)
    root, place = place_for(folder)
    if folder is not None and (root / place).is_dir():
        workspace = options.open_workspace([root / place])
        own = [record for record in workspace.records if folder_of(workspace, record) == place]
        return workspace, Neighbours.of(root, place, own)
    if (root / place).exists() and not (root / place).is_dir():
        raise UsageError(f"{posixpath.normpath(place)} is a file; name a folder with --dir")
    workspace = options.open_workspace(())
    return workspace, Neighbours(workspace.root, place, ())
