"""A small world of packages, from which uv builds for real and without a network."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from wheels import wheel


@pytest.fixture
def links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with `thing` and a small `pytest`, which pip and so uv are told to take everything from."""
    for name in os.environ:
        if name.startswith(("PIP_", "UV_")) and name != "UV_CACHE_DIR":
            monkeypatch.delenv(name)
    folder = tmp_path / "links"
    wheel(folder, "pytest", "8.0")
    wheel(folder, "thing", "1.0", requires="other")
    wheel(folder, "other", "1.0")
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setenv("UV_HTTP_RETRIES", "0")
    return folder


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"
