"""Is a measure drifting towards its bound? Asked of what it was in the past; pure.

Two questions, each put to ranks alone, so that neither outliers nor the shape of the noise matter:

- A step: did the values after some moment lie nearer to the bound than those before? The statistic is U of Mann and
  Whitney ("On a test of whether one of two random variables is stochastically larger than the other", Annals of
  Mathematical Statistics 18, 1947), its distribution counted exactly by their recurrence, for every moment; the least
  probability, times the number of moments (Bonferroni), is that of the whole question.
- A trend: do later values lie nearer to the bound than earlier ones? The statistic is S of Mann ("Nonparametric tests
  against trend", Econometrica 13, 1945), its slope the median of all slopes (Sen, "Estimates of the regression
  coefficient based on Kendall's tau", Journal of the American Statistical Association 63, 1968).

Either is a warning only where it also eats a third of the margin there was: what is significant need not matter.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import NamedTuple

from adrtool.outcome import Ending, Measure, Outcome

WINDOW = 60  # so many of the newest values are looked at
FEWEST = 8  # below that nothing is said
EATEN = 1 / 3  # of the margin that there was
_ALPHA = 0.006  # of a false alarm, for each of the two questions
_SHORTEST = 3  # values on either side of a step
_SHORTEST_TREND = 8


class Point(NamedTuple):
    """One value of a measure, with the bounds that were claimed for it then."""

    order: int
    at: datetime
    value: float
    at_most: float | None
    at_least: float | None
    commit: str | None = None


@dataclass(frozen=True, slots=True)
class Series:
    """One measure of one claim over time, oldest first."""

    name: str
    unit: str
    points: tuple[Point, ...]

    @property
    def margin(self) -> Margin | None:
        """What is left now; None without a bound."""
        newest = self.points[-1]
        return margin_of(newest.value, newest.at_most, newest.at_least)


class Margin(NamedTuple):
    """How far a value is from the nearer of its bounds; below zero beyond it."""

    left: float  # in the measure's unit
    bound: float
    is_upper: bool
    percent: float | None  # of the bound, or of the range between two bounds; None where that is zero

    def __str__(self) -> str:
        word = "at most" if self.is_upper else "at least"
        share = "" if self.percent is None else f" ({self.percent:.0f}%)"
        return f"{self.left:.4g}{share} left to {word} {self.bound:.6g}"


@dataclass(frozen=True, slots=True)
class Erosion:
    """A measure that moves towards its bound and has eaten much of the margin."""

    series: Series
    kind: str  # "step" or "trend"
    since: datetime  # when the step was first seen, or the trend began
    commit: str | None  # of the first value since then
    before: float  # the level before
    now: float  # the level now
    eaten: float  # the share of the margin that is gone
    reaches: datetime | None = None  # when, at this pace, a trend meets the bound

    def __str__(self) -> str:
        series, margin = self.series, self.series.margin
        unit = f" {series.unit}" if series.unit else ""
        share = "all" if self.eaten >= 1 else f"{self.eaten:.0%}"
        what = "stepped" if self.kind == "step" else "creeps"
        until = f"; reaches it about {self.reaches:%Y-%m-%d} at this pace" if self.reaches is not None else ""
        return (
            f"{series.name} {what} from {self.before:.4g} to {self.now:.4g}{unit} since {self.since:%Y-%m-%d}, "
            f"which ate {share} of the margin; {margin}{until}"
        )


def margin_of(value: float, at_most: float | None, at_least: float | None) -> Margin | None:
    """How far `value` is from the nearer of its bounds."""
    sides = [Margin(at_most - value, at_most, True, None)] if at_most is not None else []
    sides += [Margin(value - at_least, at_least, False, None)] if at_least is not None else []
    if not sides:
        return None
    nearer = min(sides, key=lambda side: side.left)
    whole = abs(at_most - at_least) if at_most is not None and at_least is not None else abs(nearer.bound)
    percent = 100 * nearer.left / whole if whole else math.inf
    return nearer._replace(percent=percent if math.isfinite(percent) else None)


def series_of(outcomes: Iterable[Outcome]) -> tuple[Series, ...]:
    """The measures of one claim's outcomes (oldest first), each on its own, in the order in which they first came.

    A measure whose unit changed is another one. What a crash left half done does not count.
    """
    found: dict[tuple[str, str], list[Point]] = {}
    for outcome in outcomes:
        if outcome.ending in (Ending.PASSED, Ending.FAILED):
            last: dict[tuple[str, str], Measure] = {(each.name, each.unit): each for each in outcome.measures}
            for key, each in last.items():
                point = Point(outcome.order, outcome.at, each.value, each.at_most, each.at_least, outcome.commit)
                found.setdefault(key, []).append(point)
    return tuple(Series(name, unit, tuple(points)) for (name, unit), points in found.items())


def erosion(series: Series) -> Erosion | None:
    """Whether the newest values moved towards today's bound, by a step or a trend that eats the margin."""
    points = series.points[-WINDOW:]
    newest = points[-1]
    if len(points) < FEWEST or series.margin is None:
        return None
    # The bounds of today for all: that a bound was tightened says nothing of how the values move.
    margins = [found.left for p in points if (found := margin_of(p.value, newest.at_most, newest.at_least))]
    most = max(margins)
    if most <= 0 or min(margins) > (1 - EATEN) * most:
        return None  # the quick way out, for nearly all: no two levels among these lie so far apart
    step, trend = _step(margins), _trend(margins)
    fits = [fit for fit in (step, trend) if fit is not None and fit.eaten >= EATEN]
    return _told(series, points, min(fits, key=lambda fit: fit.misfit)) if fits else None


