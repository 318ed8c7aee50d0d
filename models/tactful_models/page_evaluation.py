"""The report page on an evaluation that was stored: `tactful evaluate --json > FILE`.

What is read, all of it optional:

- `scorecards`: `[{"name", "stage", "auc": {"value", "low", "high"}, "brier", "ece", "rejections_withheld@0.95", …}]`;
- or, of one gate, `intervals`: `{"stage1": {"auc": …}, "stage2": …}`;
- `worst_accepts_lost`: `{"accepts_lost", "accepts"}`, and `policy`: `{"accepts_lost", "rejections_withheld"}`;
- `reliability` and `tradeoff`, shown where the log has no chances of its own: `stored_curves`;
- `differences` and `routing`, and `differences` in `without_logprobs`: `page_compared`;
- `ablations`: `[{"name", "stage", "auc": …, "difference": …}]`, where `difference` is the AUC without the group of
  features less the AUC with all, paired;
- `learning_curve`: `[{"n", "own": …, "prior": …}]`: the AUC after n own outcomes, by name of what learned; beside it
  `learning`: `{"own": {"wins_from"}, "both": {"wins_from"}, "gain": [{"n", "own": …, "both": …}]}`, less the prior's.
"""

from collections.abc import Callable, Sequence
from typing import Final

from tactful_models import chart_scales, page_parts
from tactful_models.chart_rows import Row, rows_drawn
from tactful_models.chart_scales import Axis
from tactful_models.charts import Chart, Point, Series, drawn
from tactful_models.markup import Markup, element, joined
from tactful_models.metrics import Estimate
from tactful_models.page_compared import compared
from tactful_models.page_reading import Named, Values, at, entries, estimate, real, words
from tactful_models.page_words import STAGES, count, number, points, share, within

MOST_ROWS: Final = 16
MOST_CURVES: Final = 4
_ABSENT: Final = "tactful report --html FILE --evaluation EVALUATION shows here what tactful evaluate --json measured"
_TITLES: Final = {
    "auc": ("AUC (0.5 is chance)", number),
    "rejections_withheld@0.95": ("rejections withheld at 95 % of accepts kept", share),
}
_WINNERS: Final = {
    "own": ("Own outcomes alone", "the prior that others' records made"),
    "both": ("Own outcomes weighed against the prior", "it"),
}
_FIGURES: Final = ("auc", "brier", "ece", "rejections_withheld@0.95", "rejections_withheld@0.90")


def evaluated(values: Values | None) -> Markup:
    """How the gate, or the way of training it, did beside the baselines."""
    heading = ("evaluation", "Evaluation")
    if values is None:
        return page_parts.section(*heading, page_parts.too_few(f"No evaluation was given: {_ABSENT}."))
    cards = [card for card in scorecards(values) if card.estimate("auc").value is not None]
    if not cards:
        return page_parts.section(*heading, page_parts.too_few("The evaluation holds no scores."))
    heads = ["", "AUC", "Brier", "ECE", "withheld at 95 % kept", "at 90 % kept"]
    caption = "On decisions not trained on, with 95 % intervals; withheld: share of the rejections"
    table = page_parts.table(caption, heads, [_card(card) for card in cards])
    charts = page_parts.halves(_ranking("auc", cards), _ranking("rejections_withheld@0.95", cards))
    setting = page_parts.paragraph(f"{_setting(values)}{_served(values)}")
    return page_parts.section(*heading, setting, charts, table, compared(values))


def ablations(values: Values | None) -> Markup:
    """What each group of features is worth."""
    known = [each for each in _named(values, "ablations") if each.estimate("difference").value is not None]
    found = {stage: [each for each in known if each.values.get("stage") == stage] for stage in (2, 1)}
    heading = ("ablations", "What each group of features is worth")
    if not any(found.values()):
        return page_parts.section(*heading, page_parts.too_few("The evaluation holds no ablations."))
    lowest, highest = _ends([_row(each.name, each.estimate("difference")) for each in known])
    across = chart_scales.numbers("difference in AUC", min(0.0, lowest), max(0.0, highest))
    lead = page_parts.paragraph(
        "Learned anew without each group: the AUC then, less the AUC with all. Below 0 the group says something that"
        " the others cannot say in its place."
    )
    return page_parts.section(*heading, lead, *(_without(stage, each, across) for stage, each in found.items() if each))


