"""A chart of named values one below the other, each with its interval, the name above its line so that it has room."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final
from unicodedata import east_asian_width

from tactful_models.chart_scales import Axis, Scale
from tactful_models.charts import BOTTOM, WIDTH, Chart, framed, line, mark, text
from tactful_models.markup import Markup, joined

ROW: Final = 36.0
"""Height of a row."""
_SIDE: Final = 16.0
_LONGEST_NAME: Final = 30
"""Of a name, in letters; signs of the East Asian scripts count twice."""


@dataclass(frozen=True, slots=True)
class Row:
    """One named value."""

    name: str
    value: float
    low: float | None
    """None where there is no interval."""
    high: float | None
    told: str
    """The value in words."""
    look: int = 1


def rows_drawn(chart: Chart, rows: Sequence[Row]) -> Markup:
    """The chart as an svg element; of `chart` only the names and the horizontal axis count."""
    height = ROW * len(rows) + 10
    across = Scale(chart.x.low, chart.x.high, _SIDE, WIDTH - _SIDE)
    return framed(
        chart,
        height + BOTTOM,
        _feet(chart.x, across, height),
        *(_columns(chart.x, across, ROW * at) for at in range(len(rows))),
        *(_row(row, across, ROW * at) for at, row in enumerate(rows)),
        text((WIDTH - _SIDE, height + 36), chart.x.title, "axis end"),
    )


def shortened(name: str) -> str:
    """A name that fits into a row; the table has the whole.

    >>> shortened("x" * 50) == "x" * 29 + "…"
    True
    """
    ends = list(accumulate(2 if east_asian_width(sign) in "WF" else 1 for sign in name))
    if not ends or ends[-1] <= _LONGEST_NAME:
        return name
    return f"{name[: sum(end < _LONGEST_NAME for end in ends)]}…"


def _feet(axis: Axis, across: Scale, height: float) -> Markup:
    numbers = [text((across(tick.value), height + 17), tick.text, "tick middle") for tick in axis.ticks]
    return joined(line((_SIDE, height), (WIDTH - _SIDE, height), "foot"), *numbers)


def _columns(axis: Axis, across: Scale, top: float) -> Markup:
    """Pieces of the grid below a row's words, which nothing must cross."""
    parts = []
    for tick in axis.ticks:
        x = across(tick.value)
        look = "foot" if tick.value == 0.0 and axis.low < 0.0 else "grid"
        parts.append(line((x, top + 19), (x, top + ROW - 4), look))
    return joined(*parts)


def _row(row: Row, across: Scale, top: float) -> Markup:
    y, x = top + 25, across(row.value)
    bar: str = ""
    if row.low is not None and row.high is not None:
        bar = line((across(row.low), y), (across(row.high), y), f"span s{row.look}")
    name = text((_SIDE, top + 14), shortened(row.name), "name")
    number = text((WIDTH - _SIDE, top + 14), row.told, "value end")
    rail = line((_SIDE, y), (WIDTH - _SIDE, y), "grid")
    return joined(name, number, rail, bar, mark((x, y), row.look, f"{row.name}: {row.told}"))
