"""The maps from scores to probabilities, and how they are fitted."""

import json
import math
from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray

from tactful_models.calibration import Isotonic, Sigmoid, from_json
from tactful_models.calibration_fitting import fit_isotonic, fit_sigmoid
from tactful_models.errors import TrainingError, UnknownFormatError


def drawn(slope: float, intercept: float, n: int = 20_000) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    rng = np.random.default_rng(1)
    scores = rng.normal(size=n) * 3
    return scores, rng.random(n) < 1 / (1 + np.exp(-(slope * scores + intercept)))


def test_the_sigmoid_finds_the_map_that_made_the_labels() -> None:
    scores, labels = drawn(0.8, -0.5)
    fitted = fit_sigmoid(scores, labels, np.ones(len(scores)))
    assert fitted.slope == pytest.approx(0.8, abs=0.05)
    assert fitted.intercept == pytest.approx(-0.5, abs=0.05)


def test_separable_scores_do_not_make_the_sigmoid_certain() -> None:
    fitted = fit_sigmoid(np.array([-1.0, -0.5, 0.5, 1.0]), np.array([False, False, True, True]), np.ones(4))
    assert fitted(1.0) < 0.8
    assert fitted(-1.0) == pytest.approx(1 - fitted(1.0))


def test_scores_against_the_labels_give_every_score_the_base_rate() -> None:
    scores, labels = drawn(-1.0, 0.0)
    fitted = fit_sigmoid(scores, labels, np.ones(len(scores)))
    assert fitted(-5.0) == fitted(5.0) == pytest.approx(labels.mean(), abs=0.001)


def test_one_label_alone_gives_a_finite_map() -> None:
    fitted = fit_sigmoid(np.array([0.0, 1.0]), np.array([True, True]), np.ones(2))
    assert 0.5 < fitted(0.0) < 1.0


def test_a_weight_counts_like_repeated_rows() -> None:
    scores, labels = drawn(1.0, 0.3, 200)
    thrice = fit_sigmoid(np.tile(scores, 3), np.tile(labels, 3), np.ones(600))
    weighed = fit_sigmoid(scores, labels, np.full(200, 3.0))
    assert weighed.slope == pytest.approx(thrice.slope, rel=1e-6)
    assert weighed.intercept == pytest.approx(thrice.intercept, rel=1e-6)


def test_the_isotonic_map_pools_what_goes_the_wrong_way() -> None:
    labels = np.array([False, True, False, True, True])
    fitted = fit_isotonic(np.arange(5.0), labels, np.ones(5))
    assert [fitted(score) for score in range(5)] == [0.0, 0.5, 0.5, 1.0, 1.0]
    assert fitted(-9.0) == 0.0
    assert fitted(9.0) == 1.0
    assert fitted(0.5) == 0.25


def test_both_maps_never_decrease() -> None:
    scores, labels = drawn(0.3, 0.0, 500)
    grid = np.linspace(-12, 12, 5001).tolist()
    for fitted in (fit_sigmoid(scores, labels, np.ones(500)), fit_isotonic(scores, labels, np.ones(500))):
        values = [fitted(score) for score in grid]
        assert all(before <= after for before, after in pairwise(values))
        assert all(0.0 <= value <= 1.0 for value in values)


def test_far_scores_neither_overflow_nor_leave_the_unit_interval() -> None:
    steep = Sigmoid(1e6, 0.0)
    assert steep(1e6) == 1.0
    assert steep(-1e6) == 0.0


@pytest.mark.parametrize("kept", [Sigmoid(1 / 3, -math.pi), Isotonic((0.1, 0.2, 1 / 3), (0.0, 1 / 7, 0.9))])
def test_a_map_goes_to_json_and_back_to_the_bit(kept: Sigmoid | Isotonic) -> None:
    assert from_json(json.loads(json.dumps(kept.to_json()))) == kept


@pytest.mark.parametrize(
    "broken",
    [
        {"kind": "spline"},
        {"kind": "sigmoid", "slope": "1"},
        {"kind": "isotonic", "scores": [], "probabilities": []},
        {"kind": "isotonic", "scores": [0.0, 1.0], "probabilities": [0.5]},
        {"kind": "isotonic", "scores": [0.0], "probabilities": ["x"]},
        {"kind": "isotonic", "scores": [0.0, 1.0], "probabilities": [0.5, 0.4]},
        {"kind": "sigmoid", "slope": -1.0, "intercept": 0.0},
        {"kind": "sigmoid", "slope": 1.0, "intercept": math.nan},
        {"kind": "sigmoid", "slope": math.inf, "intercept": 0.0},
        {"kind": "sigmoid", "slope": 10**400, "intercept": 0.0},
        {"kind": "isotonic", "scores": [0.0, 0.0], "probabilities": [0.5, 0.6]},
        {"kind": "isotonic", "scores": [0.0, math.inf], "probabilities": [0.5, 0.6]},
        {"kind": "isotonic", "scores": [0.0, 1.0], "probabilities": [0.5, 1.5]},
        {"kind": "isotonic", "scores": [0.0], "probabilities": [math.nan]},
    ],
)
def test_a_map_that_is_none_is_refused(broken: dict[str, object]) -> None:
    with pytest.raises(UnknownFormatError):
        from_json(broken)


@pytest.mark.parametrize("scores", [np.empty(0), np.array([0.0, np.nan])])
def test_nothing_to_fit_is_said(scores: NDArray[np.float64]) -> None:
    for fit in (fit_sigmoid, fit_isotonic):
        with pytest.raises(TrainingError):
            fit(scores, np.zeros(len(scores), bool), np.ones(len(scores)))
