"""What evidence sees of the machine from inside a sandbox: an allow-list of places.

Programs and their settings are there, to be read; a home, other repositories, sockets and what not everybody may read
are not. To be written there are the evidence's own folders.
"""

from __future__ import annotations

import contextlib
import functools
import os
import re
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from adrtool.evidence.pip_settings import read_pip_settings

SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/etc", "/opt", "/sys", "/nix", "/gnu")
# Where secrets may lie among settings: what not everybody may read is hidden, for evidence may run as root.
MAY_HOLD_SECRETS = (("/etc", 8), ("/opt", 2), ("/usr/local/etc", 3), ("/sys/kernel", 1), ("/sys/fs", 1))
# Below a home: what brings programs is shown as a whole where one of its folders is on PATH.
TOOLS = (
    *(".pyenv", ".asdf", ".rbenv", ".nvm", ".volta", ".sdkman", ".rustup", ".bun", ".deno"),
    *(".local/share/mise", ".local/share/uv/python", ".local/share/pipx", ".local/pipx", ".local/bin"),
)
BROUGHT_BY_LOCAL = (".local/share/uv/python", ".local/share/uv/tools", ".local/share/pipx", ".local/pipx")
# Variables that say nothing of what is to be read.
NO_PLACES = ("PATH", "HOME", "TMPDIR", "SHELL", "USER", "LOGNAME", "VIRTUAL_ENV")
TEMPORARY_FOLDERS = ("/tmp", "/var/tmp")  # noqa: S108 -- inside, they are the evidence's own
PACKAGE_PLACES = ("find-links", "index-url", "extra-index-url", "cert", "constraint")


@dataclass(frozen=True, slots=True)
class Place:
    """A path inside, and what is there."""

    path: str
    source: str | None  # the path outside; None: nothing, an empty folder
    can_write: bool = False

    @property
    def is_plain(self) -> bool:
        """Whether it is what it is outside, to be read."""
        return self.source == self.path and not self.can_write


@dataclass(slots=True)
class View:
    """The places inside, parents before what lies in them."""

    places: dict[str, Place] = field(default_factory=dict)

    @classmethod
    def of_machine(cls) -> View:
        """The system's folders without their secrets."""
        view = cls()
        for path, is_folder in _secrets():
            view.places[path] = Place(path, None if is_folder else os.devnull)
        for folder in (_home(), Path(tempfile.gettempdir())):
            view.hide(folder)
        return view

    def copy(self) -> View:
        """The same places, to show more."""
        return View(dict(self.places))

    def in_order(self) -> list[Place]:
        """All places, so that none is hidden by a later one."""
        places: list[Place] = []
        for _, place in sorted(self.places.items(), key=lambda item: item[0].split("/")):
            around = next((each for each in reversed(places) if f"{place.path}/".startswith(f"{each.path}/")), None)
            if not (place.is_plain and around is not None and around.is_plain):
                places.append(place)
        return places

    def show(self, path: Path | str, source: Path | str | None = None, *, can_write: bool = False) -> None:
        """Let a path be seen, if it is there; `source` is what is seen in its place."""
        source = source or path
        if os.path.exists(source):
            self.places[str(path)] = Place(str(path), str(source), can_write)

    def show_to_read(self, path: Path) -> None:
        """Let a path be read that somebody names, unless that gives away a home, or is there already."""
        if path.is_absolute() and not self._has(path) and not _gives_too_much(path):
            self.show(path)

    def hide(self, path: Path) -> None:
        """Let nothing be seen in a folder of yours that lies among the system's, but for what is shown afterwards."""
        if self._has(path) and path.is_dir():
            self.places[str(path)] = Place(str(path), None)

    def _has(self, path: Path) -> bool:
        """Whether a path is seen as a part of the system's folders."""
        if not any(path.is_relative_to(folder) for folder in SYSTEM):
            return False
        return not any(place.source != place.path and path.is_relative_to(place.path) for place in self.places.values())

    def show_program(self, program: Path) -> None:
        """Let a program be run, wherever its links lead: with all that was installed beside it."""
        for hop in _hops(program):
            prefix = hop.parent.parent if hop.parent.name in ("bin", "sbin") else hop.parent
            self.show_to_read(next((each for each in (prefix, hop.parent) if not _is_shallow(each)), hop))

    def show_programs(self, path: str) -> None:
        """Let the folders of a PATH be read, and the tools of a home that one of them belongs to."""
        home = _home()
        for folder in map(Path, filter(os.path.isabs, path.split(os.pathsep))):
            self.show_to_read(folder)
            tools = [home / name for name in TOOLS if folder.is_relative_to(home / name)]
            if folder == home / ".local" / "bin":
                tools += [home / name for name in BROUGHT_BY_LOCAL]
            for tool in tools:
                self.show_to_read(tool)

    def show_packages(self, env: Mapping[str, str]) -> None:
        """Let be read where pip finds packages, and what it trusts."""
        pip = read_pip_settings(env)
        self.show_named(pip[option] for option in PACKAGE_PLACES if option in pip)

    def show_named(self, values: Iterable[str]) -> None:
        """Let the places be read that settings name, such as certificates."""
        for value in values:
            for word in re.split(r"[\s,:]+(?!//)", value):
                path = word.removeprefix("file://").removeprefix("//")
                if os.path.isabs(path):
                    self.show_to_read(Path(path))

    def show_importable(self) -> None:
        """Let be imported what adrtool's own interpreter can, not more of a repository than its packages."""
        for prefix in (sys.prefix, sys.base_prefix):
            self.show_to_read(Path(prefix))
        for folder in map(Path, _own_search_path()):
            if not any((folder / name).exists() for name in (".git", "pyproject.toml", "setup.py")):
                self.show_to_read(folder)
                continue
            with contextlib.suppress(OSError):
                for entry in sorted(folder.iterdir()):
                    if entry.suffix in (".py", ".so") or (entry / "__init__.py").is_file():
                        self.show_to_read(entry)

    def show_socket(self, path: Path) -> None:
        """Let a socket be talked to, wherever it really is."""
        real = Path(os.path.realpath(path))
        self.show(real, can_write=True)
        if real != path:
            self.show(path, real, can_write=True)


