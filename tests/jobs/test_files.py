"""`ci` writes files that their readers accept, and never over somebody's own."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest
from cronsim import CronSim
from repositories import Project

from .runner import load

BIN = Path(sys.executable).parent
HARD = "a b%c$d'e\"f"  # a folder that somebody might have


@pytest.fixture
def records(project: Project) -> Project:
    project.record("[It holds](evidence/e.py)")
    project.evidence("e.py", "pass\n")
    return project


def written(project: Project, *words: str) -> dict[str, str]:
    said = project.adrtool("ci", *words)
    assert said.code == 0, said.err
    paths = [line.removesuffix(": is so already") for line in said.out.splitlines()]
    return {path: (project.root / path).read_text() for path in paths}


def check(*command: str | Path, cwd: Path | None = None) -> None:
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, cwd=cwd)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("shards", ["1", "4"])
def test_the_workflows_satisfy_their_schema_and_an_auditor(records: Project, shards: str) -> None:
    files = written(records, "github", "--shards", shards)
    assert sorted(Path(path).name for path in files) == ["adrtool-comment.yml", "adrtool-review.yml", "adrtool.yml"]
    paths = [records.root / path for path in files]
    check(BIN / "check-jsonschema", "--builtin-schema", "vendor.github-workflows", *paths)
    check(BIN / "zizmor", "--offline", "--no-progress", "--persona=pedantic", "--min-severity=low", *paths)


@pytest.mark.parametrize("place", ["github", "gitlab"])
def test_the_scripts_of_steps_are_sound_shell(records: Project, place: str) -> None:
    for text in written(records, place, "--shards", "2", "--install", "adrtool @ git+https://example.org/a b").values():
        for script in scripts(load(text)):
            assert "${{" not in script  # whoever fills an expression in a script writes the script
            done = subprocess.run(
                [BIN / "shellcheck", "--shell=bash", "-"], input=script, capture_output=True, text=True
            )
            assert done.returncode == 0, script + done.stdout


def scripts(value: object) -> list[str]:
    """Every script in a file of either forge."""
    if isinstance(value, dict):
        own = [text for key in ("run", "script", "before_script") for text in _texts(value.get(key))]
        return own + [text for item in value.values() for text in scripts(item)]
    return [text for item in value for text in scripts(item)] if isinstance(value, list) else []


def _texts(value: object) -> list[str]:
    return (
        [value]
        if isinstance(value, str)
        else [item for item in value if isinstance(item, str)]
        if isinstance(value, list)
        else []
    )


def test_every_action_is_pinned_by_its_whole_commit_and_named_by_its_version(records: Project) -> None:
    text = "".join(written(records, "github").values())
    uses = re.findall(r"uses: (.*)", text)
    assert uses
    assert all(re.fullmatch(r"actions/[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", use) for use in uses)


def test_who_may_write_runs_no_evidence_and_who_runs_evidence_may_not_write(records: Project) -> None:
    for text in written(records, "github").values():
        workflow = load(text)
        assert workflow["permissions"] == {}
        for job in workflow["jobs"].values():
            runs = any(word in str(job["steps"]) for word in ("adrtool verify", "adrtool review"))
            writes = "write" in job["permissions"].values()
            assert not (runs and writes)
        assert "pull_request_target" not in workflow["on"]
    comment = load((records.root / ".github/workflows/adrtool-comment.yml").read_text())
    assert "checkout" not in str(comment["jobs"])
    review = load((records.root / ".github/workflows/adrtool-review.yml").read_text())
    assert comment["on"]["workflow_run"]["workflows"] == [review["name"]]
    assert "secrets." not in records.adrtool("ci", "github", "--stdout").out


@pytest.mark.parametrize("words", [[], ["--shards", "3"], ["--no-issue", "--no-review"]])
def test_the_jobs_for_gitlab_satisfy_their_schema(records: Project, words: list[str]) -> None:
    (file,) = written(records, "gitlab", *words)
    check(BIN / "check-jsonschema", "--builtin-schema", "vendor.gitlab-ci", records.root / file)


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd here")
def test_the_units_are_verified_by_systemd(records: Project, tmp_path: Path) -> None:
    hard = tmp_path / HARD
    records.root.rename(hard)
    (hard / "units").mkdir()
    words = ["--into", "units", "--on-change", "mail 'a' \"b\" 100% $X", "--metrics", "/tmp/a b%.prom", "--update"]
    said = records.adrtool("ci", "systemd", *words, cwd=hard)
    assert said.code == 0, said.err
    service, timer = (hard / "units" / name for name in said.out.splitlines())
    done = subprocess.run(["systemd-analyze", "verify", service, timer], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    calendar = re.search(r"OnCalendar=(.*)", timer.read_text()).group(1)
    check("systemd-analyze", "calendar", calendar)
    assert re.fullmatch(r"adrtool-[\w.-]+\.service", service.name)
    assert service.stem == timer.stem


def test_the_line_for_cron_is_read_by_cron_and_does_what_it_says(
    records: Project, tmp_path: Path, remote: Path
) -> None:
    records.commit()
    records.git("push", "--quiet", "origin", "main")
    hard = tmp_path / HARD
    subprocess.run(["git", "clone", "--quiet", remote, hard], check=True)
    metrics = tmp_path / "a %b.prom"
    said = records.adrtool("ci", "cron", "--stdout", "--metrics", str(metrics), cwd=hard)
    (line,) = [line for line in said.out.splitlines() if not line.startswith("#")]
    fields = line.split(" ", 5)
    next(CronSim(" ".join(fields[:5]), datetime(2026, 1, 1)))
    # cron ends a command at a percent sign that has no backslash before it, and takes the backslash away.
    command = re.split(r"(?<!\\)%", fields[5])[0].replace("\\%", "%")
    assert command.endswith("}")
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True)
    assert "new lines to origin" in done.stdout, done.stdout + done.stderr
    assert 'adrtool_claims{verdict="holds"} 1' in metrics.read_text()
    subprocess.run(["git", "show-ref", "--quiet", "refs/notes/adrtool"], cwd=remote, check=True)


def test_nothing_is_written_over_unless_it_is_asked_for(records: Project) -> None:
    first = written(records, "github")
    own = records.write(".github/workflows/adrtool-review.yml", "mine\n")
    said = records.adrtool("ci", "github", "--shards", "2")
    assert (said.code, said.out) == (2, "")
    assert "adrtool-review.yml" in said.err
    assert "--force" in said.err
    assert own.read_text() == "mine\n"
    assert (records.root / ".github/workflows/adrtool.yml").read_text() == first[".github/workflows/adrtool.yml"]
    assert records.adrtool("ci", "github", "--force").code == 0
    assert own.read_text() == first[".github/workflows/adrtool-review.yml"]
    assert "is so already" in records.adrtool("ci", "github").out


def test_nothing_is_written_where_it_is_only_to_be_shown(records: Project) -> None:
    for place in ("github", "gitlab", "systemd", "cron"):
        said = records.adrtool("ci", place, "--stdout")
        assert (said.code, said.err) == (0, "")
        assert "adrtool verify --due" in said.out.replace(f"{sys.executable} -m ", "")
    assert not (records.root / ".github").exists()
    assert sorted(path.name for path in records.root.iterdir()) == [".git", "adr"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["github", "--schedule", "every week"], "five fields of cron"),
        (["github", "--schedule", '1 2 3 4 5"\n  x: y'], "five fields of cron"),
        (["systemd", "--schedule", "Mon 04:23\nExecStart=x"], "OnCalendar"),
        (["cron", "--budget", "long"], "--budget"),
    ],
)
def test_a_schedule_or_budget_that_nobody_reads_is_one_line(records: Project, words: list[str], said: str) -> None:
    answer = records.adrtool("ci", *words)
    assert (answer.code, answer.err.count("\n")) == (2, 1 + answer.err.count(words[2]) * words[2].count("\n"))
    assert said in answer.err


def test_a_repository_has_a_minute_of_its_own(records: Project) -> None:
    workflow = load(written(records, "github")[".github/workflows/adrtool.yml"])
    assert re.fullmatch(r"[1-9]\d? 4 \* \* 1", workflow["on"]["schedule"][0]["cron"])
    own = load(written(records, "github", "--force", "--schedule", "0 0 1 * *")[".github/workflows/adrtool.yml"])
    assert own["on"]["schedule"] == [{"cron": "0 0 1 * *"}]


def test_outside_git_there_is_nothing_to_keep_a_history_in(folder: Project) -> None:
    said = folder.adrtool("ci", "github")
    assert (said.code, "git init" in said.err) == (2, True)
