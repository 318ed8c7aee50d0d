"""The gate's word as a sentence: what each decision that the policy can make reads like."""

import re
from dataclasses import replace

import pytest

from tactful_models.events import Action, Decided
from tactful_models.policy import Policy, decide
from tactful_models.promise import COST_RATIOS, Promise, Thresholds
from tactful_models.registry import PRIOR
from tactful_server.verdict_words import promise_words, shown_words, telling, withheld_words

OWN = Thresholds(0.31, 0.31)
ON = Policy("on", OWN, 0.0)
MET = Promise(kind="bound", met=True, accepts=90, lost=1, upper=0.0426)


def decided(probability: float | None, policy: Policy = ON, stage: int = 2) -> Decided:
    """What a policy decides, as it goes into the log."""
    said = decide(policy, stage, probability, "place")
    return Decided(
        f"d{stage}", "r", "s", 0.0, stage, probability, said.threshold, said.action, said.would, said.propensity,
        policy.mode, said.exploring, "v1", said.reason,
    )  # fmt: skip


def eager(word: str) -> Policy:
    return Policy("on", OWN.with_eagerness(word), 0.0)


def test_what_was_withheld_says_how_likely_it_was_and_what_it_would_have_taken() -> None:
    assert withheld_words(decided(0.12), OWN) == (
        "Not shown: the gate gives it a 12 % chance of being taken; from 31 % it would have been shown."
    )
    assert withheld_words(decided(0.12, stage=1), OWN) == (
        "Not asked: the gate gives a suggestion here a 12 % chance of being taken;"
        " from 31 % the model would have been asked."
    )


def test_what_was_shown_says_the_same_the_other_way_round() -> None:
    assert shown_words([decided(0.62)], OWN) == (
        "Shown: the gate gives it a 62 % chance of being taken; below 31 % it would have been held back."
    )


def test_two_chances_that_round_to_the_same_are_told_apart() -> None:
    assert "30.9 % chance of being taken; from 31.0 % it" in withheld_words(decided(0.3091), OWN)


@pytest.mark.parametrize(
    ("word", "probability", "end"),
    [
        ("quiet", 0.4, "You chose quiet; at balanced it would have been shown."),
        ("quiet", 0.1, "it would have been shown."),
        ("balanced", 0.1, "it would have been shown."),
    ],
)
def test_quiet_owns_up_to_what_it_withheld(word: str, probability: float, end: str) -> None:
    told = withheld_words(decided(probability, eager(word)), OWN)
    assert told.endswith(end)
    assert ("quiet" in told) == (probability == 0.4)


@pytest.mark.parametrize(
    ("word", "probability", "end"),
    [
        ("eager", 0.2, "You chose eager; at balanced it would have been."),
        ("eager", 0.5, "it would have been held back."),
        ("always", 0.1, "and you chose to see everything."),
        ("balanced", 0.5, "it would have been held back."),
    ],
)
def test_what_was_shown_says_when_it_was_for_the_eagerness(word: str, probability: float, end: str) -> None:
    assert shown_words([decided(probability, eager(word))], OWN).endswith(end)


def test_a_gate_that_holds_nothing_back_says_so() -> None:
    assert shown_words([decided(0.2, Policy("on"))], Thresholds()) == (
        "Shown: the gate gives it a 20 % chance of being taken, and holds nothing back."
    )


def test_without_the_gate_at_hand_the_sentence_stands_without_the_eagerness() -> None:
    assert shown_words([decided(0.2, eager("eager"))], None).endswith("held back.")
    assert withheld_words(decided(0.4, eager("quiet")), None).endswith("shown.")


def test_trials_and_watching_are_told() -> None:
    trial = shown_words([decided(0.12, Policy("on", OWN, 1.0))], OWN)
    watching = shown_words([decided(0.12, Policy("shadow", OWN))], OWN)

    assert trial.startswith("Shown as a trial, though the gate gives it only a 12 % chance of being taken")
    assert watching.endswith("asks for 31 %: for now it only watches.")
    above = shown_words([decided(0.62, Policy("shadow", OWN))], OWN)
    assert above.endswith("a 62 % chance of being taken, and would show it from 31 % on; for now it only watches.")


def test_the_decision_that_went_against_the_gate_is_the_one_that_is_told() -> None:
    passed, trial = decided(0.62), decided(0.12, Policy("on", OWN, 1.0), stage=1)

    assert telling([trial, passed]) is trial
    assert telling([decided(0.4, stage=1), passed]) is passed
    assert shown_words([trial, passed], OWN).startswith("Shown as a trial")


def test_no_gate_and_no_say_are_told() -> None:
    assert "asked for it" in shown_words([], None)
    assert "switched off" in shown_words([decided(0.2, Policy("off", OWN))], OWN)
    assert "could not be asked yet" in shown_words([decided(None)], OWN)
    assert "no gate has been trained" in shown_words([replace(decided(0.3), gate_version=PRIOR)], None)


@pytest.mark.parametrize("mode", ["on", "shadow", "off"])
@pytest.mark.parametrize("probability", [None, float("nan"), 0.0, 1e-9, 0.2, 0.31, 1.0])
@pytest.mark.parametrize("rate", [0.0, 1.0])
@pytest.mark.parametrize("word", list(COST_RATIOS))
def test_whatever_the_policy_decides_reads_as_one_or_two_sentences(
    mode: str, probability: float | None, rate: float, word: str
) -> None:
    one = decided(probability, Policy(mode, OWN.with_eagerness(word), rate))
    told = withheld_words(one, OWN) if one.action is Action.WITHHOLD else shown_words([one], OWN)

    assert re.fullmatch(r"(Shown|Not shown)[^_]+\.", told)
    assert "nan" not in told
    assert len(told) <= 150


def test_the_promise_is_told_in_words() -> None:
    told = promise_words(MET, "balanced", True)

    assert told == "Of the suggestions that you would take, at most 5 % are held back, with 90 % confidence."
    watching = "At present the gate holds nothing back."
    assert promise_words(MET, "balanced", False) == f"{told} {watching}"


def test_at_quiet_the_promise_is_taken_back_and_at_always_there_is_nothing_to_promise() -> None:
    assert "more than the promised 5 %" in promise_words(MET, "quiet", True)
    assert promise_words(MET, "always", True) == "You chose to see everything, so nothing is held back."
    assert promise_words(MET, "eager", True) == promise_words(MET, "balanced", True)


@pytest.mark.parametrize("word", list(COST_RATIOS))
@pytest.mark.parametrize(
    ("promise", "said"),
    [
        (Promise(), "no gate has been trained"),
        (Promise(kind="bound", accepts=12, more_accepts=33), "at least 33 more"),
        (Promise(kind="bound", accepts=90), "Nothing was found"),
    ],
)
def test_what_cannot_be_promised_is_said_whatever_the_eagerness(word: str, promise: Promise, said: str) -> None:
    assert said in promise_words(promise, word, True)
    assert "nothing is held back" in promise_words(promise, word, True)


def test_a_plain_threshold_promises_nothing_of_new_suggestions() -> None:
    told = promise_words(Promise(kind="plain", met=True, accepts=90, lost=4), "balanced", True)
    assert told.startswith("Of 90 suggestions that were taken, 4 would have been held back")
