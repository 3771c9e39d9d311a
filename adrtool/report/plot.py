"""A measure over time, drawn in lines of text: the values, the bound that was claimed for each, dates at both ends."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC

from adrtool.drift import Point, Series, erosion
from adrtool.report.text import Paper

HEIGHT = 8  # lines of the curve; each has an upper and a lower half
BLOCKS = "█▀▄─┤│└"


@dataclass(frozen=True, slots=True)
class _Column:
    """The values that share one column of the drawing: the lowest and the highest, and the newest bounds."""

    low: float
    high: float
    at_most: float | None
    at_least: float | None

    @property
    def is_beyond(self) -> bool:
        return (self.at_most is not None and self.high > self.at_most) or (
            self.at_least is not None and self.low < self.at_least
        )


@dataclass(frozen=True, slots=True)
class _Scale:
    """From a value to one of the rows of half lines, counted from below."""

    low: float
    high: float

    def half(self, value: float) -> int:
        span = self.high - self.low
        share = 0.5 if span == 0 else (value / span) - (self.low / span)
        return round(share * (2 * HEIGHT - 1))


def lines(series: Series, paper: Paper, *, fancy: bool) -> Iterator[str]:
    """The measure's name, its curve, and what is left to its bound; `fancy` takes blocks in place of ASCII."""
    count = len(series.points)
    unit = f" ({series.unit})" if series.unit else ""
    yield paper.paint(f"{series.name}{unit}", bold=True) + f"  {count} {'value' if count == 1 else 'values'}"
    if count > 1:
        yield from _curve(series.points, paper, fancy=fancy)
    if series.margin is None:
        yield "no bound"
        return
    yield from paper.wrap(_margin(series), 0)
    found = erosion(series)
    if found is not None:
        yield from paper.wrap(paper.paint("eroding", "yellow", bold=True) + f": {found}", 0)


def _margin(series: Series) -> str:
    margin, newest = series.margin, series.points[-1]
    assert margin is not None
    unit = f" {series.unit}" if series.unit else ""
    word = f"at {'most' if margin.is_upper else 'least'} {margin.bound:.6g}{unit}"
    of = "range" if newest.at_most is not None and newest.at_least is not None else "bound"
    share = "" if margin.percent is None else f" ({abs(margin.percent):.3g}% of the {of})"
    what = "left to" if margin.left >= 0 else "beyond"
    return f"{newest.value:.4g}{unit} now, {abs(margin.left):.4g}{unit} {what} {word}{share}"


def _curve(points: Sequence[Point], paper: Paper, *, fancy: bool) -> Iterator[str]:
    numbers = [n for p in points for n in (p.value, p.at_most, p.at_least) if n is not None]
    scale = _Scale(min(numbers), max(numbers))
    labels = [f"{scale.high - (scale.high - scale.low) * row / (HEIGHT - 1):.4g}" for row in range(HEIGHT)]
    labels = [label if row in (0, HEIGHT - 1) else "" for row, label in enumerate(labels)]
    width = max(map(len, labels))
    columns = _columns(points, max(paper.width - width - 3, 10))
    axis, tick, corner, rule = ("│", "┤", "└", "─") if fancy else ("|", "+", "+", "-")
    for row, label in enumerate(labels):
        cells = [_cell(column, HEIGHT - 1 - row, scale, paper, fancy=fancy) for column in columns]
        yield f" {label:>{width}} {tick if label else axis}{''.join(cells)}".rstrip()
    yield f" {'':>{width}} {corner}{rule * len(columns)}"
    first, last = (f"{p.at.astimezone(UTC):%Y-%m-%d}" for p in (points[0], points[-1]))
    room = max(len(columns) - len(first) - len(last), 2)
    yield f" {'':>{width}}  {first}{' ' * room}{last}"


def _columns(points: Sequence[Point], most: int) -> list[_Column]:
    """As many columns as there is room for; few values are drawn wider, many share one."""
    number = len(points)
    if number <= most:
        wide = min(most // number, 3)
        return [_column([p]) for p in points for _ in range(wide)]
    edges = [number * place // most for place in range(most + 1)]
    return [_column(points[start:end]) for start, end in itertools.pairwise(edges)]


def _column(points: Sequence[Point]) -> _Column:
    values = [p.value for p in points]
    return _Column(min(values), max(values), points[-1].at_most, points[-1].at_least)


def _cell(column: _Column, row: int, scale: _Scale, paper: Paper, *, fancy: bool) -> str:
    low, high = scale.half(column.low), scale.half(column.high)
    lower, upper = low <= 2 * row <= high, low <= 2 * row + 1 <= high
    if lower or upper:
        drawn = {(True, True): "█", (True, False): "▄", (False, True): "▀"}[lower, upper] if fancy else "*"
        return paper.paint(drawn, "red" if column.is_beyond else "green")
    bounds = (bound for bound in (column.at_most, column.at_least) if bound is not None)
    if any(scale.half(bound) // 2 == row for bound in bounds):
        return paper.paint("─" if fancy else "-", "yellow")
    return " "
