"""`review`: what a change means for decisions."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from adrtool.cli import options
from adrtool.errors import ReadError, UsageError

if TYPE_CHECKING:
    from adrtool.errors import AdrtoolError
    from adrtool.plan import Step
    from adrtool.review.model import Review
    from adrtool.review.proving import Runner
    from adrtool.workspace import Workspace

FORMATS = ("text", "markdown", "github", "sarif", "gitlab", "junit", "json")


@click.command("review")
@click.argument("base", metavar="BASE")
@click.argument("head", metavar="[HEAD]", required=False)
@click.option("--no-run", is_flag=True, help="Run nothing: judge from the ledger.")
@click.option(
    "--trust",
    type=click.Choice(["unchanged", "base", "head"]),
    default="unchanged",
    show_default=True,
    help="Whose evidence runs: what the change leaves alone, the base's version, or all that the head has.",
)
@click.option("--tag", "tags", multiple=True, metavar="TAG", help="Also evidence with this tag; repeatable.")
@click.option("--jobs", "-j", type=click.IntRange(min=1), help="How many pieces of evidence run at once.")
@options.sandbox_option
@click.option("--verbose", "-v", is_flag=True, help="Tell what runs, and the command to repeat it by hand.")
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", show_default=True)
@click.option(
    "--output", "outputs", multiple=True, metavar="FORMAT=FILE", help="Also write a format to FILE; repeatable."
)
@click.option("--strict", is_flag=True, help="Fail for unverified claims, too.")
@click.option("--allow-empty", is_flag=True, help="Do not fail where there are no records.")
@options.json_option
@options.dir_option
def review_command(
    base: str,
    head: str | None,
    no_run: bool,
    trust: str,
    tags: Sequence[str],
    jobs: int | None,
    sandbox: str | None,
    verbose: bool,
    form: str,
    outputs: Sequence[str],
    strict: bool,
    allow_empty: bool,
    as_json: bool,
    dirs: Sequence[Path],
) -> int:
    """Say what the change from BASE to HEAD means for decisions: which reasons it breaks, weakens or touches.

    The change is what HEAD has and the commit where it parted from BASE has not, as forges show a pull request.
    Evidence runs where the change can have reached it; the rest is taken from the ledger.
    """
    from adrtool.review.build import Options, review
    from adrtool.review.model import Trust

    if as_json and form not in ("text", "json"):
        raise UsageError(f"--json and --format {form}: give one of them")
    wanted = [_output(words) for words in outputs]
    workspace = options.open_workspace(dirs)
    runner = None if no_run else _runner(jobs, sandbox, verbose=verbose)
    how = Options(runner, tuple(tags), Trust(trust), strict=strict, allow_empty=allow_empty)
    found = review(workspace, base, head, how, options.now(), dirs)
    if workspace.repository is not None and head is None and workspace.repository.is_dirty():
        options.warn("changes that are not committed yet are left out")
    for note in found.notes:
        options.warn(note)
    for name, path in wanted:
        try:
            path.write_text(_written(found, name) + "\n", encoding="utf-8", errors="backslashreplace")
        except OSError as error:
            raise ReadError(f"--output {name}={path}: cannot be written: {error.strerror}") from error
    click.echo(_written(found, "json" if as_json else form))
    return found.code


def _runner(jobs: int | None, sandbox: str | None, *, verbose: bool) -> Runner:
    from adrtool.cli.prove import carry_out
    from adrtool.errors import ExitCode
    from adrtool.evidence.sandbox import Mode
    from adrtool.verdict import Verdict
    from adrtool.verify import Options

    mode = Mode(sandbox) if sandbox is not None else None

    def run(workspace: Workspace, plan: Sequence[Step], keep: bool) -> AdrtoolError | None:
        refresh = any(row.verdict is Verdict.EXPIRED for step in plan for row in step.judgements)
        _, failure = carry_out(
            workspace, plan, Options(jobs or 0, refresh=refresh, sandbox=mode), verbose=verbose, keep=keep
        )
        if failure is not None and failure.exit_code is ExitCode.INTERRUPTED:
            raise failure
        if failure is not None:
            options.warn(failure)
        return failure

    return run


def _output(words: str) -> tuple[str, Path]:
    name, mark, path = words.partition("=")
    if not mark or not path or name not in FORMATS:
        raise UsageError(f"--output {words}: write FORMAT=FILE, with one of {', '.join(FORMATS)}")
    return name, Path(path)


def _written(found: Review, form: str) -> str:
    match form:
        case "json":
            from adrtool.report.documents import dump
            from adrtool.report.escape import json_text
            from adrtool.review.document import fields

            return json_text(dump(fields(found)))
        case "markdown":
            from adrtool.review.markdown import comment

            return comment(found).rstrip("\n")
        case "github":
            from adrtool.review.annotations import commands

            return "\n".join(commands(found))
        case "sarif" | "gitlab" | "junit":
            from adrtool.review import forges

            return {"sarif": forges.sarif, "gitlab": forges.code_quality, "junit": forges.junit}[form](found)
        case _:
            from adrtool.review.terminal import lines

            return "\n".join(lines(found, options.paper()))
