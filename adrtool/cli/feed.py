"""`history` without a claim, and its Atom feed: every change of a verdict."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from adrtool.cli import options
from adrtool.errors import ExitCode
from adrtool.report import documents, feed

if TYPE_CHECKING:
    from adrtool.workspace import Workspace

_ENTRIES = 100  # of a feed, where nobody says how many


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which changes to show, and how."""

    form: str
    claim: str | None = None
    limit: int | None = None
    url: str | None = None


def echo_changes(workspace: Workspace, wanted: Wanted) -> int:
    """Print the changes, newest first."""
    assert workspace.history is not None
    limit = wanted.limit or (_ENTRIES if wanted.form == "atom" else None)
    changes = [feed.Change.of(before, outcome) for before, outcome in workspace.history.changes(wanted.claim, limit)]
    match wanted.form:
        case "json":
            click.echo(documents.dump({"changes": [feed.change_fields(change) for change in changes]}))
        case "atom":
            click.echo(_atom(workspace, changes, wanted), nl=False)
        case _:
            for line in feed.change_lines(changes, options.paper()):
                click.echo(line)
            if not changes:
                options.warn(_hint(workspace))
    return ExitCode.OK


def _atom(workspace: Workspace, changes: list[feed.Change], wanted: Wanted) -> str:
    claims = {claim.id: (record, claim) for record in workspace.records for claim in record.claims}
    name = workspace.root.name if wanted.claim is None else wanted.claim
    identity = f"{_first_commit(workspace)}\0{wanted.claim or ''}" if wanted.url is None else wanted.url
    return feed.atom(changes, repository=identity, title=f"Decisions of {name}", claims=claims, url=wanted.url)


def _first_commit(workspace: Workspace) -> str:
    repository = workspace.repository
    assert repository is not None
    return repository.first_commit() or ""


def _hint(workspace: Workspace) -> str:
    missing = workspace.ledger.missing_locally() if workspace.ledger is not None else ""
    return missing or "nothing ran here yet, so no verdict has changed; `adrtool verify` runs the evidence"
