"""`list`, `show`, `claims`: what is known, without running anything."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from adrtool.cli import looking_back, options
from adrtool.cli.shown import (
    all_problems,
    echo_records,
    errors_among,
    find_record,
    in_order,
    judged,
    problems_fields,
    records_fields,
)
from adrtool.due import reviews
from adrtool.errors import ExitCode
from adrtool.report import documents, listing, text

if TYPE_CHECKING:
    from adrtool.plan import Selection
    from adrtool.workspace import Workspace


@click.command("list")
@options.json_option
@options.dir_option
def list_command(as_json: bool, dirs: Sequence[Path]) -> int:
    """List the records, with the health of each."""
    workspace = options.open_workspace(dirs)
    judgements = judged(workspace)
    if as_json:
        click.echo(
            documents.dump({"records": records_fields(workspace, judgements), "problems": problems_fields(workspace)})
        )
        return ExitCode.OK
    if not workspace.records:
        options.warn_of_nothing(workspace)
    healths = workspace.healths(judgements)
    for line in listing.record_rows(workspace.records, healths, options.paper()):
        click.echo(line)
    _warn(workspace)
    return ExitCode.OK


@click.command("show")
@click.argument("name", metavar="RECORD")
@click.option("--verbose", "-v", is_flag=True, help="Show measures and the last lines of output, too.")
@options.json_option
@options.dir_option
def show_command(name: str, verbose: bool, as_json: bool, dirs: Sequence[Path]) -> int:
    """Show a record's claims, and which sentence is in trouble."""
    workspace = options.open_workspace(dirs)
    record = find_record(workspace, name)
    every = judged(workspace)
    judgements = [judgement for judgement in every if judgement.claim.path == record.path]
    if as_json:
        fields = next(row for row in records_fields(workspace, every) if row["path"] == record.path)
        problems = [problem for problem in workspace.problems if problem.path == record.path]
        document: documents.Fields = {
            "record": fields,
            **looking_back.fields(workspace, judgements),
            "problems": [documents.problem_fields(problem) for problem in problems],
        }
        click.echo(documents.dump(document))
        return ExitCode.OK
    more = partial(looking_back.notes, workspace)
    echo_records(workspace, [record], judgements, every, verbose=verbose, more=more)
    click.echo(text.summary(judgements, options.now(), options.paper()))
    for line in text.review_lines(
        reviews([record], options.now(), workspace.settings.revisit_unsupported), options.paper()
    ):
        click.echo(line)
    return ExitCode.OK


@click.command("claims")
@options.selection_options
@options.json_option
@options.dir_option
def claims_command(selection: Selection, as_json: bool, dirs: Sequence[Path]) -> int:
    """List the claims, with their verdicts."""
    workspace = options.open_workspace(dirs)
    found = options.chosen(workspace, selection, judged(workspace))
    judgements = in_order(workspace, [*found.judgements, *(judgement for judgement, _ in found.left_out)])
    if as_json:
        rows = [documents.claim_fields(judgement) for judgement in judgements]
        click.echo(documents.dump({"claims": rows, "problems": problems_fields(workspace)}))
        return ExitCode.OK
    options.warn_of_nothing(workspace)
    for line in listing.claim_rows(judgements, options.now(), options.paper()):
        click.echo(line)
    return ExitCode.OK


def _warn(workspace: Workspace) -> None:
    for problem in errors_among(all_problems(workspace)):
        options.warn(str(problem))
