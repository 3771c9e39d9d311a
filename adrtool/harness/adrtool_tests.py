"""Runs tests of one file under pytest, and tells how they ended."""

import os
import re

from adrtool_endings import ending, is_refutation, one_line, place_of
from adrtool_evidence import Skipped

_EXITS = {2: "was interrupted", 3: "had an internal error", 4: "found no such test", 5: "collected no test"}
# A refutation is news, whatever else broke beside it; a skip says the least.
_RANK = ("skipped", "passed", "errored", "failed")


class Recorder:
    """A pytest plugin that keeps, for each test, how its phases ended."""

    def __init__(self, pytest, script):
        self.pytest = pytest
        self.script = script
        self.results = {}
        self.errors = []

    def pytest_collectreport(self, report):
        if report.failed:
            self.errors.append(str(report.longrepr))

    def pytest_runtest_makereport(self, item, call):
        if call.excinfo is not None:
            self._add(item.nodeid, self._meaning(call.excinfo.value, call.when))
        elif call.when == "call":
            self._add(item.nodeid, ending("passed"))

    def pytest_runtest_logreport(self, report):
        """What pytest itself makes of a test: an expected failure, or one that should have come and did not."""
        known = self.results.get(report.nodeid, [])
        if hasattr(report, "wasxfail"):
            self.results[report.nodeid] = [ending("errored", "a test marked xfail says neither yes nor no")]
        elif report.failed and all(each["ending"] == "passed" for each in known):
            self._add(report.nodeid, ending("errored", gist(report.longrepr)))

    def _meaning(self, error, phase):
        """The ending of a phase that raised `error`, with a message and a place."""
        place = place_of(error, self.script)
        if isinstance(error, Skipped):
            return ending("skipped", str(error), place)
        # pytest fails what it cannot run in the same words; those were not the test's own.
        if phase == "call" and is_refutation(error) and place:
            return ending("failed", one_line(error), place)
        if isinstance(error, self.pytest.skip.Exception):
            return ending("errored", "an undeclared skip (%s); use adrtool_evidence.skip(reason)" % error, place)
        if isinstance(error, self.pytest.xfail.Exception):
            return ending("errored", "an xfail says neither yes nor no: %s" % error, place)
        return ending("errored", ("" if phase == "call" else "in %s: " % phase) + one_line(error), place)

    def _add(self, node, said):
        self.results.setdefault(node, []).append(said)

    def verdict(self):
        """How all tests together ended: as the worst of them."""
        if self.errors:
            return ending("errored", gist(self.errors[0]))
        said = [each for phases in self.results.values() for each in phases]
        return max(said, key=lambda each: _RANK.index(each["ending"])) if said else ending("errored", "no test ran")


def gist(longrepr):
    """The one line that matters of what pytest says of a failure: the exception, else the last."""
    lines = str(longrepr).strip().splitlines() or ["it failed without a word"]
    return next((line[1:].strip() for line in lines if re.match(r"E +[\w.]+: ", line)), lines[-1])


def run_tests(job):
    """Run the job's tests with an empty configuration, and conftest files of the evidence folder alone."""
    try:
        import pytest
    except ImportError:
        return ending("errored", "pytest is not in this environment")
    recorder = Recorder(pytest, job["script"])
    home = job["evidence_folder"]
    node = job["script"] + ("::" + job["tests"] if job["tests"] != "*" else "")
    arguments = ["-c", os.devnull, "--rootdir=" + home, "--confcutdir=" + home, "-o", "python_files=*.py"]
    # The harness looks after threads itself: pytest makes no more than a warning of them.
    arguments += [word for name in ("cacheprovider", "adrtool", "threadexception") for word in ("-p", "no:" + name)]
    arguments += ["-q", "--no-header"]
    code = int(pytest.main([*arguments, node, *(["--pdb"] if job.get("pdb") else [])], plugins=[recorder]))
    said = recorder.verdict()
    if code not in (0, 1) and not recorder.errors and (not recorder.results or said["ending"] == "passed"):
        return ending("errored", "pytest %s: %s" % (_EXITS.get(code, "ended with %d" % code), job["tests"]))
    return said
