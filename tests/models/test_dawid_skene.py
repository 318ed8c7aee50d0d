"""Who is to be believed: reviewers and checks of suggestions of which the truth is known."""

import numpy as np
import pytest

from tactful_models.dawid_skene import estimate
from tactful_models.events import Reviewed, Verdict
from tactful_models.reviewers import Estimate, Trial, Vote, voter, votes, worths
from tactful_models.simulated_reviews import TESTS, Person, Suite, names, said, tried

HONEST = [Person("honest-1", 0.1), Person("honest-2", 0.1)]
CARELESS = Person("careless", 0.3)
DECEPTIVE = Person("deceptive", 0.9)
PANEL = [*HONEST, CARELESS, DECEPTIVE]
TELLING = Suite()


def truth(n: int = 2000, seed: int = 5) -> "np.typing.NDArray[np.bool_]":
    return np.random.default_rng(seed).random(n) < 0.7


def judged(panel: list[Person], testing: Suite | None = TELLING, seed: int = 0) -> Estimate:
    good = truth()
    return estimate(list(said(good, panel, seed)), list(tried(good, testing, seed)) if testing else [])


def one_more(panel: list[Person]) -> dict[tuple[str, Verdict], float]:
    """By reviewer and verdict, the log-odds for a suggestion of which this one said that and nobody else anything."""
    good = truth()
    new = {(person.name, verdict): f"{person.name}-{verdict}" for person in panel for verdict in Verdict}
    spoken = [*said(good, panel, 0), *(Vote(one, name, verdict) for (name, verdict), one in new.items())]
    evidence = estimate(spoken, list(tried(good, TELLING, 0))).evidence()
    return {each: evidence[one] for each, one in new.items()}


def wrong_share(found: Estimate, name: str) -> tuple[float, float]:
    """How often the reviewer is thought to err: of good ones, of bad ones."""
    rates = found.reviewers[name]
    return 1.0 - rates.given_good[0], rates.given_bad[0]


def rightness(found: Estimate) -> float:
    good = truth()
    return float(np.mean([(found.good[name] > 0.5) == good[at] for at, name in enumerate(names(len(good)))]))


@pytest.mark.parametrize("seed", range(5))
def test_error_rates_are_recovered(seed: int) -> None:
    found = judged(PANEL, seed=seed)

    for person in PANEL:
        assert wrong_share(found, person.name) == pytest.approx((person.wrong, person.wrong), abs=0.1), person.name
    assert found.checks[TESTS].alarms == pytest.approx(0.02, abs=0.02)
    assert found.checks[TESTS].found > 0.85
    assert found.share_good == pytest.approx(float(truth().mean()), abs=0.05)


@pytest.mark.parametrize("seed", range(5))
def test_where_nobody_tells_what_the_tests_reach_that_is_estimated(seed: int) -> None:
    found = judged(PANEL, Suite(tells_reach=False), seed)

    assert found.checks[TESTS].found == pytest.approx(0.6, abs=0.12)
    assert wrong_share(found, "deceptive") == pytest.approx((0.9, 0.9), abs=0.1)


def test_a_deceivers_verdicts_are_turned_round_and_an_honest_ones_stand() -> None:
    told = one_more(PANEL)

    assert told["deceptive", Verdict.KEEP] < -1.0 < 1.0 < told["deceptive", Verdict.REVERT]
    assert told["honest-1", Verdict.REWRITE] < -1.4


def test_a_careless_verdict_weighs_less_than_an_honest_one() -> None:
    told = one_more(PANEL)

    for verdict in Verdict:
        assert abs(told["careless", verdict]) < 0.7 * abs(told["honest-2", verdict])


def test_what_a_word_is_worth_in_all_has_a_sign() -> None:
    worth = worths(judged(PANEL).reviewers)

    assert worth["honest-1"] == pytest.approx(0.8, abs=0.12)
    assert worth["careless"] == pytest.approx(0.4, abs=0.15)
    assert worth["deceptive"] < -0.5


def test_a_coin_is_ignored() -> None:
    told = one_more([*HONEST, Person("coin", 0.5)])

    assert max(abs(told["coin", verdict]) for verdict in (Verdict.KEEP, Verdict.REVERT)) < 0.4


def test_together_they_are_right_more_often_than_a_majority() -> None:
    good, panel = truth(), [*HONEST, CARELESS, DECEPTIVE, Person("deceptive-2", 0.9)]
    spoken = list(said(good, panel, 0))
    ballots = {name: [0, 0] for name in names(len(good))}
    for vote in spoken:
        ballots[vote.suggestion_id][vote.verdict is Verdict.KEEP] += 1
    majority = float(np.mean([(yes > no) == good[int(name[1:])] for name, (no, yes) in ballots.items()]))

    assert rightness(judged(panel)) > majority + 0.15


