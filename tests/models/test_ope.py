"""Off-policy estimates: right by hand, right in a world whose truth is known, honest where the log cannot tell."""

from dataclasses import replace

import numpy as np
import pytest

from tactful_models import ope, simulation
from tactful_models.clusters import jackknife, log_odds, places, ratio, sums, t_quantile
from tactful_models.dataset import Floats
from tactful_models.ope import Guess, Target
from tactful_models.paths import Paths
from tactful_models.simulation import Logging, Size, World

LOGGING = Logging(0.2, 0.25, exploration=0.1)
SIZE = Size(1, 30, 40)


def logged(size: Size = SIZE, seed: int = 0, logging: Logging = LOGGING) -> Paths:
    return simulation.log(simulation.draw(World(tastes=(0.0,)), size, seed), logging, seed)


def thresholds(paths: Paths, stage1: float, stage2: float) -> Target:
    second = np.nan_to_num(paths.probability2, nan=1.0) >= stage2
    return Target("thresholds", (paths.probability1 >= stage1).astype(float), second.astype(float))


def guess(paths: Paths) -> Guess:
    return Guess(paths.probability1, paths.probability2)


# By hand


def test_each_estimate_is_what_its_formula_says_on_four_paths() -> None:
    """Withheld by stage 1; let pass by exploring it and withheld by stage 2; shown and good; shown and bad."""
    base = logged(Size(1, 2, 2))
    paths = replace(
        base,
        called=np.array([False, True, True, True]),
        shown=np.array([False, False, True, True]),
        propensity1=np.array([0.9, 0.1, 1.0, 1.0]),
        propensity2=np.array([1.0, 0.8, 0.5, 1.0]),
        reward=np.array([0.0, 0.0, 1.0, 0.0]),
    )
    target = Target("t", np.array([1.0, 1.0, 1.0, 0.0]), np.array([1.0, 1.0, 0.5, 1.0]))
    found = ope.worth(paths, target, Guess(np.full(4, 0.4), np.array([0.0, 0.2, 0.6, 0.1])), paths.reward)
    weight = np.array([0.0, 0.0, 1.0 * 1.0, 0.0])  # 0.5 / 0.5 of what was shown and wanted
    assert found.ips.value == pytest.approx((weight * paths.reward).sum() / 4)
    first = np.array([0.0, 10.0, 1.0, 0.0])
    going_on = np.array([0.0, 0.2, 0.3, 0.1])
    passing = (10.0 * 1.0 + 1.0 * 0.5) / 11.0
    assert found.snips.value == pytest.approx(0.75 * passing * 1.0)
    scale = (10.0 * 0.2 + 0.3) / (10.0 * 0.4 + 0.4)
    q1 = 0.4 * scale
    robust = target.stage1 * q1 + first * (going_on - q1) + weight * (paths.reward - np.array([0, 0, 0.6, 0]))
    assert found.dr.value == pytest.approx(robust.mean())


def test_the_logged_policy_is_worth_what_it_earned() -> None:
    paths = logged()
    found = ope.worth(paths, ope.logged(paths), guess(paths), paths.reward)
    assert found.ips.value == pytest.approx(paths.reward.mean())


def test_where_everything_was_shown_the_three_estimates_agree() -> None:
    paths = logged(logging=Logging())
    found = ope.worth(paths, thresholds(paths, 0.1, 0.3), guess(paths), paths.reward)
    assert found.ips.value == pytest.approx(found.snips.value) == pytest.approx(found.dr.value)


def test_a_path_that_stands_for_half_a_one_counts_half() -> None:
    paths = logged()
    twice = replace(paths, stands_for=np.full(len(paths), 0.5))
    target = thresholds(paths, 0.1, 0.3)
    one, other = (ope.worth(each, target, guess(paths), paths.reward) for each in (paths, twice))
    assert one.dr.value == pytest.approx(other.dr.value)


def test_estimates_stay_right_with_a_model_of_the_reward_that_is_wrong() -> None:
    """A doubly robust estimate with known propensities is unbiased whatever the guess."""
    pair = (0.1, 0.35)
    truth = simulation.truth(simulation.draw(World(tastes=(0.0,)), Size(1, 100_000, 1), 77), pair)
    found = [_badly_guessed(seed, pair) for seed in range(60)]
    assert np.mean(found) == pytest.approx(truth.value, abs=3 * np.std(found) / 60**0.5 + 0.002)


def _badly_guessed(seed: int, pair: tuple[float, float]) -> float:
    paths = logged(seed=seed)
    wrong = Guess(np.full(len(paths), 0.9), np.full(len(paths), 0.05))
    found = ope.worth(paths, thresholds(paths, *pair), wrong, paths.reward).dr.value
    assert found is not None
    return found


