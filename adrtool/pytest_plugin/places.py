"""The repositories that a pytest session meets; none is opened before one of its files may be a record or evidence."""

from __future__ import annotations

import os
import posixpath
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from adrtool.model import Record
    from adrtool.pytest_plugin.bench import Bench
    from adrtool.workspace import Workspace

_USUAL = frozenset(("evidence",))
_SETTINGS = ("adrtool.toml", "pyproject.toml")


class Place:
    """One repository, or pytest's rootdir outside git. What needs adrtool's readers is worked out when asked for.

    All but `names` and `may_hold_claims` can raise AdrtoolError, for settings that cannot be read.
    """

    def __init__(self, root: Path, *, in_git: bool) -> None:
        self.root = root
        self._start = os.path.join(root, "")
        self._in_git = in_git
        self.bench: Bench | None = None  # where its evidence runs, once some does

    @cached_property
    def names(self) -> frozenset[str]:
        """What folders of evidence may be called here."""
        if not any(_mentions_adrtool(self.root / name) for name in _SETTINGS):
            return _USUAL
        from adrtool.errors import AdrtoolError
        from adrtool.settings import find_settings

        try:
            return _USUAL.union(posixpath.basename(name.rstrip("/")) for name in find_settings(self.root).evidence)
        except AdrtoolError:  # told where the records are read
            return _USUAL

    @cached_property
    def workspace(self) -> Workspace:
        """The records, and what the ledger knows of them."""
        from adrtool.workspace import Workspace

        if self._in_git:
            return Workspace.open(self.root)
        from adrtool.discover import find_folders, root_around
        from adrtool.settings import find_settings

        # The rootdir may be a home folder, or all of a disk: walked only where it says that there is something.
        root = root_around(self.root.resolve()) or self.root.resolve()
        settings = find_settings(root)
        is_home = settings.source or root_around(root) is not None
        return Workspace(root, settings, find_folders(root, settings.records) if is_home else (), None)

    def may_hold_claims(self, path: Path) -> bool:
        """Whether a Markdown file can be a record with a claim: that names its evidence folder, and few others do."""
        if not os.fspath(path).startswith(self._start):
            return False
        try:
            return self.names != _USUAL or b"evidence" in path.read_bytes()
        except OSError:
            return False

    def is_record(self, path: Path) -> bool:
        """Whether a file is one of the records, or would be one if it could be read."""
        name = self.relative(path)
        if not any(folder == "." or name.startswith(f"{folder}/") for folder in self.workspace.folders):
            return False
        return self.record_at(path) is not None or any(name == problem.path for problem in self.workspace.problems)

    def record_at(self, path: Path) -> Record | None:
        """The record in a file."""
        name = self.relative(path)
        return next((record for record in self.workspace.records if record.path == name), None)

    def holds_evidence(self, path: Path) -> bool:
        """Whether a file or folder lies in an evidence folder, or is one."""
        given = os.fspath(path)
        if not any(name in given for name in self.names):  # nearly every path; this is asked of each
            return False
        if not given.startswith(self._start) or self.names.isdisjoint(given[len(self._start) :].split(os.sep)):
            return False
        name = self.relative(path)
        return any(name == folder or name.startswith(f"{folder}/") for folder in self._evidence_folders)

    def relative(self, path: Path) -> str:
        """A path as the workspace spells it."""
        return posixpath.normpath(posixpath.join(self._prefix, path.relative_to(self.root).as_posix()))

    @cached_property
    def _prefix(self) -> str:
        return Path(os.path.relpath(self.root.resolve(), self.workspace.root)).as_posix()

    @cached_property
    def _evidence_folders(self) -> frozenset[str]:
        workspace = self.workspace
        folders = [workspace.setting_of(f"{folder}/", "", folder) for folder in workspace.folders]
        settings = [*folders, *(workspace.setting(record) for record in workspace.records)]
        return frozenset(name for setting in settings for name in setting.evidence_folders if name != ".")


class Places:
    """Which place a path belongs to."""

    def __init__(self, rootpath: Path) -> None:
        self._outside = Place(rootpath, in_git=False)
        self._found: dict[str, Place] = {}

    def of(self, path: Path) -> Place:
        """The repository around a file or folder; pytest's rootdir where there is none."""
        return self._around(os.path.dirname(path))

    def _around(self, folder: str) -> Place:
        place = self._found.get(folder)
        if place is None:
            parent = os.path.dirname(folder)
            if os.path.lexists(os.path.join(folder, ".git")):
                place = Place(Path(folder), in_git=True)
            else:
                place = self._outside if parent == folder else self._around(parent)
            self._found[folder] = place
        return place


def _mentions_adrtool(file: Path) -> bool:
    try:
        return b"adrtool" in file.read_bytes() or file.name == "adrtool.toml"
    except OSError:
        return False
