"""Charts as inline SVG: values in, markup out. Colours come from the page's classes, so that dark is as good as light.

A chart is 400 units wide, which is about a phone's width, so that its text can be read there. It has a title and a
description for those who don't see it; the numbers stand in a table beside it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from tactful_models.chart_scales import Axis, Scale
from tactful_models.markup import Markup, decimal, element, joined

WIDTH: Final = 400.0
LEFT: Final = 46.0
"""Room for the numbers of the vertical axis."""
RIGHT: Final = 14.0
TOP: Final = 24.0
"""Room for the title of the vertical axis."""
BOTTOM: Final = 42.0
"""Room for the numbers and the title of the horizontal axis."""
LINE: Final = 18.0
"""Height of a line of the legend."""
_TRIANGLE: Final = ((0.0, -5.0), (4.6, 3.4), (-4.6, 3.4))
_DIAMOND: Final = ((0.0, -5.5), (5.5, 0.0), (0.0, 5.5), (-5.5, 0.0))
_LETTER: Final = 6.4
"""Width of a letter of 12 units, about."""


@dataclass(frozen=True, slots=True)
class Point:
    """A value at a place, with its interval where there is one."""

    x: float
    y: float
    low: float | None = None
    high: float | None = None
    told: str = ""
    """What it says when one points at it."""


@dataclass(frozen=True, slots=True)
class Series:
    """Points that belong together."""

    name: str
    """For the legend; empty for none."""
    points: tuple[Point, ...]
    """In the order in which they are joined."""
    look: int = 1
    """Which colour, dash and mark: 1 to 4; 0 for the quiet one of a reference, 5 for the one that matters most."""
    is_joined: bool = True
    """Whether a line goes through them."""
    is_marked: bool = True
    """Whether each has a mark."""
    aside: float = 0.0
    """Units by which it is moved to the right, so that its intervals don't lie on another's."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A line across the chart at a horizontal value."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Chart:
    """One picture of numbers."""

    name: str
    """Its id on the page."""
    title: str
    description: str
    """What is to be seen, in a sentence or two."""
    x: Axis
    y: Axis
    series: tuple[Series, ...]
    rules: tuple[Rule, ...] = ()
    height: float = 190.0
    """Of the space between the axes."""


def drawn(chart: Chart) -> Markup:
    """The chart as an svg element."""
    legend = placed([each for each in chart.series if each.name])
    top = TOP + LINE * (1 + max((row for _, _, row in legend), default=-1))
    across = Scale(chart.x.low, chart.x.high, LEFT, WIDTH - RIGHT)
    up = Scale(chart.y.low, chart.y.high, top + chart.height, top)
    return framed(
        chart,
        top + chart.height + BOTTOM,
        _legend(legend),
        _grid(chart.y, up),
        _feet(chart.x, across, top + chart.height),
        _rules(chart.rules, across, (top, top + chart.height)),
        *(_series(each, across, up) for each in chart.series),
        text((0.0, top - 10), chart.y.title, "axis"),
        text((WIDTH - RIGHT, top + chart.height + 36), chart.x.title, "axis end"),
    )


def framed(chart: "Chart", height: float, *inside: str) -> Markup:
    """The svg element with its title and description."""
    titles = {"title": chart.title, "desc": chart.description}
    named = [element(tag, {"id": f"{chart.name}-{tag}"}, words) for tag, words in titles.items()]
    attributes: dict[str, str | float] = {
        "xmlns": "http://www.w3.org/2000/svg",
        "viewBox": f"0 0 {decimal(WIDTH)} {decimal(height)}",
        "role": "img",
        "aria-labelledby": f"{chart.name}-title {chart.name}-desc",
    }
    return element("svg", attributes, *named, *inside)


def text(at: tuple[float, float], words: str, look: str) -> Markup:
    """Words at a place; `look` names their classes."""
    return element("text", {"x": at[0], "y": at[1], "class": look}, words)


def line(start: tuple[float, float], end: tuple[float, float], look: str) -> Markup:
    """A line from place to place."""
    return element("line", {"x1": start[0], "y1": start[1], "x2": end[0], "y2": end[1], "class": look})


