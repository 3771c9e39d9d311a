"""Records, claims and problems as several commands show them, and the exit code that they earn."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import click

from adrtool.cli import options
from adrtool.errors import ExitCode, LedgerError, ReadError, worst
from adrtool.model import Problem, Record, Severity
from adrtool.report import documents, text
from adrtool.verdict import Judgement, alarm, waiver_problems

if TYPE_CHECKING:
    from adrtool.workspace import Workspace


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


def judged(workspace: Workspace) -> tuple[Judgement, ...]:
    """The verdict on every claim; where the ledger cannot be read, with the way to hear more."""
    try:
        return workspace.judge_all(options.now())
    except LedgerError as error:
        raise LedgerError(f"{error}; `adrtool ledger fsck` says more") from error


def records_fields(workspace: Workspace, judgements: Sequence[Judgement]) -> list[documents.Fields]:
    """Every record as JSON, with its claims."""
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


def problems_fields(workspace: Workspace, judgements: Sequence[Judgement] = ()) -> list[documents.Fields]:
    """What is wrong, as JSON."""
    return [documents.problem_fields(problem) for problem in all_problems(workspace, judgements)]


def errors_among(problems: Iterable[Problem]) -> list[Problem]:
    """The problems that make an exit code, or a reader, take notice."""
    return [problem for problem in problems if problem.severity is Severity.ERROR]
