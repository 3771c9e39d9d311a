"""The environments that evidence runs in: built once for equal requirements, kept, and found again."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import sysconfig
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from adrtool.errors import EvidenceError
from adrtool.evidence import kept as on_disk
from adrtool.evidence.asked import ask, key_of
from adrtool.evidence.installer import (
    FULL_DISK,
    RESOLVED,
    Installer,
    RefusedError,
    home_as_tilde,
    plain_words,
    python_of,
)
from adrtool.evidence.interpreters import Interpreter, find_interpreter
from adrtool.evidence.kept import Kept, Listed, listed
from adrtool.evidence.script import Requirements

LOCK = "lock"
BUILD_SECONDS = 30 * 60.0
LOCK_TICK = 0.2
# How long an environment that was superseded stays for the runs that still use it.
SUPERSEDED_STAYS = timedelta(days=1)
PINNED = re.compile(r"^([\w.-]+)==([^\s;]+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Built:
    """An environment that is ready to run evidence."""

    id: str
    python: Path
    python_version: str
    packages: tuple[tuple[str, str], ...]  # (name, version), sorted by name


@dataclass(frozen=True, slots=True)
class _Order:
    """One environment to build, by a moment of the monotonic clock."""

    folder: Path
    requirements: Requirements
    refresh: bool
    deadline: float
    progress: Callable[[str], object]


def default_cache() -> Path:
    """Where adrtool keeps what it can make again: $ADRTOOL_CACHE_DIR, else the user's cache folder."""
    if named := os.environ.get("ADRTOOL_CACHE_DIR"):
        return Path(named).absolute()
    from platformdirs import user_cache_path

    return user_cache_path("adrtool", appauthor=False)


