"""What the files of a folder held at each commit, from one log for all of them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from adrtool.git.command import Git

_FILE = "100"  # how the mode of a file that is no link begins


@dataclass(frozen=True, slots=True)
class Version:
    """What a file held from one commit on, and the name that it had then."""

    path: str
    blob: str
    commit: str
    day: str  # of the commit, YYYY-MM-DD


def log_versions(git: Git, folders: Sequence[str]) -> dict[str, tuple[Version, ...]]:
    """The versions of each file that HEAD has below `folders` (from the root), newest first, followed through renames.

    A merge counts as one step of the branch that it was merged into: what a branch tried on its way is not told.
    """
    mark = os.urandom(16).hex()
    form = ("--first-parent", "-m", "--raw", "-z", "-M", "--no-abbrev", "--no-show-signature", "--no-ext-diff")
    places = (f":(top,literal){folder}" if folder != "." else ":(top)" for folder in folders)
    log = os.fsdecode(git.run("log", *form, f"--format={mark}%H %cs", "HEAD", "--", *places))
    versions: dict[str, list[Version]] = {}
    begun: set[str] = set()  # files of today whose oldest version is known
    today: dict[str, str | None] = {}  # what an older commit's name means today; None where it means no file
    for commit in log.split(mark)[1:]:
        head, _, changes = commit.partition("\0")
        oid, day = head.split()
        for status, blob, path, before in tuple(_changes(changes)):
            name = today.get(path, path)
            if name is not None and name not in begun and blob is not None:
                versions.setdefault(name, []).append(Version(path, blob, oid, day))
            if status == "D" and name is not None and name not in versions:
                today[path] = None
            elif status == "A" and name is not None:
                begun.add(name)
            elif before is not None:
                today[before], today[path] = name, None
    return {name: tuple(found) for name, found in versions.items()}


def _changes(text: str) -> Iterator[tuple[str, str | None, str, str | None]]:
    """(status, blob after, path after, path before a rename) of one commit's `--raw -z`."""
    words = iter(text.strip("\n").split("\0"))
    for word in words:
        if not word.strip():
            continue
        _, mode, _, blob, status = word.strip().split(" ")
        path = next(words)
        before, path = (path, next(words)) if status[0] in "RC" else (None, path)
        yield status[0], blob if mode.startswith(_FILE) else None, path, before if status[0] == "R" else None
