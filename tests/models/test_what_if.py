"""What if other thresholds had served."""

from dataclasses import replace

import numpy as np
import pytest

import making_gates
from tactful_models import ope, paths, simulated_log, simulation, what_if
from tactful_models.features import names
from tactful_models.gate import LearnedGate
from tactful_models.paths import Paths
from tactful_models.simulation import Logging, Size, World

LOGGING = Logging(0.2, 0.3, exploration=0.1)


@pytest.fixture(scope="module")
def log() -> Paths:
    drawn = simulation.draw(World(tastes=(0.0,)), Size(1, 20, 40), 3)
    return paths.read(simulated_log.events(drawn, LOGGING, 3)).paths


def answered(log: Paths, pair: tuple[float, float]) -> dict[str, what_if.Answer]:
    scores = what_if.logged_scores(log)
    found = what_if.answers(log, scores, what_if.thresholds(scores, pair, "asked"))
    return {answer.name: answer for answer in found}


def test_what_was_asked_stands_beside_the_baselines(log: Paths) -> None:
    assert list(answered(log, (0.2, 0.3))) == [
        "asked", "show everything", "as it was", "own rate, last k", "log-probability",
    ]  # fmt: skip


def test_the_baselines_withhold_as_much_as_what_was_asked(log: Paths) -> None:
    found = answered(log, (0.15, 0.35))
    shares = [found[name].shown for name in ("asked", "own rate, last k", "log-probability")]
    assert shares[1] == pytest.approx(shares[0], abs=0.02)
    assert shares[2] == pytest.approx(shares[0], abs=0.02)


def test_thresholds_that_know_more_lose_fewer_accepts_than_the_own_rate(log: Paths) -> None:
    found = answered(log, (0.1, 0.3))
    asked, rate = found["asked"].accepts_lost.value, found["own rate, last k"].accepts_lost.value
    assert asked is not None
    assert rate is not None
    assert asked < rate


def test_what_was_really_done_is_worth_what_it_earned(log: Paths) -> None:
    value = answered(log, (0.2, 0.3))["as it was"].value
    assert value is not None
    assert value.ips.value == pytest.approx(log.reward.mean())


def test_without_exploration_what_was_never_shown_has_a_reason_and_no_number() -> None:
    drawn = simulation.draw(World(), Size(1, 6, 40), 3)
    blind = paths.read(simulated_log.events(drawn, Logging(0.3, 0.3, exploration=0.0), 3)).paths
    found = answered(blind, (0.3, 0.4))
    everything = found["show everything"]
    assert (everything.value, everything.shown) == (None, None)
    assert "without any chance of being shown" in everything.reason
    assert found["asked"].value is not None
    assert found["asked"].accepts_lost.value is None


def test_a_gate_gives_its_own_probabilities_where_there_is_a_vector(log: Paths) -> None:
    gate = LearnedGate(making_gates.artifact(sessions=("s3-0",)))
    scores = what_if.scores_of(gate, log)
    assert not np.isnan(scores.stage1).any()
    assert np.isnan(scores.stage2).tolist() == (~log.called).tolist()
    assert what_if.familiar(gate, log) == pytest.approx((log.session_id == "s3-0").mean())


def test_one_without_a_probability_is_shown(log: Paths) -> None:
    unknown = what_if.Scores(np.full(len(log), np.nan), np.full(len(log), np.nan))
    target = what_if.thresholds(unknown, (0.9, 0.9), "asked")
    assert (target.stage1 == 1.0).all()
    assert (target.stage2 == 1.0).all()


def test_a_baseline_whose_number_no_log_has_is_left_out(log: Paths) -> None:
    rateless = log.stage1.copy()
    rateless[:, names(1).index("recent_rate")] = np.nan
    without = replace(log, stage1=rateless, stage2=np.full_like(log.stage2, np.nan))
    assert set(answered(without, (0.2, 0.3))) == {"asked", "show everything", "as it was"}


def test_few_explored_cases_are_pointed_out() -> None:
    drawn = simulation.draw(World(), Size(1, 4, 40), 3)
    rare = paths.read(simulated_log.events(drawn, Logging(0.4, 0.6, exploration=0.02), 3)).paths
    found = answered(rare, (0.0, 0.0))["show everything"]
    assert "rests on what counts as" in found.reason
    assert found.support.effective < 30


def test_the_answers_are_plain_values(log: Paths) -> None:
    told = answered(log, (0.2, 0.3))["asked"].to_json()
    assert told["withheld"] == pytest.approx(1.0 - (answered(log, (0.2, 0.3))["asked"].shown or 0.0))
    assert isinstance(told["value"], dict)
    assert set(told["value"]) == {"ips", "snips", "dr"}


def test_everything_is_the_policy_that_shows_all(log: Paths) -> None:
    assert ope.shown_share(log, ope.everything(len(log))) == pytest.approx(1.0)
