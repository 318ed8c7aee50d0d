"""What groups of features are worth, and paired differences."""

import json
from dataclasses import replace

import numpy as np
import pytest

from making_rows import made_up
from tactful_models import ablation, metrics
from tactful_models.boosting import Recipe
from tactful_models.chart_rows import shortened
from tactful_models.dataset import strings
from tactful_models.differences import Predictor, against_each, auc_difference
from tactful_models.features import names, specs
from tactful_models.metrics import Bootstrap
from tactful_models.training import Plan

PLAN = Plan(recipe=Recipe(n_trees=20, seeds=(1,)), n_folds=2)


@pytest.fixture(scope="module")
def found() -> tuple[ablation.Ablation, ...]:
    told: list[str] = []
    measured = ablation.measure(made_up(300, users=4), PLAN, Bootstrap(n_resamples=50), told.append)
    assert len(told) == len(ablation.GROUPS) + 1
    return measured


def test_every_group_of_features_is_left_out_of_every_stage_that_has_it(found: tuple[ablation.Ablation, ...]) -> None:
    assert {spec.group for spec in specs(2)} == set(ablation.GROUPS)
    stages = [each.stage for each in found]
    assert (stages.count(1), stages.count(2)) == (3, 5)


def test_the_group_that_holds_the_signal_is_missed_most(found: tuple[ablation.Ablation, ...]) -> None:
    worst = min((each for each in found if each.stage == 2), key=lambda each: each.difference.value or 0.0)
    assert worst.name == "what the model gave with it"
    assert (worst.difference.high or 0.0) < -0.04


def test_an_ablation_is_told_as_the_report_reads_it(found: tuple[ablation.Ablation, ...]) -> None:
    told = json.loads(json.dumps([each.to_json() for each in found], allow_nan=False))
    assert set(told[0]) == {"name", "stage", "auc", "difference"}
    assert set(told[0]["difference"]) == {"value", "low", "high"}


@pytest.mark.parametrize("name", ablation.GROUPS.values())
def test_the_name_of_a_group_stands_whole_in_the_reports_chart(name: str) -> None:
    assert shortened(name) == name


def test_one_users_features_are_judged_on_later_decisions() -> None:
    measured = ablation.measure(made_up(300, users=1), PLAN, Bootstrap(n_resamples=20))
    assert len(measured) == 8


def test_a_few_decisions_of_others_do_not_keep_ones_own_from_being_judged() -> None:
    rows = made_up(300, users=1)
    others = ["user1", "user1", "user2"]
    measured = ablation.measure(
        replace(rows, group=strings([*others, *rows.group[3:].tolist()])), PLAN, Bootstrap(n_resamples=20)
    )
    assert all(each.auc.value is not None for each in measured)


def test_what_is_left_out_is_unknown_in_both_vectors_and_nowhere_else() -> None:
    rows = made_up(50)
    blind = ablation.without(rows, {"own_rate", "n_chars"})
    rate, length = names(2).index("own_rate"), names(2).index("n_chars")
    assert np.isnan(blind.stage1[:, names(1).index("own_rate")]).all()
    assert np.isnan(blind.stage2[:, [rate, length]]).all()
    rest = np.delete(np.arange(len(names(2))), [rate, length])
    assert np.array_equal(blind.stage2[:, rest], rows.stage2[:, rest], equal_nan=True)


def test_a_paired_difference_is_surer_than_either_figure() -> None:
    rows = made_up(600, users=12)
    rng = np.random.default_rng(0)
    good = rows.label + rng.normal(size=len(rows))
    worse = good + 0.7 * rng.normal(size=len(rows))
    drawn = metrics.resamples(rows.group, Bootstrap(n_resamples=200))
    difference = auc_difference(good, worse, rows, drawn)
    alone = metrics.estimate(lambda at: metrics.auc(good[at], rows.label[at]), len(rows), drawn)
    assert difference.value is not None
    assert difference.low is not None
    assert difference.low > 0.0
    assert difference.high is not None
    assert alone.low is not None
    assert alone.high is not None
    assert difference.high - difference.low < alone.high - alone.low


def test_predictors_are_compared_within_their_stage() -> None:
    rows = made_up(100)
    drawn = metrics.resamples(rows.group, Bootstrap(n_resamples=20))
    one, same, other = (Predictor(name, stage, rows.at) for name, stage in (("a", 2), ("b", 2), ("c", 1)))
    compared = against_each(one, (same, other), rows, drawn)
    assert [(each.against, each.auc.value) for each in compared] == [("b", 0.0)]
