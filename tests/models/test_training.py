"""Training, calibration and judgement on made-up decisions."""

from dataclasses import replace
from functools import cache
from itertools import pairwise

import numpy as np
import pytest

from making_rows import MODEL, made_up, strings, without_logprobs
from tactful_models import baselines, evaluation, metrics, norms, training
from tactful_models.artifact import GateArtifact, session_digest
from tactful_models.boosting import Recipe
from tactful_models.dataset import Rows
from tactful_models.errors import GateError, TrainingError
from tactful_models.features import names
from tactful_models.gate import LearnedGate
from tactful_models.judging import leave_one_out, train_and_judge
from tactful_models.metrics import Bootstrap
from tactful_models.promise import Constraint
from tactful_models.training import Plan, train

SMALL = Recipe(n_trees=20, learning_rate=0.1, seeds=(1, 2))
PLAN = Plan(recipe=SMALL, n_folds=3)


@cache
def learned() -> GateArtifact:
    """What the usual rows teach; the same for all who only ask it."""
    return train(made_up(), PLAN)


def test_a_gate_ranks_decisions_it_did_not_see() -> None:
    gate, others = LearnedGate(learned()), made_up(200, seed=9)
    found = metrics.auc(gate.probabilities(2, others.stage2, list(others.model_key)), others.label)
    assert found is not None
    assert found > 0.8


def test_the_same_rows_make_the_same_gate() -> None:
    assert train(made_up(), PLAN) == learned()


def test_a_gate_is_calibrated_on_people_it_did_not_see() -> None:
    judged = train_and_judge(made_up(600, users=10), PLAN).judged
    assert len(judged.rows) == 600
    found = metrics.ece(judged.stage2, judged.rows.label)
    assert found is not None
    assert found < 0.08


def test_one_users_gate_is_judged_on_the_latest_decisions_only() -> None:
    rows = made_up(300, users=1)
    trained = train_and_judge(rows, PLAN)
    assert len(trained.judged.rows) == 60
    assert float(trained.judged.rows.at.min()) > trained.artifact.data.last_at
    assert trained.artifact.data.n_rows == 240


def _in_sessions(rows: Rows, ends: list[int]) -> Rows:
    return replace(rows, session_id=strings([f"s{sum(at >= end for end in ends)}" for at in range(len(rows))]))


def test_one_user_is_judged_on_whole_sessions_none_of_which_was_learned_from() -> None:
    trained = train_and_judge(_in_sessions(made_up(300, users=1), list(range(25, 300, 25))), PLAN)
    known = trained.artifact.data.session_digests
    assert len(trained.judged.rows) in (50, 75)
    assert not any(session_digest(str(each)) in known for each in trained.judged.rows.session_id)


def test_a_last_session_without_end_is_divided_rather_than_kept_from_learning() -> None:
    trained = train_and_judge(_in_sessions(made_up(300, users=1), list(range(5, 60, 5))), PLAN)
    assert len(trained.judged.rows) == 60


def test_the_manifest_names_what_was_learned_from() -> None:
    data = learned().data
    assert (data.n_rows, data.n_groups, data.first_at, data.last_at) == (300, 6, 1_000.0, 1_299.0)
    assert session_digest("user0-session0") in data.session_digests


def test_probabilities_do_not_depend_on_the_models_scale_of_log_probabilities() -> None:
    rows = made_up()
    shifted = rows.stage2.copy()
    at = [names(2).index(name) for name in ("logprob_mean", "logprob_sum")]
    shifted[:, at] = 4.0 * shifted[:, at] - 8.0
    other = replace(rows, stage2=shifted, model_key=strings(["ollama:big"] * len(rows)))
    both = norms.learn(Rows.joined([rows, other]))
    one = norms.apply(both, rows.stage2, rows.model_key)
    two = norms.apply(both, other.stage2, other.model_key)
    assert np.nanmax(np.abs(one - two)) < 1e-9


def test_a_model_without_log_probabilities_is_served_without_them() -> None:
    rows = without_logprobs(made_up())
    artifact = train(rows, PLAN)
    assert artifact.norms == {}
    assert artifact.stage2.columns == training.plain_columns()
    gate = LearnedGate(artifact)
    assert len(gate.probabilities(2, rows.stage2, list(rows.model_key))) == 300


def test_where_each_has_a_model_of_their_own_no_score_is_served_that_was_not_calibrated() -> None:
    rows = made_up()
    artifact = train(replace(rows, model_key=rows.group), PLAN)
    assert artifact.stage2 == artifact.stage2_plain
    assert not artifact.norms