def learning(values: Values | None) -> Markup:
    """How the gate gets better with outcomes of one's own."""
    heading = ("learning", "Learning curve")
    steps = [(n, each) for each in entries(values, "learning_curve") if (n := real(each.get("n"))) is not None]
    names = list(dict.fromkeys(name for _, each in steps for name in each if estimate(each, name).value is not None))
    shown = [name for name in names if name != "n"][:MOST_CURVES]
    if len(steps) < 3 or not shown:
        return page_parts.section(
            *heading, page_parts.too_few("The evaluation holds no learning curve of three points or more.")
        )
    steps.sort(key=lambda step: step[0])
    rows = [[f"{n:,.0f}", *(number(estimate(each, name)) for name in shown)] for n, each in steps]
    beside = page_parts.table("AUC after so many own outcomes, with 95 % intervals", ["outcomes", *shown], rows)
    told = " ".join(filter(None, (_won(values, name) for name in _WINNERS)))
    lead = page_parts.paragraph(told) if told else joined()
    return page_parts.section(*heading, lead, page_parts.figure(_climb(steps, shown), beside))


def _won(values: Values | None, name: str) -> str:
    """From where on that stays above what others' records taught; empty where the evaluation does not tell."""
    if at(values, "learning", name) is None:
        return ""
    (who, whom), wins = _WINNERS[name], real(at(values, "learning", name, "wins_from"))
    if wins is None:
        return f"{who} do not stay above {whom}."
    known = [(real(each.get("n")), estimate(each, name).low) for each in entries(values, "learning", "gain")]
    surely = [n for n, low in known if n is not None and n >= wins and (low or 0.0) > 0.0]
    how = f"surely from {surely[0]:,.0f}" if surely else "nowhere surely"
    return f"{who} stay above {whom} from {wins:,.0f} on, {how}."


def scorecards(values: Values) -> list[Named]:
    """The predictors measured, in the order of the evaluation."""
    cards = _named(values, "scorecards")
    stages = (("gate, before showing", "stage2"), ("gate, before the call", "stage1"))
    alone = [Named(name, found) for name, stage in stages if isinstance(found := at(values, "intervals", stage), dict)]
    return cards or alone


def _named(values: Values | None, part: str) -> list[Named]:
    return [Named(_name(each), each) for each in entries(values, part)]


def _name(values: Values) -> str:
    name, stage = words(values, "name"), real(values.get("stage"))
    if name == "gate" and stage is not None:
        return "gate, before the call" if stage == 1 else "gate, before showing"
    return name or "unnamed"


def _setting(values: Values) -> str:
    n, groups, label = real(values.get("n")), real(values.get("groups")), words(values, "label")
    parts = [count(n, "decision") if n is not None else "Decisions"]
    if (rate := real(values.get("accept_rate"))) is not None:
        parts.append(f", {100 * rate:.1f} % of them good{f' ({label})' if label else ''}")
    if groups is not None:
        parts.append(f"; {count(groups, 'person', 'people')}, each judged by gates that learned from the others")
    return f"{''.join(parts)}."


def _card(card: Named) -> list[str]:
    return [card.name, *((share if "@" in name else number)(card.estimate(name)) for name in _FIGURES)]


def _ranking(figure: str, cards: Sequence[Named]) -> Markup:
    title, told = _TITLES[figure]
    known = [card for card in cards if card.estimate(figure).value is not None]
    if not known:
        return joined()
    rows = [_row(card.name, card.estimate(figure), told) for card in known[:MOST_ROWS]]
    best = max(known, key=lambda card: card.estimate(figure).value or 0.0)
    lowest, highest = _ends(rows)
    chart = Chart(
        name=f"chart-evaluation-{figure.partition('@')[0]}",
        title=f"{title}, of the gate and of the baselines",
        description=f"The highest is that of {best.name}: {told(best.estimate(figure))}.",
        x=chart_scales.numbers(title, min(0.5, lowest), highest)
        if told is number
        else chart_scales.percents(title, 0.0, highest),
        y=chart_scales.percents(""),
        series=(),
    )
    return element("figure", {}, element("figcaption", {}, f"{title[:1].upper()}{title[1:]}"), rows_drawn(chart, rows))


