"""`doctor`: what this machine has for evidence to run, and the mend for what it lacks."""

from __future__ import annotations

import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from adrtool.cli import options
from adrtool.errors import AdrtoolError, ExitCode
from adrtool.report import documents

if TYPE_CHECKING:
    from adrtool.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at."""

    name: str
    fine: bool
    seen: str
    mend: str = ""


@click.command("doctor")
@options.json_option
@options.dir_option
def doctor_command(as_json: bool, dirs: Sequence[Path]) -> int:
    """Check Python, uv, git, the ledger, and what evidence needs."""
    checks = list(_checks(dirs))
    if as_json:
        rows = [{"name": c.name, "ok": c.fine, "seen": c.seen, "mend": c.mend or None} for c in checks]
        click.echo(documents.dump({"checks": rows}))
        return ExitCode.OK
    paper = options.paper()
    for check in checks:
        word = paper.paint("ok     ", "green") if check.fine else paper.paint("missing", "yellow")
        for line in paper.wrap(f"{check.name}: {check.seen}", 8, first=f"{word} "):
            click.echo(line)
        if check.mend and not check.fine:
            for line in paper.wrap(check.mend, 8):
                click.echo(line)
    return ExitCode.OK


def _checks(dirs: Sequence[Path]) -> Iterator[Check]:
    yield Check("Python", True, f"{platform.python_version()} at {sys.executable}")
    yield _uv()
    yield _tool("git", "--version", "install git; the ledger lives in it")
    yield _sandbox()
    try:
        workspace = options.open_workspace(dirs)
        yield Check("records", bool(workspace.records), _records(workspace), "`adrtool init` writes the first")
        yield _ledger(workspace)
        yield _observation(workspace)
        yield from _needs(workspace)
    except AdrtoolError as error:
        yield Check("records", False, str(error))


def _uv() -> Check:
    mend = "`python -m pip install uv`"
    try:
        from uv import find_uv_bin

        return _tool(find_uv_bin(), "--version", mend, name="uv")
    except (ImportError, FileNotFoundError) as error:
        return Check("uv", False, str(error), mend)


def _tool(command: str, option: str, mend: str, name: str | None = None) -> Check:
    name = name or command
    path = shutil.which(command)
    if path is None:
        return Check(name, False, "not on PATH", mend)
    done = subprocess.run([path, option], capture_output=True, text=True, timeout=20, check=False)
    return Check(name, done.returncode == 0, (done.stdout or done.stderr).strip().split("\n", 1)[0], mend)


def _sandbox() -> Check:
    from adrtool.evidence.sandbox import find

    found = find()
    if found.program is None:
        return Check("sandbox", False, f"evidence runs without one: {found.why_not}", found.mend)
    return Check("sandbox", True, f"bubblewrap at {found.program}; something ran inside, and reached its loopback")


def _records(workspace: Workspace) -> str:
    folders = ", ".join(f"{folder}/" for folder in workspace.folders) or "no folder"
    return f"{len(workspace.records)} records with {len(workspace.claims)} claims in {folders}"


def _ledger(workspace: Workspace) -> Check:
    if workspace.ledger is None or workspace.history is None:
        return Check("ledger", False, "no git repository, so verdicts are not kept", "`git init`")
    hint = workspace.ledger.missing_locally()
    if hint:
        return Check("ledger", False, hint, "`adrtool ledger pull`")
    number = len(workspace.history.claims)
    return Check("ledger", True, f"refs/notes/adrtool knows {number} {'claim' if number == 1 else 'claims'}")


def _observation(workspace: Workspace) -> Check:
    mend = "declare `inputs` in evidence, or point TMPDIR to a file system that notes access times"
    if not workspace.exhibits.can_copy:
        return Check("observation", False, "what evidence reads cannot be observed here", mend)
    return Check("observation", True, "evidence runs in a private copy, and what it reads is seen")


def _needs(workspace: Workspace) -> Iterator[Check]:
    from adrtool.evidence.needs import Missing, look

    wanted = {}
    for claim in workspace.claims:
        script = workspace.exhibits.script_of(claim)
        wanted.update({str(need): need for need in (script.needs if script is not None else ())})
    for name in sorted(wanted):
        found = look(wanted[name])
        mend = found.mend if isinstance(found, Missing) else ""
        yield Check(name, not mend, found.seen, mend)
