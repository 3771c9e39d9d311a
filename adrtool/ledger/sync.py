"""Two ledgers become one: what a remote has is fetched to a ref of its own and merged, never overwritten.

Notes merge as git's `cat_sort_uniq` merges them (a note that both sides changed becomes the sorted lines of both), but
byte for byte, and against the tip that was read: git's own merge cuts a note at a NUL and moves the ref unguarded.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass

from adrtool.errors import LedgerError
from adrtool.git import NOTES_REF, Repository
from adrtool.ledger import lines as ledger_lines
from adrtool.ledger.notes import Notes

MOVES = 20  # how often a remote may move under a push


def tracking_ref(remote: str) -> str:
    """Where the last fetched state of a remote's ledger is kept: no note, so no tool shows it as one."""
    return f"refs/adrtool/remotes/{remote}"


@dataclass(frozen=True, slots=True)
class Sync:
    """Exchange of notes with one remote."""

    notes: Notes
    remote: str

    @property
    def _repository(self) -> Repository:
        return self.notes.repository

    def pull(self) -> int:
        """Fetch and merge; the number of lines that were new here. Raises LedgerError."""
        theirs = self._fetch()
        if theirs is None:
            return 0
        before = self.notes.tip()
        after = self.notes.move(lambda tip: self._merged(tip, theirs), f"adrtool: merge {self.remote}")
        return count_new(self.notes, before, after)

    def push(self) -> int:
        """Merge what the remote has, then send; the number of lines that were new there. Raises LedgerError."""
        for _ in range(MOVES):
            self.pull()
            ours, theirs = self.notes.tip(), self._repository.resolve(tracking_ref(self.remote))
            if ours is None or ours == theirs:
                return 0
            if self._repository.push(self.remote, ours, NOTES_REF):
                self._repository.move_ref(tracking_ref(self.remote), ours, theirs, "adrtool: pushed")
                return count_new(self.notes, theirs, ours)
            import random

            time.sleep(random.uniform(0.05, 0.5))
        raise LedgerError(f"{self.remote} moved {MOVES} times during the push; nothing is lost, push again")

    def _fetch(self) -> str | None:
        tracked = tracking_ref(self.remote)
        return self._repository.resolve(tracked) if self._repository.fetch(self.remote, NOTES_REF, tracked) else None

    def _merged(self, ours: str | None, theirs: str) -> str:
        """A commit that holds what both hold: one of the two where the other adds nothing."""
        if ours is None:
            return theirs
        base = self._repository.merge_base(ours, theirs)
        if base in (ours, theirs):
            return theirs if base == ours else ours
        sides = [self.notes.blobs(tip) for tip in (base, ours, theirs)]
        wanted = _sources(*sides)
        held = self.notes.held(wanted)
        contents = {name: ledger_lines.join(lines) if wanted[name] else None for name, lines in held.items()}
        return self.notes.write(ours, contents, (ours, theirs), f"adrtool: merge {self.remote}")


Blobs = Mapping[str, tuple[str, ...]]


def _sources(base: Blobs, ours: Blobs, theirs: Blobs) -> dict[str, tuple[str, ...]]:
    """The blobs that make up each note which must change in ours; none where the note goes."""
    wanted: dict[str, tuple[str, ...]] = {}
    for name in sorted(ours.keys() | theirs.keys()):
        was, mine, other = (side.get(name, ()) for side in (base, ours, theirs))
        if other not in (mine, was):
            # Only where both sides changed it is a note joined; else theirs replaces what we never touched.
            wanted[name] = other if mine == was else (*mine, *other)
    return wanted


def count_new(notes: Notes, before: str | None, after: str | None) -> int:
    """How many lines `after` has that `before` lacks."""
    if before == after:
        return 0
    old, new = notes.blobs(before), notes.blobs(after)
    changed = {name: blobs for name, blobs in new.items() if old.get(name) != blobs}
    then = notes.held({name: old.get(name, ()) for name in changed})
    now = notes.held(changed)
    return sum(len(set(now[name]) - set(then[name])) for name in changed)
