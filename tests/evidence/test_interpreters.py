"""Interpreters: found where people keep them, the newest that fits, and never one that is not there."""

from __future__ import annotations

import platform
import sys
from pathlib import Path

import pytest

from adrtool.errors import EvidenceError
from adrtool.evidence.interpreters import Interpreter, find_interpreter, fits, installed_interpreters, own_interpreter


def python(path: Path, version: str, level: str = "final 0") -> Path:
    """A stand-in that answers like a Python of that version."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\necho {version.replace('.', ' ')} {level}\n")
    path.chmod(0o755)
    return path


def environ(tmp_path: Path, **variables: str) -> dict[str, str]:
    return {"HOME": str(tmp_path / "home"), "PATH": str(tmp_path / "bin"), **variables}


def test_adrtools_own_python_comes_first() -> None:
    own = Interpreter(Path(sys.executable), platform.python_version())
    assert own_interpreter() == own
    assert find_interpreter("") == own
    assert find_interpreter(">=3.11") == own
    assert find_interpreter(f"=={platform.python_version()}") == own


@pytest.mark.parametrize(
    ("version", "specifier", "answer"),
    [
        ("3.10.13", "==3.10.*", True),
        ("3.11.7", "==3.10.*", False),
        ("3.11.7", "", True),
        ("3.15.0rc1", ">=3.11", True),
        ("3.9.1", ">=3.8, !=3.9.*", False),
    ],
)
def test_what_fits(version: str, specifier: str, answer: bool) -> None:
    assert fits(version, specifier) is answer


def test_the_newest_that_fits_is_taken(tmp_path: Path) -> None:
    python(tmp_path / "bin" / "python3.90", "3.90.2")
    newest = python(tmp_path / "bin" / "python3.91", "3.91.10")
    python(tmp_path / "home/.pyenv/versions/3.91.9/bin/python3", "3.91.9")
    python(tmp_path / "bin" / "python3.99", "3.99.0")
    assert find_interpreter(">=3.90, <3.92", environ(tmp_path)) == Interpreter(newest, "3.91.10")
    assert find_interpreter("<3.91, >=3.90", environ(tmp_path)).version == "3.90.2"


def test_a_release_is_taken_before_a_newer_trial(tmp_path: Path) -> None:
    python(tmp_path / "bin" / "python3.90", "3.90.0")
    python(tmp_path / "bin" / "python3.91", "3.91.0", "candidate 2")
    assert find_interpreter(">=3.90", environ(tmp_path)).version == "3.90.0"
    assert find_interpreter(">=3.91.0rc1", environ(tmp_path)).version == "3.91.0rc2"


@pytest.mark.parametrize(
    ("place", "variables"),
    [
        ("home/.pyenv/versions/3.90.1", {}),
        ("pyenv/versions/3.90.1", {"PYENV_ROOT": "pyenv"}),
        ("home/.asdf/installs/python/3.90.1", {}),
        ("asdf/installs/python/3.90.1", {"ASDF_DATA_DIR": "asdf"}),
        ("home/.local/share/mise/installs/python/3.90.1", {}),
        ("mise/installs/python/3.90.1", {"MISE_DATA_DIR": "mise"}),
        ("home/.local/share/uv/python/cpython-3.90.1-linux-x86_64-gnu", {}),
        ("share/uv/python/cpython-3.90.1-linux-x86_64-gnu", {"XDG_DATA_HOME": "share"}),
        ("uv/cpython-3.90.1-macos-aarch64-none", {"UV_PYTHON_INSTALL_DIR": "uv"}),
    ],
)
def test_where_people_keep_them(tmp_path: Path, place: str, variables: dict[str, str]) -> None:
    kept = python(tmp_path / place / "bin" / "python3", "3.90.1")
    around = environ(tmp_path, **{name: str(tmp_path / value) for name, value in variables.items()})
    assert find_interpreter("==3.90.*", around) == Interpreter(kept, "3.90.1")
    kept.unlink()
    with pytest.raises(EvidenceError):
        find_interpreter("==3.90.*", around)


@pytest.mark.parametrize(
    "body",
    ["exit 127", "echo 3 90 1", "echo 2 90 1 final 0", "echo; exec /bin/sleep 0", "printf '\\377'", "kill -9 $$"],
)
def test_one_that_does_not_run_is_passed_over(tmp_path: Path, body: str) -> None:
    python(tmp_path / "bin" / "python3", "3.90.1").write_text(f"#!/bin/sh\n{body}\n")
    assert list(installed_interpreters(environ(tmp_path))) == []


def test_what_is_no_interpreter_is_not_run(tmp_path: Path) -> None:
    for name in ("python3-config", "python3.90-dbg", "pythonw", "ipython3"):
        python(tmp_path / "bin" / name, "3.90.1")
    python(tmp_path / "bin" / "shims" / "python3", "3.90.1")
    python(tmp_path / "home/.pyenv/versions/pypy3.90-7.3/bin/python3", "3.90.1")
    python(tmp_path / "bin" / "python3", "3.90.1").chmod(0o644)
    shims = f"{tmp_path}/bin:{tmp_path}/bin/shims::relative"
    assert list(installed_interpreters(environ(tmp_path, PATH=shims))) == []


def test_one_file_under_two_names_counts_once(tmp_path: Path) -> None:
    real = python(tmp_path / "bin" / "python3.90", "3.90.1")
    (tmp_path / "bin" / "python3").symlink_to(real)
    (tmp_path / "bin" / "python").symlink_to(tmp_path / "nowhere")
    assert len(list(installed_interpreters(environ(tmp_path)))) == 1


def test_where_none_fits_the_mend_is_named(tmp_path: Path) -> None:
    python(tmp_path / "bin" / "python3", "3.9.7")
    with pytest.raises(EvidenceError) as caught:
        find_interpreter("==3.10.*,<3.11", environ(tmp_path))
    assert str(caught.value) == (
        f"no Python ==3.10.*,<3.11 here, only 3.9.7, {platform.python_version()}; "
        "`uv python install 3.10` or `pyenv install 3.10` brings one"
    )


@pytest.mark.parametrize(
    ("specifier", "mend"),
    [
        ("==3.10.4", "`uv python install 3.10.4`"),
        (">=3.28", "`uv python install 3.28`"),
        (">=3.12,<3.11", "correct `requires-python`"),
        ("<3", "correct `requires-python`"),
    ],
)
def test_the_mend_fits_the_wish(tmp_path: Path, specifier: str, mend: str) -> None:
    with pytest.raises(EvidenceError) as caught:
        find_interpreter(specifier, environ(tmp_path))
    assert mend in str(caught.value)
