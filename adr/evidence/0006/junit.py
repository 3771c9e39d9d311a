"""In JUnit XML, a crash in a test looks like an assertion that failed.

pytest writes both as `<failure>`; only what goes wrong in setup or teardown is an `<error>`.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from xml.etree import ElementTree

TESTS = """\
import pytest

def test_asserts():
    assert False

def test_crashes():
    raise OSError("disk")

@pytest.fixture
def broken():
    raise OSError("disk")

def test_setup(broken):
    pass
"""

with tempfile.TemporaryDirectory() as name:
    Path(name, "test_it.py").write_text(TESTS)
    command = [sys.executable, "-m", "pytest", "-q", "-c", os.devnull, "-p", "no:cacheprovider", "-p", "no:adrtool"]
    subprocess.run([*command, "--rootdir", name, "--junitxml", f"{name}/report.xml", name])
    cases = {case.get("name"): [part.tag for part in case] for case in ElementTree.parse(f"{name}/report.xml").iter("testcase")}

assert cases["test_asserts"] == cases["test_crashes"] == ["failure"], cases
assert cases["test_setup"] == ["error"], cases  # the control: where it can tell, it does
