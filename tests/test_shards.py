"""Shards: every piece in exactly one, the work about even, and the same whoever asks. Budgets: what still fits."""

from __future__ import annotations

import hypothesis.strategies as st
import pytest
from hypothesis import given

from adrtool.budget import Budget
from adrtool.model import EvidenceRef
from adrtool.shards import Shard

REFS = st.builds(EvidenceRef, st.text("abc/", min_size=1), st.none() | st.text("xy", min_size=1))


@given(st.dictionaries(REFS, st.floats(0, 1e5)), st.integers(1, 7), st.randoms())
def test_every_piece_is_in_exactly_one_shard_whatever_the_order(
    seconds: dict[EvidenceRef, float], count: int, random: object
) -> None:
    shuffled = sorted(seconds, key=lambda _: random.random())  # type: ignore[attr-defined]
    parts = [Shard(number, count).of(shuffled, seconds) for number in range(1, count + 1)]
    assert sum(map(len, parts)) == len(seconds)
    assert frozenset().union(*parts) == set(seconds)
    assert parts == [Shard(number, count).of(seconds, seconds) for number in range(1, count + 1)]


@given(st.lists(st.sampled_from([1.0, 2.0, 4.0, 64.0]), min_size=1), st.integers(1, 5))
def test_no_shard_has_more_to_do_than_another_by_more_than_one_piece(durations: list[float], count: int) -> None:
    seconds = {EvidenceRef(f"e/{number}"): each for number, each in enumerate(durations)}
    loads = [sum(map(seconds.__getitem__, Shard(n, count).of(seconds, seconds))) for n in range(1, count + 1)]
    assert max(loads) - min(loads) <= max(durations)


def test_a_little_more_or_less_within_a_power_of_two_moves_nothing() -> None:
    refs = [EvidenceRef(f"e/{number}") for number in range(20)]
    before = {ref: 5.0 + number % 3 * 40 for number, ref in enumerate(refs)}
    after = {ref: each * 1.05 for ref, each in before.items()}
    assert [Shard(n, 3).of(refs, before) for n in (1, 2, 3)] == [Shard(n, 3).of(refs, after) for n in (1, 2, 3)]


A, B, C, D = (EvidenceRef(name) for name in "abcd")


def test_what_fits_is_begun_and_what_does_not_is_passed_over() -> None:
    time = iter([0.0, 0.0, 50.0, 50.0, 50.0])
    budget = Budget(60.0, {A: 5.0, B: 20.0, C: 10.0, D: 10.1}, clock=lambda: next(time))
    assert [budget.admits(ref) for ref in (A, B, C, D)] == [True, False, True, False]


def test_the_first_piece_begins_however_long_it_takes() -> None:
    budget = Budget(60.0, {A: 600.0, B: 600.0}, clock=lambda: 0.0)
    assert [budget.admits(ref) for ref in (A, B)] == [True, False]


@pytest.mark.parametrize(("beside", "begins"), [((), True), ((B,), False)])
def test_an_environment_that_took_all_the_time_leaves_none_but_for_the_first(
    beside: tuple[EvidenceRef, ...], begins: bool
) -> None:
    moment = [0.0]
    budget = Budget(60.0, {}, clock=lambda: moment[0])
    assert all(budget.admits(ref) for ref in (A, *beside))
    moment[0] = 61.0
    assert budget.still_admits(A) is begins
