"""`graph`: how the records stand to one another."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from adrtool.cli import options
from adrtool.errors import ExitCode


@click.command("graph")
@click.option("--format", "form", type=click.Choice(["mermaid", "dot", "json"]), default="mermaid", show_default=True)
@options.json_option
@options.dir_option
def graph_command(form: str, as_json: bool, dirs: Sequence[Path]) -> int:
    """Draw the records, their relations and their health."""
    from adrtool.report import graph

    workspace = options.open_workspace(dirs)
    healths = workspace.healths(workspace.judge_all(options.now()))
    drawn = graph.graph_of(workspace.records, healths)
    if not workspace.records:
        options.warn_of_nothing(workspace)
    forms = {"mermaid": graph.mermaid, "dot": graph.dot, "json": graph.as_json}
    click.echo(forms["json" if as_json else form](drawn))
    return ExitCode.OK
