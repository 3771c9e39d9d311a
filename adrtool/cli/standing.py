"""`accept`, `reject`, `deprecate`, `supersede`, `link`: how records stand, by themselves and to each other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from adrtool.cli import options
from adrtool.errors import ExitCode, UsageError
from adrtool.model import Record, Relation, Status

if TYPE_CHECKING:
    from adrtool.cli.desk import Desk

force_option = click.option("--force", is_flag=True, help="Do it against the rules, too.")


@click.command("accept")
@click.argument("name", metavar="RECORD")
@force_option
@options.dir_option
def accept_command(name: str, force: bool, dirs: Sequence[Path]) -> int:
    """Accept a record; refused while a load-bearing claim is stale, or its evidence never came to an answer."""
    return _change(name, Status.ACCEPTED, dirs, force=force, check=_require_evidence)


@click.command("reject")
@click.argument("name", metavar="RECORD")
@force_option
@options.dir_option
def reject_command(name: str, force: bool, dirs: Sequence[Path]) -> int:
    """Reject a record that was proposed."""
    return _change(name, Status.REJECTED, dirs, force=force)


@click.command("deprecate")
@click.argument("name", metavar="RECORD")
@force_option
@options.dir_option
def deprecate_command(name: str, force: bool, dirs: Sequence[Path]) -> int:
    """Take an accepted record out of force, with nothing in its place."""
    return _change(name, Status.DEPRECATED, dirs, force=force)


@click.command("supersede")
@click.argument("name", metavar="RECORD")
@click.option("--by", "successor", metavar="RECORD", required=True, help="The newer record, which is there already.")
@force_option
@options.dir_option
def supersede_command(name: str, successor: str, force: bool, dirs: Sequence[Path]) -> int:
    """Put a newer record in the place of one; both say so, or neither is changed."""
    desk = _desk(dirs)
    old, new = _find(desk, name), _find(desk, successor)
    desk.supersede(old, new, force=force)
    return _write(desk, f"{old.path}: superseded by {new.path}")


@click.command("link")
@click.argument("one", metavar="RECORD")
@click.argument("relation", type=click.Choice([str(relation) for relation in Relation]))
@click.argument("other", metavar="RECORD")
@force_option
@options.dir_option
def link_command(one: str, relation: str, other: str, force: bool, dirs: Sequence[Path]) -> int:
    """Say how one record stands to another; both say it, where the relation has a reverse."""
    desk = _desk(dirs)
    first, second = _find(desk, one), _find(desk, other)
    desk.link(first, Relation(relation), second, force=force)
    return _write(desk, f"{first.path}: {relation} {second.path}")


def _change(
    name: str, status: Status, dirs: Sequence[Path], *, force: bool, check: Callable[[Desk, Record], str] | None = None
) -> int:
    desk = _desk(dirs)
    record = _find(desk, name)
    if record.status is status:
        click.echo(f"{record.path}: is {status} already")
        return ExitCode.OK
    missing = check(desk, record) if check is not None else ""
    desk.stand(record, status, force=force)
    if missing and not force:
        raise UsageError(missing)
    return _write(desk, f"{record.path}: {record.status} -> {status}")


def _require_evidence(desk: Desk, record: Record) -> str:
    """Show the verdicts of a record's claims; why they are not enough, or nothing."""
    from adrtool.cli.shown import echo_records
    from adrtool.verdict import Verdict

    every = desk.workspace.judge_all(options.now())
    rows = [row for row in every if row.claim.path == record.path]
    if not rows:
        return ""
    echo_records(desk.workspace, [record], rows, every)
    wanting = [
        row
        for row in rows
        if row.claim.load_bearing
        and row.verdict in (Verdict.STALE, Verdict.BROKEN, Verdict.UNVERIFIED)
        and not row.is_waived(options.now())
    ]
    if not wanting:
        return ""
    names = ", ".join(f"{row.claim.id} is {row.verdict}" for row in wanting)
    return f"{record.path}: not accepted: {names}; run `adrtool verify {record.id}`, or accept it with --force"


def _desk(dirs: Sequence[Path]) -> Desk:
    from adrtool.cli.desk import Desk

    return Desk.of(options.open_workspace(dirs))


def _find(desk: Desk, name: str) -> Record:
    from adrtool.cli.shown import find_record

    return find_record(desk.workspace, name)


def _write(desk: Desk, said: str) -> int:
    written = desk.write()
    click.echo(said if written else f"{said}: it says so already")
    return ExitCode.OK
