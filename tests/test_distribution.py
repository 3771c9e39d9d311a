"""What is built from the repository works outside it: a wheel, and an editable install, in fresh environments."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
RECORD = "# 1. T\n\n## Status\n\nAccepted\n\n## Context\n\n[It holds](evidence/e.py)\n"


def run(*command: str | Path, cwd: Path) -> str:
    env = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run([str(word) for word in command], cwd=cwd, capture_output=True, text=True, env=env)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def repository(folder: Path) -> Path:
    (folder / "adr" / "evidence").mkdir(parents=True)
    (folder / "adr" / "0001-t.md").write_text(RECORD)
    (folder / "adr" / "evidence" / "e.py").write_text(
        "from adrtool_evidence import measure\nmeasure('x', 1, at_most=2)\n"
    )
    return folder


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The repository's files without what lies about in a working tree."""
    folder = tmp_path_factory.mktemp("source") / "adrtool"
    ignore = shutil.ignore_patterns(".git", "*.egg-info", "__pycache__", "build", "dist", ".*_cache", ".hypothesis")
    shutil.copytree(ROOT, folder, ignore=ignore)
    return folder


@pytest.fixture(scope="module", params=["wheel", "editable"])
def installed(request: pytest.FixtureRequest, source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bin folder of a fresh environment that holds adrtool."""
    folder = tmp_path_factory.mktemp(request.param)
    run(sys.executable, "-m", "venv", folder / "venv", cwd=folder)
    what = [source] if request.param == "wheel" else ["--editable", source]
    run(folder / "venv" / "bin" / "python", "-m", "pip", "install", "--quiet", *what, cwd=folder)
    return folder / "venv" / "bin"


def test_an_install_verifies_a_repository_of_its_own(installed: Path, tmp_path: Path) -> None:
    assert "1 claim: 1 holds" in run(installed / "adrtool", "verify", cwd=repository(tmp_path))


def test_an_install_brings_its_templates(installed: Path, tmp_path: Path) -> None:
    code = "from adrtool.writing.templates import names; print(*names())"
    assert "record.md.j2" in run(installed / "python", "-c", code, cwd=tmp_path).split()


def test_an_install_speaks_adr_tools_language(installed: Path, tmp_path: Path) -> None:
    assert run(installed / "adr", "init", cwd=tmp_path) == "doc/adr/0001-record-architecture-decisions.md\n"


def test_an_install_turns_claims_into_tests(installed: Path, tmp_path: Path) -> None:
    assert "0001-t.md::e PASSED" in run(installed / "python", "-m", "pytest", "-v", "adr", cwd=repository(tmp_path))
