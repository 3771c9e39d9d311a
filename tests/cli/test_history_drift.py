"""`history` draws measures, and `status` names a measure that erodes while its claim still holds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from repositories import Project

from adrtool.outcome import Ending, Environment, Measure, Outcome
from adrtool.workspace import Workspace

SCRIPT = "#!/bin/sh\nexit 0\n"
CREEP = [2 + 0.2 * week for week in range(30)]


@pytest.fixture
def measured(project: Project) -> Project:
    project.write("adr/evidence/speed.sh", SCRIPT, 0o755)
    project.write("adr/0001-one.md", "# One\n\n## Status\n\nAccepted\n\n[It is fast](evidence/speed.sh)\n")
    project.commit("first")
    return project


def run_weekly(project: Project, values: Sequence[float], at_most: float = 10.0, commit: str | None = None) -> None:
    """What a job writes that measures once a week, the newest value just now."""
    workspace = Workspace.open(project.root)
    (claim,) = workspace.claims
    assert workspace.ledger is not None
    now = datetime.now(UTC)
    outcomes = [
        Outcome(
            run=f"week {week}",
            claim=claim.id,
            fingerprints=workspace.exhibits.fingerprints(claim, ()),
            ending=Ending.PASSED if value <= at_most else Ending.FAILED,
            at=now - timedelta(days=7 * (len(values) - week)),
            commit=commit or workspace.head,
            environment=Environment("", "linux"),
            measures=(Measure("p95", value, at_most, unit="ms"),),
        )
        for week, value in enumerate(values, 1)
    ]
    assert workspace.ledger.append(outcomes) == ""


def test_status_names_what_erodes_while_it_still_holds(measured: Project) -> None:
    run_weekly(measured, CREEP)
    said = measured.adrtool("status")
    assert said.code == 0
    words = " ".join(said.out.split())
    assert "eroding: p95 creeps from 2 to 7.8 ms" in words
    assert "which ate 73% of the margin; 2.2 (22%) left to at most 10; reaches it about" in words
    (claim,) = measured.adrtool("status", "--json").json["records"][0]["claims"]
    assert claim["verdict"] == "holds"
    (found,) = claim["eroding"]
    assert (found["measure"], found["unit"], found["kind"]) == ("p95", "ms", "trend")
    assert found["margin"]["at_most"] == 10
    assert found["margin"]["percent"] == pytest.approx(22)
    assert "eroding: p95" in measured.adrtool("show", "1").out
    (claim,) = measured.adrtool("list", "--json").json["records"][0]["claims"]
    assert claim["eroding"] == [found]


def test_what_stands_still_is_not_named(measured: Project) -> None:
    run_weekly(measured, [5.0, 5.2, 4.9] * 10)
    assert "eroding" not in measured.adrtool("status").out
    (claim,) = measured.adrtool("claims", "--json").json["claims"]
    assert claim["eroding"] == []


def test_what_has_failed_is_stale_and_no_longer_eroding(measured: Project) -> None:
    run_weekly(measured, [*CREEP, 11.0])
    (claim,) = measured.adrtool("claims", "--json").json["claims"]
    assert (claim["verdict"], claim["eroding"]) == ("stale", [])


def test_what_another_branch_measured_does_not_count(measured: Project) -> None:
    run_weekly(measured, [2.0] * 20)
    measured.git("checkout", "--quiet", "-b", "other")
    measured.write("adr/evidence/speed.sh", SCRIPT + "# other\n", 0o755)
    other = measured.commit("other")
    measured.git("checkout", "--quiet", "-")
    run_weekly(measured, [8.0] * 20, commit=other)
    (claim,) = measured.adrtool("claims", "--json").json["claims"]
    assert claim["eroding"] == []


def test_history_draws_the_measure_and_says_what_is_left(measured: Project) -> None:
    run_weekly(measured, CREEP)
    out = measured.adrtool("history", "0001/speed").out
    assert "p95 (ms)  30 values" in out
    assert "7.8 ms now, 2.2 ms left to at most 10 ms (22% of the bound)" in out
    assert "eroding: p95 creeps" in out
    assert all(len(line) <= 80 for line in out.splitlines())


def test_history_gives_the_values_as_json(measured: Project) -> None:
    run_weekly(measured, CREEP)
    (found,) = measured.adrtool("history", "0001/speed", "--json").json["measures"]
    assert [point["value"] for point in found["points"]] == CREEP
    assert found["margin"] == {"left": pytest.approx(2.2), "percent": 22.0, "at_most": 10.0}
    assert found["eroding"]["kind"] == "trend"


def test_a_claim_without_measures_has_no_curve(measured: Project) -> None:
    measured.adrtool("verify")
    assert "values" not in measured.adrtool("history", "0001/speed").out
