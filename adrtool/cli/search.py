"""`search`: records by their words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from adrtool.cli import options
from adrtool.errors import ExitCode, UsageError
from adrtool.model import Record, Status
from adrtool.report import documents

if TYPE_CHECKING:
    from adrtool.search import Hit
    from adrtool.workspace import Workspace


@click.command("search")
@click.argument("words", nargs=-1, required=True, metavar="WORDS...")
@click.option("--field", "fields", multiple=True, metavar="FIELD", help="Look in title, body, claims or tags only.")
@click.option("--status", "statuses", multiple=True, metavar="STATUS", help="Only records of this status; repeatable.")
@click.option("--tag", "tags", multiple=True, metavar="TAG", help="Only records with this tag; repeatable.")
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True, help="The most to show.")
@options.json_option
@options.dir_option
def search_command(
    words: Sequence[str],
    fields: Sequence[str],
    statuses: Sequence[str],
    tags: Sequence[str],
    limit: int,
    as_json: bool,
    dirs: Sequence[Path],
) -> int:
    """Find records by their words, the best match first.

    Every word has to be there; "a phrase" and title:word narrow it.
    """
    from adrtool.search import search

    _check("--field", fields, ("title", "body", "claims", "tags"))
    _check("--status", statuses, tuple(Status))
    workspace = options.open_workspace(dirs)
    wanted = [
        record
        for record in workspace.records
        if (not statuses or record.status in statuses) and {tag.casefold() for tag in tags} <= _tags(record)
    ]
    query = " ".join(f'"{word}"' if " " in word and '"' not in word else word for word in words)
    found = search(_texts(workspace, wanted), query, fields)
    hits = found[:limit]
    if as_json:
        click.echo(documents.dump({"query": query, "count": len(found), "hits": [_fields(hit) for hit in hits]}))
        return ExitCode.OK
    for hit in hits:
        click.echo(f"{hit.record.path}:{hit.line}: {hit.record.id} {hit.record.title} ({hit.record.status.value})")
        click.echo(f"  {_marked(hit)}")
    if len(found) > len(hits):
        options.warn(f"{len(found) - len(hits)} more; --limit shows them")
    if not found:
        options.warn(f"no record holds {query}")
    return ExitCode.OK


def _texts(workspace: Workspace, records: Sequence[Record]) -> Iterator[tuple[Record, str]]:
    from adrtool.sheet import Sheet

    for record in records:
        sheet = Sheet.read(workspace.root, record.path)
        yield record, sheet.text if sheet is not None else ""


def _check(option: str, given: Sequence[str], known: Sequence[str]) -> None:
    for word in given:
        if word not in known:
            raise UsageError(f"{option} {word}: write one of {', '.join(known)}")


def _tags(record: Record) -> set[str]:
    return {tag.casefold() for tag in record.tags}


def _fields(hit: Hit) -> documents.Fields:
    record = hit.record
    return {
        "id": record.id,
        "path": record.path,
        "line": hit.line,
        "title": record.title,
        "status": record.status.value,
        "tags": list(record.tags),
        "snippet": hit.snippet,
        "matches": [list(span) for span in hit.marks],
    }


def _marked(hit: Hit) -> str:
    """The snippet with its matches bold, where the terminal shows such."""
    paper = options.paper()
    if not paper.colour:
        return hit.snippet
    text, position = "", 0
    for start, end in hit.marks:
        text += hit.snippet[position:start] + click.style(hit.snippet[start:end], bold=True)
        position = end
    return text + hit.snippet[position:]