def test_without_tests_a_deceptive_minority_is_still_found_out() -> None:
    found = judged(PANEL, testing=None)

    assert wrong_share(found, "deceptive") == pytest.approx((0.9, 0.9), abs=0.12)


def test_a_reviewer_whom_tests_contradict_loses_weight() -> None:
    agreed = [Trial(f"s{at}", TESTS, at % 2 == 0, is_test=True) for at in range(40)]
    says = [Vote(f"s{at}", "he", Verdict.KEEP if at % 2 else Verdict.REVERT) for at in range(40)]
    once_more = Vote("new", "he", Verdict.REVERT)
    before, some, all_of_it = (estimate([*says[:n], once_more], agreed).evidence()["new"] for n in (0, 6, 40))

    assert before < 0.0
    assert some > before / 2
    assert all_of_it > 0.0


def test_one_reviewer_does_not_overturn_a_test_that_passed_and_ran_the_lines() -> None:
    history = [Vote(f"h{at}", "strict", Verdict.REVERT if at % 2 else Verdict.KEEP) for at in range(400)]
    known = [Trial(f"h{at}", TESTS, at % 2 == 0, is_test=True) for at in range(400)]
    against = Vote("x", "strict", Verdict.REVERT)
    alone = estimate([*history, against], known)
    covered = estimate([*history, against], [*known, Trial("x", TESTS, True, 1.0, is_test=True)])
    unseen = estimate([*history, against], [*known, Trial("x", TESTS, True, 0.1, is_test=True)])

    assert alone.good["x"] < 0.1
    assert covered.good["x"] > 0.5
    assert unseen.good["x"] < 0.5
    parsed = estimate([*history, against], [*known, Trial("x", "parses", True)])
    assert parsed.good["x"] < 0.5  # that it parses says little


@pytest.mark.parametrize("seed", range(3))
def test_with_a_third_of_the_reviewers_deceptive_few_wrong_ones_pass_for_good(seed: int) -> None:
    """30 % of what was accepted is wrong; tests reach 60 % of it and flake in 2 %; each reviewer sees 30 %."""
    good = truth(800, seed=1)
    wrongs = {"honest-1": 0.1, "honest-2": 0.1, "careless-1": 0.3, "careless-2": 0.3, "liar-1": 0.9, "liar-2": 0.9}
    people = [Person(name, wrong, share=0.3) for name, wrong in wrongs.items()]
    runs = list(tried(good, TELLING, seed))
    found = estimate(list(said(good, people, seed)), runs)
    by_all = np.array([found.good[name] > 0.5 for name in names(len(good))])
    by_tests = np.array([run.passed for run in runs])

    assert float((~good)[by_all].mean()) < 0.1 < 0.13 < float((~good)[by_tests].mean())


def test_a_few_verdicts_prove_little() -> None:
    found = estimate([Vote("s1", "new", Verdict.REVERT)], [Trial("s1", TESTS, True, is_test=True)])
    rates = found.reviewers["new"]

    assert rates.n == 1
    assert rates.given_good[0] > 0.6 > 0.4 > rates.given_bad[0]


def test_it_draws_nothing_at_random_and_asks_no_order() -> None:
    good = truth(120)
    spoken, runs = list(said(good, PANEL, 3)), list(tried(good, Suite(), 3))

    assert estimate(spoken, runs) == estimate(spoken, runs)
    turned = estimate(spoken[::-1], runs[::-1])
    assert turned.good == pytest.approx(estimate(spoken, runs).good, abs=1e-6)


def test_nothing_said_is_no_fault() -> None:
    found = estimate([])

    assert (found.good, found.reviewers, found.checks) == ({}, {}, {})
    assert found.share_good == pytest.approx(0.6)


def test_of_one_reviewers_words_the_last_count_and_a_model_is_known_by_how_it_was_asked() -> None:
    def review(n: int, verdict: Verdict, reviewer: str = "u", kind: str = "person", method: str = "") -> Reviewed:
        return Reviewed(f"v{n}", "g1", "s", float(n), verdict, reviewer, kind, method=method)

    spoken = [
        review(1, Verdict.KEEP),
        review(2, Verdict.REVERT, "m", "model", "critic-1"),
        review(3, Verdict.KEEP, "m", "model", "critic-2"),
        review(4, Verdict.REWRITE),
    ]

    assert [(vote.reviewer, vote.verdict) for vote in votes(spoken)] == [
        ("u", Verdict.REWRITE),
        ("m critic-1", Verdict.REVERT),
        ("m critic-2", Verdict.KEEP),
    ]
    assert voter(spoken[1]) == "m critic-1"


def test_a_thousand_who_say_the_same_of_one_suggestion_are_borne() -> None:
    found = estimate([Vote("s1", f"r{number}", Verdict.REVERT) for number in range(1000)])
    assert 0.0 <= found.good["s1"] < 1e-9
