"""`history`: a claim's outcomes and measures over time."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from adrtool.cli import options
from adrtool.cli.waive import find_claim
from adrtool.errors import ExitCode, LedgerError, ReadError
from adrtool.report import documents, text


@click.command("history")
@click.argument("name", metavar="CLAIM")
@click.option("--limit", "-n", type=click.IntRange(min=1), help="Only so many, the newest.")
@options.json_option
@options.dir_option
def history_command(name: str, limit: int | None, as_json: bool, dirs: Sequence[Path]) -> int:
    """Show a claim's outcomes and measures over time."""
    workspace = options.open_workspace(dirs)
    if workspace.history is None:
        raise LedgerError("no git repository here, so there is no ledger; `git init` makes room for one")
    # A claim that was taken away keeps its history.
    claim = name if name in workspace.history.claims else find_claim(workspace.claims, name).id
    outcomes = workspace.history.of(claim)[-limit if limit else None :]
    if as_json:
        rows = [documents.outcome_fields(outcome) for outcome in outcomes]
        click.echo(documents.dump({"claim": claim, "outcomes": rows}))
        return ExitCode.OK
    if not outcomes:
        raise ReadError(f"{claim} never ran; `adrtool verify {claim}` runs it")
    for line in text.history_lines(outcomes, options.paper()):
        click.echo(line)
    return ExitCode.OK
