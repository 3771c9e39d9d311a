"""Curves in the terminal: eighty columns, a bound that is seen, and nothing that an old terminal lacks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from adrtool.drift import Point, Series
from adrtool.report.plot import lines
from adrtool.report.text import Paper

START = datetime(2026, 1, 5, tzinfo=UTC)


def drawn(values: list[float], at_most: float | None = 10.0, *, fancy: bool = True, width: int = 80) -> list[str]:
    points = (Point(n, START + timedelta(days=7 * n), value, at_most, None) for n, value in enumerate(values))
    return list(lines(Series("p95", "ms", tuple(points)), Paper(width, colour=False), fancy=fancy))


@pytest.mark.parametrize("number", [1, 2, 7, 60, 71, 400])
@pytest.mark.parametrize("width", [40, 80, 200])
def test_no_line_is_wider_than_the_paper(number: int, width: int) -> None:
    values = [5 + n % 3 + 1e-9 for n in range(number)]
    assert all(len(line) <= width for line in drawn(values, 1234567.0, width=width))


def test_a_curve_with_its_bound_its_dates_and_its_margin() -> None:
    assert drawn([2.0, 2.0, 6.0, 9.0]) == [
        "p95 (ms)  4 values",
        " 10 ┤────────────",
        "    │         ▀▀▀",
        "    │",
        "    │      ▄▄▄",
        "    │",
        "    │",
        "    │",
        "  2 ┤▄▄▄▄▄▄",
        "    └────────────",
        "     2026-01-05  2026-01-26",
        "9 ms now, 1 ms left to at most 10 ms (10% of the bound)",
    ]


def test_without_blocks_the_curve_is_plain_ascii() -> None:
    found = drawn([2.0, 2.0, 6.0, 9.0], fancy=False)
    assert found[1] == " 10 +------------"
    assert found[8] == "  2 +******"
    assert "\n".join(found).isascii()


def test_a_value_beyond_its_bound_is_said_and_red() -> None:
    points = (Point(n, START, value, 10.0, None) for n, value in enumerate((9.0, 11.0)))
    found = list(lines(Series("p95", "ms", tuple(points)), Paper(80, colour=True), fancy=True))
    assert "\x1b[31m" in "".join(found)
    assert found[-1] == "11 ms now, 1 ms beyond at most 10 ms (10% of the bound)"


def test_a_bound_that_changed_is_drawn_where_it_was() -> None:
    points = (Point(n, START, 1.0, 10.0 if n < 2 else 5.0, None) for n in range(4))
    found = list(lines(Series("p95", "", tuple(points)), Paper(80, colour=False), fancy=True))
    assert found[1] == " 10 ┤──────"
    assert found[5] == "    │      ──────"


def test_without_a_bound_the_values_are_drawn_alone() -> None:
    assert drawn([3.0, 4.0], None)[-1] == "no bound"


def test_one_value_is_no_curve() -> None:
    assert drawn([4.0]) == ["p95 (ms)  1 value", "4 ms now, 6 ms left to at most 10 ms (60% of the bound)"]
