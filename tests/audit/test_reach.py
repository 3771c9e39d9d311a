"""Only what a test can come to counts for it."""

import textwrap

import pytest

from adrtool.audit.survey import survey

PATH = "adr/evidence/a.py"
TESTS = textwrap.dedent(
    """\
    import pytest
    from unittest import TestCase

    assert pytest

    @pytest.fixture
    def thing():
        return Thing()

    @pytest.fixture(autouse=True)
    def always():
        yield
        assert pytest

    class Thing:
        def __init__(self):
            assert self
        def used(self):
            assert self
        def unused(self):
            assert self

    def check(x):
        assert x

    def other(x):
        assert x

    def test_one(thing):
        check(thing.used())

    def test_two():
        def inner():
            assert TestCase
        other(inner)

    @pytest.mark.usefixtures("thing")
    @pytest.mark.parametrize("x", [1, 2])
    def test_three(x):
        assert x

    class TestIt:
        def setup_method(self):
            assert self
        def test_four(self):
            assert self
        def test_five(self):
            assert self
    """
)
LINES = {
    "test_one": [4, 13, 17, 19, 24],
    "test_two": [4, 13, 27, 34],
    "test_three": [4, 13, 17, 40],
    "test_three[1]": [4, 13, 17, 40],
    "TestIt::test_four": [4, 13, 44, 46],
    "TestIt": [4, 13, 44, 46, 48],
    "test_missing": None,
}


def lines(text, test=None, files=None):
    return [(each.path, each.line) for each in survey(PATH, text, test, (files or {}).get).negations]


@pytest.mark.parametrize("test", LINES)
def test_a_test_counts_what_it_can_come_to(test):
    every = [line for line, text in enumerate(TESTS.splitlines(), 1) if "assert " in text]
    always = [44] if test != "TestIt" else []
    expected = every if LINES[test] is None else sorted({*LINES[test], *always})
    assert sorted(line for _, line in lines(TESTS, test)) == expected


def test_a_script_counts_everything():
    assert len(lines(TESTS)) == TESTS.count("assert ")


def test_a_finding_about_a_test_is_at_the_test():
    text = "import os\n\n@os.fspath\ndef test_it():\n    pass\n"
    assert survey(PATH, text, "test_it", {}.get).line == 4


HELPER = "def check(x):\n    assert x\n\ndef unused(x):\n    assert x\n"


@pytest.mark.parametrize(
    "text",
    [
        "from helper import check\ncheck(1)\n",
        "from helper import check as c\nc(1)\n",
        "import helper as h\nh.check(1)\n",
    ],
)
def test_a_module_beside_it_counts_as_far_as_it_is_used(text):
    assert lines(text, files={"adr/evidence/helper.py": HELPER}) == [("adr/evidence/helper.py", 2)]


def test_modules_are_followed_from_one_to_the_next():
    files = {
        "adr/evidence/one.py": "from pkg.two import *\n",
        "adr/evidence/pkg/two.py": HELPER,
        "adr/three.py": HELPER,
    }
    found = lines("import one, three, os\n", files=files)
    assert found == [("adr/evidence/pkg/two.py", 2), ("adr/evidence/pkg/two.py", 5)]


def test_modules_that_import_one_another_are_read_once():
    files = {"adr/evidence/one.py": "import two\nassert two\n", "adr/evidence/two.py": "import one\nassert one\n"}
    assert len(lines("import one\n", files=files)) == 2
