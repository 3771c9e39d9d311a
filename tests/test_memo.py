"""An answer of `status` is given again while nothing has changed, and never after."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from repositories import RECORD, Project

from adrtool import memo


@pytest.fixture
def kept(project: Project) -> Project:
    """A repository with one claim that holds, of whose status an answer is kept."""
    project.record("[It holds](evidence/e.py)")
    project.evidence("e.py", "open('input.txt').read()\n")
    project.write("input.txt", "x")
    project.commit()
    assert project.verify().code == 0
    _age(project.root)
    assert _status(project).returncode == 0
    assert _answers(project.root)
    return project


def _status(project: Project, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "adrtool", "status", *words]
    return subprocess.run(command, cwd=project.root, capture_output=True, text=True, env=_environment())


def _environment() -> dict[str, str]:
    # Where git's ceiling is set, git itself has to be asked where the repository is.
    return {name: value for name, value in os.environ.items() if name != "GIT_CEILING_DIRECTORIES"}


def _age(root: Path) -> None:
    """Let what was just written become old enough to be believed."""
    time.sleep(2.1)


def _answers(root: Path) -> list[Path]:
    return list((root / ".git" / "adrtool" / "answers").glob("*"))


def _uses_memo(project: Project) -> bool:
    code = f"import sys; sys.argv = ['adrtool', 'status']; from adrtool import memo; print(memo.recall({['status']!r}) is not None)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=project.root, capture_output=True, text=True, env=_environment()
    )
    return done.stdout.strip() == "True"


def test_an_answer_is_given_again(kept: Project) -> None:
    assert _uses_memo(kept)
    again = _status(kept)
    assert (again.returncode, again.stderr) == (0, "")
    assert "1 claim: 1 holds" in again.stdout


CHANGES: dict[str, Callable[[Project], object]] = {
    "the record": lambda p: p.record("[It holds well](evidence/e.py)"),
    "the evidence": lambda p: p.evidence("e.py", "open('input.txt').read()  # more\n"),
    "an input": lambda p: p.write("input.txt", "y"),
    "a new record": lambda p: p.record("[Another](evidence/f.py)", path="adr/0002-two.md"),
    "settings": lambda p: p.write("adrtool.toml", 'revalidate = "1s"\n'),
    "a commit": lambda p: p.commit(),
    "the ledger": lambda p: p.git("update-ref", "-d", "refs/notes/adrtool"),
    "the branch": lambda p: p.git("checkout", "--quiet", "-b", "other"),
    "a record is gone": lambda p: (p.root / RECORD).unlink(),
}


@pytest.mark.parametrize("change", CHANGES)
def test_no_answer_outlives_a_change(kept: Project, change: str) -> None:
    CHANGES[change](kept)
    assert not _uses_memo(kept)


def test_other_words_have_other_answers(kept: Project) -> None:
    assert _status(kept, "--strict").returncode == 0
    kept.record("[It holds](evidence/e.py) and [this never ran](evidence/n.py)")
    kept.evidence("n.py", "")
    _age(kept.root)
    assert _status(kept).returncode == 0
    assert _status(kept, "--strict").returncode == 11
    assert _status(kept).returncode == 0


def test_an_answer_ends_with_its_time(kept: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(kept.root)
    monkeypatch.delenv("GIT_CEILING_DIRECTORIES")
    answer = memo.Answer("out", "", 0)
    paths = [str(kept.root / RECORD)]
    memo.remember(["x"], str(kept.root / ".git"), paths, time.time() + 60, answer)
    assert memo.recall(["x"]) is not None
    memo.remember(["x"], str(kept.root / ".git"), paths, time.time() - 1, answer)
    assert memo.recall(["x"]) is None


def test_a_damaged_answer_is_no_answer(kept: Project) -> None:
    for path in _answers(kept.root):
        path.write_bytes(b"\x00not an answer")
    assert not _uses_memo(kept)
    assert _status(kept).returncode == 0


def test_what_has_just_changed_is_not_believed_to_stand_still(kept: Project) -> None:
    kept.write("input.txt", "y")
    assert _status(kept).returncode == 14
    kept.write("input.txt", "x")
    assert _status(kept).returncode == 0


def test_a_history_is_given_again_until_the_claim_ran_again(kept: Project) -> None:
    def history() -> str:
        command = [sys.executable, "-m", "adrtool", "history", "0001/e"]
        return subprocess.run(
            command, cwd=kept.root, capture_output=True, text=True, env=_environment(), check=True
        ).stdout

    before, first = len(_answers(kept.root)), history()
    assert len(_answers(kept.root)) == before + 1
    assert history() == first
    assert kept.verify("--all").code == 0
    assert len(history().splitlines()) == len(first.splitlines()) + 1


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
@pytest.mark.parametrize("command", [["status"], ["history", "0001/e"]])
def test_a_kept_answer_is_given_in_any_encoding(project: Project, command: list[str], encoding: str) -> None:
    project.record("[It holds](evidence/e.py)", "[Größe — всегда](evidence/)")
    project.evidence("e.py", "from adrtool_evidence import measure\nmeasure('größe', 3, unit='ш')\n")
    project.commit()
    assert project.verify().code == 0
    _age(project.root)
    run = [sys.executable, "-m", "adrtool", *command]
    narrow = {**_environment(), "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
    said = [subprocess.run(run, cwd=project.root, capture_output=True, env=narrow) for _ in range(2)]
    assert _answers(project.root)
    assert [(one.returncode, one.stderr) for one in said] == [(0, b"")] * 2
    assert said[0].stdout == said[1].stdout
    text = said[1].stdout.decode("latin-1" if encoding == "latin-1" else "utf-8")
    assert "ö" in text and ("\\u" in text) is (encoding == "latin-1")
