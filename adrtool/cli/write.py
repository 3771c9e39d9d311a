"""`init`, `new`, `edit`: records come into being."""

from __future__ import annotations

import datetime as dt
import posixpath
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from adrtool.cli import options
from adrtool.errors import AdrtoolError, ExitCode, ReadError, UsageError
from adrtool.model import Record, Relation, Status

if TYPE_CHECKING:
    from adrtool.workspace import Workspace
    from adrtool.writing.drafting import Neighbours

FIRST = "Record architecture decisions"
_TEMPLATES = ("record", "madr", "nygard", "y-statement")


@click.command("init")
@click.option("--dir", "folder", metavar="FOLDER", help="Where the records shall lie; default: adr/.")
@click.option("--template", type=click.Choice(_TEMPLATES), help="How the records shall look; default: record.")
@click.option("--date", "day", metavar="DATE", help="The first record's date; default: today.")
def init_command(folder: str | None, template: str | None, day: str | None) -> int:
    """Begin a folder of records, with the first one in it."""
    from adrtool.cli.desk import at_terminal
    from adrtool.reading.naming import Shape
    from adrtool.writing.changes import Change, write_all
    from adrtool.writing.drafting import fields, render
    from adrtool.writing.filling import Facts
    from adrtool.writing.naming import Naming

    root, place = place_for(folder)
    _refuse_where_records_are(root, place)
    if template is None and at_terminal():
        template = click.prompt("Template", type=click.Choice(_TEMPLATES), default="record", err=True)
    facts = Facts(FIRST, Status.ACCEPTED, _date(day), 1, "0001")
    path = Naming(place, Shape.NUMBER).path(1, FIRST, facts.date, lambda _: False)
    said = {**fields(facts), **_FIRST_SAYS}
    text = render(f"{template or 'record'}.md.j2", facts, **{key: str(said[key]) for key in _FIRST_SAYS})
    write_all(root, [Change(path, None, text.encode())])
    click.echo(path)
    _announce(root, place)
    return ExitCode.OK


_FIRST_SAYS = {
    "context": (
        "We take decisions that are costly to turn back. Whoever joins later should find what was decided, why, and "
        "whether\nthe reasons still hold."
    ),
    "decision": (
        "We write each such decision down as a record in this folder, in the repository whose code it shapes. A record "
        "is\nnot rewritten when we change our minds: another one supersedes it."
    ),
    "consequences": (
        "A change of direction costs a page of writing, and gets a review. Reasons that a script can check are linked "
        "to it\nas evidence, so that we hear of it when they cease to hold."
    ),
}


