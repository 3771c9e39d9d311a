"""What tests of several folders share."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import hypothesis
import pytest
from repositories import GIT_ENVIRONMENT, Project
from wheels import offline

# Many tests have evidence that leaves its mark outside of the repository; those of the sandbox ask for it.
os.environ.setdefault("ADRTOOL_SANDBOX", "off")

pytest_plugins = "pytester"

# What decides whether work lands draws the same examples each time; new ones are looked for by hand.
hypothesis.settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    hypothesis.settings.load_profile("ci")

# A run in the background ignores these, and so would every process that a test starts and means to interrupt.
for _number, _usual in ((signal.SIGINT, signal.default_int_handler), (signal.SIGHUP, signal.SIG_DFL)):
    if signal.getsignal(_number) is signal.SIG_IGN:
        signal.signal(_number, _usual)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Project:
    """An empty folder outside git."""
    for name, value in GIT_ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    root = tmp_path / "project"
    root.mkdir()
    return Project(root, monkeypatch, capsys)


@pytest.fixture
def project(folder: Project) -> Project:
    """An empty git repository."""
    return folder.init()


@pytest.fixture
def links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small world of packages, from which uv builds for real and without a network."""
    return offline(tmp_path / "links", monkeypatch)
