"""The search among releases: it halves, it passes over what tells nothing, and it believes neither end unseen."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adrtool.culprit.finding import Candidate, Finding, Tried, search
from adrtool.outcome import Ending

WORDS = {"+": Ending.PASSED, "-": Ending.FAILED, "!": Ending.ERRORED, "s": Ending.SKIPPED, ".": None}


def searched(row: str) -> Finding:
    """Search releases numbered from 0 that end as the letters of `row` say."""
    return search(
        [Candidate(str(number)) for number in range(len(row))],
        lambda candidate: Tried(candidate, WORDS[row[int(candidate.name)]], f"message of {candidate.name}"),
    )


def found(row: str) -> tuple[str, str, tuple[str, ...]] | str:
    finding = searched(row)
    if finding.holds is None or finding.fails is None:
        return finding.reason
    return finding.holds.candidate.name, finding.fails.candidate.name, tuple(t.candidate.name for t in finding.between)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("+-", ("0", "1", ())),
        ("++++---", ("3", "4", ())),
        ("+------", ("0", "1", ())),
        ("++++++-", ("5", "6", ())),
        ("+++.---", ("2", "4", ("3",))),
        ("++.s!--", ("1", "5", ("2", "3", "4"))),
        ("+..-", ("0", "3", ("1", "2"))),
        ("+++!!!!", ("2", "3", ())),  # it broke, so an error is what is looked for
        ("++--!!!", ("1", "2", ())),  # and what fails does not hold either
    ],
)
def test_the_turn_is_found(row: str, expected: tuple[str, str, tuple[str, ...]]) -> None:
    assert found(row) == expected


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("+++", "it holds at the bad end, 2"),
        ("---", "it fails at the good end too, 0: message of 0"),
        ("!!!", "it breaks at the good end too, 0: message of 0"),
        ("++s", "2 can tell nothing: message of 2"),
        ("++.", "2 can tell nothing: message of 2"),
        (".+-", "0 can tell nothing: message of 0"),
    ],
)
def test_an_end_that_is_not_what_it_was_said_to_be_ends_the_search(row: str, reason: str) -> None:
    assert found(row) == reason


@given(st.integers(1, 400), st.integers(1, 400), st.data())
def test_few_releases_are_tried(good: int, bad: int, data: st.DataObject) -> None:
    row = "+" * good + "-" * bad
    finding = searched(row)
    assert found(row) == (str(good - 1), str(good), ())
    assert len(finding.tried) <= 2 + (good + bad).bit_length()
