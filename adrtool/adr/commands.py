"""The commands of `adr`: words in, lines out."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence

from adrtool.adr import reports
from adrtool.adr.help import help_for
from adrtool.adr.log import AdrError, Entry, entries, find, folder, next_number, read
from adrtool.adr.text import (
    NoStatusSectionError,
    filled,
    link,
    slug,
    title_of,
    with_iso_dates,
    with_link,
    without_status,
)

Words = Sequence[str]
Options = Sequence[tuple[str, str]]


def init_command(words: Words) -> int:
    """Begin a folder of records, with the first one in it."""
    if words and words[0]:
        place = words[0]
        try:
            os.makedirs(place, exist_ok=True)
            with open(".adr-dir", "w", encoding="utf-8", errors="surrogateescape") as file:
                file.write(f"{place}\n")
        except OSError as error:
            raise AdrError(f"{place}: {error.strerror}") from None
    path, text, _ = _drafted("record-architecture-decisions", _template("init.md"))
    _write({path: text})
    _say(path)
    return 0


def new_command(words: Words) -> int:
    """Write a record, link it, open it in the editor, and say where it is."""
    options, rest = _options("new", words, "s:l:")
    title = " ".join(" ".join(rest).replace("\r", "\n").split("\n")).strip()
    if not title:
        raise AdrError("ERROR: no title given", on_stdout=True)
    path, text, heading = _drafted(title, os.environ.get("ADR_TEMPLATE") or _own_template())
    texts = {path: text}
    added = Entry(path, 0, "")
    for option, value in options:
        if option == "-s":
            old = find(folder(), value)
            _link(texts, old, "Superceded by", heading, added)
            texts[old.path] = without_status(texts[old.path], "Accepted")
            _link(texts, added, "Supercedes", old.title(), old)
    for option, value in options:
        if option == "-l":
            target, forward, backward = _relation(value)
            old = find(folder(), target)
            _link(texts, added, forward, old.title(), old)
            _link(texts, old, backward, heading, added)
    _write(texts)
    code = _edit(path)
    if code == 0:
        _say(path)
    return code


def link_command(words: Words) -> int:
    """Link one record to another, on both sides."""
    names = ("SOURCE", "LINK", "TARGET", "REVERSE-LINK")
    given = dict(zip(names, words, strict=False))
    if missing := next((name for name in names if not given.get(name)), None):
        raise AdrError(f"{missing} is missing; usage: adr link SOURCE LINK TARGET REVERSE-LINK")
    source, target = find(folder(), given["SOURCE"]), find(folder(), given["TARGET"])
    texts: dict[str, str] = {}
    _link(texts, source, given["LINK"], target.title(), target)
    _link(texts, target, given["REVERSE-LINK"], source.title(), source)
    _write(texts)
    return 0


def list_command(_: Words) -> int:
    """Print the paths of the records."""
    _say(*(entry.path for entry in entries(folder())))
    return 0


def generate_command(words: Words) -> int:
    """Print a report, or the names of the reports."""
    match list(words):
        case [] | ["", *_]:
            _say("graph", "toc")
        case ["toc", *rest]:
            options, _ = _options("generate toc", rest, "i:o:p:", anywhere=True)
            said = dict(options)
            intro, outro = (read(said[name]) if said.get(name) else "" for name in ("-i", "-o"))
            _say(*reports.toc(entries(folder()), intro, outro, said.get("-p", "")))
        case ["graph", *rest]:
            options, _ = _options("generate graph", rest, "e:p:")
            said = dict(options)
            _say(*reports.graph(entries(folder()), said.get("-e", ".html"), said.get("-p", "")))
        case [other, *_]:
            raise AdrError(f"{other}: no such report; there are graph and toc", code=127)
    return 0


def config_command(_: Words) -> int:
    """Print where the command and its templates are."""
    from adrtool.writing.templates import FOLDER

    _say(
        f'adr_bin_dir="{os.path.dirname(os.path.abspath(sys.argv[0]))}"',
        f'adr_template_dir="{FOLDER / "adr-tools"}"',
    )
    return 0


def upgrade_repository_command(_: Words) -> int:
    """Write dates of the old form in ISO 8601."""
    found = {entry.path: entry.read() for entry in entries(folder())}
    upgraded = {path: with_iso_dates(text) for path, text in found.items()}
    _write({path: text for path, text in upgraded.items() if text != found[path]})
    return 0


def help_command(words: Words) -> int:
    """Show what a command does, in the pager."""
    text = help_for(words, lambda: os.path.dirname(_template("template.md")))
    pager = os.environ.get("ADR_PAGER") or os.environ.get("PAGER") or ("more" if sys.stdout.isatty() else "")
    if pager:
        import subprocess

        sys.stdout.flush()
        try:
            return subprocess.run(_split(pager), input=text.encode(), check=False).returncode
        except OSError as error:
            sys.stderr.write(f"adr: the pager {pager}: {error.strerror}\n")
    sys.stdout.write(text)
    return 0


COMMANDS: Mapping[str, Callable[[Words], int]] = {
    "config": config_command,
    "generate": generate_command,
    "help": help_command,
    "init": init_command,
    "link": link_command,
    "list": list_command,
    "new": new_command,
    "upgrade-repository": upgrade_repository_command,
}


def _drafted(title: str, template: str) -> tuple[str, str, str]:
    """A new record: its path, its text, and its heading with the number."""
    place = folder()
    number = next_number(place)
    day = os.environ.get("ADR_DATE") or time.strftime("%Y-%m-%d")
    fields = {"NUMBER": str(number), "TITLE": title, "DATE": day, "STATUS": "Accepted"}
    entry = Entry(f"{place}/{number:04d}-{slug(title)}.md", number, "")
    text = filled(read(template), fields)
    return entry.path, text, title_of(text)


def _template(name: str) -> str:
    from adrtool.writing.templates import FOLDER

    return str(FOLDER / "adr-tools" / name)


def _own_template() -> str:
    """The folder's own template, else the one that everybody knows."""
    own = f"{folder()}/templates/template.md"
    return own if os.path.isfile(own) else _template("template.md")


