"""Thresholds chosen together, and the bound they promise."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from tactful_models.promise import Constraint, binomial_cdf, fewest_accepts, most_lost, upper_bound
from tactful_models.threshold_search import Weighed, best_pair
from tactful_models.thresholds import Scored, judge, tune


def simulated(n: int, seed: int) -> Scored:
    """Decisions of a gate that knows the true chance at stage 2 and half of it at stage 1."""
    rng = np.random.default_rng(seed)
    known = rng.normal(size=n)
    hidden = rng.normal(size=n)
    chance = 1 / (1 + np.exp(-(known + hidden - 1)))
    early = 1 / (1 + np.exp(-(0.85 * known - 0.9)))
    return Scored(early, chance, rng.random(n) < chance, np.ones(n))


def lost_share(scored: Scored, stage1: float, stage2: float) -> float:
    withheld = (scored.stage1 < stage1) | (scored.stage2 < stage2)
    return float(withheld[scored.accepted].mean())


def rejections_withheld(scored: Scored, stage1: float, stage2: float) -> float:
    withheld = (scored.stage1 < stage1) | (scored.stage2 < stage2)
    return float(withheld[~scored.accepted].mean())


# The exact bound


@pytest.mark.parametrize(("k", "n", "expected"), [(0, 45, 0.0499), (2, 20, 0.2448), (5, 100, 0.0908), (1, 1, 1.0)])
def test_the_upper_bound_is_clopper_and_pearsons(k: int, n: int, expected: float) -> None:
    assert upper_bound(k, n, 0.90) == pytest.approx(expected, abs=5e-5)


def test_the_upper_bound_agrees_with_the_beta_quantile() -> None:
    special = pytest.importorskip("scipy.special", reason="the independent quantile comes from SciPy")
    for k, n, confidence in product((0, 1, 7, 60), (61, 500, 20_000), (0.8, 0.9, 0.99)):
        assert upper_bound(k, n, confidence) == pytest.approx(special.betaincinv(k + 1, n - k, confidence), rel=1e-9)


def test_the_binomial_tail_is_exact_for_small_numbers() -> None:
    assert binomial_cdf(1, 2, 0.25) == pytest.approx(15 / 16)
    assert (binomial_cdf(-1, 2, 0.5), binomial_cdf(2, 2, 0.5)) == (0.0, 1.0)
    assert (binomial_cdf(0, 2, 0.0), binomial_cdf(0, 2, 1.0)) == (1.0, 0.0)


def test_with_no_accept_lost_forty_five_are_needed_at_five_and_ninety_percent() -> None:
    constraint = Constraint(accepts_lost=0.05, confidence=0.90)
    assert fewest_accepts(constraint) == 45
    assert (most_lost(44, constraint), most_lost(45, constraint)) == (-1, 0)


def test_the_most_that_may_be_lost_is_where_the_bound_crosses_the_limit() -> None:
    constraint = Constraint(accepts_lost=0.05, confidence=0.90)
    for n in (45, 100, 700, 5000):
        allowed = most_lost(n, constraint)
        assert upper_bound(allowed, n, 0.90) <= 0.05 < upper_bound(allowed + 1, n, 0.90)


# The search


def test_the_search_finds_what_trying_every_pair_finds() -> None:
    for seed in range(30):
        rng = np.random.default_rng(seed)
        loss = Weighed(rng.integers(0, 9, 25) / 9, rng.integers(0, 9, 25) / 9, rng.integers(1, 3, 25).astype(float))
        gain = Weighed(rng.integers(0, 9, 40) / 9, rng.integers(0, 9, 40) / 9, np.ones(40))
        budget = float(rng.integers(0, 12)) + 1e-9

        def worth(stage1: float, stage2: float, gain: Weighed = gain) -> float:
            return gain.withheld(stage1, stage2) + 0.1 * gain.withheld(stage1, 0.0)

        tried = product(np.arange(10) / 9, np.arange(10) / 9)
        best = max(worth(*pair) for pair in tried if loss.withheld(*pair) <= budget)
        found = best_pair(loss, gain, budget, 0.1)
        assert loss.withheld(*found) <= budget
        assert worth(*found) == pytest.approx(best)


def test_the_plain_threshold_spends_its_budget_and_no_more() -> None:
    scored = simulated(4000, 0)
    found = tune(scored, Constraint(kind="plain"))
    assert 0.045 < lost_share(scored, found.stage1, found.stage2) <= 0.05
    assert found.promise.kind == "plain"
    assert "says nothing of new data" in found.promise.reason


# The promise


def test_the_bound_is_kept_on_the_tuning_data() -> None:
    scored = simulated(3000, 1)
    found = tune(scored, Constraint())
    assert found.promise.met
    assert found.promise.upper <= 0.05
    assert found.promise.lost == round(lost_share(scored, found.stage1, found.stage2) * scored.accepted.sum())
    assert rejections_withheld(scored, found.stage1, found.stage2) > 0.15


def test_the_promise_holds_on_new_data_as_often_as_it_says() -> None:
    new = simulated(200_000, 10_000)
    lost = []
    for seed in range(200):
        found = tune(simulated(400, seed), Constraint(accepts_lost=0.05, confidence=0.90))
        lost.append(lost_share(new, found.stage1, found.stage2))
    broken = sum(share > 0.05 for share in lost)
    assert broken <= 200 * 0.10 + 2 * (200 * 0.1 * 0.9) ** 0.5
    assert broken > 0, "a promise that is never broken withholds less than it may"


def test_a_gate_that_knows_nothing_still_keeps_its_promise() -> None:
    rng = np.random.default_rng(2)
    broken = 0
    for _ in range(200):
        scored = Scored(rng.random(300), rng.random(300), rng.random(300) < 0.3, np.ones(300))
        found = tune(scored, Constraint())
        broken += 1 - (1 - found.stage1) * (1 - found.stage2) > 0.05
    assert broken <= 200 * 0.10 + 2 * (200 * 0.1 * 0.9) ** 0.5


def test_too_few_accepts_show_everything_and_say_how_many_are_missing() -> None:
    scored = simulated(200, 3)
    keep = np.flatnonzero(scored.accepted)[:30]
    chosen = np.concatenate([keep, np.flatnonzero(~scored.accepted)])
    few = Scored(scored.stage1[chosen], scored.stage2[chosen], scored.accepted[chosen], np.ones(len(chosen)))
    found = tune(few, Constraint())
    assert (found.stage1, found.stage2, found.promise.met) == (0.0, 0.0, False)
    assert found.promise.more_accepts == 15
    assert "at least 15 more are needed, so everything is shown" in found.promise.reason


@pytest.mark.parametrize("accepted", [True, False])
def test_one_kind_of_outcome_alone_shows_everything(accepted: bool) -> None:
    found = tune(Scored(np.ones(60) / 2, np.ones(60) / 2, np.full(60, accepted), np.ones(60)), Constraint())
    assert (found.stage1, found.stage2, found.promise.met) == (0.0, 0.0, False)


def test_where_all_rejections_have_one_score_below_every_accept_all_of_them_are_withheld() -> None:
    accepted = np.arange(400) % 2 == 0
    told_apart = Scored(np.full(400, 0.5), np.where(accepted, 0.95, 0.05), accepted, np.ones(400))
    found = tune(told_apart, Constraint())
    assert found.promise.met
    assert lost_share(told_apart, found.stage1, found.stage2) == 0.0
    assert rejections_withheld(told_apart, found.stage1, found.stage2) == 1.0


def test_scores_that_are_all_the_same_withhold_nothing() -> None:
    rng = np.random.default_rng(4)
    scored = Scored(np.full(400, 0.3), np.full(400, 0.3), rng.random(400) < 0.3, np.ones(400))
    for kind in ("bound", "plain"):
        found = tune(scored, Constraint(kind=kind))
        assert not ((scored.stage1 < found.stage1) | (scored.stage2 < found.stage2)).any()


def test_a_gate_that_cannot_tell_is_said_to_be_that_and_no_person_is_blamed() -> None:
    accepted, even = np.arange(400) % 3 == 0, np.full(400, 0.3)
    found = tune(Scored(even, even, accepted, np.ones(400), np.arange(400) // 20), Constraint())
    assert not found.promise.met
    assert found.promise.reason.startswith("nothing can be withheld without losing more accepts than allowed")


@pytest.mark.parametrize("confidence", [0.3, 0.5, 0.99])
def test_any_confidence_can_be_asked_of_accepts_that_hang_together(confidence: float) -> None:
    scored = replace(simulated(600, 3), clusters=np.arange(600) // 20)
    assert tune(scored, Constraint(0.2, confidence)).promise.met


def test_unequal_weights_rest_on_an_effective_size_and_say_so() -> None:
    scored = simulated(3000, 5)
    weight = np.where(np.arange(3000) % 50 == 0, 20.0, 1.0)
    found = tune(Scored(scored.stage1, scored.stage2, scored.accepted, weight), Constraint())
    even = tune(scored, Constraint())
    assert not found.promise.exact
    assert found.promise.met
    assert lost_share(scored, found.stage1, found.stage2) < lost_share(scored, even.stage1, even.stage2)


def test_what_was_hardly_ever_shown_is_not_withheld_because_no_accept_was_seen_there() -> None:
    """A thousand accepts, none of them among the forty rejections that stand for two thousand of their like."""
    scores = np.concatenate([np.linspace(0.5, 0.9, 1000), np.linspace(0.01, 0.2, 40)])
    accepted, weight = np.arange(1040) < 1000, np.where(np.arange(1040) < 1000, 1.0, 50.0)
    found = tune(Scored(scores, scores, accepted, weight), Constraint())
    assert (found.stage1, found.stage2, found.promise.met) == (0.0, 0.0, False)
    assert found.promise.reason.startswith("what a gate withheld was shown too seldom to promise")


def with_explored(seed: int, n: int = 3000) -> Scored:
    """All that was shown before a gate withheld, and what came since: of what is below .15, every fiftieth."""
    scored = simulated(n, seed)
    rng = np.random.default_rng(seed)
    hidden = (np.arange(n) >= n // 2) & (scored.stage2 < 0.15)
    seen = ~hidden | (rng.random(n) < 0.02)
    weight = np.where(hidden, 50.0, 1.0)[seen]
    return Scored(scored.stage1[seen], scored.stage2[seen], scored.accepted[seen], weight)


def test_what_was_shown_before_a_gate_withheld_it_tells_how_much_of_it_was_good() -> None:
    explored = with_explored(11)
    found = tune(explored, Constraint())
    assert found.promise.met
    assert rejections_withheld(simulated(3000, 12), found.stage1, found.stage2) > 0.2


def test_what_a_label_counts_is_no_sign_of_exploration() -> None:
    scored = simulated(900, 13)
    says = np.where(np.arange(900) % 2 == 0, 0.5, 1.0)
    found = tune(replace(scored, weight=says, says=says), Constraint())
    assert found == tune(replace(scored, weight=says), Constraint())
    fifty = replace(scored, weight=50.0 * says, says=says)
    assert fifty.stand_for_many
    assert not replace(scored, weight=says, says=says).stand_for_many


def test_a_given_pair_is_judged_without_being_chosen() -> None:
    scored = simulated(1000, 6)
    judged = judge(scored, Constraint(), (0.0, 0.0))
    assert (judged.promise.lost, judged.stage1) == (0, 0.0)


def test_a_gate_good_before_the_call_spares_calls() -> None:
    rng = np.random.default_rng(7)
    chance = 1 / (1 + np.exp(-2 * rng.normal(size=4000)))
    scored = Scored(chance, chance, rng.random(4000) < chance, np.ones(4000))
    found = tune(scored, Constraint())
    assert (scored.stage1 < found.stage1).mean() > 0.1


def test_too_few_accepts_by_weight_say_what_they_count_as() -> None:
    scored = simulated(1400, 8)
    weight = np.where(np.flatnonzero(scored.accepted)[5] == np.arange(1400), 300.0, 1.0)
    found = tune(Scored(scored.stage1, scored.stage2, scored.accepted, weight), Constraint())
    assert (found.stage1, found.promise.met, found.promise.exact) == (0.0, False, False)
    counted = f"(which count as {found.promise.effective}, because some stand for many or hang together)"
    assert f" accepts {counted} are too few" in found.promise.reason
    assert found.promise.effective + found.promise.more_accepts == 59  # what it takes at half of the risk
