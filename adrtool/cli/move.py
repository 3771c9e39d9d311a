"""`move`: evidence, or a record, under another name; with its links and its history."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from adrtool.cli import options
from adrtool.errors import ExitCode, ReadError, UsageError
from adrtool.model import Claim, EvidenceRef

if TYPE_CHECKING:
    from adrtool.workspace import Workspace
    from adrtool.writing.moving import Moving


@click.command("move")
@click.argument("old", metavar="OLD[#TEST]")
@click.argument("new", metavar="NEW[#TEST]")
@click.option("--dry-run", "-n", is_flag=True, help="Show what would change, and change nothing.")
@options.dir_option
def move_command(old: str, new: str, dry_run: bool, dirs: Sequence[Path]) -> int:
    """Move evidence, a folder of it, or a record, as `git mv` does; claims keep their links and their history.

    OLD may be a claim's id. Where the file has been moved already, only links and history follow.
    """
    from adrtool.cli.desk import Desk, echo_written
    from adrtool.writing.changes import write_all
    from adrtool.writing.moving import require_kept

    workspace = options.open_workspace(dirs)
    moving = _moving(workspace, old, new)
    changes = tuple(moving.changes(workspace.root, workspace.files))
    require_kept(moving, Desk.of(workspace).shelf, changes)
    if dry_run:
        for change in changes:
            for line in change.diff():
                click.echo(line)
        return ExitCode.OK
    inputs = _inputs(workspace, moving)
    write_all(workspace.root, changes)
    if workspace.repository is not None and moving.files:
        workspace.repository.rename_in_index(moving.files)
    _sweep(workspace.root, moving)
    echo_written(f"{change.path} -> {change.to}" if change.to else change.path for change in changes)
    after = options.open_workspace(dirs)
    record_moves(workspace, after, moving)
    _warn_of_inputs(after, inputs)
    return ExitCode.OK


def record_moves(before: Workspace, after: Workspace, moving: Moving) -> None:
    """Tell the ledger which claims got another id, so that their history goes on."""
    from adrtool.ledger.lines import Kind
    from adrtool.ledger.moves import Moved

    if before.ledger is None:
        return
    now = {record.path: record.claims for record in after.records}
    pairs = {
        (claim.id, same.id)
        for record in before.records
        for claim, same in zip(record.claims, now.get(moving.moved(record.path), ()), strict=False)
        if claim.evidence is not None and claim.id != same.id
    }
    pairs |= {(was, claim.id) for claim in after.claims if (was := _id_before(before, claim, moving)) != claim.id}
    if not pairs:
        return
    moves = [Moved(was, now_named, 0, before.head).fields for was, now_named in sorted(pairs)]
    before.ledger.hold_entries(Kind.MOVED, moves, before.head)
    if waiting := before.ledger.flush():
        options.warn(f"the move waits in the git directory: {waiting}")
    count = "1 claim goes" if len(pairs) == 1 else f"{len(pairs)} claims go"
    click.echo(f"adrtool: {count} on with the history of another name", err=True)


def _moving(workspace: Workspace, old: str, new: str) -> Moving:
    """What is to be moved where; raises UsageError where that cannot be."""
    from adrtool.writing.moving import Moving, files_below

    source, test = _named(workspace, old)
    target, new_test = _target(workspace, source, new)
    if bool(test) != bool(new_test):
        raise UsageError("name a test on both sides, as in `adrtool move reads.py#test_old reads.py#test_new`")
    if (source, test) == (target, new_test):
        raise UsageError(f"{old}: is called so already")
    there, taken = (workspace.root / source).exists(), (workspace.root / target).exists()
    if test:
        if not taken:
            raise UsageError(f"{target}: there is no such file; write the test there first")
        return Moving(refs={EvidenceRef(source, test): EvidenceRef(target, new_test)})
    if not there:
        if not taken:
            raise UsageError(f"{old}: there is no such file")
        return Moving(folder=(source, target))
    if taken:
        raise UsageError(f"{target}: is there already")
    if f"{target}/".startswith(f"{source}/"):
        raise UsageError(f"{source}: cannot be moved into itself")
    files = files_below(workspace.root, source, workspace.files)
    folder = (source, target) if (workspace.root / source).is_dir() else None
    return Moving({path: target + path[len(source) :] for path in files}, folder)


def _named(workspace: Workspace, name: str) -> tuple[str, str | None]:
    """A path from the root, and a test in it: of a file by its path from here or the root, or of a claim's evidence."""
    from adrtool.cli.waive import find_claim

    path, _, test = name.partition("#")
    here = _from_root(workspace, path)
    for place in (here, posixpath.normpath(path)):
        if place is not None and (workspace.root / place).exists():
            return place, test or None
    try:
        evidence = find_claim(workspace.claims, name).evidence
    except ReadError:
        evidence = None
    if evidence is not None:
        return evidence.path, evidence.test
    if here is None:
        raise UsageError(f"{name}: lies outside the repository")
    return here, test or None


def _target(workspace: Workspace, source: str, name: str) -> tuple[str, str | None]:
    path, _, test = name.partition("#")
    here = _from_root(workspace, path)
    if here is None:
        raise UsageError(f"{name}: lies outside the repository at {workspace.root}")
    if not test and (path.endswith("/") or (workspace.root / here).is_dir()):
        here = posixpath.normpath(posixpath.join(here, posixpath.basename(source)))
    return here, test or None


def _from_root(workspace: Workspace, path: str) -> str | None:
    root = workspace.root.resolve()
    full = Path(os.path.normpath(Path.cwd() / path))
    return full.relative_to(root).as_posix() if full.is_relative_to(root) else None


def _id_before(before: Workspace, claim: Claim, moving: Moving) -> str:
    """The id of a claim whose evidence and link had been moved by hand; its own where nothing was."""
    from adrtool.reading.claims import id_of_evidence

    if moving.files or claim.evidence is None:
        return claim.id
    refs = {new: old for old, new in moving.refs.items()}
    old, new = moving.folder or ("", "")
    was = refs.get(claim.evidence)
    if was is None and new and f"{claim.evidence.path}/".startswith(f"{new}/"):
        was = EvidenceRef(old + claim.evidence.path[len(new) :], claim.evidence.test)
    record = next((record for record in before.records if record.path == claim.path), None)
    if was is None or record is None:
        return claim.id
    setting = before.setting(record)
    home = setting.folder_of(was)
    return claim.id if home is None else setting.prefix + id_of_evidence(was, home, setting.record_id)


def _inputs(workspace: Workspace, moving: Moving) -> dict[str, tuple[str, ...]]:
    """The inputs that each script which moves declares, where they will lie."""
    found = {}
    for ref in workspace.cited:
        if ref.path in moving.files:
            declared = workspace.exhibits.declared_inputs(ref)
            found[moving.moved(ref.path)] = tuple(sorted(moving.moved(path) for path in declared))
    return found


def _warn_of_inputs(after: Workspace, inputs: dict[str, tuple[str, ...]]) -> None:
    for ref in after.cited:
        piece = after.piece_of(ref)
        if ref.path in inputs and (
            piece.refusal is not None or after.exhibits.declared_inputs(ref) != inputs[ref.path]
        ):
            options.warn(f"{ref.path}: `inputs` are written from the script's own folder, and name other files now")


def _sweep(root: Path, moving: Moving) -> None:
    """Take away the folders that were left empty."""
    import shutil

    for folder in sorted({posixpath.dirname(path) for path in moving.files}, reverse=True):
        place = root / folder
        if place.is_dir() and folder and {each.name for each in place.iterdir()} <= {"__pycache__"}:
            shutil.rmtree(place)
