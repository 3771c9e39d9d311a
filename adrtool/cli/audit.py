"""`audit`: whether evidence could have said no."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from adrtool.cli import options
from adrtool.cli.interruption import stopping
from adrtool.errors import AdrtoolError, ExitCode, LedgerError

if TYPE_CHECKING:
    from adrtool.audited import Audit
    from adrtool.plan import Selection, Step
    from adrtool.verify import Options
    from adrtool.workspace import Workspace


@click.command("audit")
@options.selection_options
@click.option("--all", "everything", is_flag=True, help="Also evidence that has not changed since its audit.")
@click.option("--jobs", "-j", type=click.IntRange(min=1), help="How many runs go on at once.")
@click.option("--verbose", "-v", is_flag=True, help="Tell of each run.")
@options.sandbox_option
@options.json_option
@options.dir_option
def audit_command(
    selection: Selection,
    everything: bool,
    jobs: int | None,
    verbose: bool,
    sandbox: str | None,
    as_json: bool,
    dirs: Sequence[Path],
) -> int:
    """Negate each assertion of the evidence in turn, and see whether it says no.

    What has not changed since its audit is not run again.
    """
    from adrtool.evidence.sandbox import Mode
    from adrtool.plan import steps
    from adrtool.report import audits, documents, text
    from adrtool.verify import Options

    workspace = options.open_workspace(dirs)
    found = options.chosen(workspace, selection, workspace.judge_all(options.now()))
    plan = steps(found.judgements, workspace.piece_of, everything=True)
    known = {} if everything else _known(workspace, plan)
    wanted = Options(jobs or 0, sandbox=Mode(sandbox) if sandbox else None, private=True)
    new, failure = _carry_out(workspace, [step for step in plan if str(step.piece.ref) not in known], wanted, verbose)
    every = known | new
    rows = [(step, every[name]) for step in plan if (name := str(step.piece.ref)) in every]
    if as_json:
        click.echo(documents.dump({"evidence": [audits.fields(step, audit) for step, audit in rows]}))
    else:
        paper = options.paper()
        options.warn_of_nothing(workspace)
        for line in audits.lines([audit for _, audit in rows], paper):
            click.echo(line)
        for line in text.left_out(found.left_out, "audit"):
            click.echo(line)
    if workspace.ledger is None and new:
        options.warn("no git repository, so there is no ledger: these audits are not kept")
    if failure is not None:
        options.warn(failure)
        return failure.exit_code
    return ExitCode.OK


def _known(workspace: Workspace, plan: Iterable[Step]) -> dict[str, Audit]:
    audits = ((str(step.piece.ref), workspace.audit_of(step.piece.ref)) for step in plan)
    return {name: audit for name, audit in audits if audit is not None}


def _carry_out(
    workspace: Workspace, plan: Sequence[Step], wanted: Options, verbose: bool
) -> tuple[dict[str, Audit], AdrtoolError | None]:
    """Audit to the end or to an interruption; every finished audit is kept either way."""
    from adrtool.audit.auditor import Auditor
    from adrtool.cli.auditing import watcher
    from adrtool.cli.prove import flush, tell_of_sandbox
    from adrtool.evidence.environment import Environments
    from adrtool.verify import Run

    new: dict[str, Audit] = {}
    failure: AdrtoolError | None = None
    if plan:
        tell_of_sandbox(workspace, wanted)
    with watcher(len(plan), verbose=verbose) as watching:
        run = Run(workspace, plan, wanted, watching, Environments())
        auditor = Auditor(run, watching, wanted.jobs or workspace.settings.jobs or os.cpu_count() or 1)
        with stopping(run.stop) as interruption:
            for audit in auditor.finish():
                new[audit.subject.evidence] = audit
                failure = failure or _keep(workspace, audit)
    failure = interruption.failure or failure
    unkept = flush(workspace, "audits") if new else None
    return new, failure or unkept


def _keep(workspace: Workspace, audit: Audit) -> AdrtoolError | None:
    """Hold a result fast; what could not be audited may be in another place, or another day."""
    from adrtool.audited import Soundness, to_fields
    from adrtool.ledger.lines import Kind

    if workspace.ledger is None or audit.soundness is Soundness.UNAUDITED:
        return None
    at = options.now().isoformat(timespec="seconds").replace("+00:00", "Z")
    try:
        fields = {**to_fields(audit), "at": at, "commit": workspace.head}
        workspace.ledger.hold_entries(Kind.AUDIT, [fields], workspace.head)
    except LedgerError as error:
        return error
    return None
