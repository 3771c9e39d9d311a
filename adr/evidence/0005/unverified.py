"""What adrtool makes of skips, seen from outside: a real repository and the real command."""

import json
import os
import subprocess
import sys

import pytest

RECORD = "# 1. T\n\nDate: 2026-01-01\n\n## Status\n\nAccepted\n\n## Context\n\n[It holds](evidence/e.py)\n"
SKIP = "from adrtool_evidence import skip\nskip('not here')\n"


@pytest.fixture
def repository(tmp_path):
    (tmp_path / "adr" / "evidence").mkdir(parents=True)
    (tmp_path / "adr" / "0001-t.md").write_text(RECORD)
    git = ["git", "-c", "user.name=evidence", "-c", "user.email=evidence@example.org"]
    subprocess.run([*git, "init", "--quiet"], cwd=tmp_path, check=True)
    subprocess.run([*git, "commit", "--quiet", "--allow-empty", "-m", "one"], cwd=tmp_path, check=True)
    return tmp_path


def verify(repository, evidence, *options):
    (repository / "adr" / "evidence" / "e.py").write_text(evidence)
    command = [sys.executable, "-m", "adrtool", "verify", "--json", *options]
    done = subprocess.run(command, cwd=repository, capture_output=True, text=True, env=os.environ)
    return done.returncode, json.loads(done.stdout)["claims"][0]


def test_only_skipped(repository):
    code, claim = verify(repository, SKIP)
    assert (code, claim["verdict"], claim["why"]) == (0, "unverified", ["skipped"])
    code, _ = verify(repository, SKIP, "--strict")
    assert code == 11
    code, claim = verify(repository, "assert True\n", "--strict")
    assert (code, claim["verdict"]) == (0, "holds")


NEEDS = """\
# /// script
# [tool.adrtool]
# needs = ["env:EVIDENCE_MACHINE"]
# ///
"""


def test_kept(repository, monkeypatch):
    monkeypatch.setenv("EVIDENCE_MACHINE", "a big one")
    code, claim = verify(repository, NEEDS)
    assert (code, claim["verdict"], claim["skipped"]) == (0, "holds", None)
    monkeypatch.delenv("EVIDENCE_MACHINE")
    code, claim = verify(repository, NEEDS, "--all")
    assert (code, claim["verdict"]) == (0, "holds")
    assert "EVIDENCE_MACHINE" in claim["skipped"]["reason"]
    code, claim = verify(repository, NEEDS + "assert False\n", "--all")  # the control: changed since, it is in doubt
    assert claim["verdict"] == "suspect"