def _relation(value: str) -> tuple[str, str, str]:
    target, *rest = value.split(":", 2)
    if len(rest) < 2 or not all((target, *rest)):
        raise AdrError(f"-l {value}: write TARGET:LINK:REVERSE-LINK")
    return target, rest[0], rest[1]


def _link(texts: dict[str, str], source: Entry, words: str, title: str, target: Entry) -> None:
    """Write a link from `source` to `target` into the text of `source`."""
    if source.path not in texts:
        texts[source.path] = source.read()
    try:
        texts[source.path] = with_link(texts[source.path], link(words, title, target.name))
    except NoStatusSectionError:
        raise AdrError(
            f"{source.path}: has no section `## Status` to link from; `adrtool link` knows other kinds of records"
        ) from None


def _write(texts: Mapping[str, str]) -> None:
    """Write all of `texts`, or none."""
    from pathlib import Path

    from adrtool.errors import ReadError
    from adrtool.writing.changes import Change, write_all

    changes = []
    for path, text in texts.items():
        before = read(path).encode("utf-8", "surrogateescape") if os.path.exists(path) else None
        changes.append(Change(path, before, text.encode("utf-8", "surrogateescape")))
    try:
        write_all(Path(), changes)
    except ReadError as error:
        raise AdrError(str(error)) from None


def _edit(path: str) -> int:
    """Open a record in the user's editor, and wait; its exit code."""
    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR")
    if not editor:
        return 0
    import subprocess

    sys.stdout.flush()
    try:
        return subprocess.run([*_split(editor), path], check=False).returncode
    except OSError as error:
        raise AdrError(f"{editor}: {error.strerror}; the record is {path}", code=127) from None


def _split(command: str) -> list[str]:
    """A command from the environment, as words."""
    import shlex

    try:
        return shlex.split(command)
    except ValueError:
        return command.split()


def _options(command: str, words: Words, known: str, *, anywhere: bool = False) -> tuple[Options, Words]:
    """The options among `words`, and the rest; only before the first other word, unless `anywhere`."""
    import getopt

    try:
        return (getopt.gnu_getopt if anywhere else getopt.getopt)(list(words), known)
    except getopt.GetoptError as error:
        raise AdrError(f"{error.msg}; see `adr help {command}`") from None


def _say(*lines: str) -> None:
    sys.stdout.writelines(f"{line}\n" for line in lines)
