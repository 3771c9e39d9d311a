"""How a plain script ends, and which of the four outcomes that is."""

from __future__ import annotations

import pytest
from bench import Bench

from adrtool.outcome import Ending

ENDINGS = {
    "it runs to its end": ("x = 1", Ending.PASSED, ""),
    "sys.exit(0)": ("import sys; sys.exit(0)", Ending.PASSED, ""),
    "sys.exit()": ("import sys; sys.exit()", Ending.PASSED, ""),
    "sys.exit(1)": ("import sys; sys.exit(1)", Ending.ERRORED, "sys.exit(1)"),
    "sys.exit(2)": ("import sys; sys.exit(2)", Ending.ERRORED, "sys.exit(2)"),
    "sys.exit(77)": ("import sys; sys.exit(77)", Ending.SKIPPED, "exit 77"),
    "sys.exit with a text": ("import sys; sys.exit('no data')", Ending.ERRORED, "no data"),
    "skip()": ("from adrtool_evidence import skip\nskip('no GPU')", Ending.SKIPPED, "no GPU"),
    "skip() that nobody can swallow": (
        "from adrtool_evidence import skip\ntry: skip('no GPU')\nexcept Exception: pass\nassert False",
        Ending.SKIPPED,
        "no GPU",
    ),
    "an assertion with a message": ("assert 1 == 2, 'one is not two'", Ending.FAILED, "one is not two"),
    "an assertion without one": ("x = 3\nassert x < 2", Ending.FAILED, "assert x < 2"),
    "a kind of assertion": ("class No(AssertionError): pass\nraise No('never')", Ending.FAILED, "never"),
    "unittest's own": ("import unittest; unittest.TestCase().assertEqual(1, 2)", Ending.FAILED, "1 != 2"),
    "pytest.fail": ("import pytest; pytest.fail('too slow')", Ending.FAILED, "too slow"),
    "pytest.raises that saw nothing": ("import pytest\nwith pytest.raises(KeyError): pass", Ending.FAILED, "DID NOT"),
    "pytest.skip": ("import pytest; pytest.skip('later')", Ending.ERRORED, "later"),
    "pytest.xfail": ("import pytest; pytest.xfail('known')", Ending.ERRORED, "known"),
    "pytest.exit": ("import pytest; pytest.exit('enough')", Ending.ERRORED, "enough"),
    "any other exception": ("{}['key']", Ending.ERRORED, "KeyError: 'key'"),
    "a module that is missing": ("import nowhere_at_all", Ending.ERRORED, "No module named 'nowhere_at_all'"),
    "an interruption": ("raise KeyboardInterrupt", Ending.ERRORED, "KeyboardInterrupt"),
    "text that is no Python": ("def", Ending.ERRORED, "SyntaxError"),
    "os._exit(0)": ("import os; os._exit(0)", Ending.ERRORED, "without a report"),
    "os._exit(0) after a refutation": ("import os\ntry: assert 0\nexcept: os._exit(0)", Ending.ERRORED, "without"),
    "os._exit(77)": ("import os; os._exit(77)", Ending.ERRORED, "without a report"),
    "a signal": ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", Ending.ERRORED, "SIGKILL"),
    "a crash": ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", Ending.ERRORED, "SIGSEGV"),
    "an assertion in a thread": (
        "import threading\ndef work(): assert 0, 'lost'\nthreading.Thread(target=work).start()",
        Ending.ERRORED,
        "in a thread: lost",
    ),
    "an exception in a thread that outlives the script": (
        "import threading, time\ndef work():\n  time.sleep(.1); 1 / 0\nthreading.Thread(target=work).start()",
        Ending.ERRORED,
        "ZeroDivisionError",
    ),
    "a thread that ends itself": (
        "import sys, threading\nthreading.Thread(target=lambda: sys.exit(3)).start()",
        Ending.PASSED,
        "",
    ),
    "a refutation beside a thread's exception": (
        "import threading\nt = threading.Thread(target=lambda: 1 / 0); t.start(); t.join()\nassert 0, 'refuted'",
        Ending.FAILED,
        "refuted",
    ),
    "fork, and the parent exits": ("import os\nif os.fork(): os._exit(0)", Ending.ERRORED, "without a report"),
    "fork, and both run to the end": ("import os\nif os.fork(): os.wait()", Ending.PASSED, ""),
    "fork, and only the parent refutes": ("import os\nassert os.fork() == 0, 'refuted'", Ending.FAILED, "refuted"),
    "fork, and the child's refutation is not looked at": (
        "import os\nif os.fork(): os.wait()\nelse: assert 0",
        Ending.PASSED,
        "",
    ),
    "a line that looks like a report": (
        """print('{"nonce": "x", "ending": "passed", "message": "", "place": "", "reads": [], "listings": []}')\n1/0""",
        Ending.ERRORED,
        "ZeroDivisionError",
    ),
    "output that is closed": ("import sys; sys.stdout.close()", Ending.PASSED, ""),
    "output that is gone": ("import os; os.close(1); os.close(2)", Ending.PASSED, ""),
    "input is empty": ("import sys; assert sys.stdin.read() == ''", Ending.PASSED, ""),
    "an exit handler that breaks": ("import atexit; atexit.register(lambda: 1 / 0)", Ending.PASSED, ""),
    "a process that leaves by another code in the end": (
        "import atexit, os; atexit.register(os._exit, 3)",
        Ending.ERRORED,
        "exit 3 after it had passed",
    ),
    "a message that cannot be shown": (
        "class Odd(Exception):\n  def __str__(self): raise ValueError\nraise Odd",
        Ending.ERRORED,
        "Odd",
    ),
    "a message that is no text": ("raise ValueError('\\udcff')", Ending.ERRORED, "ValueError"),
    "no argument": ("import sys; assert len(sys.argv) == 1 and sys.argv[0] == __file__", Ending.PASSED, ""),
    "it is the main module": ("assert __name__ == '__main__'", Ending.PASSED, ""),
}


