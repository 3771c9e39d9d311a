"""Real repositories for the ledger's tests."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from ledgers import Project


@pytest.fixture(autouse=True)
def _own_git_settings(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of this machine's user decides a test."""
    home = tmp_path_factory.mktemp("home")
    (home / ".gitconfig").write_text(
        "[user]\n\tname = Tester\n\temail = tester@example.org\n[init]\n\tdefaultBranch = main\n"
        '[protocol "file"]\n\tallow = always\n'
    )
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    for name in [name for name in os.environ if name.startswith("GIT_") and name != "GIT_CONFIG_NOSYSTEM"]:
        monkeypatch.delenv(name)


@pytest.fixture
def make(tmp_path: Path) -> Callable[..., Project]:
    """`make("name", "--bare")`: a new repository, without a commit."""

    def make(name: str, *options: str) -> Project:
        subprocess.run(["git", "init", "--quiet", *options, str(tmp_path / name)], check=True)
        return Project(tmp_path / name)

    return make


@pytest.fixture
def project(make: Callable[..., Project]) -> Project:
    """A repository with one commit."""
    project = make("project")
    project.commit("first")
    return project


@pytest.fixture
def clones(project: Project, tmp_path: Path) -> tuple[Project, Project, Project]:
    """Two clones, and the bare repository between them."""
    subprocess.run(["git", "clone", "--quiet", "--bare", str(project.folder), str(tmp_path / "hub")], check=True)
    for name in ("one", "two"):
        subprocess.run(["git", "clone", "--quiet", str(tmp_path / "hub"), str(tmp_path / name)], check=True)
    return Project(tmp_path / "one"), Project(tmp_path / "two"), Project(tmp_path / "hub")
