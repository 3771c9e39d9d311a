"""`status --format prometheus` is what a collector reads."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from repositories import Project

from adrtool.model import Claim, EvidenceRef, Record, Status, Waiver
from adrtool.outcome import Ending, Fingerprints, Measure, Outcome
from adrtool.report.prometheus import prometheus
from adrtool.verdict import Health, Judgement, Verdict

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
HOSTILE = 'a "b" \\ c\nd # HELP x {}, \\n é \udcff'


def samples(text: str) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    """Every series of the text; no series stands in it twice, and each family has its type."""
    found: dict[tuple[str, tuple[tuple[str, str], ...]], float] = {}
    names = []
    for family in text_string_to_metric_families(text):
        names.append(family.name)
        assert (family.type, bool(family.documentation)) == ("gauge", True)
        for sample in family.samples:
            key = (sample.name, tuple(sorted(sample.labels.items())))
            assert key not in found
            assert sample.timestamp is None  # the textfile collector takes none
            found[key] = sample.value
    assert len(names) == len(set(names))
    assert text.endswith("\n")
    return found


def judged(claim_id: str, *measures: Measure, ending: Ending = Ending.PASSED, waiver: Waiver | None = None):
    claim = Claim(claim_id, "text", "adr/0001.md", 3, EvidenceRef("adr/evidence/e.py"), waiver=waiver)
    prints = Fingerprints("a", "b", "c", "d")
    outcome = Outcome("run", claim_id, prints, ending, NOW - timedelta(days=1), seconds=2.5, measures=measures)
    verdict = Verdict.HOLDS if ending is Ending.PASSED else Verdict.STALE
    return Judgement(claim, verdict, newest=outcome, last_held=NOW - timedelta(days=2))


def written(*rows: Judgement) -> str:
    record = Record(rows[0].claim.id.partition("/")[0], "adr/0001.md", "T", status=Status.ACCEPTED)
    healths = {record.path: Health.SOUND}
    return prometheus([record], rows, healths, NOW, revalidate=lambda _: timedelta(days=90), exit_code=10)


def test_names_of_any_kind_come_back_as_they_went_in() -> None:
    found = samples(written(judged(f"0001/{HOSTILE}", Measure(HOSTILE, 1.5, unit=HOSTILE))))
    whole = HOSTILE.replace("\udcff", "?")
    labels = (("claim", f"0001/{whole}"), ("measure", whole), ("unit", whole))
    assert found["adrtool_measure", labels] == 1.5


def test_two_claims_of_one_name_and_a_measure_taken_twice_do_not_make_the_file_unreadable() -> None:
    row = judged("0001/e", Measure("x", 1.0), Measure("x", 2.0, at_most=3))
    found = samples(written(row, row))
    key = (("claim", "0001/e"), ("measure", "x"), ("unit", ""))
    assert (found["adrtool_measure", key], found["adrtool_measure_at_most", key]) == (2.0, 3.0)


def test_times_are_seconds_and_a_waiver_ends_with_its_day() -> None:
    waiver = Waiver(datetime(2026, 12, 31, tzinfo=UTC).date(), "known")
    found = samples(written(judged("0001/e"), judged("0001/f", ending=Ending.FAILED, waiver=waiver)))
    e, f = (("claim", "0001/e"),), (("claim", "0001/f"),)
    ran = (NOW - timedelta(days=1)).timestamp()
    assert found["adrtool_claim_last_run_timestamp_seconds", e] == ran
    assert found["adrtool_last_run_timestamp_seconds", ()] == ran
    assert found["adrtool_claim_expiry_timestamp_seconds", e] == ran + 90 * 86400
    assert ("adrtool_claim_expiry_timestamp_seconds", f) not in found  # what failed does not expire
    assert found["adrtool_claim_waiver_end_timestamp_seconds", f] == datetime(2027, 1, 1, tzinfo=UTC).timestamp()


@pytest.mark.parametrize("value", [float("inf"), float("-inf"), 1e-300, 1e300, -0.5, 12345678901234567890.0])
def test_numbers_of_any_size_are_numbers(value: float) -> None:
    found = samples(written(judged("0001/e", Measure("x", value))))
    assert found["adrtool_measure", (("claim", "0001/e"), ("measure", "x"), ("unit", ""))] == value


@pytest.fixture
def watched(project: Project) -> Project:
    project.record("[It holds](evidence/e.py)", '[It fails](evidence/f.py "supporting")', "[Nobody looked](evidence/)")
    project.evidence("e.py", "from adrtool_evidence import measure\nmeasure('x', 1, at_most=2)\n")
    project.evidence("f.py", "assert False\n")
    project.commit()
    assert project.verify().code == 10
    return project


def test_status_writes_every_claim_with_its_verdict(watched: Project) -> None:
    said = watched.adrtool("status", "--format", "prometheus")
    found = samples(said.out)
    assert said.code == found["adrtool_exit_code", ()] == 10
    counts = {dict(labels)["verdict"]: n for (name, labels), n in found.items() if name == "adrtool_claims"}
    assert counts == {v: {"holds": 1, "stale": 1, "unsupported": 1}.get(v, 0) for v in Verdict}
    verdicts = [dict(labels) for name, labels in found if name == "adrtool_claim_verdict"]
    (stale,) = [labels for labels in verdicts if labels["verdict"] == "stale"]
    assert (stale["load_bearing"], stale["waived"], stale["in_force"]) == ("false", "false", "true")
    assert len(verdicts) == 3


def test_a_file_is_written_whole_and_leaves_nothing_beside_it(watched: Project, tmp_path: Path) -> None:
    file = tmp_path / "metrics" / "adrtool.prom"
    lost = watched.adrtool("status", "--format", "prometheus", "--output", str(file))
    assert (lost.code, lost.out) == (12, "")
    assert "--output" in lost.err
    file.parent.mkdir()
    said = watched.adrtool("status", "--format", "prometheus", "--output", str(file))
    assert (said.code, said.out) == (10, "")
    assert samples(file.read_text())
    assert [path.name for path in file.parent.iterdir()] == ["adrtool.prom"]


def test_the_forms_say_the_same(watched: Project) -> None:
    assert json.loads(watched.adrtool("status", "--format", "json").out) == watched.adrtool("status", "--json").json
    assert watched.adrtool("status", "--format", "text").out == watched.adrtool("status").out
