"""A private copy of the repository for evidence to run in, which tells afterwards what was read.

The kernel notes each file's last access, whatever language reads it. Linux updates that time (even
under `relatime`) when it is older than the last change, so a copy starts with access times long past.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import NamedTuple

HEAD = ".git/HEAD"  # stands for the history, where evidence reads it
MOST_FILES = 20_000
MOST_BYTES = 1 << 30
_LONG_AGO = 1_000_000_000  # nanoseconds since 1970: before any file's last change
_HISTORY = (".git/HEAD", ".git/index", ".git/packed-refs")


class _Stamp(NamedTuple):  # of which there is one for each file: a dataclass takes four times as long to make
    modified: int
    size: int
    mode: int


@dataclass(slots=True)
class WorkingCopy:
    """One copy, used by one piece of evidence at a time; `renew` makes it as good as new between two."""

    source: Path
    root: Path
    git_dirs: tuple[Path, Path] | None  # git's own and common directory of the source
    _files: dict[str, _Stamp] = field(default_factory=dict)
    _folders: set[str] = field(default_factory=set)
    _history: dict[str, _Stamp | None] = field(default_factory=dict)
    _prefix: str = field(default="", init=False)

    def __post_init__(self) -> None:
        self._prefix = f"{self.root}/"

    @classmethod
    def of(cls, source: Path, files: Iterable[str], git_dirs: tuple[Path, Path] | None, parent: Path) -> WorkingCopy:
        """Copy `files` (paths from `source`) below `parent`, a folder of the run's own."""
        copy = cls(source, Path(tempfile.mkdtemp(prefix="copy-", dir=parent)), git_dirs)
        for name in files:
            if not is_cache(name):  # Python would read it in place of the source
                copy._add(name)
        copy._add_history()
        copy._forget_reads()
        return copy

    def renew(self) -> None:
        """Undo what the last evidence did to the copy, and forget what it read."""
        if not self.root.is_dir():
            _remove(self.root)
        self.root.mkdir(parents=True, exist_ok=True)
        self._sweep("")
        if self._history_state() != self._history:
            _remove(self.root / ".git")
            self._add_history()
        changed = self._forget_reads()
        for name in changed:
            _remove(self.root / name)
            self._add(name)
        if changed:
            self._forget_reads()

    def reads(self) -> tuple[set[str], set[str]]:
        """The files and the folders (paths from the root) that were read since the copy was new."""
        files = {name for name in self._files if self._was_read(name)}
        folders = {name for name in self._folders if self._was_read(name)}
        if any(os.path.exists(self._place(name)) and self._was_read(name) for name in _HISTORY):
            files.add(HEAD)
        return files, folders

    def borrowed_objects(self) -> list[Path]:
        """The folders outside of it in which git finds the history's objects."""
        waiting = [self.git_dirs[1] / "objects"] if self.git_dirs is not None else []
        found: list[Path] = []
        while waiting:
            folder = waiting.pop()
            if folder not in found:
                found.append(folder)
                with contextlib.suppress(OSError):
                    named = (folder / "info" / "alternates").read_text().splitlines()
                    waiting += [Path(os.path.normpath(folder / line)) for line in named if line and line[0] != "#"]
        return found

    def entries(self) -> list[str]:
        """The names in its root, without a look that would count as reading it."""
        return sorted({name.partition("/")[0] for name in self._files})

    def holds(self, name: str) -> bool:
        """Whether a file of that name was copied."""
        return name in self._files

    def is_intact(self, name: str) -> bool:
        """Whether a copied file is still what it was, so that its bytes are what the evidence was given."""
        return name in self._files and _stamp(self._place(name)) == self._files[name]

    def put(self, name: str, text: str) -> None:
        """Let the copied file of that name hold another text, until the copy is renewed."""
        place = self.root / name
        mode = place.stat().st_mode
        place.unlink()  # a link would lead to the file that was copied
        place.write_bytes(text.encode())
        place.chmod(mode)

    def remove(self) -> None:
        """Take the copy away, whatever its permissions have become."""
        _remove(self.root)

    def _place(self, name: str) -> str:
        return f"{self._prefix}{name}"

    def _sweep(self, folder: str) -> None:
        """Remove what lies in `folder` (a path from the root, "" for the root) and was not copied there."""
        prefix = f"{folder}/" if folder else ""
        os.chmod(self._place(folder), 0o700)  # evidence may have locked it
        with os.scandir(self._place(folder)) as entries:
            found = [(prefix + entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries]
        for name, is_folder in found:
            if name == ".git" and self.git_dirs is not None:
                continue
            if is_folder and name in self._folders:
                self._sweep(name)
            elif name not in self._files:
                _remove(self.root / name)

    def _add(self, name: str) -> None:
        source, target = self.source / name, self.root / name
        try:
            if source.is_symlink() and not _stays_inside(self.source, source):
                return
            target.parent.mkdir(parents=True, exist_ok=True)
            if source.is_symlink() or source.is_file():
                shutil.copy2(source, target, follow_symlinks=False)
        except OSError as error:
            if error.errno == errno.ENOSPC:  # concerns the whole run; a file that vanished or is locked only itself
                raise
            return
        stamp = _stamp(str(target))
        if stamp is not None:
            self._files[name] = stamp
            self._folders.update(str(parent) for parent in PurePosixPath(name).parents)

    def _add_history(self) -> None:
        """Enough of `.git` for evidence that asks git, with objects borrowed and nothing to write back to."""
        if self.git_dirs is None:
            return
        own, common = self.git_dirs
        git = self.root / ".git"
        (git / "objects" / "info").mkdir(parents=True, exist_ok=True)
        (git / "objects" / "info" / "alternates").write_text(f"{common / 'objects'}\n")
        (git / "refs").mkdir(exist_ok=True)
        for origin, name in ((own, "HEAD"), (own, "index"), (common, "packed-refs"), (common, "shallow")):
            with contextlib.suppress(OSError):
                shutil.copy2(origin / name, git / name)
        for folder in ("refs/heads", "refs/tags", "refs/remotes", "reftable"):
            _copy_folder(common / folder, git / folder)
        _write_config(git, common)
        self._history = self._history_state()

    def _history_state(self) -> dict[str, _Stamp | None]:
        """Every file of the copy's own `.git`, so that a commit or a moved branch there is seen."""
        walked = os.walk(self._place(".git"))
        return {path: _stamp(path) for folder, _, names in walked for path in (f"{folder}/{name}" for name in names)}

    def _forget_reads(self) -> list[str]:
        """Put every access time back to long ago; the files that are no longer what was copied."""
        changed = []
        for name in (*self._files, *self._folders, *_HISTORY):  # all of them after each evidence: no step too many
            place = f"{self._prefix}{name}"
            try:
                status = os.lstat(place)
                if status.st_atime_ns != _LONG_AGO:
                    os.utime(place, ns=(_LONG_AGO, status.st_mtime_ns), follow_symlinks=False)
                found: tuple[int, int, int] | None = (status.st_mtime_ns, status.st_size, status.st_mode)
            except OSError:
                found = None
            if name in self._files and self._files[name] != found:
                changed.append(name)
        return changed

    def _was_read(self, name: str) -> bool:
        try:
            return os.lstat(f"{self._prefix}{name}").st_atime_ns != _LONG_AGO
        except OSError:
            return True  # moved or deleted: it was at least looked at


def _copy_folder(source: Path, target: Path) -> None:
    for folder, _, names in os.walk(source):
        place = target / os.path.relpath(folder, source)
        place.mkdir(parents=True, exist_ok=True)
        for name in names:
            with contextlib.suppress(FileNotFoundError):  # a branch may go meanwhile
                shutil.copy2(Path(folder, name), place / name)


def _write_config(git: Path, common: Path) -> None:
    """A config with the source's formats and no more: remotes and credentials stay at home."""
    extensions: list[str] = []
    with contextlib.suppress(OSError):
        text = (common / "config").read_text(errors="replace").lower()
        extensions = [line for line in text.splitlines() if "objectformat" in line or "refstorage" in line]
    lines = ["[core]", f"\trepositoryformatversion = {1 if extensions else 0}", "\tbare = false"]
    (git / "config").write_text("\n".join([*lines, *(["[extensions]", *extensions] if extensions else [])]) + "\n")


def source_files(source: Path) -> list[str]:
    """The files below a folder that is no git repository, as paths from it."""
    found: list[str] = []
    for folder, folders, files in os.walk(source):
        folders[:] = [name for name in folders if name not in (".git", "__pycache__", "node_modules", ".venv")]
        found += [os.path.relpath(os.path.join(folder, name), source) for name in files]
        if len(found) > MOST_FILES:
            break
    return found


def is_affordable(source: Path, files: Sequence[str]) -> bool:
    """Whether copying `files` for each worker is a matter of moments."""
    if len(files) > MOST_FILES:
        return False
    total = 0
    for name in files:
        with contextlib.suppress(OSError):
            total += (source / name).lstat().st_size
    return total <= MOST_BYTES


def sees_reads(folder: Path) -> bool:
    """Whether the file system below `folder` notes accesses: `noatime` mounts do not."""
    with tempfile.TemporaryDirectory(dir=folder) as probe:
        path = Path(probe, "probe")
        path.write_text("x")
        os.utime(path, ns=(_LONG_AGO, path.stat().st_mtime_ns))
        path.read_text()
        return path.stat().st_atime_ns != _LONG_AGO


def is_cache(name: str) -> bool:
    """Whether `name` is bytecode that Python keeps for itself."""
    return "__pycache__" in name or name.endswith(".pyc")


def _stamp(path: str) -> _Stamp | None:
    try:
        return _stamp_of(os.lstat(path))
    except OSError:
        return None


def _stamp_of(status: os.stat_result) -> _Stamp:
    return _Stamp(status.st_mtime_ns, status.st_size, status.st_mode)


def _stays_inside(root: Path, link: Path) -> bool:
    # A link that leads to itself makes `Path.resolve` raise.
    return Path(os.path.realpath(link)).is_relative_to(os.path.realpath(root))


def _remove(path: Path) -> None:
    if path.is_symlink() or not path.is_dir():
        path.unlink(missing_ok=True)
        return
    for folder, _, _ in os.walk(path):  # a folder that evidence locked is opened again
        with contextlib.suppress(OSError):
            os.chmod(folder, 0o700)
    shutil.rmtree(path, ignore_errors=True)
