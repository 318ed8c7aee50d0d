"""The report page on how good the gate is: whether its chances come true, and what withholding spares and costs."""

from collections.abc import Sequence
from typing import Final

from tactful_models import chart_scales, page_parts
from tactful_models.charts import Chart, Point, Rule, Series, drawn
from tactful_models.markup import Markup, joined
from tactful_models.metrics import Estimate
from tactful_models.page_words import STAGES, count, number, share, within
from tactful_models.reliability import Bin, Reliability
from tactful_models.scored import FEWEST_DECISIONS, FEWEST_OF_EACH
from tactful_models.tradeoff import BLIND, GATE, LOGPROB, OWN_RATE, Tradeoff

_LOOKS: Final = {GATE[0]: 1, GATE[1]: 2, LOGPROB: 3, OWN_RATE: 4}
_MOST_LOST: Final = 0.5
"""Beyond that nobody would go."""
LOGGED: Final = (
    "Chances are those logged with the decision by the trained gate then in force, before anyone knew its end. What was"
    " shown by exploration stands for its like that were held back."
)
STORED: Final = (
    "Too few decisions of this log have a logged chance. These chances are from the evaluation given: of gates that had"
    " not learned from the decisions they judged."
)


def calibrated(stages: Sequence[Reliability], source: str = LOGGED) -> Markup:
    """Whether chances come true; `source` says whose they are."""
    told = sorted((each for each in stages if each.bins), key=lambda each: -each.stage)
    heading = ("reliability", "Do its chances come true?")
    if not told:
        return page_parts.section(*heading, page_parts.too_few(_too_few(stages)))
    missing = [page_parts.small(_too_few([each])) for each in stages if not each.bins]
    beside = joined(_scores(told), *missing, page_parts.small(source))
    lead = page_parts.paragraph(
        "On the dashed line a chance of 30 % comes true in 30 of 100 cases. Points above it were better than told."
    )
    return page_parts.section(
        *heading, lead, page_parts.figure(_diagram(told), beside), page_parts.halves(*map(_bins, told))
    )


def compared(found: Tradeoff, source: str = LOGGED) -> Markup:
    """What withholding spares and what it costs; `source` says whose chances the gate's are."""
    heading = ("tradeoff", "What withholding spares, and what it costs")
    if not found.curves:
        words = (
            f"{_labelled(found.n, found.n_good)} are too few to compare ways of withholding: it takes"
            f" {FEWEST_DECISIONS}, with {FEWEST_OF_EACH} of each kind."
        )
        return page_parts.section(*heading, page_parts.too_few(words))
    heads = ["", "at 95 % kept", "at 90 % kept", "AUC"]
    rows = [[each.name, share(each.at_95), share(each.at_90), number(each.auc)] for each in found.curves]
    blind = [BLIND, "5.0 %", "10.0 %", "0.500"]
    caption = "Rejections withheld while 95 % or 90 % of the accepts are kept, with 95 % intervals"
    beside = joined(page_parts.table(caption, heads, [*rows, blind]), *_notes(found, source))
    return page_parts.section(
        *heading, page_parts.paragraph(_lead(found, source)), page_parts.figure(_curves(found), beside)
    )


def _too_few(stages: Sequence[Reliability]) -> str:
    counts = " and ".join(f"{each.n:,} {STAGES[each.stage]}" for each in stages)
    return (
        f"Labelled decisions with a trained gate's chance: {counts}. That is too few to say whether chances come true:"
        f" it takes {FEWEST_DECISIONS} of a stage, with {FEWEST_OF_EACH} good and as many others."
    )


def _labelled(n: int, n_good: int) -> str:
    return f"{count(n, 'labelled decision')}, {n_good:,} of them good,"


def _scores(told: Sequence[Reliability]) -> Markup:
    rows = [[STAGES[each.stage], number(each.ece), number(each.brier), number(each.auc)] for each in told]
    caption = "Calibration error (ECE) and Brier score, 0 is best, and AUC, 1 is best, with 95 % intervals"
    return page_parts.table(caption, ["", "ECE", "Brier", "AUC"], rows)