def system_folders() -> list[tuple[str, str]]:
    """The system's folders that are here, each with where it leads if it is a link, as `/bin` often is."""
    return [(path, os.readlink(path) if os.path.islink(path) else "") for path in SYSTEM if os.path.exists(path)]


@functools.cache
def _own_search_path() -> tuple[str, ...]:
    """Where adrtool's own interpreter looks for modules, whatever this process has added."""
    command = [sys.executable, "-I", "-c", "import sys; print(*sys.path, sep='\\n')"]
    found = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60).stdout.splitlines()
    return tuple(folder for folder in found if os.path.isdir(folder))


@functools.cache
def _secrets() -> tuple[tuple[str, bool], ...]:
    """What this user may read in the system's folders, and not everybody: the path, and whether it is a folder."""
    return tuple(found for root, depth in MAY_HOLD_SECRETS for found in _closed_below(root, depth))


def _closed_below(folder: str, depth: int) -> Iterator[tuple[str, bool]]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        with contextlib.suppress(OSError):
            if entry.is_symlink():
                continue
            is_folder, mode = entry.is_dir(), entry.stat().st_mode
            if not mode & stat.S_IROTH:
                if os.access(entry.path, os.R_OK):
                    yield entry.path, is_folder
            elif is_folder and depth > 1:
                yield from _closed_below(entry.path, depth - 1)


def _hops(program: Path) -> Iterable[Path]:
    """A program, each path that its links lead through, and where they end."""
    hops = [program]
    while hops[-1].is_symlink() and len(hops) < 40:
        hops.append(Path(os.path.normpath(hops[-1].parent / os.readlink(hops[-1]))))
    return dict.fromkeys((*hops, Path(os.path.realpath(program))))


def _home() -> Path:
    return Path(os.environ.get("HOME") or os.path.expanduser("~"))


def _is_shallow(path: Path) -> bool:
    """Whether a folder is too near to a home to hold programs alone, as `~/.local` is and `~/.nvm/versions` is not."""
    home = _home()
    return _gives_too_much(path) or (path.is_relative_to(home) and len(path.relative_to(home).parts) < 2)


def _gives_too_much(path: Path) -> bool:
    """Whether a folder holds a home, or what others put into a shared one."""
    kept = (
        _home(),
        Path(tempfile.gettempdir()),
        *map(Path, TEMPORARY_FOLDERS),
        Path("/home"),
        Path("/root"),
        Path("/run"),
        Path("/var"),
    )
    return any(each.is_relative_to(path) for each in kept) or not path.parts[1:]
