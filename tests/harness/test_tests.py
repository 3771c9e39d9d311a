"""Tests as evidence: each of pytest's endings is one of the four outcomes, and nobody's configuration counts."""

from __future__ import annotations

import pytest
from bench import Bench

from adrtool.outcome import Ending

ENDINGS = {
    "it passes": ("def test_it(): assert True", Ending.PASSED, ""),
    "it asserts": ("def test_it(): assert 1 == 2, 'one is not two'", Ending.FAILED, "one is not two"),
    "pytest.fail": ("import pytest\ndef test_it(): pytest.fail('too slow')", Ending.FAILED, "too slow"),
    "pytest.raises that saw nothing": (
        "import pytest\ndef test_it():\n    with pytest.raises(KeyError): pass",
        Ending.FAILED,
        "DID NOT RAISE",
    ),
    "skip()": ("from adrtool_evidence import skip\ndef test_it(): skip('no GPU')", Ending.SKIPPED, "no GPU"),
    "pytest.skip": ("import pytest\ndef test_it(): pytest.skip('later')", Ending.ERRORED, "undeclared skip (later)"),
    "a skip mark": (
        "import pytest\n@pytest.mark.skip('later')\ndef test_it(): pass",
        Ending.ERRORED,
        "undeclared skip",
    ),
    "unittest's skip": ("import unittest\ndef test_it(): raise unittest.SkipTest('later')", Ending.ERRORED, "later"),
    "pytest.xfail": ("import pytest\ndef test_it(): pytest.xfail('known')", Ending.ERRORED, "xfail"),
    "an xfail mark that comes true": (
        "import pytest\n@pytest.mark.xfail\ndef test_it(): assert 0",
        Ending.ERRORED,
        "xfail",
    ),
    "an xfail mark that does not": ("import pytest\n@pytest.mark.xfail\ndef test_it(): pass", Ending.ERRORED, "xfail"),
    "a strict xfail that passes": (
        "import pytest\n@pytest.mark.xfail(strict=True)\ndef test_it(): pass",
        Ending.ERRORED,
        "XPASS(strict)",
    ),
    "another exception": ("def test_it(): {}['key']", Ending.ERRORED, "KeyError: 'key'"),
    "sys.exit(0)": ("import sys\ndef test_it(): sys.exit(0)", Ending.ERRORED, "SystemExit"),
    "os._exit(0)": ("import os\ndef test_it(): os._exit(0)", Ending.ERRORED, "without a report"),
    "pytest.exit": ("import pytest\ndef test_it(): pytest.exit('enough')", Ending.ERRORED, "interrupted"),
    "an interruption": ("def test_it(): raise KeyboardInterrupt", Ending.ERRORED, ""),
    "a fixture that asserts": (
        "import pytest\n@pytest.fixture\ndef x(): assert 0, 'no data'\ndef test_it(x): pass",
        Ending.ERRORED,
        "in setup: no data",
    ),
    "a fixture that asserts in the end": (
        "import pytest\n@pytest.fixture\ndef x():\n    yield\n    assert 0, 'left over'\ndef test_it(x): pass",
        Ending.ERRORED,
        "in teardown: left over",
    ),
    "a refutation before a broken end": (
        "import pytest\n@pytest.fixture\ndef x():\n    yield\n    1 / 0\ndef test_it(x): assert 0, 'refuted'",
        Ending.FAILED,
        "refuted",
    ),
    "an assertion in a thread": (
        "import threading\ndef work(): assert 0, 'lost'\n"
        "def test_it():\n    t = threading.Thread(target=work); t.start(); t.join()",
        Ending.ERRORED,
        "in a thread: lost",
    ),
    "a coroutine that nobody runs": ("async def test_it(): assert 0", Ending.ERRORED, "async"),
    "no such test": ("def test_other(): pass", Ending.ERRORED, "found no such test: test_it"),
    "a file that breaks on import": ("1 / 0\ndef test_it(): pass", Ending.ERRORED, "ZeroDivisionError"),
    "a file that asserts on import": (
        "assert 0, 'early'\ndef test_it(): pass",
        Ending.ERRORED,
        "AssertionError: early",
    ),
    "a file that is no Python": ("def test_it(:", Ending.ERRORED, "SyntaxError"),
    "all cases pass": (
        "import pytest\n@pytest.mark.parametrize('n', [1, 2])\ndef test_it(n): assert n",
        Ending.PASSED,
        "",
    ),
    "one case asserts": (
        "import pytest\n@pytest.mark.parametrize('n', [1, 0, 2])\ndef test_it(n): assert n, 'nothing'",
        Ending.FAILED,
        "nothing",
    ),
    "one case breaks": (
        "import pytest\n@pytest.mark.parametrize('n', [1, 0, 2])\ndef test_it(n): 1 / n",
        Ending.ERRORED,
        "ZeroDivisionError",
    ),
    "one case breaks, another asserts": (
        "import pytest\n@pytest.mark.parametrize('n', [1, 0, 2])\ndef test_it(n): assert 1 / n == 1, 'unequal'",
        Ending.FAILED,
        "unequal",
    ),
    "one case is skipped, another passes": (
        "import pytest\nfrom adrtool_evidence import skip\n"
        "@pytest.mark.parametrize('n', [1, 0])\ndef test_it(n): n or skip('nothing')",
        Ending.PASSED,
        "",
    ),
    "every case is skipped": (
        "import pytest\nfrom adrtool_evidence import skip\n"
        "@pytest.mark.parametrize('n', [1, 0])\ndef test_it(n): skip('nothing')",
        Ending.SKIPPED,
        "nothing",
    ),
    "no case at all": (
        "import pytest\n@pytest.mark.parametrize('n', [])\ndef test_it(n): assert 0",
        Ending.ERRORED,
        "",
    ),
}


