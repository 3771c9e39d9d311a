"""Tab completes commands, and what stands for a record or a claim."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from repositories import Project

PROGRAM = Path(sys.executable).parent / "adrtool"


@pytest.fixture
def records(project: Project) -> Project:
    project.record("[It is fast](evidence/speed.py)", "[It is small](evidence/size.py#test_a)")
    project.write("adr/0012-use-two.md", "# Use two\n\nStatus: accepted\n")
    return project


def offered(project: Project, line: str) -> list[str]:
    """What bash offers for a line with the cursor at its end."""
    script = f"""
        source /dev/stdin <<< "$({PROGRAM} completion bash)"
        compopt() {{ echo "$@"; }}
        COMP_LINE='{line}' COMP_POINT={len(line)}
        _adrtool_completion {PROGRAM}
        printf '%s\\n' "${{COMPREPLY[@]}}"
    """
    done = subprocess.run(["bash", "--norc", "-c", script], cwd=project.root, capture_output=True, text=True)
    assert done.stderr == ""
    return done.stdout.split()


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("adrtool doc", ["doctor"]),
        ("adrtool show ", ["0001", "0012", "one", "use-two"]),
        ("adrtool show 12", ["0012"]),
        ("adrtool edit use", ["use-two"]),
        ("adrtool waive 0001/s", ["0001/speed", "0001/size#test_a"]),
        ("adrtool waive 1/sp", ["0001/speed"]),
        ("adrtool verify 0001", ["0001", "0001/speed", "0001/size#test_a"]),
        ("adrtool link 1 ref", ["refines"]),
        ("adrtool new X --link refines:12", []),
        ("adrtool new X --link refines:00", ["0001", "0012"]),
        ("adrtool claims --verdict st", ["stale"]),
        ("adrtool supersede 1 --by 001", ["0012"]),
        ("adrtool list --dir ", ["-o", "dirnames"]),
        ("adrtool why ", ["-o", "default"]),
        ("adrtool ledger pu", ["pull", "push"]),
    ],
)
def test_bash(records: Project, line: str, words: list[str]) -> None:
    assert offered(records, line) == words


def test_ids_with_a_folder_survive_bashs_own_idea_of_words(records: Project) -> None:
    records.write("b/adr/0001-b.md", "# B\n\nStatus: accepted\n\n[It is so](evidence/so.py)\n")
    assert offered(records, "adrtool waive b/adr:0") == ["0001/so"]


def test_outside_a_repository_nothing_is_offered_and_nothing_said(project: Project) -> None:
    assert offered(project, "adrtool show ") == []
    project.write("adrtool.toml", "[")
    assert offered(project, "adrtool show ") == []


@pytest.mark.parametrize(("shell", "sign"), [("zsh", "compdef"), ("fish", "complete --no-files --command adrtool")])
def test_the_other_shells_have_a_script_each(project: Project, shell: str, sign: str) -> None:
    said = project.adrtool("completion", shell)
    assert said.code == 0
    assert sign in said.out
    assert f"_ADRTOOL_COMPLETE={shell}_complete" in said.out
    assert "upgrade-repository" in said.out


def test_records_come_with_their_titles_where_a_shell_shows_them(records: Project) -> None:
    env = {"_ADRTOOL_COMPLETE": "fish_complete", "COMP_WORDS": "adrtool show ", "COMP_CWORD": ""}
    done = subprocess.run([PROGRAM], cwd=records.root, env=env, capture_output=True, text=True)
    assert done.stdout.splitlines()[:2] == ["plain,0001\tOne", "plain,0012\tUse two"]
