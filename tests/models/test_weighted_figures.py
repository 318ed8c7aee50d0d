"""The figures of a policy count each decision for those it stands for."""

from dataclasses import replace

import numpy as np
import pytest

from making_rows import made_up
from tactful_models import evaluation, verdict
from tactful_models.judging import Judged


def judged(heavy: float) -> Judged:
    """200 decisions, of which stage 1 withholds 10 accepts and 10 rejections that weigh so much each."""
    rows = made_up(200)
    label = np.arange(200) < 100
    withheld = np.isin(np.arange(200) % 100, np.arange(10))
    rows = replace(rows, label=label, weight=np.where(withheld, heavy, 1.0))
    scores = np.where(withheld, 0.05, 0.6)
    return Judged(rows, scores, scores, withheld, np.zeros(200, np.bool_))


def test_explored_decisions_stand_for_those_that_were_withheld() -> None:
    share = 500 / 590
    expected = {"withheld": share, "accepts_lost": share, "rejections_withheld": share, "calls_avoided": share}
    assert evaluation.policy_metrics(judged(50.0)) == pytest.approx(expected)
    assert {name: each.value for name, each in verdict.policy(judged(50.0)).items()} == pytest.approx(expected)
    assert evaluation.worst_accepts_lost(judged(50.0))["accepts_lost"] == pytest.approx(100 / 115, abs=0.1)


def test_with_weights_of_one_the_figures_are_plain_shares() -> None:
    assert set(evaluation.policy_metrics(judged(1.0)).values()) == {0.1}


def test_the_metrics_of_a_stage_are_weighed_too() -> None:
    plain, heavy = (evaluation.stage_metrics(judged(w).stage1, judged(w).rows) for w in (1.0, 50.0))
    assert plain["brier"] == pytest.approx(0.1 * (0.95**2 + 0.05**2) / 2 + 0.9 * (0.4**2 + 0.6**2) / 2)
    assert heavy["brier"] == pytest.approx((500 * (0.95**2 + 0.05**2) + 90 * (0.4**2 + 0.6**2)) / 1180)
