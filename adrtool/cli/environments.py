"""`env`: the environments that evidence runs in."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import click

from adrtool.cli import options
from adrtool.errors import ExitCode, UsageError
from adrtool.report import documents

if TYPE_CHECKING:
    from adrtool.evidence.kept import Listed


@click.group("env")
def env_command() -> None:
    """List or prune the environments that evidence runs in."""


@env_command.command("list")
@options.json_option
def list_environments(as_json: bool) -> int:
    """List the environments, the last used first."""
    from adrtool.evidence.environment import Environments

    environments = Environments()
    found = environments.list()
    if as_json:
        rows = [_fields(each) for each in found]
        click.echo(documents.dump({"folder": str(environments.folder), "environments": rows}))
        return ExitCode.OK
    for each in found:
        old = "  (superseded)" if each.superseded else ""
        python = f"Python {each.python_version}, {each.packages} packages, {_megabytes(each.size)}"
        click.echo(f"{each.id}  {python}, used {each.last_used:%Y-%m-%d}{old}")
        click.echo(f"    {options.paper().clip(', '.join(each.dependencies) or 'nothing asked for', 76)}")
    click.echo(f"{len(found)} in {environments.folder}")
    return ExitCode.OK


@env_command.command("prune")
@click.option("--unused-for", default="30d", show_default=True, metavar="SPAN", help="0d takes all of them away.")
def prune_environments(unused_for: str) -> int:
    """Remove environments that were not used for a while, and leavings of broken builds."""
    from adrtool.evidence.environment import Environments
    from adrtool.settings import duration

    try:
        span = timedelta(0) if unused_for.strip() in ("0", "0d") else duration(unused_for)
    except ValueError as error:
        raise UsageError(f"--unused-for: {error}") from None
    gone = Environments().prune(span)
    for each in gone:
        click.echo(f"removed {each.id}")
    freed = _megabytes(sum(each.own_size for each in gone))
    click.echo(f"{len(gone)} removed, {freed} freed")
    return ExitCode.OK


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.0f} MB"


def _fields(each: Listed) -> documents.Fields:
    return {
        "id": each.id,
        "path": str(each.folder),
        "python": each.python_version,
        "dependencies": list(each.dependencies),
        "packages": each.packages,
        "bytes": each.size,
        "own_bytes": each.own_size,
        "last_used": each.last_used.isoformat(),
        "used_by": list(each.used_by),
        "superseded": each.superseded,
    }
