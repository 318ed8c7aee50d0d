"""The sum of small effects that stands beside the trees."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from making_rows import made_up
from tactful_models.artifact import Linear
from tactful_models.boosting import Examples, Recipe
from tactful_models.errors import GateError
from tactful_models.features import names
from tactful_models.gate import LearnedGate
from tactful_models.linear_fitting import FEW_ROWS, fit
from tactful_models.registry import Registry
from tactful_models.training import Plan, train
from tactful_models.trees import sums

PLAN = Plan(recipe=Recipe(n_trees=15, seeds=(1,)), n_folds=3)


@pytest.fixture(scope="module")
def gate() -> LearnedGate:
    return LearnedGate(train(made_up(), PLAN))


def examples(n: int = 400, seed: int = 0) -> Examples:
    """Labels that the first column raises, the second lowers and the third says nothing of."""
    rng = np.random.default_rng(seed)
    table = rng.normal(size=(n, 3))
    table[rng.random(table.shape) < 0.1] = np.nan
    labels = np.nan_to_num(table[:, 0]) - np.nan_to_num(table[:, 1]) + rng.normal(size=n) > 0.0
    return Examples(table, labels, np.ones(n))


def test_slopes_follow_what_the_rows_say() -> None:
    found = fit(examples(), [0, 0, 0])
    assert found is not None
    assert found.slopes[0] > 0.2 > abs(found.slopes[2])
    assert found.slopes[1] < -0.2


def test_a_slope_never_works_against_its_sign() -> None:
    found = fit(examples(), [-1, 1, 0])
    assert found is not None
    assert found.slopes[:2] == (0.0, 0.0)


def test_of_many_rows_the_sum_has_a_smaller_part_and_at_last_none() -> None:
    shares = [each.share for n in (200, FEW_ROWS, 4 * FEW_ROWS) if (each := fit(examples(n), [0, 0, 0])) is not None]
    assert shares == [0.5, 0.5, 0.125]
    assert fit(examples(30 * FEW_ROWS), [0, 0, 0]) is None


def test_one_row_and_many_come_to_the_same_bits() -> None:
    given = examples(50)
    found = fit(given, [1, -1, 0])
    assert found is not None
    given.table[0] = [1e9, -1e9, np.nan]
    assert sums(found, given.table).tolist() == [found.score(row) for row in given.table.tolist()]


def test_a_gate_serves_the_mixture_alike_for_one_and_many(gate: LearnedGate) -> None:
    rows = made_up(60, seed=4)
    assert gate.artifact.stage1.linear is not None
    for stage, table in ((1, rows.stage1), (2, rows.stage2)):
        many = gate.probabilities(stage, table, list(rows.model_key))
        one = [gate.probability(stage, row, key) for row, key in zip(table.tolist(), rows.model_key, strict=True)]
        assert many.tolist() == one


def test_reasons_and_what_is_expected_add_up_to_the_score(gate: LearnedGate) -> None:
    rows = made_up(5, seed=5)
    for row, key in zip(rows.stage2.tolist(), rows.model_key, strict=True):
        trees = gate.trees(2, row, key)
        added, expected = trees.contributions(row, key)
        assert sum(added.values()) + expected == pytest.approx(trees.raw(row, key))


def test_it_comes_back_from_the_registry_as_it_went_in(gate: LearnedGate, tmp_path: Path) -> None:
    registry = Registry(tmp_path)
    version = registry.save(gate.artifact)
    assert registry.artifact(version).stage2.linear == gate.artifact.stage2.linear


def test_a_sum_that_is_not_whole_is_refused(gate: LearnedGate, tmp_path: Path) -> None:
    registry = Registry(tmp_path)
    short = Linear((0.0,), (1.0,), (0.5,), 0.0, 0.5)
    version = registry.save(replace(gate.artifact, stage1=replace(gate.artifact.stage1, linear=short)))
    with pytest.raises(GateError, match="sum of stage1"):
        registry.artifact(version)


def test_a_gate_from_before_there_were_sums_is_still_read(gate: LearnedGate, tmp_path: Path) -> None:
    registry = Registry(tmp_path)
    version = registry.save(replace(gate.artifact, stage1=replace(gate.artifact.stage1, linear=None)))
    manifest = next(tmp_path.rglob("manifest.json"))
    told = json.loads(manifest.read_text())
    for each in told["trees"].values():
        del each["linear"]
    manifest.write_text(json.dumps({**told, "format": 1}))
    assert registry.artifact(version).stage1.linear is None
    assert len(gate.artifact.stage1.columns) == len(names(1))
