"""The gate as it is served."""

import math
import subprocess
import sys
from dataclasses import replace

import lightgbm
import numpy as np
import pytest

import making_gates as making
from tactful_models import features
from tactful_models.calibration import Isotonic, Sigmoid
from tactful_models.errors import GateError, UnknownFormatError
from tactful_models.gate import ConstantGate, LearnedGate
from tactful_models.single_row import FastScorer, SlowScorer
from tactful_models.trees import mean_raw_score

ROWS = 200


@pytest.fixture(scope="module")
def gate() -> LearnedGate:
    return LearnedGate(making.artifact(), "v1")


def row(stage: int, at: int = 0) -> list[float]:
    return [float(value) for value in making.rows(stage, ROWS)[at]]


def test_one_row_and_many_give_the_same_numbers_to_the_bit(gate: LearnedGate) -> None:
    keys = [making.MODEL if i % 3 else "ollama:unknown" for i in range(ROWS)]
    for stage in (1, 2):
        table = making.rows(stage, ROWS)
        alone = [gate.probability(stage, values, key) for values, key in zip(table.tolist(), keys, strict=True)]
        assert gate.probabilities(stage, table, keys).tolist() == alone
        assert len(set(alone)) > 20


def test_the_quick_entry_and_lightgbms_own_give_the_same_numbers_to_the_bit() -> None:
    table = making.rows(2, ROWS).astype(np.float64)
    booster = making.boosters(table)[0]
    quick, slow = FastScorer(booster), SlowScorer(booster)
    assert [quick(values) for values in table.tolist()] == [slow(values) for values in table.tolist()]


def test_a_gate_predicts_what_the_trainers_boosters_predicted(gate: LearnedGate) -> None:
    fitted = making.boosters(making.rows(1, 300))
    table = making.rows(1, ROWS).astype(np.float64)
    calibration = Sigmoid(1.1, -0.3)
    expected = [calibration(score) for score in mean_raw_score(fitted, table).tolist()]
    assert gate.probabilities(1, table, [""] * ROWS).tolist() == expected


def test_log_probabilities_are_put_on_the_models_scale(gate: LearnedGate) -> None:
    calibration, fitted = Sigmoid(0.9, 0.123456789012345), making.boosters(making.rows(2, 300))
    table = making.rows(2, ROWS).astype(np.float64)
    for name in features.logprob_columns():
        at = features.names(2).index(name)
        table[:, at] = (table[:, at] + 0.7) / 1.3
    expected = [calibration(score) for score in mean_raw_score(fitted, table).tolist()]
    given = gate.probabilities(2, making.rows(2, ROWS), [making.MODEL] * ROWS)
    assert given.tolist() == expected


def test_a_model_unknown_to_the_gate_is_judged_without_log_probabilities(gate: LearnedGate) -> None:
    values = row(2)
    other = list(values)
    for name in features.logprob_columns():
        other[features.names(2).index(name)] = -5.0
    assert gate.probability(2, values, "new:model") == gate.probability(2, other, "new:model")
    assert gate.probability(2, values, making.MODEL) != gate.probability(2, other, making.MODEL)


def test_a_suggestion_without_log_probabilities_is_judged_without_them(gate: LearnedGate) -> None:
    values = row(2)
    for name in features.logprob_columns():
        values[features.names(2).index(name)] = math.nan
    assert gate.probability(2, values, making.MODEL) == gate.probability(2, values, "new:model")


def test_the_gate_leaves_the_vector_as_it_was(gate: LearnedGate) -> None:
    values = row(2)
    before = repr(values)
    gate.probability(2, values, making.MODEL)
    assert repr(values) == before


def test_no_rows_give_no_probabilities(gate: LearnedGate) -> None:
    for stage in (1, 2):
        assert len(gate.probabilities(stage, making.rows(stage, 0), [])) == 0


def test_an_isotonic_calibration_serves_too() -> None:
    made = making.artifact()
    flat = replace(made.stage1, calibration=Isotonic((0.0,), (0.25,)))
    assert LearnedGate(replace(made, stage1=flat)).probability(1, row(1), "") == 0.25


def test_the_prior_gives_one_probability_and_withholds_nothing() -> None:
    prior = ConstantGate(0.3)
    assert prior.probability(2, row(2), "any") == 0.3
    assert (prior.version, prior.thresholds.stage1, prior.thresholds.stage2) == ("prior", 0.0, 0.0)


def test_a_booster_that_is_no_booster_is_refused() -> None:
    made = making.artifact()
    with pytest.raises(GateError, match="cannot be read"):
        LearnedGate(replace(made, stage1=replace(made.stage1, boosters=("not a tree",))))


def test_a_booster_for_other_columns_is_refused() -> None:
    made = making.artifact()
    with pytest.raises(GateError, match="takes"):
        LearnedGate(replace(made, stage2=replace(made.stage2, boosters=made.stage1.boosters)))


def test_a_feature_this_version_does_not_have_is_refused_by_name() -> None:
    made = making.artifact()
    columns = (*made.stage1.columns[:-1], "phase_of_the_moon")
    with pytest.raises(UnknownFormatError, match="phase_of_the_moon"):
        LearnedGate(replace(made, stage1=replace(made.stage1, columns=columns)))


def test_importing_the_gate_loads_neither_lightgbm_nor_numpy() -> None:
    code = "import sys, tactful_models.gate, tactful_models.policy; print({'lightgbm', 'numpy'} & set(sys.modules))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "set()"


def test_many_gates_can_be_made_and_dropped() -> None:
    made = making.artifact()
    answers = {LearnedGate(made).probability(1, row(1), "") for _ in range(20)}
    assert len(answers) == 1


def test_lightgbm_still_has_what_the_quick_entry_needs() -> None:
    assert hasattr(lightgbm.basic, "_LIB")