def test_a_model_that_came_into_use_lately_is_served_without_log_probabilities_for_now() -> None:
    rows = made_up(300, users=1)
    late = np.arange(300) >= 240
    table = np.where(late[:, None], rows.stage2, without_logprobs(rows).stage2)
    keys = strings(["ollama:new" if each else MODEL for each in late])
    artifact = train(replace(rows, stage2=table, model_key=keys), PLAN)
    assert artifact.stage2 == artifact.stage2_plain


def test_an_unknown_model_is_served_without_log_probabilities() -> None:
    rows, gate = made_up(), LearnedGate(learned())
    blind = without_logprobs(rows)
    known = gate.probabilities(2, rows.stage2, ["never:met"] * len(rows))
    assert (known == gate.probabilities(2, blind.stage2, [MODEL] * len(rows))).all()


def test_an_explored_decision_weighs_more() -> None:
    rows = made_up()
    heavy = replace(rows, weight=np.where(rows.label, 20.0, 1.0))
    light, weighed = (LearnedGate(train(each, PLAN)) for each in (rows, heavy))
    keys = list(rows.model_key)
    assert weighed.probabilities(1, rows.stage1, keys).mean() > light.probabilities(1, rows.stage1, keys).mean() + 0.1


def test_monotone_features_never_work_against_their_sign() -> None:
    rows, gate = made_up(), LearnedGate(learned())
    at = names(2).index("logprob_mean")
    table = np.repeat(rows.stage2[:1], 40, axis=0)
    table[:, at] = np.linspace(-3.0, 3.0, 40)
    found = gate.probabilities(2, table, [MODEL] * 40)
    assert (np.diff(found) >= 0.0).all()
    assert found[-1] > found[0]


@pytest.mark.parametrize("isotonic", [False, True])
def test_either_calibration_gives_probabilities(isotonic: bool) -> None:
    rows = made_up()
    gate = LearnedGate(train(rows, replace(PLAN, isotonic=isotonic)))
    found = gate.probabilities(2, rows.stage2, list(rows.model_key))
    assert 0.0 <= found.min() < found.max() <= 1.0


def test_too_little_to_learn_from_is_said_plainly() -> None:
    with pytest.raises(TrainingError, match="at least 40"):
        train(made_up(30), PLAN)
    rows = made_up(100)
    with pytest.raises(TrainingError, match="8 of each"):
        train(replace(rows, label=np.zeros(100, np.bool_)), PLAN)


def test_folds_keep_people_whole_and_cover_everyone_once() -> None:
    groups = strings(["a"] * 50 + ["b"] * 20 + ["c"] * 20 + ["d"] * 5)
    folds = training.folds_by_group(groups, 3)
    assert sum(fold.astype(int) for fold in folds).tolist() == [1] * 95  # type: ignore[union-attr]
    assert [sorted(set(groups[fold])) for fold in folds] == [["a"], ["b", "d"], ["c"]]


def test_folds_in_time_are_blocks_of_whole_sessions_where_these_are_many() -> None:
    rows = made_up(300, users=1)
    for n_sessions, n_cut in ((2, 4), (30, 0), (300, 0)):
        numbers = np.arange(300) * n_sessions // 300
        divided = replace(rows, session_id=strings([f"s{number}" for number in numbers]))
        folds = training.folds_in_time(divided, 5)
        ends = [(np.flatnonzero(fold).min(), np.flatnonzero(fold).max() + 1) for fold in folds]
        cut = sum(numbers[end - 1] == numbers[start] for (_, end), (start, _) in pairwise(ends))
        assert [end - start for start, end in ends] == [int(fold.sum()) for fold in folds] == [60] * 5
        assert cut == n_cut


def test_a_few_decisions_of_others_do_not_keep_ones_own_from_being_learned_from() -> None:
    """As with a record that was imported, or a replay of one's own code: three people's, of whom two hardly count."""
    own, other = made_up(300, users=1), made_up(6, users=2, seed=1)
    few = replace(
        other,
        label=np.zeros(6, np.bool_),
        group=strings([f"other-{each}" for each in other.group]),
        session_id=strings([f"other-{each}" for each in other.session_id]),
    )
    rows = Rows.joined([few, own])
    trained = train_and_judge(rows, PLAN)
    assert trained.artifact.data.n_groups == 3
    assert len(trained.judged.rows) == 61


def test_that_all_of_a_kind_lie_in_one_stretch_of_time_is_said() -> None:
    rows = made_up(300, users=1)
    with pytest.raises(TrainingError, match="one stretch of time"):
        train(replace(rows, label=np.arange(300) >= 280), PLAN)


def test_sessions_that_all_lie_in_one_block_of_time_are_divided() -> None:
    rows = made_up(300, users=1)
    tiny_then_all = strings([f"s{min(at, 12)}" for at in range(300)])
    side_by_side = strings([f"s{at % 20}" for at in range(300)])
    for sessions in (tiny_then_all, side_by_side):
        folds = training.folds_in_time(replace(rows, session_id=sessions), 5)
        assert len(folds) >= 2
        assert sum(fold.astype(int) for fold in folds).tolist() == [1] * 300  # type: ignore[union-attr]