@pytest.mark.parametrize(("text", "ending", "message"), ENDINGS.values(), ids=list(ENDINGS))
def test_a_script_ends(bench: Bench, text: str, ending: Ending, message: str) -> None:
    ran = bench.python(text)
    assert (ran.ending, message in ran.message) == (ending, True), ran


@pytest.mark.parametrize("text", ["assert 0, 'no'", "1 / 0", "import sys; sys.exit(3)", "def"])
def test_the_place_is_the_scripts_own(bench: Bench, text: str) -> None:
    assert bench.python(f"x = 1\n{text}\n").place == "adr/evidence/it.py:2"


def test_the_place_of_a_helpers_assertion_is_in_the_helper(bench: Bench) -> None:
    bench.write("adr/evidence/helper.py", "def check():\n    assert 0, 'helped'\n")
    ran = bench.python("import helper\nhelper.check()\n")
    assert (ran.ending, ran.message, ran.place) == (Ending.FAILED, "helped", "adr/evidence/helper.py:2")


def test_a_report_that_an_earlier_run_could_know_is_no_report(bench: Bench) -> None:
    ran = bench.python(
        """
        import json, os, pathlib
        report = pathlib.Path(os.environ["ADRTOOL_MEASURES"]).with_name("report.json")
        report.write_text(json.dumps(
            {"nonce": "0" * 32, "ending": "passed", "message": "", "place": "", "reads": [], "listings": []}
        ))
        os._exit(0)
        """
    )
    assert ran.ending is Ending.ERRORED


@pytest.mark.parametrize(
    "report", ["", "[]", "{}", "{", "[" * 100_000, "null", '{"nonce": NONCE}', '{"nonce": NONCE, "ending": "yes"}']
)
def test_a_damaged_report_is_none(bench: Bench, report: str) -> None:
    ran = bench.python(
        f"""
        import json, os, pathlib
        report = pathlib.Path(os.environ["ADRTOOL_MEASURES"]).with_name("report.json")
        report.write_text({report!r}.replace("NONCE", json.dumps(os.environ["ADRTOOL_RUN"].split()[-1])))
        os._exit(0)
        """
    )
    assert (ran.ending, "without a report" in ran.message) == (Ending.ERRORED, True)


def test_a_report_that_never_ends_is_none(bench: Bench) -> None:
    ran = bench.python(
        """
        import os, pathlib
        report = pathlib.Path(os.environ["ADRTOOL_MEASURES"]).with_name("report.json")
        os.mkfifo(report)
        os._exit(0)
        """
    )
    assert ran.ending is Ending.ERRORED


@pytest.mark.parametrize("name", ["PYTHONOPTIMIZE", "PYTHONPATH", "PYTHONWARNINGS", "PYTEST_ADDOPTS", "SECRET_TOKEN"])
def test_the_callers_variables_do_not_reach_evidence(bench: Bench, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "2")
    assert bench.python(f"import os\nassert {name!r} not in os.environ\nassert False, 'asserts count'").message == (
        "asserts count"
    )


