"""Which lines a change wrote, so that nobody is told of what was there before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher

from adrtool.model import Problem
from adrtool.review.sides import Sides

_MOST = 20_000  # lines of a file that are compared one by one


def on_changed_lines(sides: Sides, problems: Iterable[Problem]) -> Iterator[Problem]:
    """The problems whose line the change wrote; one of a whole file counts where the file is new."""
    known: dict[str, frozenset[int] | None] = {}
    for problem in problems:
        if problem.path not in known:
            known[problem.path] = _changed(sides, problem.path)
        lines = known[problem.path]
        if lines is None or problem.line in lines:
            yield problem


def _changed(sides: Sides, path: str) -> frozenset[int] | None:
    """The numbers of the lines that differ; None where all do."""
    change = sides.by_path.get(path)
    if change is None:
        return frozenset()
    before = sides.base.text(change.before) if change.before is not None else None
    after = sides.head.text(path)
    if before is None or after is None:
        return None
    return frozenset(changed_lines(before, after))


def changed_lines(before: str, after: str) -> Iterator[int]:
    """The numbers of the lines of `after` that `before` does not have there."""
    old, new = before.splitlines(), after.splitlines()
    quick = len(old) + len(new) > _MOST
    for tag, _, _, start, end in SequenceMatcher(None, old, new, autojunk=quick).get_opcodes():
        if tag != "equal":
            yield from range(start + 1, end + 1)
