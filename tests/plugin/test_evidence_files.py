"""Files of an evidence folder are collected through their claims, and in no other way."""

from __future__ import annotations

import pytest
from sessions import INSTALLED, Records

A_TEST = "def test_it(): pass\n"
TRAP = "raise SystemExit('the conftest of evidence was imported')\n"


def test_tests_in_an_evidence_folder_are_not_collected_by_themselves(records: Records):
    records.evidence("test_lite.py", A_TEST)
    records.record("[It holds](evidence/test_lite.py)")
    records.write("tests/test_own.py", A_TEST)
    assert records.collected() == ["adr/0001-one.md::test_lite", "tests/test_own.py::test_it"]


def test_evidence_that_nobody_cites_is_not_collected_either(records: Records):
    records.evidence("deeper/test_orphan.py", A_TEST)
    records.record("no claim")
    assert records.collected() == []


def test_a_conftest_of_an_evidence_folder_is_not_imported(records: Records):
    records.evidence("conftest.py", TRAP)
    records.evidence("holds.py", "print('fine')\n")
    records.record("[It holds](evidence/holds.py)")
    records.run().assert_outcomes(passed=1)


def test_a_folder_of_that_name_elsewhere_is_nobodys_evidence(records: Records):
    records.evidence("test_lite.py", A_TEST)
    records.record("[It holds](evidence/test_lite.py)")
    records.write("tests/evidence/conftest.py", "")
    records.write("tests/evidence/test_own.py", A_TEST)
    assert "tests/evidence/test_own.py::test_it" in records.collected()
    assert records.collected("tests/evidence/test_own.py") == ["tests/evidence/test_own.py::test_it"]


def test_a_folder_of_that_name_without_any_records_is_nobodys_evidence(records: Records):
    records.write("evidence/test_own.py", A_TEST)
    assert records.collected() == ["evidence/test_own.py::test_it"]


@pytest.mark.parametrize(
    "argument", ["adr/evidence/test_lite.py", "adr/evidence/test_lite.py::test_it", "adr/evidence"]
)
def test_an_argument_below_an_evidence_folder_is_told_what_to_name(records: Records, argument: str):
    records.evidence("conftest.py", TRAP)
    records.evidence("test_lite.py", A_TEST)
    records.record("[It holds](evidence/test_lite.py)")
    found = records.run_apart(argument)
    assert found.ret == pytest.ExitCode.USAGE_ERROR
    said = f"ERROR: {argument}: evidence runs through the claims that cite it; run pytest adr/0001-one.md"
    assert found.errlines[-1] == said or said in found.errlines


def test_evidence_that_nobody_cites_is_said_to_be_so(records: Records):
    records.evidence("test_orphan.py", A_TEST)
    records.record("no claim")
    found = records.run_apart("adr/evidence/test_orphan.py")
    assert found.ret == pytest.ExitCode.USAGE_ERROR
    found.stderr.fnmatch_lines(["*no record cites it*"])


@pytest.mark.parametrize("option", ["--ignore", "--deselect"])
def test_an_option_may_name_evidence(records: Records, option: str):
    records.evidence("test_lite.py", A_TEST)
    records.record("[It holds](evidence/test_lite.py)")
    assert records.collected(option, "adr/evidence/test_lite.py") == ["adr/0001-one.md::test_lite"]


@pytest.mark.skipif(not INSTALLED, reason="adrtool is not installed here, so pytest does not know it by name")
def test_the_plugin_can_be_turned_off(records: Records):
    records.evidence("test_lite.py", A_TEST)
    records.record("[It holds](evidence/test_lite.py)")
    assert records.collected("-p", "no:adrtool") == ["adr/evidence/test_lite.py::test_it"]
