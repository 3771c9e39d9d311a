"""`lint`: what is wrong with records, claims and evidence."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from adrtool.cli import options
from adrtool.errors import ExitCode, UsageError
from adrtool.model import Problem, Severity
from adrtool.report import documents

if TYPE_CHECKING:
    from adrtool.workspace import Workspace


@click.command("lint")
@click.option("--rules", "show_rules", is_flag=True, help="Show the rules, and check nothing.")
@click.option("--base", metavar="REF", help="Find numbers that REF, the branch to merge into, gave away meanwhile.")
@click.option("--fix", is_flag=True, help="Mend what can be mended in one way only; the rest is reported.")
@click.option("--format", "form", type=click.Choice(["text", "json", "sarif"]), default="text", show_default=True)
@options.json_option
@options.dir_option
def lint_command(show_rules: bool, base: str | None, fix: bool, form: str, as_json: bool, dirs: Sequence[Path]) -> int:
    """Find what is wrong with records, claims and evidence."""
    from adrtool.lint import lint
    from adrtool.workspace import nothing_found

    if as_json and form == "sarif":
        raise UsageError("--json and --format sarif: give one of them")
    form = "json" if as_json else form
    if show_rules:
        click.echo(_rules(form))
        return ExitCode.OK
    workspace = options.open_workspace(dirs)
    if fix:
        workspace = _mend(workspace, dirs)
    problems = lint(workspace, base=base)
    code = ExitCode.UNREADABLE if _errors(problems) or not workspace.records else ExitCode.OK
    if form == "text":
        _print(problems)
    else:
        click.echo(_document(form, problems))
    if not workspace.records:
        raise nothing_found(workspace)
    if form == "text":
        errors = _errors(problems)
        counts = (_count(len(workspace.records), "record"), _count(errors, "error"))
        click.echo(f"{counts[0]}: {counts[1]}, {_count(len(problems) - errors, 'warning')}")
    return code


def _mend(workspace: Workspace, dirs: Sequence[Path]) -> Workspace:
    """Mend what is certain; the records as they are then."""
    from adrtool.lint.mends import mend

    for mended in mend(workspace):
        options.warn(f"mended {mended}")
    return options.open_workspace(dirs)


def _errors(problems: Sequence[Problem]) -> int:
    return sum(problem.severity is Severity.ERROR for problem in problems)


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def _print(problems: Sequence[Problem]) -> None:
    for problem in problems:
        word = "" if problem.severity is Severity.ERROR else "warning: "
        click.echo(f"{problem.path}:{problem.line}: {word}{problem.message} [{problem.rule}]")


def _document(form: str, problems: Sequence[Problem]) -> str:
    if form == "json":
        return documents.dump({"problems": [documents.problem_fields(problem) for problem in problems]})
    from adrtool.lint import RULES
    from adrtool.report.sarif import sarif

    return sarif(problems, RULES)


def _rules(form: str) -> str:
    from adrtool.lint import RULES

    if form == "json":
        rows = [{"name": rule.name, "severity": rule.severity.value, "doc": rule.doc} for rule in RULES]
        return documents.dump({"rules": rows})
    return "\n".join(f"{rule.name:<19} {rule.severity.value:<8} {rule.doc}" for rule in RULES)
