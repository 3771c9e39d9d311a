"""Real repositories whose claims a real pytest collects."""

from __future__ import annotations

from pathlib import Path

import pytest
from repositories import GIT_ENVIRONMENT
from sessions import Records


@pytest.fixture
def bare(pytester: pytest.Pytester, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Records:
    """A folder outside git."""
    for name, value in GIT_ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(pytester.path.parent))
    monkeypatch.setenv("ADRTOOL_CACHE_DIR", str(tmp_path / "cache"))
    return Records(pytester, tmp_path)


@pytest.fixture
def records(bare: Records) -> Records:
    """A git repository with one commit."""
    bare.git("init", "--quiet", "--initial-branch=main")
    bare.git("commit", "--quiet", "--allow-empty", "--message", "first")
    return bare
