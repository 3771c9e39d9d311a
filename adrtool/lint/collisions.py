"""Numbers that two branches gave away at once: git merges the files without a word."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence

from adrtool.errors import UsageError
from adrtool.git import Repository
from adrtool.git.command import Git
from adrtool.lint.naming import home
from adrtool.lint.survey import Finding, Survey
from adrtool.reading.naming import name_of, record_suffix

_Key = tuple[str, str, int]  # directory, prefix, number


def collisions(survey: Survey) -> Iterator[Finding]:
    """Records whose number another record has on the branch to merge into, both newer than where the two parted.

    Raises UsageError where there is no such branch.
    """
    if survey.base is None:
        return
    repository = survey.workspace.repository
    if repository is None:
        raise UsageError("--base needs a git repository")
    theirs = repository.resolve(f"{survey.base}^{{commit}}")
    if theirs is None:
        raise UsageError(f"--base {survey.base}: no such branch or commit; fetch it first")
    parted = repository.merge_base(theirs, repository.head) if repository.head is not None else None
    old = frozenset(_files(repository, parted, survey.workspace.folders)) if parted is not None else frozenset[str]()
    new = [path for path in _files(repository, theirs, survey.workspace.folders) if path not in old]
    taken = {key: path for path in new if (key := _key(path)) is not None}
    for record in survey.records:
        other = taken.get(key) if (key := _key(record.path)) is not None and record.path not in old else None
        if other is not None and other != record.path:
            message = f"number {name_of(record.path).spelt} is taken on {survey.base} by {other}"
            yield Finding(record.path, 1, f"{message}; `adrtool renumber` gives this one another")


def taken_elsewhere(
    repository: Repository, branches: Iterable[str], folders: Sequence[str], ours: Iterable[str], known: Iterable[str]
) -> Iterator[tuple[str, str, str]]:
    """(our path, theirs, branch) for each of `ours` whose number a branch gave to a record that is not in `known`."""
    wanted = {key: path for path in ours if (key := _key(path)) is not None}
    old = frozenset(known)
    for branch in branches if wanted else ():
        for path in _files(repository, branch, folders):
            our = wanted.get(key) if path not in old and (key := _key(path)) is not None else None
            if our is not None and our != path:
                yield our, path, branch


def record_paths(repository: Repository, commit: str, folders: Sequence[str]) -> list[str]:
    """The files below `folders`, as a commit has them, that can be records."""
    return _files(repository, commit, folders)


def _key(path: str) -> _Key | None:
    name = name_of(path)
    return (home(path), name.prefix.casefold(), name.number) if name.number is not None else None


def _files(repository: Repository, commit: str, folders: Iterable[str]) -> list[str]:
    """The files below `folders`, as a commit has them, that can be records."""
    git = Git(repository.git_dir, repository.root)
    listed = git.run("ls-tree", "-r", "-z", "--name-only", "--full-tree", commit, "--", *folders)
    return [path for path in os.fsdecode(listed).split("\0") if record_suffix(path)]
