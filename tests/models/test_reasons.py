"""Why a gate gave a probability, with real trained boosters."""

import math
from collections.abc import Iterator, Sequence

import lightgbm
import numpy as np
import pytest

from making_gates import MODEL, artifact, rows
from tactful_models import features
from tactful_models.gate import LearnedGate
from tactful_models.reasons import MOST, Reason, for_and_against, reasons

CASES = [(1, MODEL), (2, MODEL), (2, "unknown:model")]
"""Stage and model: the three sets of trees a gate has."""


@pytest.fixture(scope="module")
def gate() -> Iterator[LearnedGate]:
    yield LearnedGate(artifact())


def vectors(stage: int, n: int = 20) -> list[list[float]]:
    return [[float(value) for value in row] for row in rows(stage, n, seed=3)]


def raw_score(gate: LearnedGate, stage: int, vector: Sequence[float], model_key: str) -> float:
    """By LightGBM alone, from the artifact's text and norms."""
    known = stage == 2 and model_key in gate.artifact.norms
    source = gate.artifact.stage1 if stage == 1 else gate.artifact.stage2 if known else gate.artifact.stage2_plain
    named = dict(zip(features.names(stage), vector, strict=True))
    if known:
        norm = gate.artifact.norms[model_key]
        for name, centre, scale in zip(norm.columns, norm.centres, norm.scales, strict=True):
            named[name] = (named[name] - centre) / scale
    row = np.array([[named[name] for name in source.columns]], np.float64)
    boosters = [lightgbm.Booster(model_str=text) for text in source.boosters]
    return float(np.mean([booster.predict(row, raw_score=True)[0] for booster in boosters]))


@pytest.mark.parametrize(("stage", "model_key"), CASES)
def test_with_the_expected_score_the_weights_sum_to_the_raw_score(
    gate: LearnedGate, stage: int, model_key: str
) -> None:
    for vector in vectors(stage):
        trees = gate.trees(stage, vector, model_key)
        _, expected = trees.contributions(vector, model_key)
        total = expected + math.fsum(one.weight for one in reasons(gate, stage, vector, model_key))
        assert total == pytest.approx(raw_score(gate, stage, vector, model_key), abs=1e-9)
        assert total == pytest.approx(trees.raw(vector, model_key), abs=1e-9)


@pytest.mark.parametrize(("stage", "model_key"), CASES)
def test_the_strongest_come_first_and_none_weighs_nothing(gate: LearnedGate, stage: int, model_key: str) -> None:
    for vector in vectors(stage):
        weights = [abs(one.weight) for one in reasons(gate, stage, vector, model_key)]
        assert weights == sorted(weights, reverse=True)
        assert all(weights)


def test_a_topic_is_told_once_with_the_value_of_the_feature_that_says_it_loudest(gate: LearnedGate) -> None:
    for vector in vectors(2):
        named = dict(zip(features.names(2), vector, strict=True))
        added, _ = gate.trees(2, vector, MODEL).contributions(vector, MODEL)
        found = reasons(gate, 2, vector, MODEL)
        assert len({one.words for one in found}) == len(found)
        for one in found:
            assert one.value == (None if math.isnan(named[one.feature]) else named[one.feature])
            assert added[features.names(2).index(one.feature)] * one.weight > 0


def test_what_decided_the_labels_is_what_is_told(gate: LearnedGate) -> None:
    """`making_gates.boosters` labels by the first and the last column."""
    first = features.names(1)[0]
    calm = [0.0] * len(features.names(1))
    high, low = ([value, *calm[1:]] for value in (3.0, -3.0))
    strongest = {sign: reasons(gate, 1, vector, MODEL)[0] for sign, vector in ((1, high), (-1, low))}
    assert {one.feature for one in strongest.values()} == {first}
    assert strongest[1].weight > 0 > strongest[-1].weight


def reason(weight: float) -> Reason:
    return Reason("n_chars", 1.0, weight, "it is short")


def test_each_side_has_its_strongest_and_the_faint_are_left_out() -> None:
    weights = (1.0, -0.9, 0.8, 0.7, 0.6, -0.5, 0.09, -0.05)
    speaking_for, against = for_and_against([reason(weight) for weight in weights])
    assert [one.weight for one in speaking_for] == [1.0, 0.8, 0.7]
    assert [one.weight for one in against] == [-0.9, -0.5]
    assert len(speaking_for) <= MOST
    assert for_and_against([]) == ((), ())
