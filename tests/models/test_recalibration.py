"""A gate's probabilities, corrected by the newest outcomes."""

import math
import random
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from tactful_models.policy import Policy, decide
from tactful_models.promise import Thresholds
from tactful_models.recalibration import MEMORY, UNCORRECTED, Correction, Recalibrator

chances = st.floats(0.0, 1.0)
corrections = st.builds(Correction, st.floats(-5.0, 5.0), st.floats(0.05, 3.0))


def taught(n: int, slope: float, intercept: float, seed: int = 1) -> Recalibrator:
    """A recalibrator that saw `n` outcomes of a gate that should be corrected by this."""
    drawn, one = random.Random(seed), Recalibrator()
    for _ in range(n):
        own = drawn.uniform(0.02, 0.9)
        one.learn(own, drawn.random() < Correction(intercept, slope)(own), 1.0)
    return one


def test_nothing_is_corrected_before_anything_is_seen() -> None:
    assert Recalibrator().correction == UNCORRECTED
    assert all(UNCORRECTED(chance) == chance for chance in (0.0, 1e-9, 0.1, 0.3, 1.0))
    assert math.isnan(Correction(1.0, 1.0)(math.nan))


def test_what_a_user_takes_now_is_followed() -> None:
    correction = taught(400, 1.0, -1.5).correction
    assert abs(correction(0.4) - Correction(-1.5)(0.4)) < 0.06
    upwards = taught(400, 1.0, 1.5).correction
    assert abs(upwards(0.4) - Correction(1.5)(0.4)) < 0.06


def test_a_gate_that_lost_its_grip_is_flattened() -> None:
    correction = taught(600, 0.2, -0.5).correction
    assert correction.slope < 0.6
    assert correction(0.05) > 0.15


def test_a_gate_that_is_right_stays_nearly_as_it_is() -> None:
    gaps = [abs(taught(600, 1.0, 0.0, seed).correction(0.3) - 0.3) for seed in range(20)]
    assert sum(gaps) / 20 < 0.04


def test_what_is_long_past_is_forgotten() -> None:
    one = taught(300, 1.0, -2.0)
    for at in range(int(5 * MEMORY)):
        own = 0.1 + 0.8 * (at % 97) / 97
        one.learn(own, (at * 0.618034) % 1.0 < own, 1.0)
    assert abs(one.correction(0.4) - 0.4) < 0.08


def test_one_outcome_that_stands_for_many_does_not_overthrow_everything() -> None:
    one = taught(200, 1.0, 0.0)
    before = one.correction(0.3)
    one.learn(0.02, True, 50.0)
    assert abs(one.correction(0.3) - before) < 0.1


@given(corrections, st.lists(chances, min_size=2))
def test_a_correction_never_turns_the_order_round(correction: Correction, owns: list[float]) -> None:
    assert all(correction(low) <= correction(high) for low, high in pairwise(sorted(owns)))


@given(corrections, chances, st.floats(0.0, 1.0), st.sampled_from([1, 2]))
def test_corrected_thresholds_withhold_nothing_that_the_tuned_ones_show(
    correction: Correction, own: float, threshold: float, stage: int
) -> None:
    policy = Policy("on", Thresholds(threshold, threshold), 0.0)
    tuned = decide(policy, stage, own, "here")
    moved = decide(policy.corrected(stage, correction), stage, correction(own), "here")
    assert (tuned.would, moved.would) != ("show", "withhold")


@given(st.lists(st.tuples(chances, st.booleans(), st.floats(1.0, 2500.0)), max_size=60))
def test_whatever_comes_the_numbers_stay_sound(outcomes: list[tuple[float, bool, float]]) -> None:
    one = Recalibrator()
    for own, good, weight in outcomes:
        one.learn(own, good, weight)
    correction = one.correction
    assert math.isfinite(correction.intercept)
    assert correction.slope > 0.0
    assert 0.0 <= correction(0.5) <= 1.0
