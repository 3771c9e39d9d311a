"""`index`: the table of records in the README of each record folder."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from adrtool.cli import options
from adrtool.cli.shown import exit_code
from adrtool.errors import ExitCode, ReadError, UsageError, worst
from adrtool.model import Record
from adrtool.report import documents

if TYPE_CHECKING:
    from adrtool.verdict import Judgement
    from adrtool.workspace import Workspace
    from adrtool.writing.source import Source


@dataclass(frozen=True, slots=True)
class Page:
    """A README as it is, and as it should be; `old` is None where it is still to be made."""

    path: str
    old: Source | None
    new: Source

    @property
    def is_current(self) -> bool:
        """Whether there is nothing to write."""
        return self.old == self.new


@click.command("index")
@click.option(
    "--check", is_flag=True, help="Write nothing; fail where an index is not up to date, or a claim raises alarm."
)
@options.json_option
@options.dir_option
def index_command(check: bool, as_json: bool, dirs: Sequence[Path]) -> int:
    """Write the table of records into the README of their folder."""
    from adrtool.workspace import nothing_found

    workspace = options.open_workspace(dirs)
    if not workspace.records:
        raise nothing_found(workspace)
    judgements = workspace.judge_all(options.now())
    wanted, left = _folders(workspace, is_named=bool(dirs))
    if not wanted:
        raise (ReadError if check else UsageError)(
            f"none of {len(left)} record folders has an index; begin one with --dir, such as --dir {left[0]}"
        )
    pages = list(_pages(workspace, judgements, wanted))
    for page in pages:
        if not page.is_current and not check:
            page.new.write(workspace.root / page.path)
    if as_json:
        rows = [{"path": page.path, "current": page.is_current} for page in pages]
        click.echo(documents.dump({"indexes": rows}))
    else:
        for page in pages:
            click.echo(f"{page.path}: {_said(page, check=check)}")
    if left:
        options.warn(f"left without an index: {', '.join(left)}; --dir FOLDER begins one")
    return _code(workspace, judgements, pages) if check else ExitCode.OK


def _said(page: Page, *, check: bool) -> str:
    if page.is_current:
        return "up to date"
    return "not up to date; run `adrtool index`" if check else "written"


def _code(workspace: Workspace, judgements: Sequence[Judgement], pages: Sequence[Page]) -> ExitCode:
    late = ExitCode.OK if all(page.is_current for page in pages) else ExitCode.UNREADABLE
    return worst({late, exit_code(workspace, judgements, strict=False, allow_empty=True)})


def _folders(workspace: Workspace, *, is_named: bool) -> tuple[list[str], list[str]]:
    """The folders whose index is kept, and those that have none and get none.

    Where one of several folders was not named, nobody asked for its README: it may be a test's, or a package's.
    """
    held = {_folder_of(record, workspace.folders) for record in workspace.records}
    folders = [folder for folder in workspace.folders if folder in held]
    if is_named or len(folders) == 1:
        return folders, []
    kept = [folder for folder in folders if _has_index(workspace.root, folder)]
    return kept, [folder for folder in folders if folder not in kept]


def _has_index(root: Path, folder: str) -> bool:
    from adrtool.report.index import START, has_list

    texts = [_plain(source.text) for _, source in _indexes(root, folder)]
    return any(START in text or has_list(text) for text in texts)


def _pages(workspace: Workspace, judgements: Sequence[Judgement], folders: Sequence[str]) -> Iterator[Page]:
    from adrtool.report.index import indexed, relisted

    healths = workspace.healths(judgements)
    for folder in folders:
        records = [record for record in workspace.records if _folder_of(record, workspace.folders) == folder]
        found = dict(_indexes(workspace.root, folder))
        ours = _home(folder, found)
        for path, old in (found if ours is None else {ours: None} | found).items():
            text = _plain(old.text) if old is not None else ""
            new = indexed(text, records, healths, folder) if path == ours else relisted(text, records, folder)
            yield _page(path, old, text, new)


def _home(folder: str, found: Mapping[str, Source]) -> str | None:
    """The file for our table: the one that has it, else the README; None where another file has a list already."""
    from adrtool.report.index import START, has_list

    readme = next((path for path in found if path.lower().endswith("readme.md")), None)
    if (ours := next((path for path, source in found.items() if START in source.text), None)) is not None:
        return ours
    listed = [path for path, source in found.items() if has_list(_plain(source.text))]
    return readme or _below(folder, "README.md") if readme in listed or not listed else None


def _page(path: str, old: Source | None, text: str, new: str) -> Page:
    from adrtool.writing.source import Source

    if old is None:
        return Page(path, None, Source(new))
    return Page(path, old, old if new == text else Source(new.replace("\n", old.newline), old.bom))


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _indexes(root: Path, folder: str) -> Iterator[tuple[str, Source]]:
    """The files of a folder that can hold an index; raises ReadError for one that leads out of the repository."""
    from adrtool.writing.source import Source

    for file in sorted((root / folder).iterdir()):
        if file.name.lower() not in ("readme.md", "index.md"):
            continue
        path = _below(folder, file.name)
        if not file.resolve().is_relative_to(root.resolve()):
            raise ReadError("leads out of the repository; put the file itself here", path=path)
        yield path, Source.read(file, path)


def _below(folder: str, name: str) -> str:
    return name if folder == "." else f"{folder}/{name}"


def _folder_of(record: Record, folders: Sequence[str]) -> str:
    holding = (folder for folder in folders if folder == "." or record.path.startswith(f"{folder}/"))
    return max(holding, key=len, default=".")
