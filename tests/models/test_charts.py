"""Charts: where things stand, and what they say to those who cannot see them."""

import math
from dataclasses import replace
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tactful_models import chart_scales
from tactful_models.chart_rows import ROW, Row, rows_drawn, shortened
from tactful_models.chart_scales import Axis, Scale
from tactful_models.charts import LEFT, RIGHT, TOP, WIDTH, Chart, Point, Rule, Series, drawn
from tactful_models.markup import Markup, clean, element, escaped

SVG = "{http://www.w3.org/2000/svg}"
numbers = st.floats(-1e9, 1e9)
shares = st.floats(0.0, 1.0)
slow = settings(deadline=None, max_examples=60)


def chart(*series: Series, rules: tuple[Rule, ...] = ()) -> Chart:
    across, up = chart_scales.percents("told"), chart_scales.percents("true")
    return Chart("c", "A title", "What is to be seen.", across, up, series, rules)


def parsed(markup: str) -> ElementTree.Element:
    return ElementTree.fromstring(markup)


def places(svg: ElementTree.Element) -> list[tuple[float, float]]:
    return [(float(each.attrib["cx"]), float(each.attrib["cy"])) for each in svg.iter(f"{SVG}circle")]


@slow
@given(numbers, numbers, st.floats(-1e10, 1e10))
def test_a_scale_never_leads_out_of_the_plot_and_keeps_the_order(one: float, other: float, value: float) -> None:
    low, high = sorted((one, other))
    axis = chart_scales.numbers("", low, high)
    scale = Scale(axis.low, axis.high, 10.0, 390.0)
    assert 10.0 <= scale(value) <= 390.0
    assert scale(low) <= scale(high)
    assert scale(axis.low) == 10.0
    assert scale(axis.high) == pytest.approx(390.0)


@slow
@given(numbers, numbers)
def test_ticks_rise_span_the_values_and_are_few(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assume(low == high or high - low > 1e-6 * max(1.0, abs(low), abs(high)))
    rising(axis := chart_scales.numbers("", low, high))
    unseen = 1e-6 * (axis.high - axis.low)
    assert axis.low <= low + unseen
    assert axis.high >= high - unseen
    assert 2 <= len(axis.ticks) <= 8


@slow
@given(st.floats(0.0, 4e9), st.floats(0.0, 2e9))
def test_the_ticks_of_time_rise_are_few_and_lie_within(first_at: float, span_s: float) -> None:
    axis = chart_scales.moments("", first_at, first_at + span_s)
    rising(axis)
    assert len(axis.ticks) <= 8
    if span_s > 86_400:
        assert axis.ticks


def rising(axis: Axis) -> None:
    values = [tick.value for tick in axis.ticks]
    assert values == sorted(set(values))
    assert all(axis.low <= value <= axis.high for value in values)
    assert all(math.isfinite(value) for value in values)
    assert all(one.text != other.text for one, other in pairwise(axis.ticks))


@slow
@given(st.lists(st.tuples(shares, shares, shares, shares), max_size=20))
def test_every_mark_and_whisker_lies_inside_the_plot(found: list[tuple[float, float, float, float]]) -> None:
    points = tuple(Point(x, y, min(a, b), max(a, b)) for x, y, a, b in found)
    made = chart(Series("", points))
    svg = parsed(drawn(made))
    for x, y in places(svg):
        assert LEFT - 0.1 <= x <= WIDTH - RIGHT + 0.1
        assert TOP - 0.1 <= y <= TOP + made.height + 0.1
    for bar in (each for each in svg.iter(f"{SVG}line") if each.attrib["class"] == "span"):
        assert TOP - 0.1 <= float(bar.attrib["y2"]) <= float(bar.attrib["y1"]) <= TOP + made.height + 0.1
    assert len(places(svg)) == len(points)


@slow
@given(st.lists(st.tuples(st.text(max_size=60), shares), min_size=1, max_size=12))
def test_rows_stand_one_below_the_other_whatever_their_names(found: list[tuple[str, float]]) -> None:
    rows = [Row(name, value, None, None, "told") for name, value in found]
    svg = parsed(rows_drawn(chart(), rows))
    height = float(svg.attrib["viewBox"].split()[3])
    assert [y for _, y in places(svg)] == [ROW * at + 25 for at in range(len(rows))]
    assert all(0 < y < height for _, y in places(svg))


def test_a_chart_says_what_it_is_to_those_who_do_not_see_it() -> None:
    svg = parsed(drawn(chart(Series("one", (Point(0.1, 0.2),)))))
    assert svg.attrib["role"] == "img"
    named = {each.attrib.get("id"): each.text for each in svg}
    assert [named[name] for name in svg.attrib["aria-labelledby"].split()] == ["A title", "What is to be seen."]


def test_looks_differ_in_form_and_not_in_colour_alone() -> None:
    def form(look: int) -> str:
        svg = parsed(drawn(chart(Series("", (Point(0.5, 0.5),), look, is_joined=False))))
        found = next(each for each in svg.iter() if each.attrib.get("class") == f"mark s{look}")
        return found.tag + found.attrib.get("points", "")

    assert len({form(look) for look in (1, 2, 3, 4)}) == 4


def test_words_at_rules_that_are_close_do_not_run_into_each_other() -> None:
    rules = (Rule(0.5, "new gate"), Rule(0.52, "new gate"), Rule(0.99, "rolled back"))
    svg = parsed(drawn(chart(rules=rules)))
    notes = [each for each in svg.iter(f"{SVG}text") if each.attrib["class"].startswith("note")]
    assert len({each.attrib["y"] for each in notes[:2]}) == 2
    assert notes[2].attrib["class"] == "note end"


def test_a_legend_breaks_into_lines_before_it_leaves_the_chart() -> None:
    series = [Series("a name of some length", (Point(0.1, 0.1),), look) for look in (1, 2, 3, 4)]
    svg = parsed(drawn(chart(*series)))
    names = [each for each in svg.iter(f"{SVG}text") if each.attrib["class"] == "name"]
    assert len({each.attrib["y"] for each in names}) == 2
    assert all(float(each.attrib["x"]) + 6 * len(each.text or "") < WIDTH for each in names)


def test_a_long_name_is_cut_and_a_wide_one_sooner() -> None:
    assert shortened("python") == "python"
    assert len(shortened("x" * 99)) == 30
    assert len(shortened("語" * 99)) == 15
    assert shortened("") == ""


def test_a_mark_tells_its_value_when_pointed_at() -> None:
    svg = parsed(drawn(chart(Series("", (Point(0.5, 0.5, told="half & half"),)))))
    [circle] = svg.iter(f"{SVG}circle")
    assert circle[0].text == "half & half"


@slow
@given(st.text())
def test_any_text_is_well_formed_once_escaped(text: str) -> None:
    made = parsed(element("p", {"title": text}, text))
    assert made.text in (clean(text), None if not text else clean(text))
    assert made.attrib["title"] == clean(text)


def test_what_is_markup_already_is_not_escaped_again() -> None:
    assert element("p", {}, element("b", {}, "1 < 2")) == "<p><b>1 &lt; 2</b></p>"
    assert escaped(Markup("<b />")) == "<b />"


def test_a_chart_without_points_is_drawn_empty() -> None:
    assert places(parsed(drawn(chart(Series("", ()))))) == []
    assert parsed(drawn(replace(chart(), height=10.0))).attrib["viewBox"] == "0 0 400 76"
