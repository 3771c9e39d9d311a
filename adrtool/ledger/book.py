"""The ledger of one repository: hold outcomes, write them to notes, read them again."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from adrtool.errors import LedgerError, UsageError
from adrtool.git import Repository
from adrtool.ledger import lines as ledger_lines
from adrtool.ledger import upkeep
from adrtool.ledger.history import History
from adrtool.ledger.index import SCHEMA_VERSION, Index, open_index
from adrtool.ledger.lines import Kind
from adrtool.ledger.mirror import FlushedError, State
from adrtool.ledger.notes import Notes
from adrtool.ledger.spool import Spool
from adrtool.ledger.sync import Sync, tracking_ref
from adrtool.model import Problem
from adrtool.outcome import Outcome, to_line

_WITHOUT = "remotes-without-ledger"
_ASK_AGAIN_S = 7 * 24 * 3600.0

Clock = Callable[[], float]


@dataclass
class Ledger:
    """The append-only history of outcomes, in git notes under `refs/notes/adrtool`."""

    repository: Repository
    patience_s: float = 20.0  # how long to try against others who write at once
    clock: Clock = field(default=time.time, repr=False)  # seconds since 1970
    _just_opened: bool = field(default=True, init=False, repr=False)

    @property
    def folder(self) -> Path:
        """Where adrtool keeps its own in the git directory; worktrees share it."""
        return self.repository.common_dir / "adrtool"

    @property
    def spool(self) -> Spool:
        """Lines that wait until notes can take them."""
        return Spool(self.folder / "waiting")

    @property
    def notes(self) -> Notes:
        """The notes ref."""
        return Notes(self.repository, self.patience_s)

    def history(self) -> History:
        """What the ledger holds now; raises LedgerError where it cannot be read."""
        return History(self._index(), self.repository, lambda: self._index(on_disk=False))

    def append(self, outcomes: Sequence[Outcome]) -> str:
        """`hold`, then `flush`."""
        self.hold(outcomes)
        return self.flush()

    def hold(self, outcomes: Sequence[Outcome]) -> tuple[Outcome, ...]:
        """Store outcomes safely in the git directory, where they count as much as in notes; each with its order.

        Raises LedgerError where they cannot be stored.
        """
        return self._hold(outcomes, ())

    def hold_entries(self, kind: Kind, entries: Sequence[Mapping[str, object]], commit: str | None = None) -> None:
        """Store lines of another kind, of fields that JSON can spell; `order` is added. Raises LedgerError."""
        self._hold((), [(kind, fields) for fields in entries], commit)

    def flush(self) -> str:
        """Write to notes what waits; returns why some still waits, "" where nothing does.

        Before the first commit there is nothing to attach notes to, and a ref may be locked or not writable: then lines
        go on waiting, and are part of the history all the same.
        """
        if not self.spool.names():
            return ""
        self._just_opened = False
        from filelock import FileLock, Timeout

        try:
            with FileLock(self.folder / "flush.lock", timeout=self.patience_s):
                return self._flush()
        except Timeout:
            return "another process writes to the ledger"
        except OSError as error:
            return f"{self.folder}: {error.strerror}"
        except LedgerError as error:
            return str(error)

    def pull(self, remote: str) -> int:
        """Fetch a remote's ledger and merge it; the number of lines that were new here. Raises LedgerError."""
        return self._exchange(remote, Sync.pull)

    def push(self, remote: str) -> int:
        """Merge with a remote's ledger and send; the number of lines that were new there. Raises LedgerError."""
        return self._exchange(remote, Sync.push)

    def is_missing(self) -> bool:
        """Whether this clone has no ledger at all."""
        return self.repository.notes is None and not self.spool.names() and self.notes.tip() is None

    def missing_locally(self) -> str | None:
        """The remote that may have the ledger which this clone lacks: `adrtool ledger pull` would tell. No network."""
        if not self.is_missing():
            return None
        return next((name for name in self.repository.remotes() if name not in self._without_ledger()), None)

    def fsck(self) -> tuple[Problem, ...]:
        """What is wrong with the ledger: damaged and newer lines, lost environments, rewritten commits."""
        return upkeep.check(self.notes, self.spool)

    def gc(self, keep: int) -> int:
        """Drop outcomes that say nothing new, but the newest `keep` (at least 1) of each claim; how many lines."""
        if keep < 1:
            raise UsageError(f"--keep {keep}: keep at least one outcome of each claim")
        self.flush()
        self._just_opened = False
        return upkeep.compact(self.notes, keep)

    def _exchange(self, remote: str, how: Callable[[Sync], int]) -> int:
        from filelock import FileLock, Timeout

        self.flush()
        self._just_opened = False
        try:
            with FileLock(self._own("sync.lock"), timeout=self.patience_s):
                count = how(Sync(self.notes, remote))
                if self.repository.resolve(tracking_ref(remote)) is None:
                    self._own(_WITHOUT).write_text("\n".join({*self._without_ledger(), remote}), encoding="utf-8")
                return count
        except Timeout:
            raise LedgerError("another process exchanges the ledger with a remote; try again") from None
        except OSError as error:
            raise LedgerError(f"{self.folder}: {error.strerror}") from None

    def _without_ledger(self) -> tuple[str, ...]:
        """Remotes that were asked in vain of late: `missing_locally` does not name them again."""
        asked = self.folder / _WITHOUT
        try:
            is_recent = self.clock() - asked.stat().st_mtime < _ASK_AGAIN_S
            return tuple(asked.read_text(encoding="utf-8").splitlines()) if is_recent else ()
        except OSError:
            return ()

    def _own(self, name: str) -> Path:
        self.folder.mkdir(parents=True, exist_ok=True)
        return self.folder / name

    def _flush(self) -> str:
        waiting = self.spool.read(self.spool.names())
        unborn = any(item.commit is None for item in waiting)
        head = self.repository.resolve("HEAD^{commit}") if unborn else None
        ready = [item for item in waiting if item.commit is not None or head is not None]
        additions: dict[str, list[bytes]] = {}
        for item in ready:
            additions.setdefault(item.commit or str(head), []).extend(item.lines)
        if additions:
            self.notes.add(additions, "adrtool: append")
            self.spool.remove(item.name for item in ready)
        return "" if len(ready) == len(waiting) else "there is no commit yet"

    def _hold(
        self,
        outcomes: Sequence[Outcome],
        entries: Sequence[tuple[Kind, Mapping[str, object]]],
        commit: str | None = None,
    ) -> tuple[Outcome, ...]:
        if not outcomes and not entries:
            return ()
        self._just_opened = False
        index = self._index()
        try:
            first = max(int(self.clock() * 1e6), index.newest_order() + 1)
            ordered = tuple(replace(outcome, order=first + place) for place, outcome in enumerate(outcomes))
            by_commit: dict[str | None, list[bytes]] = {}
            for outcome in ordered:
                by_commit.setdefault(self._commit(outcome.commit), []).extend(_lines_of(outcome, index))
        finally:
            index.connection.close()
        for place, (kind, fields) in enumerate(entries, first + len(outcomes)):
            line = ledger_lines.entry_line(kind, {**fields, "order": place})
            by_commit.setdefault(self._commit(commit), []).append(line)
        for target, lines in by_commit.items():
            self.spool.put(first, target, tuple(dict.fromkeys(lines)))
        return ordered

    def _commit(self, named: str | None) -> str | None:
        return named if named is not None and self.repository.objects.is_oid(named) else None

    def _index(self, *, on_disk: bool = True) -> Index:
        path = self.folder / f"index-{SCHEMA_VERSION}.sqlite" if on_disk else None
        while True:
            # What waits is listed before the ref: flushed in between it is seen twice, the other way round not at all.
            waiting = self.spool.names()
            with contextlib.suppress(FlushedError):
                return open_index(path, self.notes, State(self._tip(), waiting, self.spool))

    def _tip(self) -> str | None:
        """Where notes stand; the first to ask is a reading command, milliseconds after opening told that."""
        if self._just_opened and self.spool.is_older_than(self.repository.opened):
            self._just_opened = False
            return self.repository.notes
        return self.notes.tip()


def _lines_of(outcome: Outcome, index: Index) -> Iterable[bytes]:
    """The outcome's line, after that of its environment if the ledger lacks it."""
    if outcome.environment is None:
        return (to_line(outcome, None).encode(),)
    environment_id = ledger_lines.environment_id(outcome.environment)
    line = to_line(outcome, environment_id).encode()
    if index.knows_environment(environment_id):
        return (line,)
    return (ledger_lines.environment_line(outcome.environment), line)