# Intervals


def test_intervals_hold_the_truth_about_as_often_as_they_say() -> None:
    pair = (0.1, 0.35)
    truth = simulation.truth(simulation.draw(World(tastes=(0.0,)), Size(1, 200_000, 1), 78), pair)
    inside: dict[str, int] = dict.fromkeys(("ips", "snips", "dr", "lost"), 0)
    for seed in range(100):
        paths = logged(seed=seed)
        target = thresholds(paths, *pair)
        found = ope.worth(paths, target, guess(paths), paths.reward)
        lost = ope.lost_share(paths, target, paths.reward)
        for name, interval in (("ips", found.ips), ("snips", found.snips), ("dr", found.dr), ("lost", lost)):
            assert interval.low is not None
            assert interval.high is not None
            expected = truth.accepts_lost if name == "lost" else truth.value
            inside[name] += interval.low <= expected <= interval.high
    assert all(hits >= 88 for hits in inside.values()), inside  # 95 and three standard deviations below


def test_students_quantiles_are_the_tables() -> None:
    for freedom, expected in ((1, 12.7062), (2, 4.3027), (3, 3.1824), (10, 2.2281), (30, 2.0423), (5000, 1.96)):
        assert t_quantile(0.975, freedom) == pytest.approx(expected, abs=4e-4)


def test_users_are_the_clusters_where_there_are_five_and_sessions_otherwise() -> None:
    names = np.array(list("aabbccddee"), object)
    sessions = np.arange(10).astype(str).astype(object)
    assert places(names, sessions).tolist() == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]
    assert len(set(places(names[:8], sessions[:8]))) == 8


def test_one_session_alone_bears_no_interval() -> None:
    paths = logged(Size(1, 1, 50))
    found = ope.worth(paths, thresholds(paths, 0.1, 0.3), guess(paths), paths.reward)
    assert found.dr.value is not None
    assert (found.dr.low, found.dr.high) == (None, None)


def test_the_jackknife_of_a_mean_of_equal_clusters_is_the_textbooks() -> None:
    means = np.array([0.1, 0.4, 0.3, 0.6])
    found = jackknife(lambda each: ratio(each[:, 0], each[:, 1]), np.stack([means, np.ones(4)], axis=1))
    half = t_quantile(0.975, 3) * means.std(ddof=1) / 2.0
    assert found.low == pytest.approx(0.35 - half)
    assert found.high == pytest.approx(0.35 + half)


def test_the_interval_of_a_small_share_stays_above_nothing() -> None:
    totals = np.array([[1.0, 40.0], [0.0, 40.0], [2.0, 40.0], [1.0, 40.0]])
    found = log_odds(totals)
    assert found.low is not None
    assert 0.0 < found.low < 0.025 < (found.high or 0.0)


def test_sums_are_by_cluster() -> None:
    found: Floats = sums(np.array([[1.0, 2.0, 4.0]]), np.array([0, 1, 0]))
    assert found.tolist() == [[5.0], [2.0]]


# What the log cannot tell


def test_a_policy_that_shows_what_the_log_never_did_has_no_support() -> None:
    paths = logged(logging=Logging(0.3, 0.0, exploration=0.0))
    found = ope.support(paths, ope.everything(len(paths)))
    assert found.unsupported == pytest.approx((~paths.called).mean())
    assert not found.is_given
    assert ope.lost_share(paths, thresholds(paths, 0.4, 0.0), paths.reward).value is None


def test_a_policy_that_only_withholds_more_needs_no_exploration() -> None:
    paths = logged(logging=Logging(0.2, 0.2, exploration=0.0))
    target = thresholds(paths, 0.3, 0.4)
    assert ope.support(paths, target).is_given
    assert ope.worth(paths, target, guess(paths), paths.reward).ips.value is not None


def test_weights_tell_on_how_little_an_estimate_rests() -> None:
    paths = logged(logging=Logging(0.3, 0.3, exploration=0.02))
    found = ope.support(paths, ope.everything(len(paths)))
    assert found.effective < 0.5 * paths.shown.sum()
    assert found.largest_weight >= 50.0


def test_a_policy_that_loses_nothing_seen_may_still_lose_something() -> None:
    paths = logged(Size(1, 4, 40), logging=Logging())
    lowest = float(paths.probability1[paths.reward > 0].min())
    found = ope.lost_share(paths, thresholds(paths, lowest, 0.0), paths.reward)
    assert found.value == 0.0
    assert found.high is not None
    assert found.high > 0.01


def test_showing_everything_loses_nothing_for_certain() -> None:
    paths = logged()
    found = ope.lost_share(paths, ope.everything(len(paths)), paths.reward)
    assert (found.value, found.high) == (0.0, 0.0)
