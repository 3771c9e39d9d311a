"""`plan` and `verify`: which evidence runs, and what it says."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from adrtool.cli import options
from adrtool.cli.interruption import terminable
from adrtool.cli.read import all_problems, echo_records, errors_among, exit_code, in_order
from adrtool.errors import AdrtoolError, ExitCode, LedgerError, ReadError, UsageError, worst
from adrtool.report import documents, text
from adrtool.verdict import Judgement, Verdict

if TYPE_CHECKING:
    from adrtool.outcome import Outcome
    from adrtool.plan import Chosen, Step
    from adrtool.verify import Finished, Options, Run
    from adrtool.workspace import Workspace


@click.command("plan")
@options.selection_options
@click.option("--all", "everything", is_flag=True, help="Also what holds and is fresh.")
@options.json_option
@options.dir_option
def plan_command(
    names: Sequence[str],
    tags: Sequence[str],
    verdicts: Sequence[str],
    everything: bool,
    as_json: bool,
    dirs: Sequence[Path],
) -> int:
    """Say which evidence would run, and why; runs nothing."""
    from adrtool.plan import steps

    workspace = options.open_workspace(dirs)
    judgements = workspace.judge_all(options.now())
    found = options.chosen(workspace, options.selection(names, tags, verdicts), judgements)
    plan = steps(found.judgements, workspace.piece_of, everything=everything)
    due = any(_is_due(workspace, judgement) for judgement in found.judgements)
    code = ExitCode.DUE if due else ExitCode.OK
    if as_json:
        rows = [documents.step_fields(step) for step in plan]
        click.echo(documents.dump({"steps": rows, "left_out": _left_out(found), "exit_code": int(code)}))
        return code
    paper = options.paper()
    for step in plan:
        for line in text.plan_lines(step, paper):
            click.echo(line)
    click.echo(f"{len(plan)} to run, {len(found.judgements) - sum(len(step.judgements) for step in plan)} left alone")
    for line in text.left_out(found.left_out):
        click.echo(line)
    return code


def _is_due(workspace: Workspace, judgement: Judgement) -> bool:
    status = workspace.record_of(judgement.claim).status
    is_due = judgement.verdict in (Verdict.SUSPECT, Verdict.EXPIRED) and judgement.skip is None
    return status.raises_alarm and is_due


@click.command("verify")
@options.selection_options
@click.option("--all", "everything", is_flag=True, help="Run also what holds and is fresh.")
@click.option("--jobs", "-j", type=click.IntRange(min=1), help="How many pieces of evidence run at once.")
@click.option("--fail-fast", "-x", is_flag=True, help="Stop at the first that fails or breaks.")
@click.option("--strict", is_flag=True, help="Fail for unverified claims, too.")
@click.option("--allow-empty", is_flag=True, help="Do not fail where there is no claim.")
@click.option("--verbose", "-v", is_flag=True, help="Show measures, output, and the command to repeat by hand.")
@click.option("--pdb", "debug", is_flag=True, help="Run one piece of evidence at this terminal, under pdb.")
@options.sandbox_option
@click.option("--junit", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Write JUnit XML.")
@options.json_option
@options.dir_option
def verify_command(
    names: Sequence[str],
    tags: Sequence[str],
    verdicts: Sequence[str],
    everything: bool,
    jobs: int | None,
    fail_fast: bool,
    strict: bool,
    allow_empty: bool,
    verbose: bool,
    debug: bool,
    sandbox: str | None,
    junit: Path | None,
    as_json: bool,
    dirs: Sequence[Path],
) -> int:
    """Run the evidence, and give each claim its verdict."""
    from adrtool.evidence.sandbox import Mode
    from adrtool.plan import steps
    from adrtool.verify import Options
    from adrtool.workspace import nothing_found

    workspace = options.open_workspace(dirs)
    before = workspace.judge_all(options.now())
    found = options.chosen(workspace, options.selection(names, tags, verdicts), before)
    if not found.judgements and not found.left_out and not allow_empty:
        _report_problems(workspace)
        raise nothing_found(workspace)
    plan = steps(found.judgements, workspace.piece_of, everything=everything or debug)
    if debug and len(plan) != 1:
        raise UsageError(f"--pdb runs one piece of evidence, and this means {len(plan)}; name a claim")
    refresh = any(judgement.verdict is Verdict.EXPIRED for judgement in found.judgements)
    wanted_options = Options(jobs or 0, fail_fast, refresh, debug, Mode(sandbox) if sandbox else None)
    run, failure = carry_out(workspace, plan, wanted_options, verbose=verbose)
    every = workspace.judge_all(options.now())
    wanted = {id(judgement.claim) for judgement in found.judgements}
    after = [judgement for judgement in every if id(judgement.claim) in wanted]
    code = exit_code(workspace, after, strict=strict, allow_empty=allow_empty or bool(found.left_out))
    if failure is not None:
        options.warn(failure)
        interrupted = failure.exit_code is ExitCode.INTERRUPTED
        code = ExitCode.INTERRUPTED if interrupted else worst({code, failure.exit_code})
    if junit is not None:
        _write_junit(junit, after)
    if as_json:
        click.echo(documents.dump(_document(workspace, found, before, after, run, code)))
    elif not debug:
        _print(workspace, found, after, every, verbose=verbose)
    return code


def carry_out(
    workspace: Workspace, plan: Sequence[Step], wanted: object, *, verbose: bool, keep: bool = True
) -> tuple[Run, AdrtoolError | None]:
    """Run a plan to its end or to an interruption; every finished outcome is kept either way.

    Without `keep` the ledger gets nothing.
    """
    from adrtool.cli.progress import watcher
    from adrtool.evidence.environment import Environments
    from adrtool.verify import Options, Run

    assert isinstance(wanted, Options)
    failure: AdrtoolError | None = None
    if plan:
        tell_of_sandbox(workspace, wanted)
    with terminable(), watcher(len(plan), verbose=verbose) as watching:
        run = Run(workspace, plan, wanted, watching, Environments())
        try:
            for together in run.finish_together():
                if keep and not wanted.debug:
                    failure = _keep(workspace, together, failure)
                elif not wanted.debug:
                    workspace.added += _outcomes(together)
        except KeyboardInterrupt:
            failure = AdrtoolError("interrupted; what had finished is kept")
            failure.exit_code = ExitCode.INTERRUPTED
    try:
        waiting = workspace.ledger.flush() if workspace.ledger is not None and plan else ""
        if waiting:
            options.warn(f"outcomes wait in the git directory, for {waiting}")
    except LedgerError as error:
        failure = failure or error
    return run, failure


def tell_of_sandbox(workspace: Workspace, wanted: Options) -> None:
    """Say where evidence is about to run as freely as any program; raises ReadError where that must not be."""
    from adrtool.evidence.sandbox import Mode, choose
    from adrtool.verify import sandbox_mode

    mode = sandbox_mode(workspace, wanted)
    found = choose(mode)
    if wanted.debug:
        options.warn("under pdb evidence runs without a sandbox")
    elif found.program is None and mode is not Mode.OFF:
        options.warn(f"evidence runs without a sandbox: {found.why_not}; {found.mend}")


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


def _print(
    workspace: Workspace,
    found: Chosen,
    after: Sequence[Judgement],
    every: Sequence[Judgement],
    *,
    verbose: bool,
) -> None:
    paper = options.paper()
    paths = {judgement.claim.path for judgement in after}
    records = [record for record in workspace.records if record.path in paths]
    echo_records(workspace, records, in_order(workspace, after), every, verbose=verbose)
    click.echo(text.summary(after, options.now(), paper))
    for line in text.left_out(found.left_out):
        click.echo(line)
    if workspace.ledger is None:
        options.warn("no git repository, so there is no ledger: these verdicts are not kept")
    _report_problems(workspace, after)


def _report_problems(workspace: Workspace, after: Sequence[Judgement] = ()) -> None:
    for problem in errors_among(all_problems(workspace, after)):
        options.warn(str(problem))


def _write_junit(path: Path, after: Sequence[Judgement]) -> None:
    from adrtool.report.junit import junit

    try:
        path.write_text(junit(after, options.now(), options.now()), encoding="utf-8")
    except OSError as error:
        raise ReadError(f"--junit {path}: cannot be written: {error.strerror}") from error


def _left_out(found: Chosen) -> list[dict[str, str]]:
    return [{"claim": judgement.claim.id, "tag": tag} for judgement, tag in found.left_out]


def _document(
    workspace: Workspace,
    found: Chosen,
    before: Sequence[Judgement],
    after: Sequence[Judgement],
    run: Run,
    code: int,
) -> documents.Fields:
    ran = {outcome.claim for outcome in workspace.added}
    was = {judgement.claim.id: judgement.verdict for judgement in before}
    changes = [
        {"claim": row.claim.id, "before": was[row.claim.id].value, "after": row.verdict.value}
        for row in after
        if was[row.claim.id] is not row.verdict
    ]
    return {
        "run": run.id,
        "claims": [{**documents.claim_fields(row), "ran": row.claim.id in ran} for row in in_order(workspace, after)],
        "counts": documents.counts(after),
        "changes": changes,
        "left_out": _left_out(found),
        "problems": [documents.problem_fields(problem) for problem in all_problems(workspace, after)],
        "exit_code": int(code),
    }
