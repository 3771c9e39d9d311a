"""`list`, `show`, `claims`, `status`: what is known, without running anything."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from adrtool import memo
from adrtool.cli import looking_back, metrics, options
from adrtool.due import reviews
from adrtool.errors import ExitCode, LedgerError, ReadError, worst
from adrtool.model import Problem, Record, Severity, Status
from adrtool.report import documents, text
from adrtool.verdict import Judgement, alarm, waiver_problems

if TYPE_CHECKING:
    from adrtool.workspace import Workspace


_FORMS = ["text", "json", "prometheus", "github"]


@click.command("list")
@options.json_option
@options.dir_option
def list_command(as_json: bool, dirs: Sequence[Path]) -> int:
    """List the records, with the health of each."""
    workspace = options.open_workspace(dirs)
    judgements = _judge(workspace)
    if as_json:
        click.echo(documents.dump({"records": _records(workspace, judgements), "problems": _problems(workspace)}))
        return ExitCode.OK
    if not workspace.records:
        from adrtool.workspace import nothing_found

        options.warn(nothing_found(workspace))
    healths = workspace.healths(judgements)
    for record in workspace.records:
        health = healths[record.path]
        said = f"{record.status.value:<10}  {record.date or '-'!s:<10}  {health.value if health else '-':<10}"
        click.echo(f"{record.id:<6}  {said}  {record.title}")
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
    every = _judge(workspace)
    judgements = [judgement for judgement in every if judgement.claim.path == record.path]
    if as_json:
        fields = next(row for row in _records(workspace, every) if row["path"] == record.path)
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
def claims_command(
    names: Sequence[str], tags: Sequence[str], verdicts: Sequence[str], as_json: bool, dirs: Sequence[Path]
) -> int:
    """List the claims, with their verdicts."""
    workspace = options.open_workspace(dirs)
    found = options.chosen(workspace, options.selection(names, tags, verdicts), _judge(workspace))
    judgements = in_order(workspace, [*found.judgements, *(judgement for judgement, _ in found.left_out)])
    if as_json:
        rows = [documents.claim_fields(judgement) for judgement in judgements]
        click.echo(documents.dump({"claims": rows, "problems": _problems(workspace)}))
        return ExitCode.OK
    paper = options.paper()
    for judgement in judgements:
        word = paper.paint(f"{judgement.verdict.value:<11}", text.COLOURS[judgement.verdict])
        click.echo(f"{word} {judgement.claim.id}  {judgement.claim.path}:{judgement.claim.line}")
    return ExitCode.OK


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
    names: Sequence[str],
    tags: Sequence[str],
    verdicts: Sequence[str],
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
    every = _judge(workspace)
    found = options.chosen(workspace, options.selection(names, tags, verdicts), every)
    shown = in_order(workspace, [*found.judgements, *(judgement for judgement, _ in found.left_out)])
    code = exit_code(workspace, found.judgements, strict=strict, allow_empty=allow_empty or bool(found.left_out))
    to_review = reviews(workspace.records, options.now(), workspace.settings.revisit_unsupported)
    if strict and any(review.is_asked_for for review in to_review):
        code = worst({code, ExitCode.DUE})
    hint = options.ledger_hint(workspace)
    warnings = [str(problem) for problem in errors_among(all_problems(workspace, found.judgements))]
    if form == "json":
        document: documents.Fields = {
            "records": _records(workspace, every),
            "counts": documents.counts(shown),
            "reviews": [documents.review_fields(review) for review in to_review],
            "problems": _problems(workspace, found.judgements),
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
        if not (names or tags or verdicts):
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


def find_record(workspace: Workspace, name: str) -> Record:
    """The one record that `name` means; raises ReadError for none, and for several."""
    from adrtool.plan import names_record

    path = options.from_root(name, workspace)
    found = [record for record in workspace.records if names_record(path, record)]
    if not found:
        raise ReadError(f"no record is named {name}; `adrtool list` shows them")
    if len(found) > 1:
        paths = ", ".join(record.path for record in found)
        raise ReadError(f"{name} means several records ({paths}); name one by its path")
    return found[0]


def echo_records(
    workspace: Workspace,
    records: Iterable[Record],
    judgements: Sequence[Judgement],
    every: Sequence[Judgement],
    *,
    verbose: bool = False,
    more: text.More = lambda _: (),
) -> None:
    """Print records with their claims; `every` judgement of the repository tells their health."""
    for line in record_lines(workspace, records, judgements, every, verbose=verbose, more=more):
        click.echo(line)


def record_lines(
    workspace: Workspace,
    records: Iterable[Record],
    judgements: Sequence[Judgement],
    every: Sequence[Judgement],
    *,
    verbose: bool = False,
    brief: bool = False,
    more: text.More = lambda _: (),
) -> Iterator[str]:
    """Records with their claims; `brief` passes over what holds, unless there is something to say of it."""
    paper, now = options.paper(), options.now()
    healths = workspace.healths(every)
    risks = workspace.risks(healths)
    ids = {record.path: record.id for record in workspace.records}
    rows = _by_record(judgements)
    for record in records:
        yield text.heading(record, healths[record.path], paper)
        yield from text.risk_lines(risks[record.path], ids, paper)
        own = rows.get(record.path, [])
        yield from text.claims_of_record(own, now, paper, verbose=verbose, brief=brief, more=more)
        yield ""


def _by_record(judgements: Iterable[Judgement]) -> dict[str, list[Judgement]]:
    rows: dict[str, list[Judgement]] = {}
    for judgement in judgements:
        rows.setdefault(judgement.claim.path, []).append(judgement)
    return rows


def exit_code(workspace: Workspace, judgements: Sequence[Judgement], *, strict: bool, allow_empty: bool) -> ExitCode:
    """The worst that the selected claims, and the reading of their records, have earned."""
    now = options.now()
    codes = {alarm(row, workspace.record_of(row.claim).status, now, strict=strict) for row in judgements}
    if any(problem.severity is Severity.ERROR for problem in workspace.problems):
        codes.add(ExitCode.UNREADABLE)
    if not judgements and not allow_empty:
        codes.add(ExitCode.UNREADABLE)
    return worst(codes)


def in_order(workspace: Workspace, judgements: Iterable[Judgement]) -> list[Judgement]:
    """Judgements as their claims stand in the records."""
    places = {id(claim): number for number, claim in enumerate(workspace.claims)}
    return sorted(judgements, key=lambda judgement: places[id(judgement.claim)])


def _judge(workspace: Workspace) -> tuple[Judgement, ...]:
    try:
        return workspace.judge_all(options.now())
    except LedgerError as error:
        raise LedgerError(f"{error}; `adrtool ledger fsck` says more") from error


def _records(workspace: Workspace, judgements: Sequence[Judgement]) -> list[documents.Fields]:
    healths = workspace.healths(judgements)
    risks = workspace.risks(healths)
    rows = _by_record(judgements)
    return [
        documents.record_fields(record, rows.get(record.path, []), healths[record.path], risks[record.path])
        for record in workspace.records
    ]


def all_problems(workspace: Workspace, judgements: Sequence[Judgement] = ()) -> list[Problem]:
    """What is wrong with records, waivers and the ledger."""
    found = list(workspace.problems)
    rows = _by_record(judgements)
    for record in workspace.records:
        found += waiver_problems(record, rows.get(record.path, ()))
    if workspace.history is not None:
        found += workspace.history.problems
    return found


def _problems(workspace: Workspace, judgements: Sequence[Judgement] = ()) -> list[documents.Fields]:
    return [documents.problem_fields(problem) for problem in all_problems(workspace, judgements)]


def errors_among(problems: Iterable[Problem]) -> list[Problem]:
    """The problems that make an exit code, or a reader, take notice."""
    return [problem for problem in problems if problem.severity is Severity.ERROR]


def _warn(workspace: Workspace) -> None:
    for problem in errors_among(all_problems(workspace)):
        options.warn(str(problem))


def _nothing(workspace: Workspace, judgements: Sequence[Judgement], *, allow_empty: bool) -> None:
    if not judgements and not allow_empty:
        from adrtool.workspace import nothing_found

        raise nothing_found(workspace)
