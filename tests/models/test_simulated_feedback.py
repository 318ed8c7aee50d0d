"""Simulated users who take wrong code, and gates that learn of it from tests and reviewers."""

from dataclasses import replace

import numpy as np
import pytest

from feedback_ways import ALONE, BOTH, WAYS, gate, read, scores
from tactful_models import simulated_feedback
from tactful_models.boosting import Recipe
from tactful_models.checked import Checked, Stands
from tactful_models.simulated_feedback import PANEL, Wrongs, wrong_shown
from tactful_models.simulated_reviews import Suite
from tactful_models.simulation import Size
from tactful_models.training import Plan

PLAN = Plan(label="kept_30", recipe=Recipe(n_trees=80, learning_rate=0.06, seeds=(1,)))
WORLD = Wrongs(told=8.0)


def test_three_in_ten_accepts_are_wrong_and_the_doubt_says_nothing_of_what_is_accepted() -> None:
    code = simulated_feedback.draw(Wrongs(by_quality=0.0), Size(50, 10, 40), 1)
    taken = code.drawn.good
    assert float(code.wrong[taken].mean()) == pytest.approx(0.3, abs=0.01)
    assert abs(float(np.corrcoef(code.doubt, taken)[0, 1])) < 0.02
    assert float(np.corrcoef(code.doubt, code.wrong)[0, 1]) > 0.6


def test_tests_find_the_wrong_ones_that_they_reach_and_flake_now_and_then() -> None:
    code = simulated_feedback.draw(Wrongs(), Size(20, 10, 40), 1)
    said = list(simulated_feedback.feedback(code, PANEL, Suite(), 1))
    broke = {each.suggestion_id: each.old_tests is Stands.BROKE for each in said if isinstance(each, Checked)}
    wrong = dict(zip(code.names(1), code.wrong.tolist(), strict=True))
    assert broke.keys() == {name for name, taken in zip(code.names(1), code.drawn.good, strict=True) if taken}
    shares = [float(np.mean([broke[name] for name in broke if wrong[name] is each])) for each in (True, False)]
    assert shares == pytest.approx([0.6, 0.02], abs=0.04)


def test_a_gate_told_by_tests_and_reviewers_shows_at_most_half_the_wrong_code_and_one_told_at_random_does_not() -> None:
    code = simulated_feedback.draw(WORLD, Size(2, 10, 60), 5)
    shuffled = replace(code, wrong=np.random.default_rng(0).permutation(code.wrong))
    true, random = (list(simulated_feedback.feedback(each, PANEL, Suite(), 5)) for each in (code, shuffled))
    reader = read(code, 5)
    gates = {name: gate(reader, true, WAYS[name], PLAN) for name in (ALONE, BOTH)}
    gates["at random"] = gate(reader, random, WAYS[BOTH], PLAN)
    fresh = simulated_feedback.draw(WORLD, Size(4, 2, 60), 6)
    shown = {name: wrong_shown(each, fresh, 0.7) for name, each in scores(gates, fresh, 6).items()}
    assert shown[BOTH] <= 0.5 * shown[ALONE]
    assert shown["at random"] > 0.7 * shown[ALONE]
