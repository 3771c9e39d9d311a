"""Records on which nobody relies yet, or any more, report and raise no alarm."""

from __future__ import annotations

import pytest
from sessions import Records


@pytest.fixture
def endings(records: Records) -> Records:
    records.evidence("yes.py", "print('fine')\n")
    records.evidence("no.py", "assert False, 'it says no'\n")
    records.evidence("crash.py", "raise OSError('no such device')\n")
    return records


CLAIMS = [f"[{name}](evidence/{name}.py)" for name in ("yes", "no", "crash")]


@pytest.mark.parametrize("status", ["proposed", "rejected", "deprecated", "superseded", "draft"])
def test_a_record_without_alarm_reports_and_never_fails(endings: Records, status: str):
    endings.record(*CLAIMS, status=status)
    found = endings.run("adr", "-rsx")
    found.assert_outcomes(passed=1, xfailed=1, skipped=1)
    assert found.ret == 0
    found.stdout.fnmatch_lines_random(
        [
            f"XFAIL adr/0001-one.md::no - *stale, without alarm, for the record is {status}: it says no",
            f"SKIPPED [[]1] adr/0001-one.md:11: broken, without alarm, for the record is {status}: *no such device",
        ]
    )


@pytest.mark.parametrize("status", ["accepted", "in force since May"])
def test_any_other_record_fails(endings: Records, status: str):
    endings.record(*CLAIMS, status=status)
    endings.run("adr").assert_outcomes(passed=1, failed=2)


def test_a_waiver_on_a_rejected_record_is_nobodys_business(endings: Records):
    endings.record('[yes](evidence/yes.py "waived until 2999-12-31: why not")', status="rejected")
    endings.run("adr").assert_outcomes(passed=1)


def test_the_outcome_is_kept_all_the_same(endings: Records):
    endings.record(*CLAIMS, status="proposed")
    endings.run("adr")
    assert endings.outcomes() == {"0001/yes": ["passed"], "0001/no": ["failed"], "0001/crash": ["errored"]}
