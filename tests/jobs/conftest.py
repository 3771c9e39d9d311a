"""What tests of jobs share: a repository with a bare remote, and commands of forges that remember what they were told."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from repositories import Project

STUB = Path(__file__).with_name("forge_stub.py")


@dataclass(frozen=True)
class World:
    """A forge with nothing but a memory, reached through `gh` and `glab` as the real ones are."""

    bin: Path
    file: Path

    @property
    def state(self) -> dict[str, Any]:
        return json.loads(self.file.read_text())

    def put(self, **fields: Any) -> None:
        self.file.write_text(json.dumps({**self.state, **fields}))

    @property
    def issues(self) -> list[dict[str, Any]]:
        return self.state["issues"]

    @property
    def comments(self) -> list[dict[str, Any]]:
        return self.state["comments"]


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("gh", "glab"):
        file = folder / name
        file.write_text(f'#!/bin/sh\nexec {sys.executable} {STUB} {name} "$@"\n')
        file.chmod(0o755)
    # What a job installs is here already.
    (folder / "pip").write_text("#!/bin/sh\nexit 0\n")
    (folder / "pip").chmod(0o755)
    state = tmp_path / "forge.json"
    state.write_text(json.dumps({"issues": [], "comments": [], "labels": [], "pulls": [], "calls": []}))
    monkeypatch.setenv("FORGE_STATE", str(state))
    monkeypatch.setenv("PATH", f"{folder}:{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin")
    return World(folder, state)


@pytest.fixture
def remote(project: Project, tmp_path: Path) -> Path:
    """A bare repository that the project is pushed to."""
    bare = tmp_path / "remote.git"
    project.git("init", "--quiet", "--bare", "--initial-branch=main", str(bare))
    project.git("remote", "add", "origin", str(bare))
    return bare