@pytest.mark.parametrize(("text", "ending", "message"), ENDINGS.values(), ids=list(ENDINGS))
def test_a_test_ends(bench: Bench, text: str, ending: Ending, message: str) -> None:
    ran = bench.python(text, "test_it")
    assert (ran.ending, message in ran.message) == (ending, True), ran


CLASS = (
    "import unittest\nclass TestIt(unittest.TestCase):\n    def test_a(self):\n        {}\n    def test_b(self): pass"
)


@pytest.mark.parametrize(
    ("body", "test", "ending"),
    [
        ("pass", "TestIt::test_a", Ending.PASSED),
        ("self.fail('no')", "TestIt::test_a", Ending.FAILED),
        ("self.fail('no')", "TestIt::test_b", Ending.PASSED),
        ("self.fail('no')", "TestIt", Ending.FAILED),
        ("self.skipTest('later')", "TestIt::test_a", Ending.ERRORED),
        ("1 / 0", "TestIt::test_a", Ending.ERRORED),
    ],
)
def test_a_case_of_unittest_ends(bench: Bench, body: str, test: str, ending: Ending) -> None:
    assert bench.python(CLASS.format(body), test).ending is ending


def test_a_subtest_that_fails_never_passes(bench: Bench) -> None:
    body = "with self.subTest(n=1): self.assertEqual(1, 2)"
    assert bench.python(CLASS.format(body), "TestIt::test_a").ending is Ending.FAILED


def test_one_case_can_be_cited(bench: Bench) -> None:
    text = "import pytest\n@pytest.mark.parametrize('n', [1, 0])\ndef test_it(n): assert n"
    assert bench.python(text, "test_it[1]").ending is Ending.PASSED
    assert bench.python(text, "test_it[0]").ending is Ending.FAILED


def test_a_file_that_only_defines_tests_runs_as_all_of_them(bench: Bench) -> None:
    assert bench.python("def test_a(): pass\ndef test_b(): pass").ending is Ending.PASSED
    ran = bench.python("def test_a(): pass\ndef test_b(): assert 0, 'second'")
    assert (ran.ending, ran.message) == (Ending.FAILED, "second\nassert 0")


def test_a_file_that_runs_its_tests_itself_is_a_script(bench: Bench) -> None:
    assert bench.python("def test_a(): assert 0, 'called'\ntest_a()").message == "called"


def test_the_place_is_the_tests_own(bench: Bench) -> None:
    assert bench.python("def test_it():\n    assert 0", "test_it").place == "adr/evidence/it.py:2"


def test_configuration_and_conftest_files_of_others_do_not_count(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, text in {
        "pytest.ini": "[pytest]\naddopts = --collect-only\n",
        "pyproject.toml": "[tool.pytest.ini_options]\naddopts = '--nonsense'\n",
        "tox.ini": "[pytest]\naddopts = -k nothing\n",
        "setup.cfg": "[tool:pytest]\npython_functions = nothing\n",
        "conftest.py": "raise SystemExit('loaded')\n",
        "adr/conftest.py": "raise SystemExit('loaded')\n",
        "adr/evidence/pytest.ini": "[pytest]\naddopts = --collect-only\n",
    }.items():
        bench.write(name, text)
    monkeypatch.setenv("PYTEST_ADDOPTS", "--collect-only")
    monkeypatch.setenv("PYTEST_PLUGINS", "nowhere_at_all")
    ran = bench.python("def test_it(): assert 0, 'it ran'", "test_it")
    assert (ran.ending, ran.message) == (Ending.FAILED, "it ran\nassert 0")
    assert not [*bench.root.rglob(".pytest_cache")]


def test_conftest_files_of_the_evidence_folder_count(bench: Bench) -> None:
    fixture = "import pytest\n@pytest.fixture\ndef {0}(): return '{0}'\n"
    bench.write("adr/evidence/conftest.py", fixture.format("outer"))
    bench.write("adr/evidence/0001/conftest.py", fixture.format("inner"))
    bench.write("adr/evidence/0001/it.py", "def test_it(outer, inner): assert (outer, inner) == ('outer', 'inner')")
    assert bench.execute("adr/evidence/0001/it.py", "test_it").ending is Ending.PASSED
