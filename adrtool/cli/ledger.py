"""`ledger`: sync, compact and check the history in git notes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from adrtool.cli import options
from adrtool.errors import ExitCode, LedgerError

if TYPE_CHECKING:
    from adrtool.ledger import Ledger


@click.group("ledger")
def ledger_command() -> None:
    """Pull, push, compact and check the history in git notes."""


@ledger_command.command("pull")
@click.argument("remote", default="origin")
@options.dir_option
def pull_command(remote: str, dirs: Sequence[Path]) -> int:
    """Fetch the ledger of REMOTE and merge it; nothing here is overwritten."""
    number = _ledger(dirs).pull(remote)
    click.echo(f"{number} new {'line' if number == 1 else 'lines'} from {remote}")
    return ExitCode.OK


@ledger_command.command("push")
@click.argument("remote", default="origin")
@options.dir_option
def push_command(remote: str, dirs: Sequence[Path]) -> int:
    """Send the ledger to REMOTE, merging first what others sent."""
    number = _ledger(dirs).push(remote)
    click.echo(f"{number} new {'line' if number == 1 else 'lines'} to {remote}")
    return ExitCode.OK


@ledger_command.command("gc")
@click.option("--keep", type=click.IntRange(min=1), default=100, show_default=True, help="Outcomes for each claim.")
@options.dir_option
def gc_command(keep: int, dirs: Sequence[Path]) -> int:
    """Compact the ledger; no change of a verdict is lost."""
    number = _ledger(dirs).gc(keep)
    click.echo(f"{number} {'line' if number == 1 else 'lines'} compacted away")
    return ExitCode.OK


@ledger_command.command("fsck")
@options.json_option
@options.dir_option
def fsck_command(as_json: bool, dirs: Sequence[Path]) -> int:
    """Find damage in the ledger, and name its place."""
    from adrtool.model import Severity
    from adrtool.report import documents

    problems = _ledger(dirs).fsck()
    if as_json:
        click.echo(documents.dump({"problems": [documents.problem_fields(problem) for problem in problems]}))
    else:
        for problem in problems:
            click.echo(str(problem))
        if not problems:
            click.echo("the ledger is whole")
    damaged = any(problem.severity is Severity.ERROR for problem in problems)
    return ExitCode.LEDGER if damaged else ExitCode.OK


def _ledger(dirs: Sequence[Path]) -> Ledger:
    ledger = options.open_workspace(dirs).ledger
    if ledger is None:
        raise LedgerError("no git repository here, so there is no ledger; `git init` makes room for one")
    return ledger
