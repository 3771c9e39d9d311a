"""The records of a workspace, opened for writing; and the editor, which is the user's own."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import click

from adrtool.cli import options
from adrtool.errors import UsageError
from adrtool.model import Record, Relation, Status
from adrtool.writing.changes import Change, write_all
from adrtool.writing.page import Page
from adrtool.writing.relating import Target, with_relation
from adrtool.writing.shelf import Shelf
from adrtool.writing.source import Source
from adrtool.writing.standing import Move, require_may_follow, with_status
from adrtool.writing.wording import Wording, reverse_of

if TYPE_CHECKING:
    from adrtool.workspace import Workspace


@dataclass
class Desk:
    """What is changed is gathered here, each page on top of what went before, and written together or not at all."""

    workspace: Workspace
    shelf: Shelf
    pages: dict[str, Page]
    records: dict[str, Record]
    originals: dict[str, Page]

    @classmethod
    def of(cls, workspace: Workspace) -> Desk:
        """A desk with nothing on it."""
        from adrtool.reading.claims import read_claims

        folders = {record.path: folder_of(workspace, record) for record in workspace.records}
        shelf = Shelf(
            workspace.records,
            folders,
            lambda document, path, id_, folder: read_claims(document, workspace.setting_of(path, id_, folder)),
        )
        return cls(workspace, shelf, {}, {record.path: record for record in workspace.records}, {})

    def page(self, record: Record) -> Page:
        """The record's page as it is now, with what was changed so far."""
        if record.path not in self.pages:
            page = Page(record.path, Source.read(self.workspace.root / record.path, record.path))
            self.originals[record.path] = self.pages[record.path] = page
        return self.pages[record.path]

    def put(self, page: Page) -> Record:
        """Lay a changed page on the desk; what it says now."""
        self.pages[page.path] = page
        self.records[page.path] = self.shelf.read_page(page)
        return self.records[page.path]

    def add(self, page: Page, folder: str) -> Record:
        """Lay a new page on the desk."""
        self.shelf = self.shelf.with_new(page.path, folder)
        return self.put(page)

    @cached_property
    def wording(self) -> Wording:
        """How the repository's records put things."""
        words = (self.page_text(record) for record in self.workspace.records[-50:])
        return Wording.of(self.workspace.records, "".join(words))

    def page_text(self, record: Record) -> str:
        """Some of what a record says; nothing where it cannot be read."""
        try:
            return (self.workspace.root / record.path).read_text(encoding="utf-8", errors="replace")[:4000]
        except OSError:
            return ""

    def stand(self, record: Record, status: Status, *, force: bool, by: Record | None = None) -> None:
        """Give a record another status."""
        record = self.records[record.path]
        if not force:
            require_may_follow(record, status)
        successor = Target.of(by, self.page(by)) if by is not None else None
        move = Move(status, self.wording, successor, options.now().date())
        self.put(with_status(self.page(record), record, move, self.shelf))

    def supersede(self, old: Record, new: Record, *, force: bool) -> None:
        """Both sides of a supersession."""
        if old.path == new.path:
            raise UsageError(f"{old.path}: a record cannot supersede itself")
        new = self.records[new.path]
        if not force and new.status in (Status.REJECTED, Status.DEPRECATED, Status.SUPERSEDED):
            raise UsageError(
                f"{new.path}: it is {new.status} and can take nobody's place; --force does it all the same"
            )
        if old.path in new.targets(Relation.SUPERSEDED_BY):
            raise UsageError(f"{new.path}: it is itself superseded by {old.path}")
        if new.path not in self.records[old.path].targets(Relation.SUPERSEDED_BY):
            self.stand(old, Status.SUPERSEDED, force=force, by=new)
        self._relate(new, Relation.SUPERSEDES, old)

    def link(self, one: Record, relation: Relation, other: Record, *, force: bool = False) -> None:
        """A relation, and its reverse where there is one."""
        match relation:
            case Relation.SUPERSEDES:
                self.supersede(other, one, force=force)
            case Relation.SUPERSEDED_BY:
                self.supersede(one, other, force=force)
            case _:
                if one.path == other.path:
                    raise UsageError(f"{one.path}: a record cannot be linked to itself")
                self._relate(one, relation, other)
                if (reverse := reverse_of(relation)) is not None:
                    self._relate(other, reverse, one)

    def _relate(self, one: Record, relation: Relation, other: Record) -> None:
        one, target = self.records[one.path], Target.of(self.records[other.path], self.page(other))
        self.put(with_relation(self.page(one), one, relation, target, self.wording, self.shelf))

    def write(self, extra: Iterable[Change] = ()) -> tuple[str, ...]:
        """Write what has changed, all of it or nothing; the paths."""
        changes = list(extra)
        for path, page in self.pages.items():
            before = self.originals[path].source.data if path in self.originals else None
            if before != page.source.data:
                changes.append(Change(path, before, page.source.data))
        write_all(self.workspace.root, changes)
        return tuple(change.target for change in changes)


def folder_of(workspace: Workspace, record: Record) -> str:
    """The record folder that holds a record."""
    holding = (folder for folder in workspace.folders if folder == "." or record.path.startswith(f"{folder}/"))
    return max(holding, key=len, default=".")


def at_terminal() -> bool:
    """Whether somebody is there to answer."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def editor() -> Sequence[str]:
    """The user's editor, as words of a command; empty where none is named."""
    return shlex.split(os.environ.get("VISUAL") or os.environ.get("EDITOR") or "")


def open_editor(path: Path) -> None:
    """Open a file in the user's editor and wait; raises UsageError where there is none or it fails."""
    try:
        command = editor()
    except ValueError as error:
        raise UsageError(f"$VISUAL or $EDITOR cannot be read as a command: {error}") from error
    if not command:
        raise UsageError(f"no editor: set $VISUAL or $EDITOR; the file is {path}")
    try:
        code = subprocess.run([*command, str(path)], check=False).returncode
    except OSError as error:
        raise UsageError(f"the editor {command[0]} cannot be started: {error.strerror}; the file is {path}") from error
    if code:
        raise UsageError(f"the editor {command[0]} ended with {code}; the file is {path}")


def echo_written(paths: Iterable[str]) -> None:
    """Say which files were written."""
    for path in paths:
        click.echo(path)
