"""The workflow of every week, step by step: its scripts run in clones of a bare remote, with a forge that remembers."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from repositories import Project

from .conftest import World
from .runner import Runner, load


@pytest.fixture
def records(project: Project, remote: Path) -> Project:
    project.record("[It holds](evidence/e.py)", "[It fails](evidence/f.py)")
    project.evidence("e.py", "pass\n")
    project.evidence("f.py", "assert False, 'not <b>so</b>'\n")
    project.commit()
    project.git("push", "--quiet", "origin", "main")
    return project


def week(workflow: dict, runner: Runner) -> tuple[set[str], str]:
    """One run of the workflow: how the shards ended, and how the last job did."""
    jobs = workflow["jobs"]
    shards = jobs["verify"].get("strategy", {}).get("matrix", {}).get("shard", [1])
    ended = {runner.job(jobs["verify"], f"verify-{n}", matrix={"shard": n}) for n in shards}
    return ended, runner.job(jobs["record"], "record")


def lines(remote: Path) -> int:
    listed = subprocess.run(
        ["git", "notes", "--ref=adrtool", "list"], cwd=remote, capture_output=True, text=True, check=True
    ).stdout.split()
    blobs = (subprocess.run(["git", "cat-file", "blob", blob], cwd=remote, capture_output=True) for blob in listed[::2])
    return sum(b'"kind":"outcome"' in line for blob in blobs for line in blob.stdout.splitlines())


def test_a_week_is_run_kept_and_told(records: Project, remote: Path, world: World, tmp_path: Path) -> None:
    parted, whole = (
        load(records.adrtool("ci", "github", "--no-review", "--stdout", "--shards", n).out) for n in ("2", "1")
    )
    runner = Runner(remote, tmp_path / "runs")
    ended, last = week(parted, runner)
    assert (ended, last) == ({"success"}, "failure"), runner.log  # a stale reason turns the run red, at its very end
    assert lines(remote) == 2
    assert [issue["state"] for issue in world.issues] == ["open"]
    assert "      stale       It fails" in runner.summary
    assert all(line.startswith("    ") for line in runner.summary.splitlines())
    assert {"actions/cache", "actions/upload-artifact"} <= set(runner.uses)
    # The next week nothing is due, and nobody is told anything.
    runner = Runner(remote, tmp_path / "later")
    assert week(whole, runner) == ({"success"}, "failure"), runner.log
    assert lines(remote) == 2
    assert (len(world.issues), world.comments) == (1, [])
    # What is mended is told, and the run is green.
    records.evidence("f.py", "pass\n")
    records.commit()
    records.git("push", "--quiet", "origin", "main")
    runner = Runner(remote, tmp_path / "mended")
    assert week(whole, runner) == ({"success"}, "success"), runner.log
    assert [issue["state"] for issue in world.issues] == ["closed"]


def test_a_job_that_cannot_run_its_evidence_at_all_is_red(
    records: Project, remote: Path, world: World, tmp_path: Path
) -> None:
    records.write("adrtool.toml", "records = 7\n")
    records.commit()
    records.git("push", "--quiet", "origin", "main")
    (records.root / "adrtool.toml").unlink()
    workflow = load(records.adrtool("ci", "github", "--stdout", "--no-review").out)
    ended, last = week(workflow, Runner(remote, tmp_path / "runs"))
    assert (ended, last) == ({"failure"}, "failure")


def test_the_jobs_for_gitlab_do_the_same(records: Project, remote: Path, world: World, tmp_path: Path) -> None:
    jobs = load(records.adrtool("ci", "gitlab", "--stdout").out)
    address = "https://adrtool:t0ken@gitlab.example/group/name.git"
    environment = {
        "CI_PROJECT_PATH": "group/name",
        "CI_SERVER_URL": "https://gitlab.example",
        "CI_SERVER_PROTOCOL": "https",
        "GITLAB_TOKEN": "t0ken",
        # That address is the bare repository beside us.
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"url.{remote}.insteadOf",
        "GIT_CONFIG_VALUE_0": address,
    }

    said: list[str] = []

    def job(name: str) -> int:
        clone = tmp_path / name
        subprocess.run(["git", "clone", "--quiet", remote, clone], check=True)
        for bundle in tmp_path.glob("adrtool-*/ledger-*.bundle"):
            shutil.copy(bundle, clone)
        script = "\n".join([*jobs[".adrtool"]["before_script"], *jobs[name]["script"]])
        command = ["bash", "-e", "-o", "pipefail", "-c", script]
        done = subprocess.run(command, cwd=clone, env={**os.environ, **environment}, capture_output=True, text=True)
        said.append(done.stdout + done.stderr)
        assert "t0ken" not in said[-1]
        return done.returncode

    assert (job("adrtool-verify"), job("adrtool-record")) == (0, 10), said
    assert lines(remote) == 2
    assert [issue["state"] for issue in world.issues] == ["open"]
    assert {call[0] for call in world.state["calls"]} == {"glab"}


def test_the_pair_reviews_without_a_token_and_comments_without_the_code(
    project: Project, remote: Path, world: World, tmp_path: Path
) -> None:
    project.record("[It is so](evidence/e.py)")
    project.evidence("e.py", "assert open('said.txt').read() == 'yes', 'no more'\n")
    project.write("said.txt", "yes")
    project.commit()
    project.git("push", "--quiet", "origin", "main")
    project.verify()  # what the week before has pushed
    assert project.adrtool("ledger", "push").code == 0
    project.git("checkout", "--quiet", "-b", "change")
    project.write("said.txt", "no")
    head = project.commit()
    project.git("push", "--quiet", "origin", "change")
    assert project.adrtool("ci", "github").code == 0
    review, comment = (
        load((project.root / f".github/workflows/adrtool-{name}.yml").read_text()) for name in ("review", "comment")
    )
    runner = Runner(remote, tmp_path / "runs", github={"base_ref": "main", "sha": head})
    assert runner.job(review["jobs"]["review"], "review") == "failure", runner.log
    assert "::error" in runner.log
    assert "It is so" in runner.summary
    assert world.comments == []
    world.put(pulls=[{"number": 4, "state": "open", "head": {"sha": head}}])
    event = {"event": "pull_request", "head_sha": head, "html_url": "https://github.com/owner/name/actions/runs/1"}
    runner.github = {"event": {"workflow_run": event}}
    for _ in range(2):  # a second run of the same changes nothing
        assert runner.job(comment["jobs"]["comment"], "comment") == "success", runner.log
        (said,) = world.comments
    assert said["issue"] == 4
    assert "This change breaks a reason behind a decision" in said["body"]
    assert "“It is so”" in said["body"]


def test_where_the_review_broke_down_nothing_is_said(
    records: Project, remote: Path, world: World, tmp_path: Path
) -> None:
    workflow = load(
        records.adrtool("ci", "github", "--stdout").out.split("# .github/workflows/adrtool-comment.yml\n")[1]
    )
    event = {"event": "pull_request", "head_sha": "a" * 40, "html_url": "https://github.com/x"}
    runner = Runner(remote, tmp_path / "runs", github={"event": {"workflow_run": event}})
    assert runner.job(workflow["jobs"]["comment"], "comment") == "success"
    assert world.state["calls"] == []
