"""From probabilities to actions, with exact propensities."""

from itertools import product

import pytest

from tactful_models.events import Action
from tactful_models.policy import Policy, Verdict, decide, draw
from tactful_models.promise import Thresholds

THRESHOLDS = Thresholds(0.1, 0.3)


def places(n: int) -> list[str]:
    return [f"place-{i}" for i in range(n)]


def test_at_the_threshold_is_shown_and_below_it_withheld() -> None:
    policy = Policy("on", THRESHOLDS, 0.0)
    assert decide(policy, 2, 0.3, "p") == Verdict(Action.SHOW, Action.SHOW, 1.0, False, 0.3, "above_threshold")
    below = Verdict(Action.WITHHOLD, Action.WITHHOLD, 1.0, False, 0.3, "below_threshold")
    assert decide(policy, 2, 0.2999, "p") == below
    assert decide(policy, 1, 0.2999, "p").action is Action.SHOW


def test_off_asks_nothing_and_shows() -> None:
    assert decide(Policy("off", THRESHOLDS), 2, 0.0, "p") == Verdict(Action.SHOW, Action.SHOW, 1.0, False, 0.3, "off")


def test_shadow_shows_and_says_what_it_would_have_done() -> None:
    policy = Policy("shadow", THRESHOLDS, 0.5)
    for place in places(50):
        assert decide(policy, 2, 0.1, place) == Verdict(Action.SHOW, Action.WITHHOLD, 1.0, False, 0.3, "shadow")


@pytest.mark.parametrize("unknown", [None, float("nan")])
def test_without_a_probability_everything_is_shown(unknown: float | None) -> None:
    for mode in ("shadow", "on"):
        verdict = decide(Policy(mode, THRESHOLDS), 1, unknown, "p")
        assert (verdict.action, verdict.would, verdict.propensity) == (Action.SHOW, Action.SHOW, 1.0)
        assert verdict.reason == "no_gate"


def test_thresholds_of_zero_withhold_nothing() -> None:
    assert decide(Policy("on", Thresholds()), 2, 0.0, "p").action is Action.SHOW


@pytest.mark.parametrize("rate", [0.02, 0.3])
def test_the_share_of_places_explored_is_the_rate(rate: float) -> None:
    policy = Policy("on", THRESHOLDS, rate, seed=7)
    n = 20_000
    explored = sum(decide(policy, 2, 0.0, place).exploring for place in places(n))
    assert abs(explored / n - rate) < 4 * (rate * (1 - rate) / n) ** 0.5


def test_the_propensity_is_the_probability_of_the_action_taken() -> None:
    policy = Policy("on", THRESHOLDS, 0.25, seed=3)
    for place, probability in product(places(200), (0.0, 0.29, 0.3, 1.0)):
        verdict = decide(policy, 2, probability, place)
        expected = 1.0 if probability >= 0.3 else {Action.SHOW: 0.25, Action.WITHHOLD: 0.75}[verdict.action]
        assert verdict.propensity == expected
        assert verdict.exploring == (verdict.action is not verdict.would)
        assert verdict.reason == ("exploring" if verdict.exploring else verdict.reason)


@pytest.mark.parametrize(("rate", "action"), [(0.0, Action.WITHHOLD), (1.0, Action.SHOW)])
def test_a_rate_of_nothing_or_all_leaves_no_chance(rate: float, action: Action) -> None:
    for place in places(500):
        verdict = decide(Policy("on", THRESHOLDS, rate), 2, 0.0, place)
        assert (verdict.action, verdict.propensity) == (action, 1.0)


def test_the_same_place_of_a_session_always_has_the_same_draw() -> None:
    assert [draw(5, 2, place) for place in places(20)] == [draw(5, 2, place) for place in places(20)]
    assert draw(5, 2, "a") != draw(5, 1, "a")
    assert draw(5, 2, "a") != draw(6, 2, "a")


def test_draws_are_uniform() -> None:
    drawn = sorted(draw(11, 1, place) for place in places(5000))
    gap = max(abs(value - i / 5000) for i, value in enumerate(drawn))
    assert gap < 1.63 / 5000**0.5  # Kolmogorov–Smirnov at 1 %


@pytest.mark.parametrize("seed", [0, -1, 2**200])
def test_any_whole_number_is_a_seed(seed: int) -> None:
    assert 0.0 <= draw(seed, 1, "p") < 1.0