def _bins(told: Reliability) -> Markup:
    rows = [
        [
            f"{100 * each.low:.1f} to {100 * each.high:.1f} %",
            f"{each.n:,}",
            f"{100 * each.mean:.1f} %",
            share(each.good),
        ]
        for each in told.bins
    ]
    caption = f"{STAGES[told.stage].capitalize()}, {count(told.n, 'decision')}: what was told, what came true"
    return page_parts.table(caption, ["chance", "decisions", "mean", "good"], rows)


def _diagram(told: Sequence[Reliability]) -> Markup:
    perfect = Series("as told", (Point(0.0, 0.0), Point(1.0, 1.0)), look=0, is_marked=False)
    stages = [
        Series(STAGES[each.stage], tuple(map(_point, each.bins)), look=1 if each.stage == 2 else 2) for each in told
    ]
    error = "; ".join(f"{STAGES[each.stage]} the calibration error is {number(each.ece)}" for each in told)
    return drawn(
        Chart(
            name="chart-reliability",
            title="Share that was good, by the chance told",
            description=f"Reliability diagram; {error}.",
            x=chart_scales.percents("chance told"),
            y=chart_scales.percents("good"),
            series=(perfect, *stages),
            height=300.0,
        )
    )


def _point(of: Bin) -> Point:
    told = f"told {100 * of.mean:.1f} %, came true {share(of.good)}; {count(of.n, 'decision')}"
    return Point(of.mean, of.good.value or 0.0, of.good.low, of.good.high, told)


def _lead(found: Tradeoff, source: str) -> str:
    gates = "with a logged chance" if source == LOGGED else "of the evaluation"
    whose = gates if found.has_gate else "too few of them with a trained gate's chance"
    return (
        f"{_labelled(found.n, found.n_good)} {whose}. Each way of scoring suggestions can hold back more or less; the"
        " higher its line, the more rejections it spares for the same share of accepts lost."
    )


def _notes(found: Tradeoff, source: str) -> tuple[Markup, ...]:
    absent = page_parts.small(
        f"The gate's own lines come when it has judged {FEWEST_DECISIONS} decisions that have a label."
    )
    if not found.has_gate:
        return (absent,)
    if found.in_force is None:
        return (page_parts.small(source),)
    at_work = found.in_force
    words = (
        f"{'The thresholds in force' if source == LOGGED else 'Their thresholds'}, both stages together, would withhold"
        f" {within(at_work.rejections_withheld)} of these rejections and lose {within(at_work.accepts_lost)} of these"
        " accepts: the diamond in the chart."
    )
    return (page_parts.paragraph(words), page_parts.small(source))


def _curves(found: Tradeoff) -> Markup:
    blind = Series(BLIND, (Point(0.0, 0.0), Point(_MOST_LOST, _MOST_LOST)), look=0, is_marked=False)
    curves = [Series(each.name, _until(each.points), _LOOKS[each.name], is_marked=False) for each in found.curves]
    best = max(found.curves, key=lambda each: each.at_95.value or 0.0)
    return drawn(
        Chart(
            name="chart-tradeoff",
            title="Rejections withheld against accepts lost",
            description=f"With 95 % of the accepts kept, {best.name} withholds most rejections: {share(best.at_95)}.",
            x=chart_scales.percents("accepts lost", 0.0, _MOST_LOST),
            y=chart_scales.percents("rejections withheld"),
            series=(blind, *curves, *_served(found)),
            rules=(Rule(0.05, "5 % lost"),),
            height=260.0,
        )
    )


def _served(found: Tradeoff) -> tuple[Series, ...]:
    at_work = found.in_force
    spared = Estimate(None) if at_work is None else at_work.rejections_withheld
    if at_work is None or at_work.accepts_lost.value is None or spared.value is None:
        return ()
    point = Point(at_work.accepts_lost.value, spared.value, spared.low, spared.high, "the thresholds")
    return (Series("thresholds", (point,), look=5, is_joined=False),)


def _until(points: Sequence[tuple[float, float]]) -> tuple[Point, ...]:
    """The curve up to where the chart ends, cut there."""
    found = []
    for (x0, y0), (x1, y1) in zip(points, [*points[1:], points[-1]], strict=True):
        found.append(Point(x0, y0))
        if x1 > _MOST_LOST:
            found.append(Point(_MOST_LOST, y0 + (y1 - y0) * (_MOST_LOST - x0) / (x1 - x0)))
            break
    return tuple(found)
