"""Measures: numbers with bounds from any language, and nothing else."""

from __future__ import annotations

import pytest
from bench import Bench

from adrtool.outcome import Ending, Measure

IMPORT = "from adrtool_evidence import measure\n"


def test_a_measure_is_recorded_with_its_bounds_and_unit(bench: Bench) -> None:
    ran = bench.python(IMPORT + "assert measure('size', 3, at_most=4, at_least=1, unit='MB') == 3.0")
    assert (ran.ending, ran.measures) == (Ending.PASSED, (Measure("size", 3.0, 4.0, 1.0, "MB"),))


@pytest.mark.parametrize(("bound", "said"), [("at_most=2", "at most 2"), ("at_least=4", "at least 4")])
def test_a_broken_bound_refutes_and_is_recorded(bench: Bench, bound: str, said: str) -> None:
    ran = bench.python(IMPORT + f"measure('size', 3, {bound}, unit='MB')")
    assert (ran.ending, ran.message) == (Ending.FAILED, f"size is 3 MB, {said} was claimed")
    assert [measure.value for measure in ran.measures] == [3.0]


def test_a_value_on_its_bound_holds(bench: Bench) -> None:
    assert bench.python(IMPORT + "measure('size', 3, at_most=3, at_least=3)").ending is Ending.PASSED


def test_a_refutation_that_the_script_swallowed_is_one(bench: Bench) -> None:
    ran = bench.python(IMPORT + "try: measure('size', 3, at_most=2)\nexcept AssertionError: pass")
    assert (ran.ending, ran.message) == (Ending.FAILED, "measure out of bounds: size = 3 (at most 2)")


@pytest.mark.parametrize(
    "arguments",
    [
        "'x', float('nan')",
        "'x', float('inf')",
        "'x', True",
        "'x', '3'",
        "'x', b'3'",
        "'x', None",
        "'x', [3]",
        "'x', 3j",
        "'x', 10**400",
        "'', 3",
        "3, 3",
        "'x', 3, at_most='4'",
        "'x', 3, at_most=float('nan')",
        "'x', 3, at_least=True",
        "'x', 3, 4",
    ],
)
def test_what_is_no_number_refutes_nothing(bench: Bench, arguments: str) -> None:
    ran = bench.python(IMPORT + f"measure({arguments})")
    assert (ran.ending, ran.measures) == (Ending.ERRORED, ()), ran


def test_a_number_of_any_library_will_do(bench: Bench) -> None:
    ran = bench.python(
        IMPORT
        + """
class Scalar:
    def __float__(self): return 2.5
from fractions import Fraction
from decimal import Decimal
measure("scalar", Scalar(), at_most=Scalar())
measure("fraction", Fraction(1, 2))
measure("decimal", Decimal("0.25"))
"""
    )
    assert [measure.value for measure in ran.measures] == [2.5, 0.5, 0.25]


def test_measures_in_a_test_are_recorded_too(bench: Bench) -> None:
    ran = bench.python(IMPORT + "def test_a(): measure('n', 1)\ndef test_b(): measure('n', 2, at_most=1)", "test_a")
    assert (ran.ending, [measure.value for measure in ran.measures]) == (Ending.PASSED, [1.0])


def test_any_language_can_measure(bench: Bench) -> None:
    ran = bench.shell("""echo '{"name": "files", "value": 3, "at_most": 5, "unit": ""}' >> "$ADRTOOL_MEASURES" """)
    assert (ran.ending, ran.measures) == (Ending.PASSED, (Measure("files", 3.0, 5.0),))


def test_a_broken_bound_refutes_whatever_the_exit_code_says(bench: Bench) -> None:
    ran = bench.shell("""echo '{"name": "files", "value": 7, "at_most": 5}' >> "$ADRTOOL_MEASURES"; exit 0""")
    assert (ran.ending, ran.message) == (Ending.FAILED, "measure out of bounds: files = 7 (at most 5)")


@pytest.mark.parametrize(
    "line",
    [
        "no JSON",
        "[1]",
        "3",
        "{}",
        '{"name": "x"}',
        '{"value": 3}',
        '{"name": "", "value": 3}',
        '{"name": 3, "value": 3}',
        '{"name": "x", "value": "3"}',
        '{"name": "x", "value": true}',
        '{"name": "x", "value": NaN}',
        '{"name": "x", "value": 1e999}',
        '{"name": "x", "value": ' + "9" * 400 + "}",
        '{"name": "x", "value": null}',
        '{"name": "x", "value": 3, "at_most": "4"}',
    ],
)
def test_a_malformed_measure_never_passes(bench: Bench, line: str) -> None:
    ran = bench.shell(
        f"""echo '{{"name": "ok", "value": 1}}' > $ADRTOOL_MEASURES; echo '{line}' >> $ADRTOOL_MEASURES"""
    )
    assert (ran.ending, "measure 2 cannot be read" in ran.message) == (Ending.ERRORED, True), ran
    assert [measure.name for measure in ran.measures] == ["ok"]


def test_a_malformed_measure_leaves_a_refutation_one(bench: Bench) -> None:
    assert bench.shell("echo nonsense > $ADRTOOL_MEASURES; exit 1").ending is Ending.FAILED


def test_too_many_measures_are_told_and_never_pass(bench: Bench) -> None:
    ran = bench.shell("""yes '{"name": "x", "value": 1}' | head -n 5000 > $ADRTOOL_MEASURES""")
    assert (ran.ending, "1000" in ran.message) == (Ending.ERRORED, True), ran.message


@pytest.mark.parametrize(
    "file", ["mkfifo $ADRTOOL_MEASURES", "mkdir $ADRTOOL_MEASURES", "ln -s /dev/zero $ADRTOOL_MEASURES"]
)
def test_measures_that_cannot_be_read_never_pass(bench: Bench, file: str) -> None:
    assert bench.shell(file).ending is Ending.ERRORED


def test_a_measures_name_is_fit_for_a_terminal(bench: Bench) -> None:
    ran = bench.python(IMPORT + "measure('\\x1b[31mred', 3, unit='\\x1b[0mMB')")
    assert str(ran.measures[0]) == "red = 3 MB"


def test_by_hand_a_measure_is_printed(
    bench: Bench, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ADRTOOL_MEASURES", raising=False)
    from adrtool.harness.adrtool_evidence import measure

    measure("size", 3, at_most=4)
    assert capfd.readouterr().out == 'measure {"at_most": 4.0, "name": "size", "unit": "", "value": 3.0}\n'


@pytest.mark.parametrize(("indent", "test"), [("", None), ("    ", "test_it")])
def test_what_is_shown_of_a_refutation_ends_at_the_line_that_measured(
    bench: Bench, indent: str, test: str | None
) -> None:
    head = "from adrtool_evidence import measure\n" + ("def test_it():\n" if test else "")
    ran = bench.python(f"{head}{indent}measure('size', 3, at_most=2)", test)
    assert ran.ending is Ending.FAILED
    assert "measure('size', 3, at_most=2)" in ran.tail
    assert "at most 2 was claimed" in ran.tail
    assert "adrtool_evidence.py" not in ran.tail