def _ends(rows: Sequence[Row]) -> tuple[float, float]:
    """The lowest and the highest that has to fit into a chart."""
    every = [each for row in rows for each in (row.value, row.low, row.high) if each is not None]
    return min(every), max(every)


def _row(name: str, found: Estimate, told: Callable[[Estimate], str] = number) -> Row:
    return Row(name, found.value or 0.0, found.low, found.high, told(found), 1 if name.startswith("gate") else 2)


def _served(values: Values) -> str:
    source = at(values, "intervals", "policy") or at(values, "policy")
    lost, spared = estimate(source, "accepts_lost"), estimate(source, "rejections_withheld")
    if lost.value is None or spared.value is None:
        return ""
    told = (
        f" As it would serve, it withholds {within(spared)} of the rejections and loses {within(lost)} of the accepts."
    )
    worst = estimate(values, "worst_accepts_lost", "accepts_lost")
    of = real(at(values, "worst_accepts_lost", "accepts"))
    if worst.value is None or of is None:
        return told
    return f"{told} The person who fares worst loses {points(worst)} of {count(of, 'accept')}."


def _without(stage: int, found: Sequence[Named], across: Axis) -> Markup:
    """One stage without each group of features: as a chart, and in numbers."""
    rows = [[each.name, number(each.estimate("difference")), number(each.estimate("auc"))] for each in found]
    caption = f"{STAGES[stage].capitalize()}, with 95 % intervals"
    beside = page_parts.table(caption, ["without", "difference", "AUC"], rows)
    return page_parts.figure(_differences(stage, found[:MOST_ROWS], across), beside)


def _differences(stage: int, found: Sequence[Named], across: Axis) -> Markup:
    rows = [_row(each.name, each.estimate("difference")) for each in found]
    most = min(rows, key=lambda row: row.value)
    chart = Chart(
        name=f"chart-ablations-{stage}",
        title=f"Difference in AUC without a group of features, {STAGES[stage]}",
        description=f"The most is lost without {most.name}: {most.told}.",
        x=across,
        y=chart_scales.percents(""),
        series=(),
    )
    return rows_drawn(chart, rows)


def _climb(steps: Sequence[tuple[float, Values]], names: Sequence[str]) -> Markup:
    aside = [4.0 * look - 2.0 * (len(names) + 1) for look in range(1, len(names) + 1)]
    series = tuple(Series(name, _steps(steps, name), look, aside=aside[look - 1]) for look, name in enumerate(names, 1))
    every = [each for one in series for point in one.points for each in (point.y, point.low, point.high)]
    known = [each for each in every if each is not None]
    return drawn(
        Chart(
            name="chart-learning",
            title="AUC after so many own outcomes",
            description=f"From {steps[0][0]:,.0f} to {steps[-1][0]:,.0f} outcomes; {'; '.join(map(_rise, series))}.",
            x=chart_scales.numbers("own outcomes", 0.0, steps[-1][0], "{:,.0f}".format),
            y=chart_scales.numbers("AUC", min(0.5, *known), max(known)),
            series=series,
            height=220.0,
        )
    )


def _steps(steps: Sequence[tuple[float, Values]], name: str) -> tuple[Point, ...]:
    """The points of what learned, where it was measured."""
    known = [(n, found) for n, each in steps if (found := estimate(each, name)).value is not None]
    return tuple(Point(n, each.value or 0.0, each.low, each.high, f"{n:,.0f}: {number(each)}") for n, each in known)


def _rise(series: Series) -> str:
    first, last = series.points[0], series.points[-1]
    return f"{series.name} goes from {first.y:.3f} to {last.y:.3f}"