class Environments:
    """The environments in one cache. One object serves one run, and all of its threads."""

    def __init__(self, cache: Path | None = None, *, timeout: float = BUILD_SECONDS) -> None:
        self.folder = (cache or default_cache()).absolute() / "environments"
        self._timeout = timeout
        self._installer = Installer()
        # Python fills these on their first use, and in two threads at once the second one sees them half filled.
        sysconfig.get_config_vars()
        # What was resolved since the run began is new enough for all of it.
        self._began = time.time()
        # What could not be built is not tried again for the next script that asks for it.
        self._refused: dict[Path, str] = {}

    def prepare(
        self,
        requirements: Requirements,
        *,
        refresh: bool = False,
        progress: Callable[[str], object] = lambda _: None,
        used_by: str = "",
    ) -> Built:
        """The environment for `requirements`: the one that is kept, or a new one.

        `refresh` resolves them anew, once in a run, and builds beside the old environment where that changes anything.
        `progress` is told in a few words what is done, and nothing where there is nothing to do. `used_by` is
        remembered for `list`. Raises EvidenceError, in the resolver's words, where it cannot be had.
        """
        folder = self.folder / key_of(requirements)
        kept = self._believed(folder, refresh) or self._build(
            _Order(folder, requirements, refresh, time.monotonic() + self._timeout, progress)
        )
        kept.touch(used_by)
        return Built(kept.id, kept.python, kept.python_version, kept.packages)

    def resolve(self, requirements: Requirements, *, refresh: bool = False) -> tuple[tuple[str, str], ...]:
        """The packages, as (name, version) sorted by name, that an environment for `requirements` would hold.

        Installs nothing. Raises EvidenceError, in the resolver's words, where it cannot be had.
        """
        interpreter = find_interpreter(requirements.requires_python)
        deadline = time.monotonic() + self._timeout
        try:
            with tempfile.TemporaryDirectory(prefix="adrtool-resolve-") as folder:
                ask(Path(folder), requirements)
                resolved = self._installer.resolve(Path(folder), interpreter.path, deadline=deadline, refresh=refresh)
        except RefusedError as refused:
            raise self._refusal(refused) from None
        except OSError as error:
            raise self._unwritable(error) from None
        return tuple(sorted((name, version) for name, version in PINNED.findall(resolved)))

    def stop(self) -> None:
        """End what is being built, from any thread: `prepare` then raises EvidenceError("interrupted")."""
        self._installer.stop()

    def list(self) -> tuple[Listed, ...]:
        """Every whole environment in the cache, the last used first; looks at every file of them."""
        found = [
            listed(each, superseded=each != on_disk.newest(folder))
            for folder in self._folders()
            for each in map(on_disk.read, on_disk.numbered(folder))
            if each is not None
        ]
        return tuple(sorted(found, key=lambda each: each.last_used, reverse=True))

    def prune(self, keep_used_within: timedelta) -> tuple[Listed, ...]:
        """Remove what was not used within that time, what was superseded, and what was never finished.

        Nothing goes that is just being built, or that cannot be written. Returns what went, but for the unfinished.
        """
        now = datetime.now(UTC)
        gone = []
        for folder in self._folders():
            with contextlib.suppress(OSError), self._locked(folder, time.monotonic()):
                on_disk.remove_unfinished(folder)
                current = on_disk.newest(folder)
                for each in filter(None, map(on_disk.read, on_disk.numbered(folder))):
                    stays = keep_used_within if each == current else min(keep_used_within, SUPERSEDED_STAYS)
                    if now - each.last_used >= stays:
                        gone.append(listed(each, superseded=each != current))
                        on_disk.remove(each.folder)
        return tuple(gone)

    def _believed(self, folder: Path, refresh: bool) -> Kept | None:
        kept = on_disk.newest(folder)
        return kept if kept is not None and (not refresh or kept.resolved_at >= self._began) else None

    def _build(self, order: _Order) -> Kept:
        folder = order.folder
        self._check_refused(folder)
        try:
            _make_cache(self.folder)
            folder.mkdir(exist_ok=True)
            with self._locked(folder, order.deadline, order.progress):
                self._check_refused(folder)
                return self._believed(folder, order.refresh) or self._build_alone(order)
        except TimeoutError:
            self._refused[folder] = "another run is building its environment, and has not finished in time"
        except OSError as error:
            raise self._unwritable(error) from None
        raise EvidenceError(self._refused[folder])

    def _build_alone(self, order: _Order) -> Kept:
        """Build while the folder's lock is held, and remember for this run where that cannot be done."""
        try:
            return self._resolve_and_install(order)
        except RefusedError as refused:
            error = self._refusal(refused)
        except EvidenceError as refused:
            error = refused
        self._refused[order.folder] = error.message
        raise error

    def _resolve_and_install(self, order: _Order) -> Kept:
        """Resolve, and install what was resolved unless that is there already."""
        folder, deadline = order.folder, order.deadline
        interpreter = find_interpreter(order.requirements.requires_python)
        on_disk.remove_unfinished(folder)
        dependencies = ask(folder, order.requirements)
        order.progress(f"resolving {', '.join(dependencies)} for Python {interpreter.version}")
        resolved = self._installer.resolve(folder, interpreter.path, deadline=deadline, refresh=order.refresh)
        kept = on_disk.newest(folder)
        if kept is not None and (kept.resolved, kept.python_version) == (resolved, interpreter.version):
            return kept.renewed(time.time())
        (folder / RESOLVED).write_text(resolved, encoding="utf-8")
        order.progress(f"installing {len(resolved.splitlines())} packages for Python {interpreter.version}")
        return self._install(folder, order.requirements.dependencies, resolved, interpreter, deadline)

    def _install(
        self, folder: Path, dependencies: tuple[str, ...], resolved: str, interpreter: Interpreter, deadline: float
    ) -> Kept:
        target = on_disk.unused(folder)
        try:
            self._installer.install(folder, target, interpreter.path, deadline=deadline)
            packages, base = on_disk.packages_in(target), on_disk.base_of(python_of(target))
            built = Kept(target, interpreter.version, packages, dependencies, resolved, time.time(), base)
            built.write()
        except BaseException:
            on_disk.remove(target)
            raise
        return built

    @contextlib.contextmanager
    def _locked(
        self, folder: Path, deadline: float, progress: Callable[[str], object] = lambda _: None
    ) -> Iterator[None]:
        """Hold the folder's lock, which ends with the process; raises TimeoutError at `deadline` (monotonic)."""
        from filelock import FileLock, Timeout

        lock = FileLock(folder / LOCK)
        told = False
        while True:
            self._installer.check_stopped()
            try:
                lock.acquire(timeout=LOCK_TICK)
                break
            except Timeout:
                if time.monotonic() >= deadline:
                    raise TimeoutError from None
                if not told:
                    progress("waiting for another run that builds the same environment")
                told = True
        try:
            yield
        finally:
            lock.release()

    def _folders(self) -> Iterator[Path]:
        with contextlib.suppress(OSError):
            yield from sorted(each for each in self.folder.iterdir() if each.is_dir())

    def _check_refused(self, folder: Path) -> None:
        if folder in self._refused:
            raise EvidenceError(self._refused[folder])

    def _refusal(self, refused: RefusedError) -> EvidenceError:
        if refused.is_about(FULL_DISK):
            return self._full()
        return EvidenceError(f"its environment cannot be built: {plain_words(refused.words)}")

    def _unwritable(self, error: OSError) -> EvidenceError:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            return self._full()
        where = home_as_tilde(str(error.filename or self.folder))
        return EvidenceError(
            f"its environment cannot be built: {where}: {error.strerror or error}; "
            "set ADRTOOL_CACHE_DIR to a folder that can be written"
        )

    def _full(self) -> EvidenceError:
        return EvidenceError(
            f"its environment cannot be built: the disk of {home_as_tilde(str(self.folder))} is full; "
            "`adrtool env prune` frees some of it, ADRTOOL_CACHE_DIR names another"
        )


def _make_cache(folder: Path) -> None:
    """The folder of environments, marked as a cache, and as no part of a repository around it."""
    if (folder / "CACHEDIR.TAG").is_file():
        return
    folder.mkdir(parents=True, exist_ok=True)
    (folder / ".gitignore").write_text("*\n", encoding="utf-8")
    (folder / "CACHEDIR.TAG").write_text("Signature: 8a477f597d28d172789f06886806bc55\n", encoding="ascii")