def test_of_one_user_every_decision_learned_from_serves_the_thresholds() -> None:
    rows = made_up(300, users=1)
    fitted = training.fit(rows, PLAN)
    assert len(fitted.tuned_on.accepted) == 300
    assert fitted.artifact.thresholds.promise.accepts == int(rows.label.sum())


def test_a_score_tells_both_stages_and_the_policy() -> None:
    gate = LearnedGate(train(made_up(), replace(PLAN, constraint=Constraint(kind="plain"))))
    others = replace(made_up(200, seed=5), session_id=strings([f"new{i}" for i in range(200)]))
    found = evaluation.score(gate, others)
    assert list(found) == ["n", "accept_rate", "stage1", "stage2", "policy"]
    for stage in ("stage1", "stage2"):
        card = found[stage]
        assert isinstance(card, dict)
        assert set(card) == {"auc", "brier", "ece", "rejections_withheld"}
        assert set(card["rejections_withheld"]) == {"0.95", "0.90"}
    policy = found["policy"]
    assert isinstance(policy, dict)
    assert list(policy) == ["withheld", "accepts_lost", "rejections_withheld", "calls_avoided"]
    assert policy["rejections_withheld"] > policy["accepts_lost"]


def test_a_log_the_gate_was_trained_on_is_refused() -> None:
    gate = LearnedGate(learned(), version="v7")
    with pytest.raises(GateError, match=r"v7 was trained on 12 of the log's 12 sessions"):
        evaluation.score(gate, made_up())


def test_a_log_without_labels_is_refused() -> None:
    gate = LearnedGate(learned())
    with pytest.raises(TrainingError, match="no labelled decisions"):
        evaluation.score(gate, made_up().take(np.zeros(300, np.bool_)))


def test_numbers_the_log_does_not_bear_are_none() -> None:
    gate = LearnedGate(learned())
    rows = made_up(60, seed=3)
    rows = replace(rows, session_id=strings(["new"] * 60)).take(rows.label)
    found = evaluation.score(gate, rows)
    assert isinstance(found["stage1"], dict)
    assert found["stage1"]["auc"] is None
    assert isinstance(found["policy"], dict)
    assert found["policy"]["rejections_withheld"] is None


def test_a_cross_validation_judges_each_person_by_the_others() -> None:
    rows, told = made_up(240, users=4), list[str]()
    found = evaluation.cross_validate(rows, PLAN, Bootstrap(n_resamples=20), told.append)
    assert len(found.judged.rows) == 240
    assert [(card.name, card.stage) for card in found.scorecards[:2]] == [("gate", 1), ("gate", 2)]
    assert len(found.scorecards) == 2 + len(baselines.BASELINES)
    assert told[:4] == ["fold 1 of 4", "fold 2 of 4", "fold 3 of 4", "fold 4 of 4"]
    as_json = found.to_json()
    assert {"n", "stage1", "stage2", "policy", "scorecards", "worst_accepts_lost", "without_first"} <= set(as_json)


def test_nobody_is_judged_by_a_gate_that_knew_them() -> None:
    rows = made_up(240, users=4)
    for held in leave_one_out(rows):
        data = train(rows.take(~held), PLAN).data
        assert not {session_digest(name) for name in rows.session_id[held]} & set(data.session_digests)


def test_two_users_are_too_few_to_leave_one_out() -> None:
    with pytest.raises(TrainingError, match="at least 3"):
        evaluation.cross_validate(made_up(100, users=2), PLAN)


@pytest.mark.parametrize("baseline", baselines.BASELINES, ids=lambda each: each.name)
def test_every_baseline_gives_probabilities(baseline: baselines.Baseline) -> None:
    rows, others = made_up(), without_logprobs(made_up(50, seed=2))
    found = baseline.fit(rows)(others)
    assert found.shape == (50,)
    assert 0.0 <= found.min() <= found.max() <= 1.0


def test_a_baseline_of_stage_1_ignores_the_suggestion() -> None:
    rows, others = made_up(), made_up(50, seed=2)
    altered = others.stage2.copy()
    altered[:, len(names(1)) :] = 0.0
    for baseline in baselines.BASELINES:
        if baseline.stage == 1:
            predict = baseline.fit(rows)
            assert (predict(others) == predict(replace(others, stage2=altered))).all()


def test_many_rows_are_learned_from_sparingly() -> None:
    plan = training.Plan()
    assert plan.at(1_000) == plan
    assert (plan.at(training.MANY_ROWS).n_folds, len(plan.at(training.MANY_ROWS).recipe.seeds)) == (3, 1)
