"""`export`: the records for other tools."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from adrtool.cli import options
from adrtool.errors import ExitCode, ReadError, UsageError

if TYPE_CHECKING:
    from adrtool.exchange.parts import Loss, Source
    from adrtool.workspace import Workspace

_FOLDERS = ("structurizr", "backstage")


@click.command("export")
@click.option(
    "--format", "form", type=click.Choice(["json-adr", "csv", *_FOLDERS]), default="json-adr", show_default=True
)
@click.option(
    "--output", "-o", type=click.Path(path_type=Path), metavar="PATH", help="A new file; a folder for the last two."
)
@options.dir_option
def export_command(form: str, output: Path | None, dirs: Sequence[Path]) -> int:
    """Write the records as JSON-ADR, CSV, or a folder that Structurizr or Backstage reads.

    What the format cannot hold is told on stderr, record by record.
    """
    from adrtool.workspace import nothing_found

    if form in _FOLDERS and output is None:
        raise UsageError(f"--format {form} makes a folder; name it with --output")
    if output is not None and _is_taken(output):
        raise UsageError(f"--output {output}: is there already; name a new one")
    workspace = options.open_workspace(dirs)
    if not workspace.records:
        raise nothing_found(workspace)
    sources = _sources(workspace)
    if form in _FOLDERS:
        losses = _write_folder(sources, form, output)
    else:
        text, losses = _text(workspace, sources, form)
        _put(text, output)
    for loss in losses:
        options.warn(str(loss))
    return ExitCode.OK


def _text(workspace: Workspace, sources: Sequence[Source], form: str) -> tuple[str, Iterable[Loss]]:
    if form == "csv":
        from adrtool.exchange.tables import csv_table

        return csv_table(sources, workspace.healths(workspace.judge_all(options.now())))
    from adrtool.exchange.json_adr import json_adr

    return json_adr(sources)


def _write_folder(sources: Sequence[Source], form: str, output: Path | None) -> Iterable[Loss]:
    from adrtool.exchange.folders import Shape, folder

    assert output is not None
    files, losses = folder(sources, Shape(form))
    try:
        output.mkdir(exist_ok=True)
    except OSError as error:
        raise _unwritten(output, error) from error
    for name, text in files.items():
        _put(text, output / name)
    options.warn(f"{len(files)} records written to {output}")
    return losses


def _sources(workspace: Workspace) -> tuple[Source, ...]:
    from adrtool.exchange.parts import Source
    from adrtool.sheet import Sheet

    return tuple(Source(record, Sheet.read(workspace.root, record.path)) for record in workspace.records)


def _is_taken(output: Path) -> bool:
    return output.exists() and not (output.is_dir() and not any(output.iterdir()))


def _put(text: str, output: Path | None) -> None:
    if output is None:
        click.echo(text, nl=False)
        return
    try:
        output.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise _unwritten(output, error) from error


def _unwritten(output: Path, error: OSError) -> ReadError:
    return ReadError(f"--output {output}: cannot be written: {error.strerror}")
