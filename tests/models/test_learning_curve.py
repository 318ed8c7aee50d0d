"""From how many own outcomes a gate of one's own beats the prior that others' records made."""

import json
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from making_rows import made_up
from tactful_models import learning_curve, page_evaluation
from tactful_models.boosting import Recipe
from tactful_models.dataset import Rows
from tactful_models.errors import TrainingError
from tactful_models.features import names
from tactful_models.learning_curve import LearningCurve, Step
from tactful_models.metrics import Bootstrap, Estimate
from tactful_models.training import Plan

QUICK = Plan(label="accepted", recipe=Recipe(n_trees=30, seeds=(1,)), n_folds=2)
FEW = Bootstrap(n_resamples=60)


def of_their_own(rows: Rows) -> Rows:
    """The same people, but what each takes depends on a sign, which for every second of them means the opposite."""
    sign = np.nan_to_num(rows.stage2[:, names(2).index("letters_ratio")])
    is_odd = np.array([int(name[-1]) % 2 == 1 for name in rows.group])
    label = np.where(is_odd, sign < 0.0, sign > 0.0)
    return replace(rows, label=label, accepted=label)


def value(step: Step, curve: str) -> float:
    found = step.auc[curve].value
    assert found is not None
    return found


@cache
def where_people_are_alike() -> LearningCurve:
    return learning_curve.measure(made_up(900), QUICK, FEW)


def test_where_people_are_alike_the_prior_is_hard_to_beat() -> None:
    found = where_people_are_alike()

    assert [step.n for step in found.steps] == [5, 10, 20, 40]
    assert all(value(step, "own") < value(step, "prior") for step in found.steps)
    assert all(value(step, "both") > value(step, "prior") - 0.02 for step in found.steps)
    assert found.wins_from("own") is None


def test_where_everybody_has_a_way_of_their_own_ones_own_record_wins() -> None:
    found = learning_curve.measure(of_their_own(made_up(1_800)), QUICK, FEW)
    last = found.steps[-1]

    assert last.n == 80
    assert value(last, "own") > value(last, "prior") + 0.15
    assert last.gain["own"].low is not None
    assert last.gain["own"].low > 0.0
    assert found.wins_from("own") is not None
    assert value(last, "both") > value(last, "prior")


def test_all_points_are_measured_on_the_same_later_decisions() -> None:
    found = where_people_are_alike()

    assert (found.n_people, found.n_rows) == (6, 900 - 6 * 40)
    assert len({value(step, "prior") for step in found.steps}) == 1
    assert learning_curve.count(made_up(900)) == 6


def test_who_has_taken_everything_so_far_is_taken_at_the_rate() -> None:
    rows = made_up(900)
    first = rows.at < np.quantile(rows.at, 0.05)
    label = rows.label | first
    found = learning_curve.measure(replace(rows, label=label), QUICK, FEW)

    assert value(found.steps[0], "own") == pytest.approx(0.5, abs=0.05)


def test_too_few_people_or_decisions_are_told() -> None:
    for rows in (made_up(100, users=2), made_up(30), made_up(30).take(np.zeros(30, np.bool_))):
        with pytest.raises(TrainingError, match="a learning curve needs three with at least 10"):
            learning_curve.measure(rows, QUICK, FEW)


def step(n: int, gain: float) -> Step:
    found = {name: Estimate(0.7, 0.6, 0.8) for name in ("prior", "own", "both")}
    return Step(n, found, {"own": Estimate(gain), "both": Estimate(gain)}, 40.0)


@pytest.mark.parametrize(
    ("gains", "wins"),
    [((-0.1, 0.1, 0.2), 10), ((0.1, -0.1, 0.2), 20), ((0.1, 0.1, 0.1), 5), ((0.1, 0.1, 0.0), None)],
)
def test_it_wins_from_where_it_stays_above(gains: tuple[float, ...], wins: int | None) -> None:
    found = LearningCurve(tuple(map(step, (5, 10, 20), gains)), 3, 100)

    assert found.wins_from("own") == wins


def test_the_report_page_shows_what_was_printed() -> None:
    found = LearningCurve(tuple(map(step, (5, 10, 20), (-0.1, 0.1, 0.2))), 3, 100)
    printed = json.loads(json.dumps(found.to_json(), allow_nan=False))

    shown = str(page_evaluation.learning(printed))
    assert "chart-learning" in shown
    assert all(name in shown for name in ("prior", "own", "both"))
