"""When the second stage is asked, and what that is worth."""

import numpy as np
import pytest

from making_rows import made_up
from tactful_models import metrics
from tactful_models.metrics import Bootstrap
from tactful_models.promise import Constraint
from tactful_models.routing import (
    ByEntropy,
    Routed,
    SecondLook,
    by_entropy,
    compared,
    entropy,
    joined_routes,
    route_both,
    second_look,
)
from tactful_models.thresholds import Scored

PLAIN = Constraint(kind="plain")


def simulated(n: int, seed: int) -> Scored:
    rng = np.random.default_rng(seed)
    known, hidden = rng.normal(size=n), rng.normal(size=n)
    chance = 1 / (1 + np.exp(-(known + hidden - 1)))
    return Scored(1 / (1 + np.exp(-(0.85 * known - 0.9))), chance, rng.random(n) < chance, np.ones(n))


def lost(scored: Scored, routed: Routed) -> float:
    return float(routed.withheld[scored.accepted].mean())


def spared(scored: Scored, routed: Routed) -> float:
    return float(routed.withheld[~scored.accepted].mean())


def test_a_confident_show_gets_its_second_look_from_ours_and_none_from_the_original() -> None:
    sure, bad = np.array([0.99]), np.array([0.01])
    ours = SecondLook(stage1=0.1, stage2=0.2).route(sure, bad)
    original = ByEntropy(entropy=0.5, stage1=0.1, stage2=0.2).route(sure, bad)
    assert (ours.withheld.tolist(), ours.spared.tolist()) == ([True], [False])
    assert original.withheld.tolist() == [False]


def test_a_confident_hide_spares_the_call_either_way() -> None:
    sure, good = np.array([0.02]), np.array([0.9])
    for rule in (SecondLook(0.1, 0.2), ByEntropy(0.5, 0.1, 0.2)):
        routed = rule.route(sure, good)
        assert (routed.withheld.tolist(), routed.spared.tolist()) == ([True], [True])


def test_where_the_first_stage_is_unsure_the_second_decides() -> None:
    routed = ByEntropy(0.9, 0.6, 0.2).route(np.array([0.5, 0.5]), np.array([0.1, 0.3]))
    assert (routed.withheld.tolist(), routed.spared.tolist()) == ([True, False], [False, False])


def test_entropy_is_greatest_where_nothing_is_known() -> None:
    assert entropy(np.array([0.5, 0.11, 0.0])).tolist() == pytest.approx([1.0, 0.4999, 0.0], abs=1e-3)


def test_both_rules_spend_the_budget_on_what_they_are_tuned_on_and_no_more() -> None:
    scored = simulated(2000, 1)
    for tune in (second_look, by_entropy):
        routed = tune(scored, PLAIN).route(scored.stage1, scored.stage2)
        assert 0.03 < lost(scored, routed) <= 0.05


def test_a_second_look_at_everything_is_the_limit_of_the_original_rule() -> None:
    scored = simulated(2000, 2)
    ours, original = (tune(scored, PLAIN).route(scored.stage1, scored.stage2) for tune in (second_look, by_entropy))
    assert spared(scored, original) == pytest.approx(spared(scored, ours), abs=0.08)


def test_the_rules_are_compared_on_the_same_rows_with_intervals() -> None:
    rows, scored = made_up(200), simulated(200, 3)
    routes = [
        route_both(scored, PLAIN, (scored.stage1[part], scored.stage2[part])) for part in (slice(80), slice(80, 200))
    ]
    drawn = metrics.resamples(rows.group, Bootstrap(n_resamples=50))
    ours, original = compared(joined_routes(routes), rows, drawn)
    assert ours.gain.value == 0.0
    assert original.gain.low is not None
    assert set(original.to_json()) == {"name", "accepts_lost", "rejections_withheld", "calls_avoided", "gain"}