@click.command("new")
@click.argument("words", nargs=-1, metavar="[TITLE]...")
@click.option("--status", metavar="STATUS", help="Its status; default: proposed.")
@click.option("--date", "day", metavar="DATE", help="Its date, YYYY-MM-DD; default: today.")
@click.option("--template", metavar="NAME", help="A template by name or path; default: like the records beside it.")
@click.option("--decider", "deciders", multiple=True, metavar="NAME", help="Who decides; repeatable.")
@click.option("--supersedes", multiple=True, metavar="RECORD", help="A record whose place it takes; repeatable.")
@click.option("--link", "links", multiple=True, metavar="RELATION:RECORD", help="Another relation; repeatable.")
@click.option("--body-file", metavar="FILE", help="Take the sections from a file; - is standard input.")
@click.option("--no-edit", is_flag=True, help="Open no editor.")
@click.option("--force", is_flag=True, help="Supersede against the rules of statuses, too.")
@options.dir_option
def new_command(
    words: Sequence[str],
    status: str | None,
    day: str | None,
    template: str | None,
    deciders: Sequence[str],
    supersedes: Sequence[str],
    links: Sequence[str],
    body_file: str | None,
    no_edit: bool,
    force: bool,
    dirs: Sequence[Path],
) -> int:
    """Write a new record, in the ways of the folder; a last word - takes its body from standard input."""
    from adrtool.cli.desk import Desk, at_terminal, editor, open_editor
    from adrtool.cli.shown import find_record
    from adrtool.writing.drafting import draft, is_status, require_said
    from adrtool.writing.filling import Facts

    if words and words[-1] == "-":
        words, body_file = words[:-1], "-"
    title = " ".join(" ".join(words).split())
    if not title and at_terminal():
        title = " ".join(click.prompt("Title", err=True).split())
    if not title:
        raise UsageError('a record needs a title: adrtool new "Use Postgres"')
    body = _body(body_file)
    desk = Desk.of(options.open_workspace(dirs))
    workspace = desk.workspace
    related = [(Relation.SUPERSEDES, find_record(workspace, name)) for name in supersedes]
    related += [_related(workspace, link) for link in links]
    neighbours = neighbours_of(workspace)
    if not dirs:
        _tell_of_others(workspace, neighbours)
    number = _number(workspace, neighbours)
    spelt = neighbours.naming.spell(number) if number is not None else ""
    facts = Facts(title, is_status(status or "proposed"), _date(day), number, spelt, tuple(deciders))
    path = neighbours.naming.path(number, title, facts.date, lambda path: (workspace.root / path).exists())
    page = draft(path, facts, neighbours, template, body)
    record = desk.add(page, neighbours.folder)
    require_said(page, record, facts, status_asked=status is not None)
    for relation, other in related:
        desk.link(record, relation, other, force=force)
    desk.write()
    click.echo(path)
    if not no_edit and at_terminal() and editor():
        open_editor(workspace.root / path)
    return ExitCode.OK


@click.command("edit")
@click.argument("name", metavar="RECORD")
@options.dir_option
def edit_command(name: str, dirs: Sequence[Path]) -> int:
    """Open a record in $VISUAL or $EDITOR."""
    from adrtool.cli.desk import open_editor
    from adrtool.cli.shown import find_record

    workspace = options.open_workspace(dirs)
    open_editor(workspace.root / find_record(workspace, name).path)
    return ExitCode.OK


def place_for(folder: str | None) -> tuple[Path, str]:
    """The root, and the folder for the records from there: as asked, as settings say, else `adr`."""
    from adrtool.git import Repository
    from adrtool.settings import find_settings

    here = Path.cwd()
    repository = Repository.discover(here)
    root = repository.root if repository is not None and repository.root is not None else here.resolve()
    if folder is not None:
        place = (here / folder).resolve()
        if not place.is_relative_to(root.resolve()):
            raise UsageError(f"--dir {folder}: lies outside the repository at {root}")
        return root, place.relative_to(root.resolve()).as_posix()
    configured = find_settings(root).records
    if not configured and (root / ".adr-dir").is_file():
        configured = tuple((root / ".adr-dir").read_text(encoding="utf-8", errors="replace").split("\n")[:1])
    return root, posixpath.normpath(configured[0].strip()) if configured and configured[0].strip() else "adr"


def _refuse_where_records_are(root: Path, place: str) -> None:
    from adrtool.discover import find_folders, record_files
    from adrtool.settings import find_settings

    try:
        folders = find_folders(root, find_settings(root).records)
    except ReadError:  # a folder that settings name and that is to be made now
        folders = ()
    for folder in dict.fromkeys((place, *folders)):
        files = record_files(root, folder) if (root / folder).is_dir() else ()
        if files:
            where = "the root" if folder == "." else f"{folder}/"
            raise UsageError(f"there are {len(files)} records in {where} already; `adrtool new TITLE` adds one")
    if (root / place).exists() and not (root / place).is_dir():
        raise UsageError(f"{place} is a file; name another folder with --dir")


