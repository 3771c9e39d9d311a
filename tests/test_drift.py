"""Drift: what moves towards its bound is named before it gets there, and noise is not."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest

from adrtool.drift import FEWEST, Point, Series, _chance_of_u, erosion, margin_of, series_of
from adrtool.outcome import Ending, Fingerprints, Measure, Outcome

START = datetime(2026, 1, 5, tzinfo=UTC)
WEEK = timedelta(days=7)


def series(values: list[float], at_most: float | None = 10.0, at_least: float | None = None) -> Series:
    points = (Point(n, START + n * WEEK, value, at_most, at_least, f"{n:040x}") for n, value in enumerate(values))
    return Series("p95", "ms", tuple(points))


def noise(seed: int, number: int, level: float = 5.0, spread: float = 1.0) -> list[float]:
    rng = random.Random(seed)
    return [rng.gauss(level, spread) for _ in range(number)]


@pytest.mark.parametrize("number", [8, 20, 60])
@pytest.mark.parametrize("spread", [0.3, 1.5, 3.0])
def test_stationary_noise_seldom_raises_an_alarm(number: int, spread: float) -> None:
    alarms = sum(erosion(series(noise(seed, number, spread=spread))) is not None for seed in range(200))
    assert alarms / 200 <= 0.02


@pytest.mark.parametrize("number", [12, 60])
def test_noise_with_heavy_tails_seldom_raises_an_alarm(number: int) -> None:
    def draw(seed: int) -> list[float]:
        rng = random.Random(seed)
        return [5 + rng.gauss(0, 1) / max(abs(rng.gauss(0, 1)), 0.05) for _ in range(number)]

    assert sum(erosion(series(draw(seed))) is not None for seed in range(200)) / 200 <= 0.02


@pytest.mark.parametrize(("before", "after"), [(8, 6), (20, 4), (30, 10), (40, 5)])
def test_a_step_is_found_where_it_is(before: int, after: int) -> None:
    found = [
        erosion(series([*noise(seed, before, 3, 0.5), *noise(seed + 1000, after, 6.5, 0.5)])) for seed in range(30)
    ]
    steps = [each for each in found if each is not None and each.kind == "step"]
    assert len(steps) >= 27
    near = [each for each in steps if abs(each.since - (START + before * WEEK)) <= WEEK]
    assert len(near) >= 0.9 * len(steps)
    assert all(0.35 < each.eaten < 0.65 for each in near)


def test_a_slow_trend_is_found_before_it_meets_the_bound() -> None:
    for seed in range(20):
        rng = random.Random(seed)
        values = [3 + 0.1 * n + rng.gauss(0, 0.3) for n in range(60)]
        told = next(n for n in range(FEWEST, 60) if erosion(series(values[:n])) is not None)
        met = next((n for n in range(60) if values[n] > 10), 60)
        assert told < met - 10
        found = erosion(series(values[:50]))
        assert found is not None
        assert found.kind == "trend"
        assert found.reaches is not None
        assert abs(found.reaches - (START + 70 * WEEK)) < 15 * WEEK


def test_a_lower_bound_is_eaten_from_above() -> None:
    down = [0.99 - 0.001 * n for n in range(30)]
    found = erosion(series(down, None, 0.95))
    assert found is not None
    assert found.before > found.now > 0.95
    assert erosion(series(down[::-1], None, 0.95)) is None


def test_what_moves_away_from_its_bound_is_no_erosion() -> None:
    assert erosion(series([*noise(1, 20, 7, 0.3), *noise(2, 20, 3, 0.3)])) is None


@pytest.mark.parametrize("outlier", [9.9, 1000.0, -1000.0])
def test_an_outlier_or_two_are_no_step(outlier: float) -> None:
    values = noise(3, 30, 3, 0.2)
    assert erosion(series([*values, outlier])) is None
    assert erosion(series([*values, outlier, outlier])) is None
    values[10] = values[20] = outlier
    assert erosion(series(values)) is None


def test_a_step_is_found_in_spite_of_outliers() -> None:
    values = [*noise(4, 30, 3, 0.2), *noise(5, 15, 7, 0.2)]
    values[5], values[40] = 1000.0, 0.0
    found = erosion(series(values))
    assert found is not None
    assert found.kind == "step"
    assert found.now == pytest.approx(7, abs=0.3)


@pytest.mark.parametrize("number", [1, 2, FEWEST - 1])
def test_of_few_values_nothing_is_said(number: int) -> None:
    assert erosion(series([float(n) for n in range(number)])) is None


@pytest.mark.parametrize("value", [0.0, 5.0, 10.0, 12.0])
def test_a_constant_series_is_sound(value: float) -> None:
    assert erosion(series([value] * 40)) is None


def test_without_a_bound_nothing_erodes() -> None:
    assert erosion(series([float(n) for n in range(40)], None)) is None


def test_a_bound_that_was_tightened_is_no_drift() -> None:
    points = [Point(n, START + n * WEEK, v, 10.0 if n < 20 else 6.0, None) for n, v in enumerate(noise(6, 40, 5, 0.1))]
    assert erosion(Series("p95", "ms", tuple(points))) is None


def test_two_machines_in_turns_are_no_drift() -> None:
    assert erosion(series([3.0, 8.0] * 20)) is None


def test_a_step_long_ago_that_was_undone_since_is_no_warning() -> None:
    assert erosion(series([*noise(7, 20, 3, 0.2), *noise(8, 20, 8, 0.2), *noise(9, 20, 3, 0.2)])) is None


def test_dates_that_run_backwards_do_no_harm() -> None:
    points = [Point(n, START - n * WEEK, 3 + 0.2 * n, 10.0, None) for n in range(30)]
    found = erosion(Series("p95", "ms", tuple(points)))
    assert found is not None
    assert found.reaches is None


def test_huge_and_tiny_values_do_no_harm() -> None:
    for scale in (1e-300, 1e300):
        values = [scale * each for each in [*noise(10, 20, 3, 0.2), *noise(11, 10, 7, 0.2)]]
        assert erosion(series(values, 10 * scale)) is not None


@pytest.mark.parametrize(
    ("value", "at_most", "at_least", "left", "percent"),
    [
        (4.0, 5.0, None, 1.0, 20.0),
        (6.0, 5.0, None, -1.0, -20.0),
        (0.96, None, 0.95, 0.01, 0.01 / 0.95 * 100),
        (3.0, 5.0, 1.0, 2.0, 50.0),
        (4.5, 5.0, 1.0, 0.5, 12.5),
        (-1.0, 0.0, None, 1.0, None),
    ],
)
def test_the_margin_is_in_the_unit_and_in_percent(
    value: float, at_most: float | None, at_least: float | None, left: float, percent: float | None
) -> None:
    found = margin_of(value, at_most, at_least)
    assert found is not None
    assert found.left == pytest.approx(left)
    assert found.percent == (None if percent is None else pytest.approx(percent))


def test_the_chance_of_u_is_that_of_published_tables() -> None:
    # One-sided, 0.025: Mann and Whitney's U for sizes 5/5 is 2, 5/8 is 6, 8/8 is 13.
    for one, other, critical in ((5, 5, 2), (5, 8, 6), (8, 8, 13)):
        assert _chance_of_u(one, other, critical) <= 0.025 < _chance_of_u(one, other, critical + 1)
    assert _chance_of_u(3, 3, 0) == pytest.approx(1 / 20)
    assert _chance_of_u(4, 9, 4 * 9) == pytest.approx(1)


def test_measures_of_one_claim_are_told_apart_by_name_and_unit() -> None:
    def outcome(order: int, ending: Ending, *measures: Measure) -> Outcome:
        prints = Fingerprints("t", "e", "i", "r")
        return Outcome("run", "0001/a", prints, ending, START + order * WEEK, order, measures=measures)

    found = series_of(
        [
            outcome(1, Ending.PASSED, Measure("size", 1.0, unit="s"), Measure("speed", 7.0)),
            outcome(2, Ending.FAILED, Measure("size", 2.0, unit="ms"), Measure("speed", 8.0)),
            outcome(3, Ending.ERRORED, Measure("speed", 9.0)),
            outcome(4, Ending.SKIPPED),
        ]
    )
    assert [(each.name, each.unit, [p.value for p in each.points]) for each in found] == [
        ("size", "s", [1.0]),
        ("speed", "", [7.0, 8.0]),
        ("size", "ms", [2.0]),
    ]
