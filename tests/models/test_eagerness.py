"""Thresholds moved by how much an unwanted suggestion costs."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tactful_models.events import Action
from tactful_models.policy import Policy, decide
from tactful_models.promise import COST_RATIOS, Promise, Thresholds

FROM_EAGER_TO_QUIET = ("always", "eager", "balanced", "quiet")
probabilities = st.floats(0.0, 1.0)


def test_from_always_to_quiet_the_ratio_rises() -> None:
    assert sorted(COST_RATIOS, key=lambda word: COST_RATIOS[word]) == list(FROM_EAGER_TO_QUIET)


@pytest.mark.parametrize(
    ("word", "stage1", "stage2"),
    [("quiet", 0.5, 0.75), ("balanced", 0.25, 0.5), ("eager", 0.1, 0.25), ("always", 0.0, 0.0)],
)
def test_the_odds_of_each_threshold_are_multiplied(word: str, stage1: float, stage2: float) -> None:
    moved = Thresholds(0.25, 0.5).with_eagerness(word)
    assert [moved.stage1, moved.stage2] == pytest.approx([stage1, stage2])


def test_an_unknown_eagerness_is_refused() -> None:
    with pytest.raises(KeyError):
        Thresholds(0.1, 0.2).with_eagerness("loud")


@given(probabilities, probabilities)
def test_thresholds_stay_probabilities_and_rise_with_the_cost(stage1: float, stage2: float) -> None:
    moved = [Thresholds(stage1, stage2).with_eagerness(word) for word in FROM_EAGER_TO_QUIET]
    for stage in (1, 2):
        found = [one.of(stage) for one in moved]
        assert all(0.0 <= one <= 1.0 for one in found)
        assert found == sorted(found)


@given(probabilities, probabilities)
def test_whatever_is_withheld_is_withheld_by_all_who_want_fewer(threshold: float, probability: float) -> None:
    withheld = []
    for word in FROM_EAGER_TO_QUIET:
        thresholds = Thresholds(threshold, threshold).with_eagerness(word)
        verdict = decide(Policy("on", thresholds, 0.0), 2, probability, "place")
        assert verdict.threshold == thresholds.stage2
        withheld.append(verdict.action is Action.WITHHOLD)
    assert withheld == sorted(withheld)
    assert not withheld[0]


@pytest.mark.parametrize("word", ["quiet", "balanced", "eager"])
def test_a_gate_that_withholds_nothing_or_everything_stays_so(word: str) -> None:
    assert Thresholds(0.0, 1.0).with_eagerness(word).stage1 == 0.0
    assert Thresholds(0.0, 1.0).with_eagerness(word).stage2 == 1.0


def test_always_withholds_nothing_whatever_the_gate_says() -> None:
    assert not Thresholds(1.0, 1.0).with_eagerness("always").withhold


@given(probabilities)
def test_eager_undoes_quiet(threshold: float) -> None:
    back = Thresholds(threshold, threshold).with_eagerness("quiet").with_eagerness("eager").stage1
    assert math.isclose(back, threshold, rel_tol=1e-9, abs_tol=1e-300)


def test_the_promise_is_kept_by_all_but_quiet_which_says_so() -> None:
    kept = Thresholds(0.1, 0.2, Promise(met=True, reason="kept"))
    told = {word: kept.with_eagerness(word).promise for word in COST_RATIOS}
    assert [word for word, promise in told.items() if not promise.met] == ["quiet"]
    assert "quiet" in told["quiet"].reason
    assert {told[word].reason for word in ("balanced", "eager", "always")} == {"kept"}


def test_quiet_cannot_break_the_promise_of_a_gate_that_withholds_nothing() -> None:
    assert Thresholds(0.0, 0.0, Promise(met=True)).with_eagerness("quiet").promise.met