def _announce(root: Path, place: str) -> None:
    """What stands between the new folder and the tools that should find it."""
    from adrtool.discover import find_folders
    from adrtool.settings import find_settings
    from adrtool.writing.testpaths import leaving_out

    try:
        found = place in find_folders(root, find_settings(root).records)
    except AdrtoolError:
        found = False
    if not found:
        options.warn(f'adrtool will not find {place}/ by itself; write `records = ["{place}"]` into adrtool.toml')
    if (left_out := leaving_out(root, place)) is not None:
        options.warn(f"{left_out}: testpaths leaves {place}/ out; add it there, and a plain `pytest` runs its evidence")


def _date(text: str | None) -> dt.date:
    if text is None:
        return options.now().astimezone().date()
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"--date {text}: write a date as YYYY-MM-DD") from None


def _body(file: str | None) -> str | None:
    if file is None:
        return None
    try:
        data = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        body = data.decode("utf-8-sig")
    except OSError as error:
        raise ReadError(f"cannot be read: {error.strerror}", path=file) from error
    except UnicodeDecodeError as error:
        raise ReadError(f"not UTF-8 at byte {error.start}; save it as UTF-8", path=file) from error
    if not body.strip():
        raise UsageError("the body is empty; leave it out, and the record begins with its headings")
    return body


def _related(workspace: Workspace, link: str) -> tuple[Relation, Record]:
    from adrtool.cli.shown import find_record

    relation, colon, name = link.partition(":")
    if not colon or relation not in list(Relation):
        raise UsageError(f"--link {link}: write RELATION:RECORD, with one of {', '.join(Relation)}")
    return Relation(relation), find_record(workspace, name)


def neighbours_of(workspace: Workspace) -> Neighbours:
    """The records beside which a new one belongs; raises UsageError where that is not certain."""
    from adrtool.cli.desk import folder_of
    from adrtool.reading.places import USUAL_PLACES
    from adrtool.writing.drafting import Neighbours

    folders = workspace.folders
    if not folders:
        raise ReadError("no records found; begin with `adrtool init`")
    here = Path.cwd().resolve()
    where = here.relative_to(workspace.root.resolve()).as_posix() if here.is_relative_to(workspace.root) else "."
    shared = {folder: len(posixpath.commonprefix([folder.split("/"), where.split("/")])) for folder in folders}
    nearest = [folder for folder in folders if shared[folder] == max(shared.values())]
    if len(nearest) > 1:  # from the root of a repository of packages, the repository's own
        nearest = [folder for folder in nearest if folder in USUAL_PLACES] or nearest
    if len(nearest) > 1:
        raise UsageError(f"several record folders ({', '.join(nearest)}); choose one with --dir")
    own = [record for record in workspace.records if folder_of(workspace, record) == nearest[0]]
    return Neighbours.of(workspace.root, nearest[0], own)


def _tell_of_others(workspace: Workspace, neighbours: Neighbours) -> None:
    """Say where the record goes, if there are other places for it and the user stands in none."""
    others = len(workspace.folders) - 1 + neighbours.places
    home = neighbours.naming.directory
    stands_there = home != "." and Path.cwd().resolve().is_relative_to((workspace.root / home).resolve())
    if others > 1 and not stands_there:
        options.warn(
            f"{'the root' if home == '.' else f'{home}/'} is one of {others} folders of records; --dir names another"
        )


def _number(workspace: Workspace, neighbours: Neighbours) -> int | None:
    """The next number, past those that other branches have taken; None where files have no numbers."""
    from adrtool.writing.naming import next_number
    from adrtool.writing.numbers import numbers_elsewhere

    naming = neighbours.naming
    if not naming.is_numbered:
        return None
    elsewhere = {}
    if workspace.repository is not None:
        elsewhere = numbers_elsewhere(workspace.repository, naming.directory)
    own = next_number(neighbours.records, ())
    number = next_number(neighbours.records, elsewhere)
    for taken in range(own, number):
        if taken in elsewhere:
            branch, path = elsewhere[taken]
            options.warn(f"skipped {naming.spell(taken)}, taken on {branch} by {posixpath.basename(path)}")
    return number
