"""Turns: between which runs a claim began to fail, and what differs between them."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from adrtool.outcome import Ending, Environment, Fingerprints, Outcome
from adrtool.turning import Difference, What, differences, last_turn, turns

BEGAN = datetime(2026, 1, 5, tzinfo=UTC)
PRINTS = Fingerprints("text", "evidence", "inputs", "requirements")
OLD = Environment("3.11.7", "linux", (("numpy", "1.26.4"), ("tensorflow", "2.20.0")))
NEW = Environment("3.11.7", "linux", (("ml-dtypes", "0.5.0"), ("tensorflow", "2.21.0")))
PASSED, FAILED, ERRORED, SKIPPED = Ending.PASSED, Ending.FAILED, Ending.ERRORED, Ending.SKIPPED
counter = itertools.count(1)


def ran(ending: Ending, **fields: object) -> Outcome:
    order = next(counter)
    values = {"environment": OLD, "commit": "a", "tries": (ending,), "order": order, **fields}
    return Outcome(f"run {order}", "0001/a", PRINTS, ending, BEGAN + timedelta(weeks=order), **values)  # type: ignore[arg-type]


def test_what_never_turned_has_no_turn() -> None:
    for ending in Ending:
        assert turns([ran(ending), ran(ending)]) == ()
    assert last_turn([]) is None


def test_a_fall_is_from_the_last_pass_to_the_first_fail() -> None:
    row = [ran(PASSED), ran(PASSED), ran(FAILED), ran(FAILED)]
    (turn,) = turns(row)
    assert (turn.last, turn.first, turn.worse) == (row[1], row[2], True)


def test_an_error_on_the_way_is_passed_over_for_the_fail_that_tells_more() -> None:
    row = [ran(PASSED), ran(ERRORED), ran(FAILED), ran(ERRORED)]
    turn = last_turn(row)
    assert turn is not None
    assert (turn.last, turn.first) == (row[0], row[2])


def test_where_nothing_failed_the_first_error_is_the_turn() -> None:
    row = [ran(PASSED), ran(ERRORED), ran(ERRORED)]
    turn = last_turn(row)
    assert turn is not None
    assert (turn.last, turn.first) == (row[0], row[1])


def test_skips_say_nothing() -> None:
    row = [ran(SKIPPED), ran(PASSED), ran(SKIPPED), ran(FAILED), ran(SKIPPED)]
    (turn,) = turns(row)
    assert (turn.last, turn.first) == (row[1], row[3])
    assert turns([ran(SKIPPED), ran(FAILED), ran(SKIPPED)]) == ()


def test_a_pass_after_a_fail_within_one_run_is_a_pass() -> None:
    assert turns([ran(PASSED), ran(PASSED, tries=(FAILED, PASSED)), ran(PASSED)]) == ()


def test_each_turn_is_told_and_the_last_may_be_a_recovery() -> None:
    row = [ran(FAILED), ran(PASSED), ran(FAILED), ran(ERRORED), ran(PASSED)]
    found = turns(row)
    assert [(turn.last, turn.first, turn.worse) for turn in found] == [
        (row[0], row[1], False),
        (row[1], row[2], True),
        (row[3], row[4], False),
    ]
    assert last_turn(row) == found[-1]


def test_everything_that_differs_is_named_and_nothing_else() -> None:
    last = ran(PASSED)
    assert differences(last, ran(FAILED)) == ()
    prints = Fingerprints("text 2", "evidence 2", "inputs 2", "requirements 2")
    environment = replace(NEW, python="3.12.1", platform="darwin")
    first = replace(
        ran(FAILED), fingerprints=prints, environment=environment, commit="b", sandbox="bubblewrap", seconds=3.0
    )
    assert differences(last, first) == (
        Difference(What.TEXT, "text", "text 2"),
        Difference(What.EVIDENCE, "evidence", "evidence 2"),
        Difference(What.INPUTS, "inputs", "inputs 2"),
        Difference(What.REQUIREMENTS, "requirements", "requirements 2"),
        Difference(What.PACKAGE, None, "0.5.0", "ml-dtypes"),
        Difference(What.PACKAGE, "1.26.4", None, "numpy"),
        Difference(What.PACKAGE, "2.20.0", "2.21.0", "tensorflow"),
        Difference(What.PYTHON, "3.11.7", "3.12.1"),
        Difference(What.PLATFORM, "linux", "darwin"),
        Difference(What.SANDBOX, "off", "bubblewrap"),
        Difference(What.COMMITS, "a", "b"),
    )


def test_what_is_not_known_of_a_run_is_no_difference() -> None:
    assert differences(ran(PASSED), ran(ERRORED, environment=None)) == ()
    assert differences(ran(PASSED), ran(ERRORED, environment=Environment("", "linux"))) == ()
