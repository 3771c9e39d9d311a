"""`mcp`: the reading commands, for agents."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from adrtool.cli import options
from adrtool.errors import ExitCode


@click.command("mcp")
@options.dir_option
def mcp_command(dirs: Sequence[Path]) -> int:
    """Serve the reading commands to agents over stdin and stdout; runs no evidence and writes nothing."""
    from adrtool.agents import server

    workspace = options.open_workspace(dirs)
    server(workspace.root, [folder.resolve() for folder in dirs]).run("stdio")
    return ExitCode.OK
