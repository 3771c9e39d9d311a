"""`mcp` gives agents the reading commands, over stdio, and nothing else."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client
from repositories import Project

from mcp.server.mcpserver.exceptions import ToolError

from adrtool.agents import Tools
from adrtool.cli import COMMANDS

READING = {"list", "show", "claims", "status", "search", "why", "history", "graph"}


@pytest.fixture
def records(project: Project) -> Project:
    project.record("[It holds](evidence/e.py)", "[It fails](evidence/f.py)")
    project.evidence("e.py", "open('ran-e', 'w')\n")
    project.evidence("f.py", "assert False, 'not so'\n")
    project.write("src/a.py", "")
    project.write("adr/0002-two.md", "# Two\n\n* Status: accepted\n\nSee [the code](../src/a.py).\n")
    project.commit()
    return project


def talk(project: Project, work: Callable[[ClientSession], Awaitable[Any]]) -> Any:
    """What `work` gets from a server that runs as a process of its own."""

    async def session() -> Any:
        command = StdioServerParameters(
            command=sys.executable, args=["-m", "adrtool", "mcp"], env=dict(os.environ), cwd=project.root
        )
        async with stdio_client(command) as (reader, writer), ClientSession(reader, writer) as client:
            await client.initialize()
            return await work(client)

    return asyncio.run(session())


def test_an_agent_gets_the_reading_commands_and_nothing_else(records: Project) -> None:
    async def work(client: ClientSession) -> tuple[Any, ...]:
        tools = (await client.list_tools()).tools
        shown = await client.call_tool("show", {"record": "1"})
        why = await client.call_tool("why", {"paths": ["src/a.py"]})
        lost = await client.call_tool("show", {"record": "9"})
        with pytest.raises(Exception, match="verify"):
            refused = await client.call_tool("verify", {})
            assert not refused.is_error, refused.content
        return tools, shown, why, lost

    tools, shown, why, lost = talk(records, work)
    assert {tool.name for tool in tools} == READING < set(COMMANDS)
    assert all(tool.annotations.read_only_hint and tool.description for tool in tools)
    assert [claim["verdict"] for claim in shown.structured_content["record"]["claims"]] == ["unverified"] * 2
    assert [record["id"] for record in why.structured_content["paths"][0]["records"]] == ["0002"]
    assert lost.is_error
    assert "no record is named 9" in lost.content[0].text


def test_each_tool_answers_as_its_command_does(records: Project) -> None:
    records.verify()
    tools = Tools(records.root, ())
    assert [record["id"] for record in tools.list()["records"]] == ["0001", "0002"]
    assert [claim["message"] for claim in tools.claims(verdicts=["stale"])["claims"]] == ["not so"]
    assert tools.status()["exit_code"] == 10
    assert [hit["id"] for hit in tools.search("two", statuses=["accepted"])["hits"]] == ["0002"]
    assert [outcome["outcome"] for outcome in tools.history("0001/f")["outcomes"]] == ["failed"]
    assert len(tools.history(limit=1)["changes"]) == 1
    assert tools.graph()["nodes"]


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (lambda tools: tools.show("--help"), "no record is named --help"),
        (lambda tools: tools.history("--output=x"), "no claim is named --output=x"),
        (lambda tools: tools.why(["../../etc/passwd"]), "lies outside the repository"),
        (lambda tools: tools.why(["a\0b"]), "null byte"),
        (lambda tools: tools.why(["-"]), "Missing argument"),
    ],
)
def test_what_cannot_be_answered_is_one_line(records: Project, ask: Callable[[Tools], Any], said: str) -> None:
    with pytest.raises(ToolError, match=said) as raised:
        ask(Tools(records.root, ()))
    assert "\n" not in str(raised.value)
    assert sorted(path.name for path in records.root.iterdir()) == [".git", "adr", "src"]


def test_other_folders_are_served_by_name(project: Project) -> None:
    project.write("notes/0007-seven.md", "# Seven\n\n* Status: accepted\n")
    listed = Tools(project.root, [project.root / "notes"]).list()
    assert [record["id"] for record in listed["records"]] == ["0007"]


def test_without_the_package_one_line_tells_how_to_get_it(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "mcp.server", None)
    said = project.adrtool("mcp")
    assert (said.code, said.err.count("\n")) == (2, 1)
    assert 'python -m pip install "adrtool[mcp]"' in said.err
