"""Environments on disk: a folder for each set of requirements, and in it one numbered folder for each resolution.

    ENVIRONMENTS/3f0c.../lock                 held while one is built
    ENVIRONMENTS/3f0c.../1-9b2e/              a virtual environment
    ENVIRONMENTS/3f0c.../1-9b2e/adrtool.json  written last: without it nothing is believed

The highest number that is whole is the one in use; the others stay for the runs that still use them. What follows the
number keeps a build's folder its own, even from an installer that outlived the killed run that started it.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from adrtool.evidence.installer import python_of

FORMAT = 1
MARKER, USED_BY = "adrtool.json", "adrtool-used-by"
NUMBERED = re.compile(r"\d+-[0-9a-f]{4}")
DIST_INFO = re.compile(r"(?P<name>.+?)-(?P<version>[^-]+)\.dist-info")


@dataclass(frozen=True, slots=True)
class Kept:
    """A whole environment on disk."""

    folder: Path
    python_version: str
    packages: tuple[tuple[str, str], ...]  # (name, version), sorted by name
    dependencies: tuple[str, ...]
    resolved: str  # what the resolver made of them
    resolved_at: float  # seconds since the epoch, when that was last asked
    base: tuple[str, int]  # the interpreter it was made from, and that file's time of change in nanoseconds

    @property
    def id(self) -> str:
        """Its name in `env list`: the start of its requirements' digest, and its number."""
        return f"{self.folder.parent.name[:12]}-{number_of(self.folder)}"

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return python_of(self.folder)

    @property
    def last_used(self) -> datetime:
        """When it was last made ready for a run, UTC; long ago where it is just being removed."""
        with contextlib.suppress(OSError):
            return datetime.fromtimestamp((self.folder / MARKER).stat().st_mtime, UTC)
        return datetime.fromtimestamp(0, UTC)

    @property
    def used_by(self) -> tuple[str, ...]:
        """The scripts that it was made ready for, in the order of their first use."""
        with contextlib.suppress(OSError):
            return tuple((self.folder / USED_BY).read_text(encoding="utf-8").splitlines())
        return ()

    def write(self) -> None:
        """Say that it is whole, all at once."""
        fields = {
            "format": FORMAT,
            "python_version": self.python_version,
            "packages": self.packages,
            "dependencies": self.dependencies,
            "resolved": self.resolved,
            "resolved_at": self.resolved_at,
            "base": self.base,
        }
        unfinished = self.folder / f"{MARKER}.new"
        unfinished.write_text(json.dumps(fields), encoding="utf-8")
        os.replace(unfinished, self.folder / MARKER)

    def renewed(self, now: float) -> Kept:
        """The same environment, which a resolver asked at `now` would still build."""
        again = replace(self, resolved_at=now)
        again.write()
        return again

    def touch(self, used_by: str) -> None:
        """Remember that it is in use, and by what; nothing happens where the cache is read-only."""
        with contextlib.suppress(OSError):
            os.utime(self.folder / MARKER)
            if used_by and used_by not in self.used_by:
                with (self.folder / USED_BY).open("a", encoding="utf-8") as file:
                    file.write(used_by + "\n")


@dataclass(frozen=True, slots=True)
class Listed:
    """An environment as `env list` shows it."""

    id: str
    folder: Path
    python_version: str
    dependencies: tuple[str, ...]
    packages: int
    size: int  # bytes on disk
    own_size: int  # bytes that go when it goes; the rest is shared with uv's cache and other environments
    last_used: datetime  # UTC
    used_by: tuple[str, ...]
    superseded: bool  # a newer resolution of the same requirements is there


def newest(folder: Path) -> Kept | None:
    """The environment in use for the requirements that `folder` stands for; None where none is whole."""
    return next(filter(None, map(read, reversed(numbered(folder)))), None)


def numbered(folder: Path) -> list[Path]:
    """The environments of one set of requirements, whole or not, the oldest first."""
    try:
        return sorted((entry for entry in folder.iterdir() if NUMBERED.fullmatch(entry.name)), key=number_of)
    except OSError:
        return []


def number_of(environment: Path) -> int:
    """The number of an environment among those of the same requirements."""
    return int(environment.name.partition("-")[0])


def unused(folder: Path) -> Path:
    """A folder for the next environment of the same requirements, of a name that none had before."""
    number = max(map(number_of, numbered(folder)), default=0) + 1
    return folder / f"{number}-{secrets.token_hex(2)}"


def read(folder: Path) -> Kept | None:
    """The environment in `folder`; None where it is not whole, or the Python it was made from is gone or another."""
    try:
        fields = json.loads((folder / MARKER).read_bytes())
        if fields["format"] != FORMAT:
            return None
        kept = Kept(
            folder,
            fields["python_version"],
            tuple((name, version) for name, version in fields["packages"]),
            tuple(fields["dependencies"]),
            fields["resolved"],
            float(fields["resolved_at"]),
            (fields["base"][0], fields["base"][1]),
        )
    except (OSError, ValueError, KeyError, TypeError, IndexError):
        return None
    return kept if base_of(kept.python) == kept.base else None


def remove(environment: Path) -> None:
    """Remove an environment, so that half of it is never believed."""
    with contextlib.suppress(OSError):
        (environment / MARKER).unlink()
    shutil.rmtree(environment, ignore_errors=True)


def remove_unfinished(folder: Path) -> None:
    """Remove what a build left that was killed, or whose interpreter is gone."""
    for each in numbered(folder):
        if read(each) is None:
            remove(each)


def base_of(python: Path) -> tuple[str, int]:
    """The interpreter behind an environment's, and that file's time of change; empty where it is gone."""
    try:
        real = python.resolve(strict=True)
        return str(real), real.stat().st_mtime_ns
    except (OSError, RuntimeError):
        return "", 0


def packages_in(environment: Path) -> tuple[tuple[str, str], ...]:
    """The packages that an environment holds, as (name, version), sorted by name."""
    found = set()
    for site in _site_packages(environment):
        for entry in os.listdir(site):
            if match := DIST_INFO.fullmatch(entry):
                found.add((re.sub(r"[-_.]+", "-", match["name"]).lower(), match["version"]))
    return tuple(sorted(found))


def _site_packages(environment: Path) -> Iterator[Path]:
    yield from (
        (environment / "Lib").glob("site-packages") if os.name == "nt" else environment.glob("lib/*/site-packages")
    )


def sizes(folder: Path) -> tuple[int, int]:
    """Bytes on disk below `folder`, each file once; and those that nothing outside of it shares by a hard link."""
    links: dict[tuple[int, int], int] = {}
    size = own = 0
    for parent, folders, files in os.walk(folder):
        for name in (*folders, *files):
            with contextlib.suppress(OSError):
                info = os.lstat(os.path.join(parent, name))
                occupied = info.st_blocks * 512 if hasattr(info, "st_blocks") else info.st_size
                is_file = info.st_nlink > 1 and name not in folders
                seen = links.get((info.st_dev, info.st_ino), 0) + 1 if is_file else 1
                links[info.st_dev, info.st_ino] = seen
                size += occupied if seen == 1 else 0
                own += occupied if not is_file or seen == info.st_nlink else 0
    return size, own


def listed(kept: Kept, *, superseded: bool) -> Listed:
    """An environment for a list, each of its files looked at."""
    size, own_size = sizes(kept.folder)
    return Listed(
        id=kept.id,
        folder=kept.folder,
        python_version=kept.python_version,
        dependencies=kept.dependencies,
        packages=len(kept.packages),
        size=size,
        own_size=own_size,
        last_used=kept.last_used,
        used_by=kept.used_by,
        superseded=superseded,
    )
