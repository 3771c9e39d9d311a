"""What a verdict depends on beside claim and script: files declared, and files seen read."""

from __future__ import annotations

import os
import posixpath
import stat
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from pathlib import Path, PurePosixPath

from adrtool import fingerprint
from adrtool.errors import EvidenceError
from adrtool.evidence.testimony import Report
from adrtool.evidence.working_copy import HEAD, WorkingCopy, is_cache

_MOST_MATCHES = 10_000
_MISSING, _FOLDER = fingerprint.MISSING, "folder"
_PRESENCE = "/."  # ends the path of what was only looked for


def expand(root: Path, script: str, globs: Iterable[str]) -> tuple[str, ...]:
    """The files (paths from `root`) that declared globs name now, relative to the script or, with `/`, to the root.

    Raises EvidenceError where a glob matches nothing, or leads out of the repository.
    """
    found: set[str] = set()
    for glob in globs:
        base = "" if glob.startswith("/") else posixpath.dirname(script)
        pattern = posixpath.normpath(posixpath.join(base, glob.lstrip("/")))
        if pattern == ".." or pattern.startswith("../"):
            raise EvidenceError(f"input {glob!r} leads out of the repository; name files inside it", path=script)
        matches = _matches(root, pattern, glob, script)
        if not matches:
            raise EvidenceError(f"input {glob!r} matches no file; mend the glob or take it out", path=script)
        if len(matches) > _MOST_MATCHES:
            raise EvidenceError(f"input {glob!r} matches more than {_MOST_MATCHES} files; name fewer", path=script)
        found.update(matches)
    return tuple(sorted(found))


def _matches(root: Path, pattern: str, glob: str, script: str) -> list[str]:
    try:
        files = (path for path in root.glob(pattern) if path.is_file() and path.resolve().is_relative_to(root))
        return [path.relative_to(root).as_posix() for path in islice(files, _MOST_MATCHES + 1)]
    except (ValueError, IndexError, NotImplementedError):
        raise EvidenceError(f"input {glob!r} is no glob; write one like ../../models/*.json", path=script) from None


def conftests(root: Path, script: str, evidence_folder: str) -> tuple[str, ...]:
    """The conftest files that pytest would load for a test of `script`."""
    folders = [parent for parent in PurePosixPath(script).parents if parent.is_relative_to(evidence_folder)]
    names = (str(folder / "conftest.py") for folder in folders)
    return tuple(sorted(name for name in names if (root / name).is_file()))


def observed(copy: WorkingCopy, script: str, report: Report, unlisted: Collection[str] = ()) -> tuple[str, ...]:
    """What evidence at `script` read in its copy, as sorted paths from the root.

    A path alone is a file that was read; with `/` at its end, a folder that was listed; with `/.`, a name that was
    looked for, be it there or missing. `unlisted` are folders that are listed whatever the evidence does: for those
    only Python's own report counts.
    """
    files, folders = copy.reads()
    opened = {name for name in report.opened if copy.holds(name)}
    read = (files | opened) - {script}
    listed = {name or "." for name in (folders - set(unlisted)) | set(report.listed)}
    sought = {*report.opened, *report.asked} - read - listed - {script, "", *map(str, PurePosixPath(script).parents)}
    paths = {*read, *(f"{name}/" for name in listed), *(name + _PRESENCE for name in sought)}
    return tuple(sorted(name for name in paths if not _is_noise(name)))


def _is_noise(name: str) -> bool:
    return is_cache(name) or (name.startswith(".git/") and name != HEAD)


@dataclass(frozen=True, slots=True)
class Tree:
    """The repository's content at one moment, as far as inputs ask about it."""

    read: Callable[[str], str]  # a path from the root -> the fingerprint of what is there
    files: Callable[[], tuple[str, ...]]  # all that a copy would hold: git's ignored files are not there
    head: str | None  # the commit that stands for the history


def digest(paths: Iterable[str], tree: Tree) -> str:
    """The fingerprint of all inputs, as `tree` has them."""
    return fingerprint.of_parts(part for path in sorted(set(paths)) for part in (path, _state(path, tree)))


def _state(path: str, tree: Tree) -> str:
    if path == HEAD:
        return tree.head or "no commit"
    if path.endswith(_PRESENCE):
        return _presence(path.removesuffix(_PRESENCE), tree)
    if path.endswith("/"):
        return fingerprint.of_parts(sorted(_listings(tree.files()).get(path.removesuffix("/"), ())))
    return tree.read(path)


def _presence(name: str, tree: Tree) -> str:
    there = tree.read(name)
    if there == _MISSING or not (name in _listings(tree.files()) or _is_listed(name, tree)):
        return _MISSING
    return _FOLDER if there == _FOLDER else "file"


def _is_listed(name: str, tree: Tree) -> bool:
    folder, last = posixpath.split(name)
    return last in _listings(tree.files()).get(folder or ".", ())


@lru_cache(maxsize=4)
def _listings(files: tuple[str, ...]) -> dict[str, set[str]]:
    """The names in each folder."""
    found: dict[str, set[str]] = {}
    for file in files:
        path = "" if is_cache(file) else file
        while path:
            folder, name = posixpath.split(path)
            names = found.setdefault(folder or ".", set())
            path = folder if name not in names else ""
            names.add(name)
    return found


def content(path: Path) -> str:
    """The fingerprint of a file's bytes, or a word for what is there instead."""
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            return _FOLDER
        return fingerprint.of_bytes(path.read_bytes()) if stat.S_ISREG(mode) else "no ordinary file"
    except (FileNotFoundError, NotADirectoryError):
        return _MISSING
    except (OSError, ValueError) as error:
        return f"unreadable: {os.strerror(error.errno) if isinstance(error, OSError) and error.errno else error}"
