"""The evaluation protocol on the real telemetry: leave one programmer out, label `accepted`."""

import json

import pytest

from tactful_models import cups, dataset, evaluation
from tactful_models.evaluation import CrossValidation
from tactful_models.metrics import Bootstrap
from tactful_models.training import Plan
from telemetry import cups_path


@pytest.fixture(scope="module")
def judged() -> CrossValidation:
    rows = dataset.read(cups.read_events(cups_path()), "accepted")
    assert (len(rows), int(rows.label.sum()), len(rows.groups)) == (707, 239, 14)
    return evaluation.cross_validate(rows, Plan(label="accepted"), Bootstrap(n_resamples=200))


def value(judged: CrossValidation, name: str, stage: int, metric: str = "auc") -> float:
    for card in judged.scorecards:
        if (card.name, card.stage) == (name, stage):
            found = card.estimates[metric].value
            assert found is not None
            return found
    raise AssertionError(f"no scorecard {name}")


def test_both_stages_reach_their_targets_on_people_not_learned_from(judged: CrossValidation) -> None:
    assert value(judged, "gate", 2) >= 0.72
    assert value(judged, "gate", 1) >= 0.58
    assert max(value(judged, "gate", stage, "ece") for stage in (1, 2)) <= 0.06


def test_the_gate_does_better_than_the_baselines(judged: CrossValidation) -> None:
    for card in judged.scorecards:
        assert value(judged, card.name, card.stage) <= value(judged, "gate", card.stage)
        assert value(judged, card.name, card.stage, "brier") >= value(judged, "gate", card.stage, "brier")


def test_the_promise_holds_pooled_and_spares_something(judged: CrossValidation) -> None:
    policy = evaluation.policy_metrics(judged.judged)
    lost, spared = policy["accepts_lost"], policy["rejections_withheld"]
    assert isinstance(lost, float)
    assert isinstance(spared, float)
    assert lost <= 0.05
    assert spared >= 0.10


def test_what_is_printed_is_json_without_nan(judged: CrossValidation) -> None:
    text = json.dumps(judged.to_json(), allow_nan=False)
    assert json.loads(text)["groups"] == 14
