"""What the log says of files."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from adrtool.git.command import Git


@dataclass(frozen=True, slots=True)
class FileFacts:
    """When a file came and last changed (UTC), and by whom, the first author first."""

    first: datetime
    last: datetime
    authors: tuple[str, ...]


def log_facts(git: Git, folder: str) -> dict[str, FileFacts]:
    """What one `git log` says of each file below `folder` (from the root), followed through renames there."""
    mark = os.urandom(16).hex()  # no name of a person or a file can hold it
    form = ("-z", "-M", "--name-status", "--encoding=UTF-8", f"--format={mark}%ct %aN")
    log = git.porcelain("log", *form, "--", folder)
    return _facts_of_files(log.split(mark)[1:])


def _facts_of_files(commits: list[str]) -> dict[str, FileFacts]:
    """Newest commit first, so a rename tells today's name of what an older commit calls by another."""
    today: dict[str, str] = {}
    facts: dict[str, FileFacts] = {}
    for commit in commits:
        head, _, changes = commit.partition("\0")
        seconds, _, author = head.partition(" ")
        when = datetime.fromtimestamp(int(seconds), UTC)
        for path, before in _changes(changes):
            name = today.get(path, path)
            if before is not None:
                today[before] = name
            known = facts.get(name, FileFacts(when, when, ()))
            authors = tuple(dict.fromkeys((author, *known.authors)))
            facts[name] = FileFacts(min(known.first, when), max(known.last, when), authors)
    return facts


def _changes(text: str) -> Iterator[tuple[str, str | None]]:
    """(path, path before a rename) of one commit's `--name-status -z`."""
    words = iter(text.strip("\n").split("\0"))
    for word in words:
        status = word.strip()
        before = next(words) if status[:1] in ("R", "C") else None
        if status:
            yield next(words), before if status[0] == "R" else None
