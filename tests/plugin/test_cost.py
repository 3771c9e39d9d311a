"""A session without records pays nothing for the plugin."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from sessions import PLUGIN, Records

# Prints what a session imported of adrtool, beside the plugin's own light parts.
REPORT = """
import json, sys

def pytest_unconfigure():
    light = {"adrtool", "adrtool.errors"}
    names = {name for name in sys.modules if name.partition(".")[0] == "adrtool"} - light
    names = {name for name in names if not name.startswith("adrtool.pytest_plugin")}
    others = {"click", "markdown_it", "rich", "yaml", "filelock", "tomllib"} & set(sys.modules)
    print("imported", json.dumps(sorted(names | others)))
"""


def imported(found: pytest.RunResult) -> list[str]:
    line = next(line for line in found.outlines if line.startswith("imported "))
    return json.loads(line.partition(" ")[2])


@pytest.fixture
def plain(records: Records) -> Records:
    records.write("conftest.py", REPORT)
    records.write("tests/test_own.py", "def test_it(): pass\n")
    records.write("README.md", "# A project without records\n")
    records.write("docs/0001-not-about-it.md", "# One\n\nA record without a word on that.\n")
    return records


def test_a_session_without_records_imports_no_part_that_reads_them(plain: Records):
    baseline = imported(plain.run_apart("-p", "no:cacheprovider", "-p", "no:adrtool", "--rootdir=."))
    found = plain.run_apart("-p", "no:cacheprovider")
    found.assert_outcomes(passed=1)
    assert [name for name in imported(found) if name not in baseline] == []


def test_a_session_with_a_record_does(plain: Records):
    plain.evidence("yes.py", "print('fine')\n")
    plain.record("[yes](evidence/yes.py)")
    assert "adrtool.workspace" in imported(plain.run_apart("adr"))


def test_the_plugin_alone_imports_little():
    code = (
        "import sys, pytest; before = set(sys.modules); import adrtool.pytest_plugin; print(*set(sys.modules) - before)"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert {name for name in said if not name.startswith("adrtool")} == set()
    assert {name for name in said if not name.startswith("adrtool.pytest_plugin")} == {"adrtool", "adrtool.errors"}
