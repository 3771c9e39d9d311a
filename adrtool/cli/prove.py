"""`verify`: run the evidence, and say what it says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from adrtool.cli import options
from adrtool.cli.interruption import stopping
from adrtool.cli.on_change import tell
from adrtool.cli.reporting import Report, report_problems
from adrtool.cli.shown import exit_code
from adrtool.errors import AdrtoolError, ExitCode, LedgerError, UsageError, worst
from adrtool.verdict import Judgement, Verdict

if TYPE_CHECKING:
    from adrtool.news import Change
    from adrtool.outcome import Outcome
    from adrtool.plan import Selection, Step
    from adrtool.verify import Finished, Options, Run
    from adrtool.workspace import Workspace


@click.command("verify")
@options.selection_options
@click.option("--all", "everything", is_flag=True, help="Run also what holds and is fresh.")
@options.schedule_options
@click.option("--jobs", "-j", type=click.IntRange(min=1), help="How many pieces of evidence run at once.")
@click.option("--fail-fast", "-x", is_flag=True, help="Stop at the first that fails or breaks.")
@click.option("--strict", is_flag=True, help="Fail for unverified claims, too.")
@click.option("--allow-empty", is_flag=True, help="Do not fail where there is no claim.")
@click.option("--verbose", "-v", is_flag=True, help="Show measures, output, and the command to repeat by hand.")
@click.option("--pdb", "debug", is_flag=True, help="Run one piece of evidence at this terminal, under pdb.")
@options.sandbox_option
@click.option("--junit", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Write JUnit XML.")
@click.option("--on-change", metavar="CMD", help="Run a shell command with the report where a verdict changed.")
@options.json_option
@options.dir_option
def verify_command(
    selection: Selection,
    schedule: options.Schedule,
    jobs: int | None,
    fail_fast: bool,
    strict: bool,
    allow_empty: bool,
    verbose: bool,
    debug: bool,
    sandbox: str | None,
    junit: Path | None,
    on_change: str | None,
    as_json: bool,
    dirs: Sequence[Path],
) -> int:
    """Run the evidence, and give each claim its verdict."""
    from adrtool.agenda import agenda, note_shard, said_before
    from adrtool.budget import Budget
    from adrtool.due import reviews
    from adrtool.evidence.sandbox import Mode
    from adrtool.news import changes
    from adrtool.verify import Options
    from adrtool.workspace import nothing_found

    workspace = options.open_workspace(dirs)
    now, part = options.now(), schedule.part
    before = workspace.judge_all(now)
    found = options.chosen(workspace, selection, before, part)
    is_nothing = not (before if part is not None else found.judgements)  # a shard may well be empty
    if is_nothing and not found.left_out and not allow_empty:
        report_problems(workspace)
        raise nothing_found(workspace)
    plan = agenda(
        *(workspace, found.judgements, now),
        everything=schedule.everything or debug,
        is_due=schedule.due,
        in_haste=schedule.seconds is not None,
    )
    if debug and len(plan.steps) != 1:
        raise UsageError(f"--pdb runs one piece of evidence, and this means {len(plan.steps)}; name a claim")
    if not plan.steps:
        _say_idle(found.judgements, due=schedule.due)
    refresh = schedule.due or any(judgement.verdict is Verdict.EXPIRED for judgement in found.judgements)
    limit = Budget(schedule.seconds, plan.seconds) if schedule.seconds is not None else None
    was = said_before(workspace, found.judgements)
    run, failure = carry_out(
        workspace,
        plan.steps,
        Options(jobs or 0, fail_fast, refresh, debug, Mode(sandbox) if sandbox else None, budget=limit),
        verbose=verbose,
        begin=lambda run: note_shard(workspace, run, part) if part is not None else None,
    )
    every = workspace.judge_all(options.now())
    ran = {outcome.claim for outcome in workspace.added}
    is_whole = debug or not (schedule.due or limit)
    left = [] if is_whole else [step for step in plan.steps if step.judgements[0].claim.id not in ran]
    wanted = {id(judgement.claim) for judgement in found.judgements}
    after = [row for row in every if id(row.claim) in wanted]
    changed = changes(was, after, workspace.past.of) if not debug else ()
    failure = _end(workspace, run, left, changed) or failure if not debug else failure
    to_review = reviews(workspace.records, options.now(), workspace.settings.revisit_unsupported)
    is_fine = allow_empty or bool(found.left_out) or part is not None
    codes = {exit_code(workspace, after, strict=strict, allow_empty=is_fine)}
    if _alarms(workspace, left) or (strict and any(review.is_asked_for for review in to_review)):
        codes.add(ExitCode.DUE)
    code = _worst(codes, failure)
    report = Report(workspace, run.id, found, every, changed, left, to_review, code)
    if junit is not None:
        report.write_junit(junit)
    if as_json:
        click.echo(report.document())
    elif not debug:
        report.echo(verbose=verbose)
    if on_change is not None and changed:
        tell(on_change, report.document())
    return code


def _say_idle(judgements: Sequence[Judgement], *, due: bool) -> None:
    """Say why nothing runs, lest somebody takes old verdicts for new ones."""
    fresh = sum(judgement.claim.evidence is not None for judgement in judgements)
    if due and fresh:
        options.warn("nothing to run: nothing is due")
    elif fresh:
        options.warn(f"nothing to run: {fresh} {'is' if fresh == 1 else 'are'} fresh; --all runs them")


def carry_out(
    workspace: Workspace,
    plan: Sequence[Step],
    wanted: object,
    *,
    verbose: bool,
    keep: bool = True,
    begin: Callable[[str], None] = lambda _: None,
) -> tuple[Run, AdrtoolError | None]:
    """Run a plan to its end or to an interruption; every finished outcome is kept either way.

    Without `keep` the ledger gets nothing. `begin` is called with the run's id before anything runs, and may raise
    LedgerError.
    """
    from adrtool.cli.progress import watcher
    from adrtool.evidence.environment import Environments
    from adrtool.verify import Options, Run

    assert isinstance(wanted, Options)
    failure: AdrtoolError | None = None
    if plan:
        tell_of_sandbox(workspace, wanted)
    with watcher(len(plan), verbose=verbose) as watching:
        run = Run(workspace, plan, wanted, watching, Environments())
        with stopping(run.stop) as interruption:
            try:
                begin(run.id)
                for together in run.finish_together():
                    if keep and not wanted.debug:
                        failure = _keep(workspace, together, failure)
                    elif not wanted.debug:
                        workspace.added += _outcomes(together)
            except LedgerError as error:
                failure = error
    failure = interruption.failure or failure
    return run, (flush(workspace) if plan else None) or failure


def _alarms(workspace: Workspace, left: Sequence[Step]) -> bool:
    """Whether a decision in force rests on what was left over."""
    return any(workspace.record_of(row.claim).status.raises_alarm for step in left for row in step.judgements)


def _worst(codes: set[ExitCode], failure: AdrtoolError | None) -> ExitCode:
    if failure is None:
        return worst(codes)
    options.warn(failure)
    interrupted = failure.exit_code is ExitCode.INTERRUPTED
    return ExitCode.INTERRUPTED if interrupted else worst({*codes, failure.exit_code})


def _end(workspace: Workspace, run: Run, left: Sequence[Step], changed: Sequence[Change]) -> AdrtoolError | None:
    """Leave a note for the runs to come."""
    from adrtool.agenda import note_end

    try:
        return flush(workspace) if note_end(workspace, run.id, left, changed) else None
    except LedgerError as error:
        return error


def flush(workspace: Workspace, what: str = "outcomes") -> AdrtoolError | None:
    """Bring what is held into the notes, and warn where it has to wait; what kept it from both."""
    try:
        waiting = workspace.ledger.flush() if workspace.ledger is not None else ""
    except LedgerError as error:
        return error
    if waiting:
        options.warn(f"{what} wait in the git directory, for {waiting}")
    return None


def tell_of_sandbox(workspace: Workspace, wanted: Options) -> None:
    """Say where evidence is about to run as freely as any program; raises ReadError where that must not be."""
    from adrtool.verify import word_on_sandbox

    if word := word_on_sandbox(workspace, wanted):
        options.warn(word)


def _keep(workspace: Workspace, together: Sequence[Finished], failure: AdrtoolError | None) -> AdrtoolError | None:
    """Hold outcomes fast as they come, so that nothing but a broken disk can lose them."""
    outcomes = _outcomes(together)
    try:
        if workspace.ledger is not None and failure is None:
            outcomes = workspace.ledger.hold(outcomes)
    except LedgerError as error:
        failure = error
    workspace.added += outcomes
    return failure


def _outcomes(together: Sequence[Finished]) -> tuple[Outcome, ...]:
    return tuple(outcome for finished in together for outcome in finished.outcomes)
