"""`renumber`: another number for a record, wherever it is named."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from adrtool.cli import options
from adrtool.errors import ExitCode, UsageError
from adrtool.model import Record

if TYPE_CHECKING:
    from adrtool.workspace import Workspace


@click.command("renumber")
@click.argument("name", metavar="RECORD")
@click.argument("number", metavar="[NUMBER]", required=False, type=click.IntRange(min=0))
@click.option("--yes", is_flag=True, help="Do it without asking.")
@options.dir_option
def renumber_command(name: str, number: int | None, yes: bool, dirs: Sequence[Path]) -> int:
    """Give a record another number, the next free one by default: file, evidence, and all that names it."""
    from adrtool.cli.desk import Desk, at_terminal, folder_of
    from adrtool.cli.move import record_moves
    from adrtool.cli.shown import find_record
    from adrtool.writing.changes import write_all
    from adrtool.writing.moving import Moving, require_kept
    from adrtool.writing.renumbering import changes, renumbering

    workspace = options.open_workspace(dirs)
    record = find_record(workspace, name)
    folder = folder_of(workspace, record)
    beside = [each for each in workspace.records if folder_of(workspace, each) == folder]
    evidence = workspace.setting(record).evidence_folders
    if number is None:
        number = _next(workspace, record, beside)
    plan = renumbering(record, number, beside, evidence)
    # Where no other folder has a record of that number, `ADR-7` in code and documents is this one, too.
    is_alone = all(each.number != record.number for each in workspace.records if each not in beside)
    mentioning = workspace.files if is_alone else [each.path for each in beside]
    found = tuple(changes(workspace.root, plan, workspace.files, mentioning))
    moving = Moving({change.path: change.to for change in found if change.to})
    require_kept(moving, Desk.of(workspace).shelf, found)
    for change in found:
        for line in change.diff():
            click.echo(line)
    if not yes and not at_terminal():
        raise UsageError("nothing was changed; pass --yes to do what is shown")
    if not yes and not click.confirm(f"Change {len(found)} files?", err=True):
        raise UsageError("nothing was changed")
    write_all(workspace.root, found)
    record_moves(workspace, options.open_workspace(dirs), moving)
    _sweep(workspace.root, {Path(change.path).parent for change in found if change.to})
    click.echo(f"{record.path} -> {plan.moved(record.path)}", err=True)
    if not plan.is_alone:
        options.warn(f"another record has number {record.number}: where only a number stands, see what is meant")
    return ExitCode.OK


def _next(workspace: Workspace, record: Record, beside: Sequence[Record]) -> int:
    import posixpath

    from adrtool.writing.naming import next_number
    from adrtool.writing.numbers import numbers_elsewhere

    directory = posixpath.dirname(record.path) or "."
    taken = numbers_elsewhere(workspace.repository, directory) if workspace.repository is not None else {}
    return next_number(beside, taken)


def _sweep(root: Path, folders: set[Path]) -> None:
    """Take away the folders that were left empty."""
    import contextlib

    for folder in sorted(folders, reverse=True):
        if folder != Path():
            with contextlib.suppress(OSError):
                (root / folder).rmdir()
