"""A promise that shrinks is seen, in a sentence and in a script."""

import pytest

from adrtool.review import blocks, softer, softer_script
from adrtool.review.words import Side, line_diff, sides, word_diff

WEAKER = {
    ("Reads must stay quick", "Reads should stay quick"): '"must" became "should"',
    ("It always answers", "It usually answers"): '"always" became "usually"',
    ("It never loses a line", "It loses no line"): '"never" is gone',
    ("All engineers know it", "Most engineers know it"): '"all" became "most"',
    ("It answers like the original", "It mostly answers like the original"): '"mostly" came in',
    ("p99 < 5 ms", "p99 <= 5 ms"): "< became <=",
    ("Reads stay under 5 ms", "Reads stay under 9 ms"): "5 became 9, and it is an upper bound",
    ("Takes no more than 5 hours", "Takes no more than 8 hours"): "5 became 8, and it is an upper bound",
    ("Needs at least 5 workers", "Needs at least 3 workers"): "5 became 3, and it is a lower bound",
    ("Serves no fewer than 5 users", "Serves no fewer than 3 users"): "5 became 3, and it is a lower bound",
    ("Holds 1,000 MB", "Holds 2,000 MB"): "1,000 became 2,000, and it is an upper bound",
    ("99.9 % of requests succeed", "99 % of requests succeed"): "99.9 became 99, and it is a lower bound",
    ("The error rate is 1 %", "The error rate is 2 %"): "1 became 2, and it is an upper bound",
}


@pytest.mark.parametrize(("pair", "said"), WEAKER.items())
def test_a_sentence_that_promises_less(pair, said):
    assert softer.compare(*pair).weaker == (said,)
    assert said not in softer.compare(*reversed(pair)).weaker


@pytest.mark.parametrize(
    "pair",
    [
        ("Reads stay under 5 ms", "Reads stay under 4 ms"),
        ("Reads should be quick", "Reads must be quick"),
        ("Stacking layers is enough", "To stack layers is enough"),
        ("It is under 1000 MB", "It is under 1,000 MB"),
    ],
)
def test_a_sentence_that_promises_as_much(pair):
    assert softer.compare(*pair) == softer.Reading()


def test_a_number_of_which_nobody_can_tell_is_told_as_moved():
    assert softer.compare("It speaks 24 languages", "It speaks 25 languages").moved == ("24 became 25",)


SCRIPTS = {
    (
        "measure('d', x, at_most=1e-5)",
        "measure('d', x, at_most=1e-2)",
    ): "measure 'd': `at_most` went from 1e-05 to 0.01",
    ("measure('d', x, at_least=5)", "measure('d', x, at_least=4)"): "measure 'd': `at_least` went from 5 to 4",
    ("measure('d', x, at_most=5)", "measure('d', x)"): "measure 'd': `at_most` is gone",
    ("measure('d', x, at_most=5)", "pass"): "measure 'd' is gone",
    ("measure('d', x, at_most=5)", "measure('d', x, at_most=limit())"): "measure 'd': `at_most` became limit()",
    ("assert x < 5", "assert x < 9"): "`x < 5` became `x < 9`",
    ("assert 0.9 < x", "assert 0.5 < x"): "`0.9 < x` became `0.5 < x`",
    ("assert x < 5", "assert x <= 5"): "`x < 5` became `x <= 5`",
    ("assert x == y", "assert x >= y"): "`x == y` became `x >= y`",
    ("L = 5\nassert x < L", "L = 6\nassert x < L"): "`x < 5` became `x < 6`",
    ("assert near(x, abs=0.1)", "assert near(x, abs=0.2)"): "`abs=0.1` became `abs=0.2`",
    ("assert a\nassert b", "assert a"): "one assertion fewer: `assert b` went",
    ("def test_a(): f()", "@pytest.mark.xfail\ndef test_a(): f()"): "`xfail` came in",
    ("f()", "try: f()\nexcept Exception: pass"): "an `except` that only passes came in",
}


@pytest.mark.parametrize(("pair", "said"), SCRIPTS.items())
def test_a_script_that_asks_less(pair, said):
    assert softer_script.compare(*pair, python=True) == (said,)


def test_a_script_that_asks_more_is_no_matter():
    for pair in SCRIPTS:
        if "limit()" not in pair[1] and "is gone" not in SCRIPTS[pair]:
            assert softer_script.compare(*reversed(pair), python=True) == ()


def test_what_another_test_of_the_file_asks_is_no_matter():
    before, after = (f"def test_a():\n    assert x < {n}\ndef test_b():\n    assert y < 1\n" for n in (5, 9))
    assert softer_script.compare(before, after, python=True, test="test_b") == ()
    assert softer_script.compare(before, after, python=True, test="test_a[1-2]") != ()


def test_scripts_of_other_languages_are_read_line_by_line():
    said = softer_script.compare("#!/bin/sh\n[ $n -lt 5 ]\n", "#!/bin/sh\n[ $n -lt 9 ]\n", python=False)
    assert said == ("`-lt 5` became `-lt 9`",)
    assert softer_script.compare("this is (no python", "x < 5", python=True) == ()


def test_comments_are_no_code():
    assert softer_script.same_code("x = 1  # a\n", "x   =  1\n# b\n")
    assert not softer_script.same_code("x = 1\n", "x = 2\n")


def test_a_word_diff_keeps_numbers_whole_and_phrases_together():
    diff = word_diff("It must be under 1e-5 here", "It should\nusually be under 1e-2 here")
    assert [(row.side, row.text) for row in diff if row.side is not Side.BOTH] == [
        (Side.BEFORE, "must"),
        (Side.AFTER, "should usually"),
        (Side.BEFORE, "1e-5"),
        (Side.AFTER, "1e-2"),
    ]
    assert sides(diff) == ("It must be under 1e-5 here", "It should usually be under 1e-2 here")


def test_a_line_diff_pairs_the_lines_that_changed():
    before, after = "a\nmeasure(x, at_most=1)\nb\n", "a\nmeasure(x, at_most=2)\nb\nc\n"
    assert [(line.number, sides(line.segments)) for line in line_diff(before, after)] == [
        (2, ("measure(x, at_most=1)", "measure(x, at_most=2)")),
        (4, ("", "c")),
    ]


def block(*lines: str) -> str:
    return "\n".join(["# /// script", "# [tool.adrtool]", *(f"# {line}" for line in lines), "# ///", "assert True", ""])


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("", 'needs = ["gpu"]', "`needs` was not set, and is gpu"),
        ("", 'tags = ["heavy"]', "`tags` was not set, and is heavy"),
        ('revalidate = "30d"', 'revalidate = "90d"', "`revalidate` was 30d, and is 90d"),
        ('revalidate = "30d"', "revalidate = false", "`revalidate` was 30d, and is false"),
        ("retries = 1", "retries = 5", "`retries` was 1, and is 5"),
    ],
)
def test_a_block_that_lets_evidence_say_less(before, after, said):
    assert blocks.compare(block(before), block(after), "a.py") == ((said,), ())
    assert blocks.compare(block(after), block(before), "a.py")[0] == ()


def test_whatever_else_changes_in_a_block_is_told():
    assert blocks.compare(block(), block("network = true"), "a.py") == ((), ("`network` was not set, and is true",))
    assert blocks.compare(block(), block("broken ="), "a.py") == ((), ())
    assert blocks.compare("assert 1", "assert 2", "a.py") == ((), ())
