from __future__ import annotations

from datetime import date

import pytest

from adrtool.reading.dates import find_dates, first_date, is_date

DAY = date(2024, 3, 5)


@pytest.mark.parametrize(
    "text",
    [
        "2024-03-05", "2024-3-5", "2024/03/05", "2024.03.05", "20240305", "05.03.2024", "5.3.2024", "5. März 2024",
        "March 5, 2024", "March 5th, 2024", "Mar 5 2024", "5 March 2024", "5th of March 2024", "5-Mar-2024", "5 mars 2024",
        "5 de marzo de 2024", "5 de março de 2024", "5 марта 2024", "2024年3月5日", "2024년 3월 5일", "[2024-03-05]",
        "{ 2024-03-05 }", "on 2024-03-05.", "2024-03-05T10:00:00Z", "2024-03-05 (last reviewed)",
    ],
)  # fmt: skip
def test_a_day_is_read_however_it_is_written(text: str) -> None:
    assert first_date(text) == DAY


@pytest.mark.parametrize(
    "text", ["", "soon", "2024-03", "March 2024", "v1.2.3", "10.0.0.1", "2020-01-45", "2024-023-2706", "12345678901"]
)
def test_what_is_no_day_is_none(text: str) -> None:
    assert first_date(text) is None


def test_two_meanings_are_none() -> None:
    assert first_date("7/12/2022") is None
    assert next(find_dates("7/12/2022")) == (date(2022, 12, 7), date(2022, 7, 12))


def test_a_second_dating_settles_a_tie() -> None:
    assert first_date("7/12/2022", near=date(2022, 7, 13)) == date(2022, 7, 12)
    assert first_date("7/12/2022", near=date(2021, 1, 1)) is None


def test_a_day_beyond_twelve_needs_no_tie_break() -> None:
    assert first_date("1/15/2022") == date(2022, 1, 15)
    assert first_date("15/1/2022") == date(2022, 1, 15)


def test_an_impossible_day_is_told_from_no_date() -> None:
    assert list(find_dates("2020-01-45")) == [()]
    assert list(find_dates("soon")) == []


def test_a_date_alone_is_told_from_a_line_with_one() -> None:
    assert is_date("July 18, 2018")
    assert not is_date("since July 18, 2018")
