"""Outcomes go to the ledger as those of `adrtool verify` do."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from sessions import Records

COUNTS = "print('fine')\n"


def test_outcomes_are_in_the_notes_when_the_session_ends(records: Records):
    records.evidence("yes.py", "from adrtool_evidence import measure\nmeasure('size', 2, at_most=3)\n")
    records.evidence("no.py", "assert False, 'it says no'\n")
    records.record("[yes](evidence/yes.py)", "[no](evidence/no.py)")
    records.run("adr")
    lines = {line["claim"]: line for line in records.notes()}
    assert {name: line["outcome"] for name, line in lines.items()} == {"0001/yes": "passed", "0001/no": "failed"}
    assert lines["0001/yes"]["measures"][0]["name"] == "size"
    assert lines["0001/yes"]["commit"] == records.git("rev-parse", "HEAD")
    assert lines["0001/yes"]["run"] == lines["0001/no"]["run"]


def test_status_believes_what_pytest_saw(records: Records):
    records.evidence("yes.py", COUNTS)
    records.record("[yes](evidence/yes.py)")
    status = [sys.executable, "-m", "adrtool", "status", "--strict"]
    assert subprocess.run(status, cwd=records.root, capture_output=True).returncode == 11
    records.run("adr")
    assert subprocess.run(status, cwd=records.root, capture_output=True).returncode == 0


def test_collecting_runs_and_keeps_nothing(records: Records):
    records.evidence("yes.py", COUNTS)
    records.record("[yes](evidence/yes.py)")
    records.run("--collect-only")
    assert records.outcomes() == {}


def test_evidence_that_two_records_cite_runs_once_and_speaks_for_both(records: Records):
    records.evidence("yes.py", COUNTS)
    records.record("[yes](evidence/yes.py)")
    records.record("[also here](evidence/yes.py)", path="adr/0002-two.md")
    records.run("adr").assert_outcomes(passed=2)
    lines = records.notes()
    assert sorted(line["claim"] for line in lines) == ["0001/yes", "0002/yes"]
    assert len({line["at"] for line in lines}) == 1


def test_evidence_speaks_for_no_claim_that_was_deselected(records: Records):
    records.evidence("yes.py", COUNTS)
    records.record("[yes](evidence/yes.py)")
    records.record("[also here](evidence/yes.py)", path="adr/0002-two.md")
    records.run("adr/0002-two.md").assert_outcomes(passed=1)
    assert records.outcomes() == {"0002/yes": ["passed"]}


def test_outside_git_evidence_runs_and_the_ledger_is_said_to_be_missing(bare: Records):
    bare.evidence("yes.py", COUNTS)
    bare.record("[yes](evidence/yes.py)")
    found = bare.run("adr")
    found.assert_outcomes(passed=1)
    found.stdout.fnmatch_lines(["adrtool: no git repository, so there is no ledger: these verdicts are not kept"])


def test_before_the_first_commit_outcomes_wait_and_are_said_to(bare: Records):
    bare.git("init", "--quiet")
    bare.evidence("yes.py", COUNTS)
    bare.record("[yes](evidence/yes.py)")
    found = bare.run("adr")
    found.assert_outcomes(passed=1)
    found.stdout.fnmatch_lines(["adrtool: outcomes wait in the git directory, for there is no commit yet"])
    bare.git("commit", "--quiet", "--allow-empty", "--message", "first")
    assert bare.run("adr").parseoutcomes() == {"passed": 1}
    assert bare.outcomes() == {"0001/yes": ["passed", "passed"]}


def test_an_outcome_that_cannot_be_kept_is_a_failure_that_says_so(records: Records):
    records.evidence("yes.py", COUNTS)
    records.record("[yes](evidence/yes.py)")
    (records.root / ".git/adrtool").write_text("in the way")
    found = records.run("adr")
    found.assert_outcomes(failed=1)
    found.stdout.no_fnmatch_line("*Traceback*")


def test_nothing_is_said_where_everything_is_kept(records: Records):
    records.evidence("yes.py", COUNTS)
    records.record("[yes](evidence/yes.py)")
    found = records.run("adr")
    found.stdout.no_fnmatch_line("adrtool: *")
    assert found.stderr.lines == []


@pytest.mark.skipif(not os.path.isdir("/proc/self/fd"), reason="counts folders where temporary ones are kept")
def test_no_working_copy_stays(records: Records, monkeypatch: pytest.MonkeyPatch):
    records.evidence("yes.py", COUNTS)
    records.record("[yes](evidence/yes.py)")
    folder = records.outside / "temporary"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    records.run_apart("adr").assert_outcomes(passed=1)
    assert [path.name for path in folder.iterdir() if path.name.startswith("adrtool")] == []
