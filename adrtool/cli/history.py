"""`history`: a claim's outcomes and measures over time."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from adrtool import memo
from adrtool.cli import options
from adrtool.cli.feed import Wanted, echo_changes
from adrtool.cli.status import remember
from adrtool.cli.waive import find_claim
from adrtool.drift import series_of
from adrtool.errors import ExitCode, LedgerError, ReadError, UsageError
from adrtool.flakiness import flakiness
from adrtool.report import documents, plot, text
from adrtool.report.changes import flakiness_fields, flakiness_line, turn_fields, turn_line
from adrtool.turning import turns


@click.command("history")
@click.argument("name", metavar="[CLAIM]", required=False)
@click.option("--format", "form", type=click.Choice(["text", "json", "atom"]), default="text", show_default=True)
@click.option("--url", metavar="URL", help="Where the Atom feed will lie, for its link to itself.")
@click.option("--limit", "-n", type=click.IntRange(min=1), help="Only so many, the newest.")
@options.json_option
@options.dir_option
def history_command(
    name: str | None, form: str, url: str | None, limit: int | None, as_json: bool, dirs: Sequence[Path]
) -> int:
    """Show a claim's outcomes and measures over time; without CLAIM, every change of a verdict, newest first."""
    reads = memo.Reads()
    workspace = options.open_workspace(dirs)
    form = "json" if as_json else form
    if workspace.history is None:
        raise LedgerError("no git repository here, so there is no ledger; `git init` makes room for one")
    if url is not None and form != "atom":
        raise UsageError("--url is for the Atom feed; add --format atom")
    # A claim that was taken away keeps its history.
    claim = name if name is None or name in workspace.history.claims else find_claim(workspace.claims, name).id
    if claim is None or form == "atom":
        return echo_changes(workspace, Wanted(form, claim, limit, url))
    found = next((each for each in workspace.claims if each.id == claim), None)
    told = workspace.past.told_of(found) if found is not None else workspace.history.of(claim)
    outcomes = told[-limit if limit else None :]
    # What other branches saw is listed, and is no part of the curve.
    counted = workspace.past.of(found) if found is not None else told
    measures = series_of(counted[-limit if limit else None :])
    turned, flaky = turns(counted), flakiness(counted)
    if form == "json":
        rows = [documents.outcome_fields(outcome) for outcome in outcomes]
        past = {"turns": [turn_fields(turn) for turn in turned], "flakiness": flakiness_fields(flaky)}
        curves = [documents.series_fields(series) for series in measures]
        lines = [documents.dump({"claim": claim, "outcomes": rows, "measures": curves, **past})]
    elif not outcomes:
        raise ReadError(f"{claim} never ran; `adrtool verify {claim}` runs it")
    else:
        paper = options.paper()
        lines = [*text.history_lines(outcomes, paper)]
        for said in (*map(turn_line, turned), *([flakiness_line(flaky)] if flaky is not None else [])):
            lines += paper.wrap(said, 2, first="")
        for series in measures:
            lines += ["", *plot.lines(series, paper, fancy=_can_show_blocks())]
    answer = memo.Answer("\n".join(lines) + "\n", "", int(ExitCode.OK))
    remember(workspace, reads, (), answer)
    click.echo(answer.out, nl=False, color=options.paper().colour)
    return ExitCode.OK


def _can_show_blocks() -> bool:
    """Whether the output's encoding has the blocks that a curve is drawn with."""
    try:
        plot.BLOCKS.encode(sys.stdout.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True
