"""`plan`: which evidence would run, and why."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from adrtool.cli import options
from adrtool.cli.reporting import left_out
from adrtool.errors import ExitCode
from adrtool.report import documents, text
from adrtool.verdict import Judgement, Verdict

if TYPE_CHECKING:
    from adrtool.plan import Selection
    from adrtool.workspace import Workspace


@click.command("plan")
@options.selection_options
@click.option("--all", "everything", is_flag=True, help="Also what holds and is fresh.")
@options.schedule_options
@options.json_option
@options.dir_option
def plan_command(selection: Selection, schedule: options.Schedule, as_json: bool, dirs: Sequence[Path]) -> int:
    """Say which evidence would run, and why; runs nothing."""
    from adrtool.agenda import agenda
    from adrtool.budget import forecast
    from adrtool.due import reviews

    workspace = options.open_workspace(dirs)
    now = options.now()
    found = options.chosen(workspace, selection, workspace.judge_all(now), schedule.part)
    plan = agenda(
        *(workspace, found.judgements, now),
        everything=schedule.everything,
        is_due=schedule.due,
        in_haste=schedule.seconds is not None,
    )
    fits, left = forecast(plan.steps, plan.seconds, schedule.seconds, workspace.settings.jobs)
    to_review = reviews(workspace.records, now, workspace.settings.revisit_unsupported)
    code = ExitCode.DUE if any(_is_due(workspace, judgement) for judgement in found.judgements) else ExitCode.OK
    if as_json:
        document = {
            "steps": [documents.step_fields(step, plan.seconds) for step in fits],
            "left_over": [documents.step_fields(step, plan.seconds) for step in left],
            "left_out": left_out(found),
            "reviews": [documents.review_fields(review) for review in to_review],
            "exit_code": int(code),
        }
        click.echo(documents.dump(document))
        return code
    paper = options.paper()
    options.warn_of_nothing(workspace)
    for step in fits:
        for line in text.plan_lines(step, paper):
            click.echo(line)
    alone = len(found.judgements) - sum(len(step.judgements) for step in plan.steps)
    click.echo(f"{len(fits)} to run, {alone} left alone")
    for line in (
        *text.left_over(left, paper),
        *text.left_out(found.left_out),
        *text.review_lines(to_review, paper),
    ):
        click.echo(line)
    return code


def _is_due(workspace: Workspace, judgement: Judgement) -> bool:
    status = workspace.record_of(judgement.claim).status
    is_due = judgement.verdict in (Verdict.SUSPECT, Verdict.EXPIRED) and judgement.skip is None
    return status.raises_alarm and is_due