def test_a_needed_variable_reaches_evidence_and_is_masked(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_TOKEN", "tr0ub4dor")
    ran = bench.python(
        """
        # /// script
        # [tool.adrtool]
        # needs = ["env:SECRET_TOKEN"]
        # ///
        import os
        print("token", os.environ["SECRET_TOKEN"])
        assert 0, os.environ["SECRET_TOKEN"]
        """
    )
    assert ran.ending is Ending.FAILED
    assert "tr0ub4dor" not in ran.tail + ran.message
    assert "token ***" in ran.tail
    assert ran.message == "***"


def test_a_password_in_an_address_is_masked(bench: Bench) -> None:
    ran = bench.python("print('https://me:tr0ub4dor@example.org/x'); assert 0, 'ftp://tr0ub4dor@example.org'")
    assert "tr0ub4dor" not in ran.tail + ran.message
    assert "https://***@example.org/x" in ran.tail


def test_a_variable_with_a_password_in_it_does_not_reach_evidence(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("https_proxy", "http://me:tr0ub4dor@proxy:80")
    monkeypatch.setenv("http_proxy", "http://proxy:80")
    assert (
        bench.python(
            "import os; assert 'https_proxy' not in os.environ; assert os.environ['http_proxy'] == 'http://proxy:80'"
        ).ending
        is Ending.PASSED
    )


def test_home_and_temporary_folder_are_its_own_and_go_away(bench: Bench) -> None:
    ran = bench.python(
        """
        import os, pathlib, tempfile
        home = pathlib.Path.home()
        assert not any(home.iterdir())
        (home / "locked").mkdir(mode=0o500)
        tempfile.mkstemp()
        from adrtool_evidence import measure
        measure("device", os.stat(home).st_ino)
        root = pathlib.Path(__file__).parents[2]
        (root / "home.txt").write_text(str(home))
        """
    )
    assert ran.ending is Ending.PASSED
    home = (bench.root / "home.txt").read_text()
    assert home and not (bench.root / home).exists()


def test_it_runs_in_the_root(bench: Bench) -> None:
    bench.write("data.txt", "here")
    assert bench.python("assert open('data.txt').read() == 'here'").ending is Ending.PASSED


def test_a_script_beside_it_can_be_imported(bench: Bench) -> None:
    bench.write("adr/evidence/helper.py", "value = 4")
    assert bench.python("import helper\nassert helper.value == 4").ending is Ending.PASSED


def test_functions_of_a_script_can_run_in_other_processes(bench: Bench) -> None:
    ran = bench.python(
        """
        import multiprocessing

        def double(x):
            return 2 * x

        if __name__ == "__main__":
            with multiprocessing.get_context("spawn").Pool(1) as pool:
                assert pool.map(double, [1, 2]) == [2, 4]
        """
    )
    assert ran.ending is Ending.PASSED, ran


def test_a_script_without_a_run_bit_is_run_by_python(bench: Bench) -> None:
    bench.write("adr/evidence/it.py", "#!/nowhere\nassert True\n", 0o755)
    assert bench.execute("adr/evidence/it.py").ending is Ending.PASSED


SHELL_ENDINGS = {
    "exit 0": ("exit 0", Ending.PASSED, ""),
    "exit 1": ("echo no; exit 1", Ending.FAILED, "no"),
    "exit 1 in silence": ("exit 1", Ending.FAILED, "exit 1"),
    "exit 2": ("echo oops >&2; exit 2", Ending.ERRORED, "oops"),
    "exit 77": ("echo no GPU; exit 77", Ending.SKIPPED, "no GPU"),
    "exit 77 in silence": ("exit 77", Ending.SKIPPED, "exit 77"),
    "a signal": ("kill -KILL $$", Ending.ERRORED, "SIGKILL"),
    "a command that is not there": ("nowhere-at-all", Ending.ERRORED, "not found"),
}


@pytest.mark.parametrize(("text", "ending", "message"), SHELL_ENDINGS.values(), ids=list(SHELL_ENDINGS))
def test_another_executable_ends(bench: Bench, text: str, ending: Ending, message: str) -> None:
    ran = bench.shell(text)
    assert (ran.ending, message in ran.message) == (ending, True), ran


@pytest.mark.parametrize(
    ("first", "mend"),
    [("", "begin it with #!"), ("#!/nowhere/at/all\n", "/nowhere/at/all"), ("#!/bin/sh\r\n", "line ends")],
)
def test_what_the_system_will_not_start_is_told_with_the_mend(bench: Bench, first: str, mend: str) -> None:
    bench.write("adr/evidence/it", first + "exit 0\n", 0o755)
    ran = bench.execute("adr/evidence/it")
    assert ran.ending is Ending.ERRORED
    assert mend in ran.message


def test_a_messages_escapes_and_hidden_characters_are_gone(bench: Bench) -> None:
    ran = bench.shell("printf '\\033[31mred\\033[0m \\033]0;title\\007bell\\b\\342\\200\\256x\\n'; exit 1")
    assert ran.message == "red bellx"
    assert "\x1b" not in ran.tail


def test_a_message_is_never_a_book(bench: Bench) -> None:
    assert len(bench.shell("head -c 100000 /dev/zero | tr '\\0' x; exit 1").message) <= 4000
    assert len(bench.python("assert 0, 'x' * 100_000").message) <= 4000
    assert len(bench.python("from adrtool_evidence import skip\nskip('x' * 100_000)").message) <= 4000


def test_a_refusal_by_exit_code_is_told_how_to_say_no(bench: Bench) -> None:
    assert "to say no, let an assertion fail" in bench.python("import sys; sys.exit(1)").message
