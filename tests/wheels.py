"""Wheels that the tests make themselves, and what an environment built from them answers."""

from __future__ import annotations

import os
import subprocess
import zipfile
from pathlib import Path

import pytest

from adrtool.evidence.environment import Built
from adrtool.evidence.script import Requirements

THING = Requirements(("thing",))


def wheel(links: Path, name: str, version: str, requires: str = "", code: str = "", python: str = "") -> None:
    """A wheel of one module, `name`, that knows its version and holds some more `code`."""
    info = f"{name}-{version}.dist-info"
    needed = f"Requires-Dist: {requires}\n" if requires else ""
    needed += f"Requires-Python: {python}\n" if python else ""
    files = {
        f"{name}.py": f"version = {version!r}\n{code}",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{needed}",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    links.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(links / f"{name}-{version}-py3-none-any.whl", "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
        archive.writestr(f"{info}/RECORD", "".join(f"{path},,\n" for path in [*files, f"{info}/RECORD"]))


def offline(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with `thing` and a small `pytest`, which pip and so uv are told to take everything from."""
    for name in os.environ:
        if name.startswith(("PIP_", "UV_")) and name != "UV_CACHE_DIR":
            monkeypatch.delenv(name)
    wheel(folder, "pytest", "8.0")
    wheel(folder, "thing", "1.0", requires="other")
    wheel(folder, "other", "1.0")
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setenv("UV_HTTP_RETRIES", "0")
    return folder


def answer(built: Built, code: str) -> str:
    done = subprocess.run([built.python, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.strip()