def mark(at: tuple[float, float], look: int, told: str) -> Markup:
    """The mark of a look: they differ in form, too, for those who don't tell the colours apart."""
    x, y = at
    inside = (element("title", {}, told),) if told else ()
    if look == 2:
        square: dict[str, str | float] = {"x": x - 3.5, "y": y - 3.5, "width": 7, "height": 7}
        return element("rect", {**square, "class": f"mark s{look}"}, *inside)
    corners = {3: _TRIANGLE, 4: _DIAMOND, 5: _DIAMOND}.get(look)
    if corners:
        points = " ".join(f"{decimal(x + dx)},{decimal(y + dy)}" for dx, dy in corners)
        return element("polygon", {"points": points, "class": f"mark s{look}"}, *inside)
    return element("circle", {"cx": x, "cy": y, "r": 4, "class": f"mark s{look}"}, *inside)


def placed(series: Sequence[Series]) -> list[tuple[Series, float, int]]:
    """Where the legend's entries go: each with its left edge and its row."""
    found: list[tuple[Series, float, int]] = []
    left, row = 0.0, 0
    for each in series:
        width = 34.0 + _LETTER * len(each.name)
        if left and left + width > WIDTH - RIGHT:
            left, row = 0.0, row + 1
        found.append((each, left, row))
        left += width + 10.0
    return found


def _legend(entries: Sequence[tuple[Series, float, int]]) -> Markup:
    return joined(*(_entry(series, (left, 12.0 + LINE * row)) for series, left, row in entries))


def _entry(series: Series, at: tuple[float, float]) -> Markup:
    left, y = at
    stroke = line((left, y - 4), (left + 24, y - 4), f"stroke s{series.look}") if series.is_joined else ""
    sign = mark((left + 12, y - 4), series.look, "") if series.is_marked else ""
    return element("g", {"class": "legend"}, stroke, sign, text((left + 30, y), series.name, "name"))


def _grid(axis: Axis, up: Scale) -> Markup:
    parts = []
    for tick in axis.ticks:
        y = up(tick.value)
        parts += [line((LEFT, y), (WIDTH - RIGHT, y), "grid"), text((LEFT - 7, y + 4), tick.text, "tick end")]
    return joined(*parts)


def _feet(axis: Axis, across: Scale, bottom: float) -> Markup:
    parts = [line((LEFT, bottom), (WIDTH - RIGHT, bottom), "foot")]
    for tick in axis.ticks:
        x, half = across(tick.value), _LETTER * len(tick.text) / 2
        x_text = min(max(x, half), WIDTH - half)
        parts += [line((x, bottom), (x, bottom + 4), "foot"), text((x_text, bottom + 17), tick.text, "tick middle")]
    return joined(*parts)


def _rules(rules: Sequence[Rule], across: Scale, span: tuple[float, float]) -> Markup:
    """Their words stand to the right where there is room, and below those of others that they would run into."""
    parts: list[Markup] = []
    taken: list[tuple[float, float]] = []
    top, bottom = span
    for rule in rules:
        x, width = across(rule.at), _LETTER * len(rule.text)
        is_right = x + width + 4 < WIDTH - RIGHT
        left = x + 4 if is_right else x - 4 - width
        row = sum(start < left + width and left < end for start, end in taken)
        taken.append((left, left + width))
        place = (x + 4 if is_right else x - 4, top + 11 + 13 * row)
        parts += [line((x, top), (x, bottom), "rule"), text(place, rule.text, "note" if is_right else "note end")]
    return joined(*parts)


def _series(series: Series, across: Scale, up: Scale) -> Markup:
    at = [(across(point.x) + series.aside, up(point.y)) for point in series.points]
    bars = [_whisker(point, x, up) for point, (x, _) in zip(series.points, at, strict=True)]
    marks = [mark(place, series.look, point.told) for place, point in zip(at, series.points, strict=True)]
    stroke = _path(at, f"stroke s{series.look}") if series.is_joined and len(at) > 1 else ""
    whiskers = element("g", {"class": f"whisker s{series.look}"}, *bars) if any(bars) else ""
    return element("g", {"class": "series"}, stroke, whiskers, *(marks if series.is_marked else ()))


def _whisker(point: Point, x: float, up: Scale) -> str:
    if point.low is None or point.high is None:
        return ""
    return line((x, up(point.low)), (x, up(point.high)), "span")


def _path(at: Sequence[tuple[float, float]], look: str) -> Markup:
    steps = [f"M{decimal(at[0][0])} {decimal(at[0][1])}"]
    steps += [f"L{decimal(x)} {decimal(y)}" for (x, y), before in ((b, a) for a, b in pairwise(at)) if (x, y) != before]
    return element("path", {"d": "".join(steps), "class": look})
