"""The reading commands as tools for agents, over the Model Context Protocol. Nothing here runs evidence or writes."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from adrtool import __version__
from adrtool.errors import UsageError

if TYPE_CHECKING:
    from mcp.server import MCPServer

INSTRUCTIONS = """\
Decision records of this repository. Each record says why something was decided; its claims are sentences that link to
executable evidence, and a verdict says whether the evidence still holds. Before changing a file, ask `why` which
decisions govern it; ask `status` before relying on a reason. A claim that is not `holds` is no reason to rely on.
These tools only read: to run evidence, ask a person to run `adrtool verify`."""
_PATIENCE = 120.0  # seconds; reading takes far less

Answer = dict[str, Any]
Status = Literal["draft", "proposed", "accepted", "rejected", "deprecated", "superseded", "other", "unknown"]
VerdictName = Literal["holds", "stale", "broken", "suspect", "expired", "unverified", "unsupported"]


def server(root: Path, dirs: Sequence[Path] = ()) -> MCPServer[Any]:
    """A server for the records around `root`; raises UsageError where the package `mcp` is missing."""
    try:
        from mcp.server import MCPServer
        from mcp.types import ToolAnnotations
    except ImportError as error:
        raise UsageError(f'{error}: install it with `python -m pip install "adrtool[mcp]"`') from error
    serving = MCPServer("adrtool", version=__version__, instructions=INSTRUCTIONS, log_level="WARNING")
    reads = ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False)
    tools = Tools(root, dirs)
    for tool in (
        tools.list,
        tools.show,
        tools.claims,
        tools.status,
        tools.search,
        tools.why,
        tools.history,
        tools.graph,
    ):
        serving.tool(annotations=reads)(tool)
    return serving


class Tools:
    """One method for each tool: its docstring is what the agent is told of it.

    Each asks a process of its own, so that an answer is always of the repository as it is now.
    """

    def __init__(self, root: Path, dirs: Sequence[Path]) -> None:
        self._root = root
        self._dirs = [f"--dir={folder}" for folder in dirs]

    def list(self) -> Answer:
        """List the decision records: number, title, status, date, path, relations, health and claims."""
        return self._ask("list")

    def show(self, record: str) -> Answer:
        """Show one record, named by number, slug or path: its status, relations, and each claim with its verdict."""
        return self._ask("show", names=[record])

    def claims(self, verdicts: Sequence[VerdictName] = (), names: Sequence[str] = ()) -> Answer:
        """List claims with verdict, evidence, message and measures; only these verdicts, records or claims if given."""
        return self._ask("claims", *(f"--verdict={verdict}" for verdict in verdicts), names=names)

    def status(self) -> Answer:
        """Judge every claim from the ledger: health of each record, counts of verdicts, problems and the exit code."""
        return self._ask("status")

    def search(self, words: str, statuses: Sequence[Status] = (), limit: int = 20) -> Answer:
        """Find records by their words; "a phrase" and title:word narrow it."""
        return self._ask("search", f"--limit={limit}", *(f"--status={it}" for it in statuses), names=words.split())

    def why(self, paths: Sequence[str]) -> Answer:
        """Say which decisions govern these files of the repository, and by which pattern or link."""
        return self._ask("why", names=[path for path in paths if path != "-"])

    def history(self, claim: str = "", limit: int = 20) -> Answer:
        """Tell a claim's outcomes and measures over time; without a claim, the newest changes of any verdict."""
        return self._ask("history", f"--limit={limit}", names=[claim] if claim else [])

    def graph(self) -> Answer:
        """Give the records as nodes with their health, and their relations as edges."""
        return self._ask("graph")

    def _ask(self, command: str, *options: str, names: Sequence[str] = ()) -> Answer:
        """The JSON of one reading command. Names stand behind `--`: none of them is ever an option."""
        from mcp.server.mcpserver.exceptions import ToolError

        words = [sys.executable, "-m", "adrtool", command, "--json", *options, *self._dirs, "--", *names]
        try:
            done = subprocess.run(
                words, cwd=self._root, capture_output=True, stdin=subprocess.DEVNULL, timeout=_PATIENCE, check=False
            )
        except (OSError, ValueError, subprocess.TimeoutExpired) as error:
            raise ToolError(f"adrtool {command}: {error}") from error
        try:
            answer = json.loads(done.stdout)
        except ValueError:
            said = done.stderr.decode(errors="replace").strip().splitlines()
            raise ToolError(said[-1] if said else f"adrtool {command} ended with {done.returncode}") from None
        assert isinstance(answer, dict)
        return answer
