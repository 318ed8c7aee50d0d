"""Reliability and trade-off: what they say of decisions whose truth is known."""

import json
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from making_records import THRESHOLD, Record, record
from tactful_models import dataset, labels, scored, stored_curves
from tactful_models.cases import Reader
from tactful_models.dataset import strings
from tactful_models.judging import Judged
from tactful_models.promise import Thresholds
from tactful_models.reliability import reliability, wilson
from tactful_models.scored import Scored
from tactful_models.tradeoff import below, points, tradeoff


def made(n: int, seed: int = 0, told: float = 1.0) -> Scored:
    """Decisions of 20 sessions with true chances; stage 2 tells them to the power `told`."""
    rng = np.random.default_rng(seed)
    chance = rng.random(n)
    sessions = [f"s{at % 20}" for at in range(n)]
    return Scored(
        stage1=np.full(n, np.nan),
        stage2=chance**told,
        logprob_mean=np.log(chance) + rng.normal(size=n),
        recent_rate=np.full(n, np.nan),
        label=rng.random(n) < chance,
        weight=np.ones(n),
        group=strings(["u"] * n),
        session_id=strings(sessions),
    )


def logged() -> Scored:
    reader = Reader()
    for event in record(Record(weeks=12)):
        reader.see(event)
    return scored.read(reader, labels.find("kept_30"))


def test_chances_that_are_true_lie_within_their_intervals() -> None:
    found = reliability(made(4000), 2)
    assert len(found.bins) == 10
    inside = [each.good.low <= each.mean <= each.good.high for each in found.bins if each.good.low and each.good.high]
    assert sum(inside) >= 8
    assert found.ece.value is not None and found.ece.value < 0.04


def test_chances_that_are_too_high_are_seen() -> None:
    found = reliability(made(4000, told=0.5), 2)
    assert all(each.good.value is not None and each.good.value < each.mean for each in found.bins)
    assert found.ece.low is not None and found.ece.low > 0.1


def test_bins_hold_every_decision_once_and_do_not_overlap() -> None:
    found = reliability(made(1234), 2)
    assert sum(each.n for each in found.bins) == 1234
    assert all(one.high <= other.low for one, other in pairwise(found.bins))
    assert all(each.low <= each.mean <= each.high for each in found.bins)


@pytest.mark.parametrize(("n", "good"), [(99, 40), (300, 19), (300, 281)])
def test_too_few_decisions_of_either_kind_give_no_bins(n: int, good: int) -> None:
    few = replace(made(n), label=np.arange(n) < good)
    assert reliability(few, 2).bins == ()
    assert tradeoff(few).curves == ()


def test_a_stage_that_was_not_asked_has_nothing_to_show() -> None:
    assert (reliability(made(500), 1).n, reliability(made(500), 1).bins) == (0, ())


def test_where_all_are_alike_the_interval_is_wilsons() -> None:
    low, high = wilson(0.0, 50)
    found = reliability(replace(made(1000), stage2=np.full(1000, 0.001), label=np.arange(1000) < 50), 2)
    assert low == 0.0 < high < 0.08
    assert len(found.bins) == 1


def test_exploration_stands_for_what_was_withheld() -> None:
    decisions = logged()
    explored = decisions.weight > 5
    assert explored.any()
    assert (decisions.stage2[explored] < THRESHOLD).all()
    stand_for = sum(each.good.n for each in reliability(decisions, 2).bins)
    assert stand_for == pytest.approx(decisions.weight.sum()) and stand_for > len(decisions) + 50


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.floats(0.0, 1.0), st.booleans()), min_size=2, max_size=400))
def test_a_trade_off_rises_from_nothing_to_all(found: list[tuple[float, bool]]) -> None:
    scores = np.array([score for score, _ in found])
    accepted = np.array([is_good for _, is_good in found])
    accepted[0], accepted[1] = True, False
    curve = points(scores, accepted, np.ones(len(found)))
    assert (curve[0], curve[-1]) == ((0.0, 0.0), (1.0, 1.0))
    assert all(a[0] <= b[0] and a[1] <= b[1] for a, b in pairwise(curve))
    assert len(curve) <= 121


def test_the_better_score_has_the_higher_curve_and_what_is_unknown_none() -> None:
    found = tradeoff(made(2000))
    assert [curve.name for curve in found.curves] == ["gate, before showing", "mean log-probability"]
    gate, logprob = found.curves
    assert (gate.at_95.low or 0.0) > (logprob.at_95.high or 1.0)
    assert found.in_force is None


def test_thresholds_are_placed_by_what_they_do_to_the_decisions() -> None:
    decisions = made(2000)
    withheld = below(decisions, Thresholds(0.0, 0.2))
    found = tradeoff(decisions, withheld)
    assert found.in_force is not None
    assert found.in_force.accepts_lost.value == pytest.approx(withheld[decisions.label].mean())
    assert found.in_force.rejections_withheld.value == pytest.approx(withheld[~decisions.label].mean())


def test_an_evaluations_curves_come_back_from_json_as_they_were() -> None:
    rows = dataset.read(record(Record(weeks=4)))
    rng = np.random.default_rng(1)
    chances = np.clip(0.5 * rows.label + 0.5 * rng.random(len(rows)), 0.0, 1.0)
    judged = Judged(rows, rng.random(len(rows)), chances, chances < 0.0, chances < 0.3)
    stored = stored_curves.from_json(json.loads(json.dumps(stored_curves.to_json(judged), allow_nan=False)))
    decisions = scored.of_judged(judged)
    assert stored.stages == (reliability(decisions, 1), reliability(decisions, 2))
    assert stored.tradeoff == tradeoff(decisions, judged.withheld)


@pytest.mark.parametrize(
    "values",
    [
        None,
        {},
        {"reliability": 1, "tradeoff": []},
        {"reliability": [{"stage": 3}, {"stage": 2, "bins": [{"mean": 2.0}]}], "tradeoff": {"curves": [{"name": "x"}]}},
        {"tradeoff": {"curves": [{"name": "mean log-probability", "points": [[0, 0], [1, "1"]]}]}},
    ],
)
def test_curves_that_are_not_as_they_should_be_are_taken_for_not_there(values: dict[str, object] | None) -> None:
    assert stored_curves.from_json(values) == stored_curves.Stored((), None)
