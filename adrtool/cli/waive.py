"""`waive`: a team's dated word that it knows a claim is stale."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, timedelta
from pathlib import Path

import click

from adrtool.cli import options
from adrtool.errors import ExitCode, ReadError, UsageError
from adrtool.model import Claim


@click.command("waive")
@click.argument("name", metavar="CLAIM")
@click.option("--until", metavar="DATE", help="The last day that it covers, YYYY-MM-DD (UTC), or a span such as 30d.")
@click.option("--reason", metavar="TEXT", help="Why the team lives with it.")
@click.option("--remove", is_flag=True, help="Take the waiver away.")
@options.dir_option
def waive_command(name: str, until: str | None, reason: str | None, remove: bool, dirs: Sequence[Path]) -> int:
    """Live with a stale claim for a while, with a date and a reason."""
    from adrtool.writing.source import Source
    from adrtool.writing.titles import retitle, unwaived, waived

    workspace = options.open_workspace(dirs)
    claim = find_claim(workspace.claims, name)
    if remove == bool(until or reason):
        raise UsageError("give either --until and --reason, or --remove")
    path = workspace.root / claim.path
    source = Source.read(path, claim.path)
    setting = workspace.setting(workspace.record_of(claim))
    if remove:
        if claim.waiver is None:
            click.echo(f"{claim.path}:{claim.line}: {claim.id} was not waived")
            return ExitCode.OK
        changed = retitle(source, claim, setting, unwaived)
    else:
        if not until or not (reason or "").strip("; \t\n"):
            raise UsageError("a waiver needs both its last day and its reason: --until DATE --reason TEXT")
        day, why = _day(until), " ".join((reason or "").split()).rstrip("; ")
        changed = retitle(source, claim, setting, lambda title: waived(title, day, why))
    changed.write(path)
    said = "is no longer waived" if remove else f"is waived until {day}"
    click.echo(f"{claim.path}:{claim.line}: {claim.id} {said}")
    return ExitCode.OK


def find_claim(claims: Sequence[Claim], name: str) -> Claim:
    """The one claim of that id; raises ReadError for none, and for several."""
    found = [claim for claim in claims if claim.id == name]
    if not found:
        number, _, rest = name.partition("/")
        found = [c for c in claims if number.isdecimal() and rest and _same(c.id, int(number), rest)]
    if not found:
        raise ReadError(f"no claim is named {name}; `adrtool claims` lists them")
    if len(found) > 1:
        places = ", ".join(f"{claim.path}:{claim.line}" for claim in found)
        raise ReadError(f"{name} means several claims ({places}); give each evidence of its own")
    return found[0]


def _same(claim_id: str, number: int, rest: str) -> bool:
    own, _, own_rest = claim_id.partition("/")
    return own.isdecimal() and int(own) == number and own_rest == rest


def _day(text: str) -> date:
    from adrtool.settings import duration

    today = options.now().astimezone(UTC).date()
    try:
        day = date.fromisoformat(text)
    except ValueError:
        try:
            day = today + timedelta(days=duration(text).days)
        except ValueError:
            raise UsageError(f"--until {text}: write a date as YYYY-MM-DD, or a span such as 30d") from None
    if day < today:
        raise UsageError(f"--until {text}: that day has passed")
    return day
