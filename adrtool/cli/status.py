"""`status`: the verdict on everything, from the ledger alone."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from adrtool import memo
from adrtool.cli import metrics, options
from adrtool.cli.shown import (
    all_problems,
    errors_among,
    exit_code,
    in_order,
    judged,
    problems_fields,
    record_lines,
    records_fields,
)
from adrtool.due import reviews
from adrtool.errors import ExitCode, worst
from adrtool.model import Status
from adrtool.report import documents, text
from adrtool.verdict import Judgement

if TYPE_CHECKING:
    from adrtool.plan import Selection
    from adrtool.workspace import Workspace


_FORMS = ["text", "json", "prometheus", "github"]


@click.command("status")
@options.selection_options
@click.option("--strict", is_flag=True, help="Fail for unverified claims, too.")
@click.option("--allow-empty", is_flag=True, help="Do not fail where there is no claim.")
@click.option("--format", "form", type=click.Choice(_FORMS), default="text", show_default=True)
@click.option(
    "--output", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Write it there, whole."
)
@options.json_option
@options.dir_option
def status_command(
    selection: Selection,
    strict: bool,
    allow_empty: bool,
    form: str,
    output: Path | None,
    as_json: bool,
    dirs: Sequence[Path],
) -> int:
    """Judge everything from the ledger; runs nothing."""
    form = "json" if as_json else form
    reads = memo.Reads()
    workspace = options.open_workspace(dirs)
    every = judged(workspace)
    found = options.chosen(workspace, selection, every)
    shown = in_order(workspace, [*found.judgements, *(judgement for judgement, _ in found.left_out)])
    code = exit_code(workspace, found.judgements, strict=strict, allow_empty=allow_empty or bool(found.left_out))
    to_review = reviews(workspace.records, options.now(), workspace.settings.revisit_unsupported)
    if strict and any(review.is_asked_for for review in to_review):
        code = worst({code, ExitCode.DUE})
    hint = options.ledger_hint(workspace)
    warnings = [str(problem) for problem in errors_among(all_problems(workspace, found.judgements))]
    if form == "json":
        document: documents.Fields = {
            "records": records_fields(workspace, every),
            "counts": documents.counts(shown),
            "reviews": [documents.review_fields(review) for review in to_review],
            "problems": problems_fields(workspace, found.judgements),
            "ledger": workspace.ledger is not None,
            "hint": hint or None,
            "exit_code": int(code),
        }
        out, warnings = documents.dump(document) + "\n", []
    elif form == "prometheus":
        out = metrics.prometheus_text(workspace, shown, every, code)
    elif form == "github":
        out = metrics.github_text(workspace, shown)
    else:
        due = [*text.review_lines(to_review, options.paper())]
        if not shown and due:
            click.echo("\n".join(due))
        _nothing(workspace, shown, allow_empty=allow_empty)
        told = {judgement.claim.path for judgement in shown}
        if selection.is_empty:
            told |= _at_risk(workspace, every)
        records = [record for record in workspace.records if record.path in told]
        lines = [*record_lines(workspace, records, shown, every, brief=True)]
        out = "\n".join([*lines, text.summary(shown, options.now(), options.paper()), *due]) + "\n"
        warnings += [hint] if hint else []
    err = "".join(f"adrtool: {warning}\n" for warning in warnings)
    if output is not None:
        metrics.write_whole(output, out)
        click.echo(err, nl=False, err=True)
        return code
    answer = memo.Answer(out, err, int(code))
    remember(workspace, reads, every, answer)
    click.echo(answer.err, nl=False, err=True)
    click.echo(answer.out, nl=False, color=options.paper().colour)
    return code


def _at_risk(workspace: Workspace, every: Sequence[Judgement]) -> set[str]:
    """The records that somebody relies on, or soon will, and that rest on a stale one; they may claim nothing."""
    over = (Status.REJECTED, Status.DEPRECATED, Status.SUPERSEDED)
    risks = workspace.risks(workspace.healths(every))
    return {record.path for record in workspace.records if risks[record.path] and record.status not in over}


def remember(workspace: Workspace, reads: memo.Reads, every: Sequence[Judgement], answer: memo.Answer) -> None:
    """Keep an answer that rests on these verdicts until one of them ends, the day does, or a file changes."""
    if workspace.git_dirs is None or sys.argv[1:2] not in (["status"], ["history"]):
        return
    own, common = (str(folder) for folder in workspace.git_dirs)
    now = options.now()
    midnight = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    ends = [row.newest.at + span for row in every if row.newest and (span := workspace.revalidate(row.claim))]
    until = min([midnight, *(end for end in ends if end > now)])
    inside = {path for path in reads.below(str(workspace.root)) if f"{os.sep}.git{os.sep}" not in path + os.sep}
    memo.remember(sys.argv[1:], own, inside | memo.git_files(own, common), until.timestamp(), answer)


def _nothing(workspace: Workspace, judgements: Sequence[Judgement], *, allow_empty: bool) -> None:
    if not judgements and not allow_empty:
        from adrtool.workspace import nothing_found

        raise nothing_found(workspace)
