"""The report page on what was recorded: over time, by language and by model, what was kept, reviews."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from tactful_models import chart_scales, page_parts
from tactful_models.chart_rows import Row, rows_drawn
from tactful_models.chart_scales import Axis
from tactful_models.charts import Chart, Point, Rule, Series, drawn
from tactful_models.markup import Markup, joined
from tactful_models.page_words import count, day, listed, points, share
from tactful_models.report import Kept, Report, Version
from tactful_models.report_periods import Period
from tactful_models.report_rates import Line, Rate

FEWEST_JUDGED: Final = 20
"""A period, language or model with fewer judged suggestions is left out of the chart."""
FEWEST_PERIODS: Final = 3
MOST_ROWS: Final = 10
"""Languages or models in a chart; the table has all."""


def over_time(report: Report) -> Markup:
    """Acceptance from period to period, with the gates that came into force."""
    solid = [period for period in report.periods if period.line.acceptance.n >= FEWEST_JUDGED]
    if len(solid) < FEWEST_PERIODS:
        words = (
            f"There is too little for a course of time: it takes {count(FEWEST_PERIODS, _unit(report))} with"
            f" {FEWEST_JUDGED} judged suggestions each, and so far there {_are(len(solid))}."
        )
        return page_parts.section("time", "Acceptance over time", page_parts.too_few(words))
    return page_parts.section("time", "Acceptance over time", page_parts.figure(_course(solid, report), _dates(report)))


def by_language(report: Report) -> Markup:
    """Acceptance language by language."""
    return _groups(("languages", "By language", "language"), report.languages)


def by_model(report: Report) -> Markup:
    """Acceptance model by model."""
    return _groups(("models", "By model", "model"), report.models)


def kept(report: Report) -> Markup:
    """What was still there after a while."""
    told = [each for each in report.kept if each.ratio.value is not None]
    n_checks = max((each.checks for each in told), default=0)
    if n_checks < FEWEST_JUDGED:
        words = f"Too few accepted suggestions were looked at again to say what is kept: {n_checks} of {FEWEST_JUDGED}."
        return page_parts.section("kept", "Kept of what was accepted", page_parts.too_few(words))
    heads = ["after", "checks", "unknown", "still there"]
    rows = [[_span(each.after_s), f"{each.checks:,}", f"{each.censored:,}", share(each.ratio)] for each in report.kept]
    beside = page_parts.table("Mean share of accepted text still there, 95 % intervals over sessions", heads, rows)
    unknown = "Unknown: the file was closed or replaced, or the server ended, before the check."
    told_beside = (beside, page_parts.small(unknown))
    inside = (page_parts.figure(_horizons(told), *told_beside),) if len(told) > 1 else told_beside
    return page_parts.section("kept", "Kept of what was accepted", *inside)


def reviews(report: Report) -> Markup:
    """What reviewers said."""
    if not report.reviews:
        return page_parts.section("reviews", "Reviews", page_parts.too_few("Nobody has reviewed a suggestion yet."))
    rows = [[each.source, f"{each.keep:,}", f"{each.rewrite:,}", f"{each.revert:,}"] for each in report.reviews]
    caption = "Of one reviewer's words on a suggestion the last counts; also of what was asked for by hand"
    return page_parts.section("reviews", "Reviews", page_parts.table(caption, ["", "keep", "rewrite", "revert"], rows))


def _are(n: int) -> str:
    return "is 1" if n == 1 else f"are {n or 'none'}"


def _unit(report: Report) -> str:
    return report.periods[0].unit if report.periods else "day"


def _course(solid: Sequence[Period], report: Report) -> Markup:
    acceptance = Series("suggestions", tuple(_point(each, each.line.acceptance) for each in solid), aside=-2.5)
    chars = Series("characters", tuple(_point(each, each.line.chars_accepted) for each in solid), look=2, aside=2.5)
    span = (solid[0].start_at, solid[-1].start_at)
    return drawn(
        Chart(
            name="chart-time",
            title=f"Share accepted, by {_unit(report)}",
            description=f"{len(solid)} points from {day(span[0])} to {day(span[1])}; {_first_and_last(solid)}",
            x=chart_scales.moments(f"{_unit(report)}, UTC", *span),
            y=chart_scales.percents("accepted", 0.0, _top([acceptance, chars])),
            series=(acceptance, chars),
            rules=tuple(_changes(report.gates, span)),
        )
    )


def _first_and_last(solid: Sequence[Period]) -> str:
    ends = [points(each.line.acceptance) for each in (solid[0], solid[-1])]
    return f"of the suggestions {ends[0]} were accepted in the first and {ends[1]} in the last."


def _point(period: Period, rate: Rate) -> Point:
    told = f"{_when(period)}: {share(rate)} of {rate.n:,.0f}"
    return Point(period.start_at, rate.value or 0.0, rate.low, rate.high, told)


def _when(period: Period) -> str:
    start = datetime.fromtimestamp(period.start_at, UTC)
    date = f"{start.day} {start:%b %Y}"
    by_unit = {
        "hour": f"{date}, {start:%H:%M}",
        "week": f"week of {date}",
        "month": f"{start:%b %Y}",
        "year": f"{start:%Y}",
    }
    return by_unit.get(period.unit, date)


def _top(series: Sequence[Series]) -> float:
    return max(max(point.y, point.high or 0.0) for each in series for point in each.points)


def _changes(gates: Sequence[Version], span: tuple[float, float]) -> list[Rule]:
    """The last changes of the gate in force within the chart, as many as can be told apart."""
    words = {"promoted": "new gate", "rolled_back": "rolled back"}
    within_span = [gate for gate in gates if gate.change in words and span[0] <= gate.at <= span[1]]
    return [Rule(gate.at, words[gate.change]) for gate in within_span[-3:]]


def _dates(report: Report) -> Markup:
    rows = [
        [_when(each), f"{each.line.shown:,}", share(each.line.acceptance), share(each.line.chars_accepted)]
        for each in report.periods
    ]
    caption = f"By {_unit(report)}; an interval where it has at least five sessions"
    told = f"Fewer than {FEWEST_JUDGED} judged suggestions make no point in the chart."
    if all(each.line.acceptance.low is None for each in report.periods):
        told += (
            f" No {_unit(report)} has five sessions, so no interval can be given: what goes up and down may be chance."
        )
    return joined(page_parts.table(caption, ["", "shown", "accepted", "of characters"], rows), page_parts.small(told))


def _groups(named: tuple[str, str, str], lines: Sequence[Line]) -> Markup:
    anchor, heading, what = named
    solid = [line for line in lines if line.acceptance.n >= FEWEST_JUDGED]
    if not solid:
        words = f"No {what} has {FEWEST_JUDGED} judged suggestions yet."
        return page_parts.section(anchor, heading, page_parts.too_few(words))
    rows = [
        [line.name, f"{line.shown:,}", f"{line.accepted:,}", share(line.acceptance), share(line.chars_accepted)]
        for line in lines
    ]
    heads = ["", "shown", "accepted", "share", "of characters"]
    if len(lines) == 1:
        return page_parts.section(anchor, heading, page_parts.table(f"There is one {what} only", heads, rows))
    beside = page_parts.table(f"Every {what}, the most frequent first", heads, rows)
    return page_parts.section(anchor, heading, page_parts.figure(_ranked(named, solid[:MOST_ROWS]), beside))


def _ranked(named: tuple[str, str, str], lines: Sequence[Line]) -> Markup:
    anchor, _, what = named
    rows = [Row(each.name, *_ends(each.acceptance), share(each.acceptance)) for each in lines]
    most, least = (pick(lines, key=_rate_of) for pick in (max, min))
    description = f"{count(len(lines), what)} with at least {FEWEST_JUDGED} judged suggestions; the highest share has"
    chart = Chart(
        name=f"chart-{anchor}",
        title=f"Share of suggestions accepted, by {what}",
        description=f"{description} {most.name}, the lowest {least.name}.",
        x=_rates_axis(rows),
        y=chart_scales.percents(""),
        series=(),
    )
    return rows_drawn(chart, rows)


def _rate_of(line: Line) -> float:
    return line.acceptance.value or 0.0


def _ends(rate: Rate) -> tuple[float, float | None, float | None]:
    return rate.value or 0.0, rate.low, rate.high


def _rates_axis(rows: Sequence[Row]) -> Axis:
    return chart_scales.percents("accepted", 0.0, max(max(row.value, row.high or 0.0) for row in rows))


def _span(after_s: int) -> str:
    return f"{after_s} s" if after_s < 60 or after_s % 60 else f"{after_s // 60} min"


def _horizons(told: Sequence[Kept]) -> Markup:
    dots = [
        Point(float(at), *_ends(each.ratio), f"after {_span(each.after_s)}: {share(each.ratio)}")
        for at, each in enumerate(told)
    ]
    low = min(min(dot.y, dot.low if dot.low is not None else 1.0) for dot in dots)
    ends = [f"{points(each.ratio)} after {_span(each.after_s)}" for each in (told[0], told[-1])]
    return drawn(
        Chart(
            name="chart-kept",
            title="Share of accepted text still there",
            description=f"It goes from {listed(ends)}.",
            x=chart_scales.names("after", [_span(each.after_s) for each in told]),
            y=chart_scales.percents("still there", 0.0 if low < 0.5 else 0.5, 1.0),
            series=(Series("", tuple(dots)),),
        )
    )
