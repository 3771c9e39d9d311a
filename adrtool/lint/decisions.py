"""Accepted decisions that were edited afterwards, as git knows them.

Such a decision is superseded, not rewritten: whoever built on it read other words. Its status, its links, its claims'
evidence and every other section may change, and so may its markup, its line breaks and a slip of the pen.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from adrtool.errors import LedgerError
from adrtool.git import Repository, Version
from adrtool.lint.collisions import record_paths
from adrtool.lint.prompts import is_prompt
from adrtool.lint.statement import Statement, says_the_same, statement_of
from adrtool.lint.survey import Finding, Survey
from adrtool.model import Problem, Record, Status
from adrtool.reading.head import decode, head_of
from adrtool.reading.naming import name_of
from adrtool.sheet import Sheet

_AT_ONCE = 50  # records whose past is held in memory


@dataclass(frozen=True, slots=True)
class _State:
    """What a record said at one time; `when` names that for a reader."""

    status: Status
    date: dt.date | None
    decision: Statement
    when: str

    @property
    def is_written(self) -> bool:
        """Whether there is more than what a template left."""
        return any(part.strip() and not is_prompt(" ".join(part.split())) for part in self.decision.text.split("\n\n"))


def edited_decisions(survey: Survey) -> Iterator[Finding]:
    """Accepted records that decide something else today than when they were accepted.

    Silent outside git and in a shallow clone, which lacks the beginning; and for records that the branch to merge
    into does not have: they are still being written. A newer date in the record says openly that it was amended.
    """
    repository = survey.workspace.repository
    if repository is None or repository.shallow or repository.head is None:
        return
    accepted = [record for record in survey.records if record.status is Status.ACCEPTED]
    try:
        yield from _edited(survey, repository, accepted)
    except LedgerError:  # a partial clone lacks objects, or some are damaged: what was accepted cannot be told
        return


def _edited(survey: Survey, repository: Repository, accepted: Sequence[Record]) -> Iterator[Finding]:
    if not accepted:
        return
    folders = survey.workspace.folders
    settled, told, touched = _settled(repository, survey), repository.log_versions(folders), repository.touched(folders)
    pasts = {
        record.path: told[record.path]
        for record in accepted
        if (record.path in touched or len(told.get(record.path, ())) > 1)
        and record.path in told
        and (settled is None or record.path in settled)
    }
    paths = list(pasts)
    for start in range(0, len(paths), _AT_ONCE):
        some = {path: pasts[path] for path in paths[start : start + _AT_ONCE]}
        contents = _contents(repository, some)
        for path, versions in some.items():
            now = Sheet.read(survey.workspace.root, path)
            edit = _first_edit(versions, contents, None if now is None else _state(now, "not yet committed"))
            if now is not None and edit is not None:
                yield Finding(path, statement_of(now).line, _told(edit))


def _told(edit: _State) -> str:
    mend = "put its words back, supersede the record, or set its date to that of the change"
    return f"the decision was edited after it was accepted ({edit.when}); {mend}"


def _settled(repository: Repository, survey: Survey) -> frozenset[str] | None:
    """The records of the branch to merge into; None where that cannot be told."""
    for name in (survey.base, "refs/remotes/origin/HEAD"):
        if name is not None and (commit := repository.resolve(f"{name}^{{commit}}")) is not None:
            return frozenset(record_paths(repository, commit, survey.workspace.folders))
    return None


def _contents(repository: Repository, pasts: Mapping[str, Sequence[Version]]) -> dict[str, bytes]:
    blobs = list(dict.fromkeys(version.blob for versions in pasts.values() for version in versions))
    return dict(zip(blobs, repository.objects.blobs(blobs), strict=True))


def _first_edit(versions: Sequence[Version], contents: Mapping[str, bytes], now: _State | None) -> _State | None:
    """What first decided otherwise than what was accepted, where that still stands; `versions` are newest first."""
    if now is None:
        return None
    accepted = [now]
    for version in versions:
        text = decode(contents[version.blob], version.path)
        if isinstance(text, Problem):
            continue
        state = _state(Sheet(version.path, text), f"{version.day}, commit {version.commit[:10]}")
        if state.status is not Status.ACCEPTED:
            break
        accepted.append(state)
    before, edit = accepted[-1], None
    last = before.date
    for state in reversed(accepted):
        amended = last is not None and state.date is not None and state.date > last
        last = state.date
        if amended or not before.is_written:
            before, edit = state, None
        elif says_the_same(before.decision.text, state.decision.text):
            edit = None
        else:
            edit = edit or state
    return edit


def _state(sheet: Sheet, when: str) -> _State:
    head = head_of(sheet.outline, name_of(sheet.path), sheet.path)
    return _State(head.status, head.date, statement_of(sheet), when)
