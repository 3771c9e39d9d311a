"""`why`: which decisions govern a file."""

from __future__ import annotations

import os
import posixpath
import re
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from adrtool.cli import options
from adrtool.errors import ExitCode, UsageError
from adrtool.report import documents

if TYPE_CHECKING:
    from adrtool.governing import Tie
    from adrtool.workspace import Workspace


@click.command("why")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@options.json_option
@options.dir_option
def why_command(paths: Sequence[str], as_json: bool, dirs: Sequence[Path]) -> int:
    """Say which decisions govern a file: by their `applies-to` patterns, and by links to it.

    With - the paths are read from stdin, one to a line, as `git diff --name-only` writes them.
    """
    from adrtool.governing import governing, ties

    workspace = options.open_workspace(dirs)
    wanted = dict.fromkeys(_inside(path, workspace) for path in _given(paths))
    among = ties(workspace.root, workspace.records)
    answers = {path: governing(path, among) for path in wanted}
    if as_json:
        rows = [{"path": path, "records": _records(found)} for path, found in answers.items()]
        click.echo(documents.dump({"paths": rows}))
        return ExitCode.OK
    for path, found in answers.items():
        if not found:
            options.warn(f"no record speaks of {path}")
        for row in _grouped(found).values():
            record = row[0].record
            click.echo(f"{path}: {record.id} {record.title} ({record.status.value})")
            for tie in row:
                place = record.path if tie.line is None else f"{record.path}:{tie.line}"
                click.echo(f"  {place}: {tie.bond.value} {tie.target}")
    return ExitCode.OK


def _given(paths: Sequence[str]) -> Iterable[str]:
    for path in paths:
        if path != "-":
            yield path
            continue
        text = sys.stdin.buffer.read().decode("utf-8", "surrogateescape")
        yield from filter(None, text.split("\0") if "\0" in text else map(_unquoted, text.splitlines()))


_OCTAL = re.compile(rb"\\([0-7]{3}|.)")
_ESCAPED = {b"n": b"\n", b"t": b"\t", b"r": b"\r", b"a": b"\a", b"b": b"\b", b"f": b"\f", b"v": b"\v"}


def _unquoted(line: str) -> str:
    """A path as git prints it: one with letters beyond ASCII stands in quotes, its bytes in octal."""
    if len(line) < 2 or not (line.startswith('"') and line.endswith('"')):
        return line
    plain = _OCTAL.sub(
        lambda found: bytes([int(found[1], 8) & 0xFF]) if len(found[1]) == 3 else _ESCAPED.get(found[1], found[1]),
        line[1:-1].encode("utf-8", "surrogateescape"),
    )
    return plain.decode("utf-8", "surrogateescape")


def _inside(path: str, workspace: Workspace) -> str:
    """A path from the current folder, or from the root where it lies there only, as one from the root.

    It need not be there: a deleted file was governed, too.
    """
    here, root = Path.cwd().resolve(), workspace.root.resolve()
    target = os.path.normpath(here / path)
    if not os.path.lexists(target) and os.path.lexists(root / path):
        target = os.path.normpath(root / path)
    inside = os.path.relpath(target, root).replace(os.sep, "/")
    if inside == ".." or inside.startswith("../"):
        raise UsageError(f"{path}: lies outside the repository at {root}")
    return posixpath.normpath(inside)


def _grouped(found: Iterable[Tie]) -> dict[str, list[Tie]]:
    """Ties by their record, those in force first."""
    rows: dict[str, list[Tie]] = {}
    for tie in sorted(found, key=lambda tie: not tie.record.status.raises_alarm):
        rows.setdefault(tie.record.path, []).append(tie)
    return rows


def _records(found: Iterable[Tie]) -> list[documents.Fields]:
    return [
        {
            "id": row[0].record.id,
            "path": row[0].record.path,
            "title": row[0].record.title,
            "status": row[0].record.status.value,
            "ties": [{"by": tie.bond.value, "target": tie.target, "line": tie.line} for tie in row],
        }
        for row in _grouped(found).values()
    ]
