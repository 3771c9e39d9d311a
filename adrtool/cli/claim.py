"""`claim`: a sentence with its evidence."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from adrtool.cli import options
from adrtool.errors import ExitCode, ReadError, UsageError
from adrtool.model import Severity


@click.command("claim")
@click.argument("name", metavar="RECORD")
@click.argument("text")
@click.argument("evidence", metavar="EVIDENCE[#TEST]")
@click.option(
    "--section", metavar="HEADING", help="The section that it ends; default: the rationale, else the decision."
)
@click.option("--supporting", is_flag=True, help="A claim that only supports: it weakens the decision when it fails.")
@click.option("--then", metavar="TEXT", default="", help="What to do when it turns.")
@options.dir_option
def claim_command(
    name: str, text: str, evidence: str, section: str | None, supporting: bool, then: str, dirs: Sequence[Path]
) -> int:
    """Add a claim to a record: the link, and a skeleton of its evidence where there is none yet."""
    from adrtool.cli.desk import Desk, echo_written
    from adrtool.cli.shown import find_record
    from adrtool.writing.changes import Change
    from adrtool.writing.claiming import NewClaim, evidence_named, folder_named, skeleton, title_of, with_claim

    words, then = " ".join(text.split()), " ".join(then.split()).rstrip("; ")
    if not words:
        raise UsageError("a claim needs its sentence")
    workspace = options.open_workspace(dirs)
    desk = Desk.of(workspace)
    record = find_record(workspace, name)
    page = desk.page(record)
    if not page.is_markdown:
        raise UsageError(f"{record.path}: only Markdown records hold claims")
    setting, below_root = workspace.setting(record), _below_root(evidence, workspace.root)
    folder = folder_named(evidence, setting, below_root=below_root)
    ref = folder or evidence_named(evidence, setting, below_root=below_root)
    new = NewClaim(words, ref, title_of(supporting=supporting, then=then), is_unsupported=folder is not None)
    changed = with_claim(page, new, section)
    _, before = desk.shelf.read((page,))[record.path]
    after, problems = desk.shelf.read((changed,))[record.path]
    known = {(problem.rule, problem.message) for problem in before}
    for problem in problems:
        if problem.severity is Severity.ERROR and (problem.rule, problem.message) not in known:
            raise UsageError(problem.message)
    _require_added(record.path, [claim.text for claim in after.claims], words, len(record.claims))
    desk.put(changed)
    missing = folder is None and not (workspace.root / ref.path).exists()
    written = desk.write([Change(ref.path, None, skeleton(new).encode())] if missing else [])
    echo_written(written)
    if (
        folder is None
        and not missing
        and ref.test is not None
        and ref.test.split(".")[0] not in _text(workspace.root / ref.path)
    ):
        options.warn(f"{ref.path}: has no {ref.test} yet; write it")
    return ExitCode.OK


def _require_added(path: str, texts: Sequence[str], words: str, before: int) -> None:
    if len(texts) != before + 1 or words not in texts:
        raise ReadError("the claim would not read back as written; write it by hand", path=path)


def _below_root(evidence: str, root: Path) -> str:
    path = (Path.cwd() / evidence.partition("#")[0]).resolve()
    return path.relative_to(root.resolve()).as_posix() if path.is_relative_to(root.resolve()) else evidence


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
