"""Find a Python that fits, where people keep them; never fetch one."""

from __future__ import annotations

import os
import platform
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from adrtool.errors import EvidenceError

PROBE_SECONDS = 10.0
ON_PATH = re.compile(r"python(3(\.\d+)?)?(\.exe)?")
A_VERSION = re.compile(r"\d+\.\d+(\.\d+)?((a|b|rc)\d+)?")
# A manager's stand-ins answer only for the version that is switched on; the versions themselves are looked for.
STAND_INS = "shims"
LEVELS = {"alpha": "a", "beta": "b", "candidate": "rc"}


@dataclass(frozen=True, slots=True)
class Interpreter:
    """A Python on this machine, and its full version, as in `3.10.13`."""

    path: Path
    version: str


def own_interpreter() -> Interpreter:
    """The Python that runs adrtool."""
    return Interpreter(Path(sys.executable), platform.python_version())


def fits(version: str, requires_python: str) -> bool:
    """Whether a full version meets a PEP 440 specifier; every version meets the empty one."""
    from packaging.specifiers import SpecifierSet

    return not requires_python or SpecifierSet(requires_python).contains(version, prereleases=True)


def find_interpreter(requires_python: str, environ: Mapping[str, str] | None = None) -> Interpreter:
    """Take adrtool's own Python where it fits `requires_python`, else the newest one on this machine that does.

    Raises EvidenceError, with the command that brings one, where none does.
    """
    own = own_interpreter()
    if fits(own.version, requires_python):
        return own
    found = tuple(installed_interpreters(os.environ if environ is None else environ))
    fitting = [each for each in found if fits(each.version, requires_python)]
    if not fitting:
        raise EvidenceError(_none_fits(requires_python, {own.version, *(each.version for each in found)}))
    return max(fitting, key=lambda each: _age(each.version))


def installed_interpreters(environ: Mapping[str, str]) -> Iterator[Interpreter]:
    """Every working Python 3 that PATH, pyenv, asdf, mise or uv has here, each once; each is run to ask its version."""
    seen = set()
    for path in _candidates(environ):
        real = path.resolve()
        if real not in seen and os.access(path, os.X_OK):
            seen.add(real)
            if version := _version_of(path):
                yield Interpreter(path, version)


def _candidates(environ: Mapping[str, str]) -> Iterator[Path]:
    for folder in environ.get("PATH", "").split(os.pathsep):
        if os.path.isabs(folder) and Path(folder).name != STAND_INS:
            yield from sorted(each for each in _entries(Path(folder)) if ON_PATH.fullmatch(each.name))
    for versions in _version_folders(environ):
        for version in sorted(_entries(versions)):
            name = version.name.removeprefix("cpython-").split("-")[0]
            if A_VERSION.fullmatch(name):
                yield version / "python.exe" if os.name == "nt" else version / "bin" / "python3"


def _version_folders(environ: Mapping[str, str]) -> tuple[Path, ...]:
    """Where the version managers keep one folder for each Python."""
    home = Path(environ.get("HOME") or Path.home())
    shared = Path(environ.get("XDG_DATA_HOME") or home / ".local" / "share")
    return (
        Path(environ.get("PYENV_ROOT") or home / ".pyenv") / "versions",
        Path(environ.get("ASDF_DATA_DIR") or home / ".asdf") / "installs" / "python",
        Path(environ.get("MISE_DATA_DIR") or shared / "mise") / "installs" / "python",
        Path(environ.get("UV_PYTHON_INSTALL_DIR") or shared / "uv" / "python"),
        Path("/Library/Frameworks/Python.framework/Versions"),
    )


def _entries(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:
        return []


def _version_of(python: Path) -> str | None:
    """The version that an interpreter gives itself; None where it does not run or is no Python 3."""
    ask = "import sys; print(*sys.version_info)"
    try:
        done = subprocess.run(
            [python, "-I", "-S", "-c", ask],
            check=False,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PROBE_SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired, UnicodeDecodeError):
        return None
    words = done.stdout.split()
    if done.returncode != 0 or len(words) != 5 or words[0] != "3":
        return None
    level = LEVELS.get(words[3])
    return ".".join(words[:3]) + (f"{level}{words[4]}" if level else "")


def _age(version: str) -> tuple[bool, object]:
    """Sorts the newest last, and every pre-release before the releases."""
    from packaging.version import Version

    parsed = Version(version)
    return (not parsed.is_prerelease, parsed)


def _none_fits(requires_python: str, versions: set[str]) -> str:
    wanted = _a_version_that_fits(requires_python)
    here = ", ".join(sorted(versions, key=_age))
    if wanted is None:
        return f"no Python can be {requires_python}; correct `requires-python`"
    return (
        f"no Python {requires_python} here, only {here}; "
        f"`uv python install {wanted}` or `pyenv install {wanted}` brings one"
    )


def _a_version_that_fits(requires_python: str) -> str | None:
    """The version to ask a manager for: a minor one where its newest patch would do, else the one that is named."""
    for minor in range(8, 31):
        if fits(f"3.{minor}.99", requires_python):
            return f"3.{minor}"
    named = re.findall(r"\d+(?:\.\d+)+", requires_python)
    return next((each for each in named if fits(each, requires_python)), None)
