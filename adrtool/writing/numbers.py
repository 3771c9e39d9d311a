"""The numbers that records have on branches other than the one checked out."""

from __future__ import annotations

import os
import posixpath

from adrtool.git import Repository
from adrtool.git.command import Git
from adrtool.reading.naming import name_of, record_suffix


def numbers_elsewhere(repository: Repository, directory: str) -> dict[int, tuple[str, str]]:
    """For each number that a record in `directory` has on any local or remote branch: the branch and the path.

    Directories that several branches share are looked at once.
    """
    git = Git(repository.git_dir, repository.root)
    found: dict[int, tuple[str, str]] = {}
    refs = git.run("for-each-ref", "--format=%(objectname) %(refname:lstrip=2)", "refs/heads", "refs/remotes")
    tips = [line.split(" ", 1) for line in os.fsdecode(refs).splitlines()]
    place = "" if directory == "." else directory
    feed = "".join(f"{oid}:{place}\n" for oid, _ in tips)
    answer = git.run("cat-file", "--batch-check=%(objectname) %(objecttype)", feed=os.fsencode(feed)) if tips else b""
    seen: set[str] = set()
    for (_, ref), line in zip(tips, os.fsdecode(answer).splitlines(), strict=False):
        tree, _, kind = line.rpartition(" ")
        if kind != "tree" or tree in seen:
            continue
        seen.add(tree)
        listed = os.fsdecode(git.run("ls-tree", "-r", "-z", "--name-only", tree)).split("\0")[:-1]
        for path in listed:
            full = posixpath.join(place, path)
            number = name_of(full).number if record_suffix(path) and _is_here(path) else None
            if number is not None:
                found.setdefault(number, (ref, full))
    return found


def _is_here(path: str) -> bool:
    """Whether a path is a record of the folder itself, as a file or as a folder of its own."""
    return path.count("/") == 0 or (path.count("/") == 1 and name_of(path) != name_of(posixpath.basename(path)))
