"""A year of weekly runs on a real repository: what the history tells afterwards is what happened, without a gap."""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from repositories import GIT_ENVIRONMENT, Project, Said
from wheels import offline, wheel

from adrtool.cli import main
from adrtool.evidence import needs

BEGAN = datetime(2026, 1, 5, 6, tzinfo=UTC)
WEEKS = range(52)
FRESH = 6  # weeks for which the verdict on the dependency is fresh
BREAKS = 30  # its new release
ERODES = 20  # the measure, from then on
RAINS = [5, 17, 33]  # the flaky script's first try fails
AWAY = range(10, 14)  # the machine is without the tool
TOGETHER = 40  # two jobs at once, each with its shard
COMMITS = range(4, 52, 13)

SCRIPTS = {
    "latency.sh": """
        # /// script
        # [tool.adrtool]
        # inputs = []
        # ///
        echo '{"name": "p95", "value": '$(cat WORLD/p95)', "at_most": 100, "unit": "ms"}' >> "$ADRTOOL_MEASURES"
        """,
    "flaky.sh": """
        # /// script
        # [tool.adrtool]
        # inputs = []
        # retries = 2
        # ///
        if [ -f WORLD/rain ]; then rm WORLD/rain; exit 1; fi
        """,
    "tool.sh": """
        # /// script
        # [tool.adrtool]
        # inputs = []
        # needs = ["command:a-tool-of-ours"]
        # ///
        a-tool-of-ours
        """,
    "upgrade.py": """
        # /// script
        # dependencies = ["thing"]
        # [tool.adrtool]
        # revalidate = "41d"
        # ///
        import thing
        assert thing.version == "1.0", f"thing {thing.version} no longer does it"
        """,
}
# A job in a clone of its own: the time, and its shard.
JOB = """
import sys
from datetime import datetime
from adrtool.cli import main

def adrtool(*words):
    try:
        main(list(words), lambda: datetime.fromisoformat(sys.argv[1]))
    except SystemExit as left:
        return left.code

assert adrtool("ledger", "pull") == 0
code = adrtool("verify", "--due", "--shard", sys.argv[2])
assert adrtool("ledger", "push") == 0
sys.exit(code)
"""


def at(week: int) -> datetime:
    return BEGAN + timedelta(weeks=week)


def week_of(moment: str) -> int:
    passed = datetime.fromisoformat(moment) - BEGAN
    assert passed % timedelta(weeks=1) == timedelta()
    return passed // timedelta(weeks=1)


class Repository(Project):
    """A project of no test in particular: it lasts for the module."""

    def adrtool(self, *words: str, cwd: Path | None = None) -> Said:
        out, err = io.StringIO(), io.StringIO()
        with contextlib.chdir(cwd or self.root), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                main(list(words), self.clock)
            except SystemExit as left:
                return Said(int(left.code or 0), out.getvalue(), err.getvalue())
        raise AssertionError("main leaves with a code")


@dataclass
class Year:
    """A repository, the world that its evidence looks at, and what the weekly job said of it."""

    project: Project
    world: Path
    links: Path
    said: dict[int, Said] = field(default_factory=dict)
    codes: dict[int, int] = field(default_factory=dict)  # of `status`, after the run

    def live(self, week: int) -> None:
        """One week: the world becomes what it is then, and the job runs."""
        (self.world / "bin/a-tool-of-ours").chmod(0o644 if week in AWAY else 0o755)
        (self.world / "p95").write_text(str(50 + max(0, week - ERODES) * 1.5))
        needs.look.cache_clear()  # a week later it is another process
        if week in RAINS:
            (self.world / "rain").touch()
        if week == BREAKS:
            wheel(self.links, "thing", "2.0", requires="other")
        if week in COMMITS:
            self.project.write("README.md", f"week {week}")
            self.project.commit(f"week {week}")
        now = self.project.at(at(week))
        if week == TOGETHER:
            self.run_together(week)
        else:
            tell = f"cat >> {self.world}/told; echo , >> {self.world}/told"
            self.said[week] = now.verify("--due", "--budget", "20m", "--on-change", tell)
        if week in (AWAY[0], BREAKS - 1, BREAKS, TOGETHER, WEEKS[-1]):
            self.codes[week] = now.adrtool("status").code

    def run_together(self, week: int) -> None:
        """Two jobs pull, run and push at the same time."""
        self.project.git("push", "--quiet", "origin", "main")
        assert self.project.adrtool("ledger", "push").code == 0
        jobs = []
        for number in (1, 2):
            clone = self.world / f"clone-{number}"
            self.project.git("clone", "--quiet", str(self.world / "origin.git"), str(clone))
            words = [sys.executable, "-c", JOB, at(week).isoformat(), f"{number}/2"]
            jobs.append(subprocess.Popen(words, cwd=clone, stdout=subprocess.PIPE, stderr=subprocess.STDOUT))
        printed = [job.communicate()[0].decode() for job in jobs]
        assert sorted(job.returncode for job in jobs) == [0, 10], printed
        assert self.project.adrtool("ledger", "pull").code == 0

    def history(self, name: str) -> Any:
        return self.project.at(at(52)).adrtool("history", f"0001/{name}", "--json").json

    def endings(self, name: str) -> dict[int, str]:
        """How the claim's evidence ended, week by week."""
        rows = self.history(name)["outcomes"]
        found = {week_of(row["at"]): row["outcome"] for row in rows}
        assert len(found) == len(rows)  # once a week
        return found

    def told(self) -> list[Mapping[str, Any]]:
        """The reports that the command of `--on-change` was given."""
        return list(json.loads(f"[{(self.world / 'told').read_text().rstrip().rstrip(',')}]"))


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Year]:
    place = tmp_path_factory.mktemp("year")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in GIT_ENVIRONMENT.items():
            patch.setenv(name, value)
        patch.setenv("ADRTOOL_CACHE_DIR", str(place / "cache"))
        patch.setenv("PATH", f"{place / 'bin'}{os.pathsep}{os.environ['PATH']}")
        for folder in ("bin", "project"):
            (place / folder).mkdir()
        (place / "bin/a-tool-of-ours").write_text("#!/bin/sh\n")
        project = Repository(place / "project", patch, None).init()  # type: ignore[arg-type]
        for name, text in SCRIPTS.items():
            write = project.evidence if name.endswith(".py") else project.shell
            write(name, text.replace("WORLD", str(place)))
        project.record(*(f"[It is so, says {name}](evidence/{name})" for name in SCRIPTS))
        project.write("adrtool.toml", "revalidate = '6d'\nsandbox = 'off'\n")
        project.commit()
        project.git("init", "--quiet", "--bare", "--initial-branch=main", str(place / "origin.git"))
        project.git("remote", "add", "origin", str(place / "origin.git"))
        lived = Year(project, place, offline(place / "links", patch))
        for week in WEEKS:
            lived.live(week)
        yield lived


