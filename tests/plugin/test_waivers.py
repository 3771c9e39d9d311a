"""A waiver turns a stale claim into a strict xfail, and nothing else into anything."""

from __future__ import annotations

import pytest
from sessions import Records

WAIVED = "waived until 2999-12-31: we move in spring"
ENDED = "waived until 2001-01-01: we moved"
NO = "assert False, 'it says no'\n"
CRASH = "raise OSError('no such device')\n"
YES = "print('fine')\n"


@pytest.fixture
def endings(records: Records) -> Records:
    """One claim for each ending; each test writes the titles."""
    records.evidence("no.py", NO)
    records.evidence("crash.py", CRASH)
    records.evidence("yes.py", YES)
    return records


def claims(title: str, *names: str) -> list[str]:
    return [f'[{name}](evidence/{name}.py "{title}")' for name in names]


def test_a_waived_stale_claim_is_an_xfail_with_its_reason(endings: Records):
    endings.record(*claims(WAIVED, "no"))
    found = endings.run("adr", "-rx")
    found.assert_outcomes(xfailed=1)
    found.stdout.fnmatch_lines(["XFAIL adr/0001-one.md::no - *stale, waived until 2999-12-31: we move in spring"])


def test_what_a_waiver_covers_can_be_read(endings: Records):
    endings.record(*claims(WAIVED, "no"))
    found = endings.run("adr", "-rx", *(["--xfail-tb"] if pytest.version_tuple >= (8, 2) else []))
    found.stdout.fnmatch_lines(["adr/0001-one.md:9: stale: no", "it says no (adr/evidence/no.py:1)"])
    found.stdout.no_fnmatch_line("*pytest_plugin*")


def test_a_waived_crash_fails(endings: Records):
    endings.record(*claims(WAIVED, "crash"))
    found = endings.run("adr")
    found.assert_outcomes(failed=1)
    found.stdout.fnmatch_lines(["adr/0001-one.md:9: broken: crash"])


@pytest.mark.parametrize("title", [WAIVED, ENDED])
def test_a_waiver_on_a_claim_that_holds_fails(endings: Records, title: str):
    endings.record(*claims(title, "yes"))
    found = endings.run("adr")
    found.assert_outcomes(failed=1)
    found.stdout.fnmatch_lines(["FAILED adr/0001-one.md::yes - waiver-unneeded: *"])


def test_a_waiver_that_ended_covers_nothing(endings: Records):
    endings.record(*claims(ENDED, "no"))
    found = endings.run("adr")
    found.assert_outcomes(failed=1)
    found.stdout.fnmatch_lines(["its waiver ended on 2001-01-01: we moved"])


def test_runxfail_shows_the_failure_below_the_waiver(endings: Records):
    endings.record(*claims(WAIVED, "no"))
    found = endings.run("adr", "--runxfail")
    found.assert_outcomes(failed=1)
    found.stdout.fnmatch_lines(["it says no*"])