class _Fit(NamedTuple):
    """What a window of margins looks like, if it has a step or a trend."""

    kind: str
    start: int  # of the part that differs
    before: float
    now: float
    misfit: float  # what it leaves unexplained: the sum of absolute deviations

    @property
    def eaten(self) -> float:
        return (self.before - self.now) / self.before if self.before > 0 else 0.0


def _told(series: Series, points: Sequence[Point], fit: _Fit) -> Erosion:
    margin = series.margin
    assert margin is not None
    sign = -1 if margin.is_upper else 1
    first, newest = points[fit.start], points[-1]
    # A wrong clock may have given a date; what is not later than the start of a trend gives no pace.
    span = (newest.at - first.at).total_seconds()
    reaches = None
    if fit.kind == "trend" and span > 0 and fit.now > 0:
        ahead = span * fit.now / (fit.before - fit.now)
        if ahead < timedelta(days=3650).total_seconds():
            reaches = newest.at.astimezone(UTC) + timedelta(seconds=ahead)
    before, now = margin.bound + sign * fit.before, margin.bound + sign * fit.now
    return Erosion(series, fit.kind, first.at.astimezone(UTC), first.commit, before, now, fit.eaten, reaches)


# -- a step --------------------------------------------------------------------------------------------------------


def _step(margins: Sequence[float]) -> _Fit | None:
    """The moment after which margins are the most clearly smaller than before, where that is no chance."""
    number = len(margins)
    moments = range(_SHORTEST, number - _SHORTEST + 1)
    against = sum(_pair(before, after) for before in margins[:_SHORTEST] for after in margins[_SHORTEST:])
    best, start = 1.0, 0
    for moment in moments:
        chance = _chance_of_u(moment, number - moment, math.floor(against))
        if chance < best:
            best, start = chance, moment
        # The value at `moment` changes sides, and takes its pairs along.
        value = margins[moment]
        against += sum(_pair(value, after) for after in margins[moment + 1 :])
        against -= sum(_pair(before, value) for before in margins[:moment])
    if best * len(moments) > _ALPHA:
        return None
    before, now = _median(margins[:start]), _median(margins[start:])
    misfit = sum(abs(each - before) for each in margins[:start]) + sum(abs(each - now) for each in margins[start:])
    return _Fit("step", start, before, now, misfit)


def _pair(before: float, after: float) -> float:
    """What a pair says against a step towards the bound."""
    return 0.0 if after < before else 0.5 if after == before else 1.0


def _chance_of_u(one: int, other: int, most: int) -> float:
    """How often U of two samples of these sizes is at most `most`, if both come from the same."""
    if most < 0:
        return 0.0
    if min(one, other) > 10 or most > 400:  # then the normal distribution is as good, and counting is slow
        mean, deviation = one * other / 2, math.sqrt(one * other * (one + other + 1) / 12)
        return _normal_tail((mean - most - 0.5) / deviation)
    return sum(_ways(min(one, other), max(one, other), u) for u in range(most + 1)) / math.comb(one + other, one)


@cache
def _ways(few: int, many: int, u: int) -> int:
    """In how many orders of two samples U is `u`: the recurrence of Mann and Whitney."""
    if u < 0 or u > few * many:
        return 0
    if few == 0 or many == 0:
        return 1
    return _ways(few - 1, many, u - many) + _ways(few, many - 1, u)


# -- a trend -------------------------------------------------------------------------------------------------------


def _trend(margins: Sequence[float]) -> _Fit | None:
    """Falling margins in all of the window, its newer half or its newest quarter, where that is no chance."""
    number = len(margins)
    lengths = [length for length in (number, number // 2, number // 4) if length >= _SHORTEST_TREND]
    falling = [length for length in lengths if _chance_of_trend(margins[-length:]) * len(lengths) <= _ALPHA]
    return min((_line(margins, number - length) for length in falling), key=lambda fit: fit.misfit, default=None)


def _line(margins: Sequence[float], start: int) -> _Fit:
    """A level up to `start`, and from there a line."""
    part = margins[start:]
    slope = _median((late - part[i]) / (j - i) for j, late in enumerate(part) for i in range(j))
    base = _median(each - slope * place for place, each in enumerate(part))
    level = _median(margins[:start]) if start else base
    misfit = sum(abs(each - level) for each in margins[:start])
    misfit += sum(abs(each - base - slope * place) for place, each in enumerate(part))
    return _Fit("trend", start, base, base + slope * (len(part) - 1), misfit)


def _chance_of_trend(values: Sequence[float]) -> float:
    """How often S of Mann is as low as that of `values`, if their order says nothing."""
    number = len(values)
    s = sum((late > early) - (late < early) for i, early in enumerate(values) for late in values[i + 1 :])
    ties = (values.count(value) for value in set(values))
    spread = number * (number - 1) * (2 * number + 5) - sum(t * (t - 1) * (2 * t + 5) for t in ties)
    return _normal_tail((-s - 1) / math.sqrt(spread / 18)) if spread > 0 and s < 0 else 1.0


def _median(values: Iterable[float]) -> float:
    """The middle value; the standard library's module for it takes longer to load than `status` has."""
    ordered = sorted(values)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def _normal_tail(deviations: float) -> float:
    return math.erfc(deviations / math.sqrt(2)) / 2