def test_every_week_has_its_outcomes(year: Year) -> None:
    assert year.endings("latency") == dict.fromkeys(WEEKS, "passed")
    assert year.endings("flaky") == dict.fromkeys(WEEKS, "passed")
    assert year.endings("tool") == {week: "skipped" if week in AWAY else "passed" for week in WEEKS}
    weeks = [week for week in WEEKS if week % FRESH == 0]
    assert year.endings("upgrade") == {week: "failed" if week >= BREAKS else "passed" for week in weeks}


def test_nothing_was_ever_overdue_and_the_alarm_began_when_the_dependency_broke(year: Year) -> None:
    for codes in (year.codes, {week: said.code for week, said in year.said.items()}):
        assert codes == {week: 10 if week >= BREAKS else 0 for week in codes}
    assert all(said.json["left_over"] == [] for said in year.said.values())


def test_the_dependency_turned_once_and_the_history_says_why(year: Year) -> None:
    (turn,) = year.history("upgrade")["turns"]
    assert (week_of(turn["last"]["at"]), week_of(turn["first"]["at"]), turn["worse"]) == (BREAKS - FRESH, BREAKS, True)
    differs = {row["what"]: (row["name"], row["before"], row["after"]) for row in turn["differences"]}
    assert differs.pop("package") == ("thing", "1.0", "2.0")
    assert set(differs) == {"commits"}
    shown = " ".join(year.project.at(at(52)).adrtool("show", "1").out.split())
    assert "thing 2.0 no longer does it" in shown
    assert "differs: thing 1.0 -> 2.0; commits" in shown


def test_somebody_was_told_when_and_only_when_a_verdict_changed(year: Year) -> None:
    first, broke = year.told()
    assert {(it["before"], it["after"]) for it in first["changes"]} == {("unverified", "holds")}
    (change,) = broke["changes"]
    commit = year.history("upgrade")["turns"][0]["first"]["commit"]
    assert change["headline"] == f"0001/upgrade: holds -> stale, first seen failing at {commit[:10]} with thing 2.0"
    assert [week for week, said in year.said.items() if said.json["changes"]] == [0, BREAKS]


def test_each_try_of_the_flaky_script_is_counted(year: Year) -> None:
    history = year.history("flaky")
    retried = [week_of(row["at"]) for row in history["outcomes"] if row["tries"] == ["failed", "passed"]]
    assert retried == RAINS
    assert history["flakiness"] == {"times": len(RAINS), "runs": len(WEEKS)}
    assert history["turns"] == []
    claims = year.project.at(at(52)).status().claims
    assert [claim for claim, fields in claims.items() if fields["flaky"]] == ["0001/flaky"]


def test_a_month_without_the_tool_is_told_and_alarms_nobody(year: Year) -> None:
    for week in AWAY:
        claim = year.said[week].claims["0001/tool"]
        assert claim["verdict"] == "expired"
        assert week_of(claim["skipped"]["at"]) == week
        assert "a-tool-of-ours" in claim["skipped"]["reason"]
        assert week_of(claim["last_held"]) == AWAY[0] - 1
    assert year.said[AWAY[-1] + 1].verdicts["0001/tool"] == "holds"


def test_two_jobs_at_once_lost_nothing_and_did_nothing_twice(year: Year) -> None:
    ran = {}
    for name in ("latency", "flaky", "tool"):
        (row,) = [row for row in year.history(name)["outcomes"] if week_of(row["at"]) == TOGETHER]
        ran[name] = row["run"]
    assert len(set(ran.values())) == 2
    assert year.project.adrtool("ledger", "fsck").code == 0


def test_the_measure_is_there_week_by_week(year: Year) -> None:
    values = [row["measures"][0]["value"] for row in year.history("latency")["outcomes"]]
    assert values == [50 + max(0, week - ERODES) * 1.5 for week in WEEKS]


def test_the_measure_that_erodes_is_named_from_early_on_and_while_it_holds(year: Year) -> None:
    eroding = {week: said.claims["0001/latency"]["eroding"] for week, said in year.said.items()}
    named = [week for week, found in eroding.items() if found]
    assert ERODES < named[0] <= ERODES + 15
    assert named == [week for week in year.said if week >= named[0]]
    assert {found["measure"] for week in named for found in eroding[week]} == {"p95"}
    assert "eroding: p95" in " ".join(year.project.at(at(52)).adrtool("status").out.split())
