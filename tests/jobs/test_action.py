"""The action's steps, run one after the other against a bare remote and a forge that remembers."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from repositories import Project

from .conftest import World
from .runner import Runner
from .test_files import BIN, check

ACTION = Path(__file__).parents[2] / "action.yml"


@pytest.fixture
def records(project: Project, remote: Path) -> Project:
    project.record("[It holds](evidence/e.py)", "[It <b>fails</b>](evidence/f.py)")
    project.evidence("e.py", "import os\nassert 'GH_TOKEN' not in os.environ\n")
    project.evidence("f.py", "print('::error::smuggled')\nassert False, 'not 100%: so, there\\n::error::smuggled'\n")
    project.commit()
    project.git("push", "--quiet", "origin", "main")
    return project


def act(runner: Runner, **given: str) -> tuple[str, dict[str, Any]]:
    """Run the action with these inputs, and the defaults for the others; how it ended, and its outputs."""
    action = yaml.safe_load(ACTION.read_text())
    temp = runner.place / "temp"
    (temp / "adrtool" / "bin").mkdir(parents=True)
    for name in ("adrtool", "python"):  # what the step that installs would make
        os.symlink(BIN / name, temp / "adrtool" / "bin" / name)
    known = {"inputs": {}}
    for name, field in action["inputs"].items():
        default = str(field.get("default", "")).replace("${{ github.token }}", "t0ken")
        known["inputs"][name] = given.pop(name.replace("-", "_"), default)
    assert not given, "no such inputs"
    steps = [step for step in action["runs"]["steps"] if step.get("name") != "Install adrtool"]
    checkout = {"uses": "actions/checkout@x", "with": {"persist-credentials": False}}
    status, done = runner.steps([checkout, *steps], runner.place / "work", temp, known)
    return status, done.get("run", {}).get("outputs", {})


def test_evidence_is_run_kept_and_told(records: Project, remote: Path, world: World, tmp_path: Path) -> None:
    runner = Runner(remote, tmp_path / "one")
    status, outputs = act(runner, push="true", issue="true")
    assert (status, outputs["exit-code"]) == ("failure", "10"), runner.log
    assert Path(outputs["report"]).read_text().startswith('{\n  "format": 1')
    assert [issue["state"] for issue in world.issues] == ["open"]
    assert "::error file=adr/0001-one.md,line=10,title=0001/f%3A stale::It fails%0Anot 100%25: so, there" in runner.log
    assert "1 stale" in runner.summary
    assert all(line.startswith("    ") or not line for line in runner.summary.splitlines())
    # Another machine sees what this one pushed, and runs nothing again.
    runner = Runner(remote, tmp_path / "two")
    status, outputs = act(runner, command="status", fail="false", annotations="false")
    assert (status, outputs["exit-code"]) == ("success", "10"), runner.log
    assert "::error" not in runner.log
    assert "actions/cache" not in runner.uses


def test_a_change_is_reviewed_and_commented_on(records: Project, remote: Path, world: World, tmp_path: Path) -> None:
    records.git("checkout", "--quiet", "-b", "change")
    records.record("[It holds](evidence/e.py)")
    head = records.commit()
    records.git("push", "--quiet", "origin", "change")
    world.put(pulls=[{"number": 4, "state": "open", "head": {"sha": head}}])
    known = {"base_ref": "main", "sha": head, "event": {"pull_request": {"head": {"sha": head}}}}
    runner = Runner(remote, tmp_path / "one", github=known)
    status, outputs = act(runner, command="review", comment="true", fail="false")
    assert (status, Path(outputs["report"]).name) == ("success", "adrtool-report.json"), runner.log
    (said,) = world.comments
    assert (said["issue"], "0001/f" in said["body"]) == (4, True)
    assert "0001/f" in runner.summary


def test_without_the_right_to_write_nothing_is_written(
    records: Project, remote: Path, world: World, tmp_path: Path
) -> None:
    runner = Runner(remote, tmp_path / "one")
    assert act(runner, fail="false", arguments="0001/e\n--strict\n")[0] == "success", runner.log
    assert world.issues == world.comments == []
    assert records.git("ls-remote", str(remote), "refs/notes/adrtool") == ""


def test_a_command_that_there_is_not_is_refused(records: Project, remote: Path, world: World, tmp_path: Path) -> None:
    runner = Runner(remote, tmp_path / "one")
    assert act(runner, command="env prune")[0] == "failure"
    assert "command is verify, review or status" in runner.log


def test_the_action_satisfies_its_schema_and_an_auditor() -> None:
    check(BIN / "check-jsonschema", "--builtin-schema", "vendor.github-actions", ACTION)
    check(BIN / "zizmor", "--offline", "--no-progress", "--persona=pedantic", "--min-severity=low", ACTION)


def test_every_input_is_described_and_used() -> None:
    action = yaml.safe_load(ACTION.read_text())
    text = ACTION.read_text().partition("\nruns:")[2]
    for name, field in action["inputs"].items():
        assert field["description"].strip()
        assert f"inputs.{name}" in text
