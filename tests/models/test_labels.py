"""What is said of a suggestion: behaviour, persistence, reviews and checks joined into one label."""

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest

from tactful_models import labels
from tactful_models.errors import TrainingError
from tactful_models.events import End, Known, Verdict
from tactful_models.labels import BEHAVIOUR_ALONE, DEFAULT, Fate, Hearing, Obtained, Ran, Said, Told
from tactful_models.reviewers import Trial

KEPT = labels.find(DEFAULT)
TAKEN = Fate(End.ACCEPTED, Known.COMMAND, 1.0, {30: 1.0})
DELETED = replace(TAKEN, kept={30: 0.2})
CENSORED = replace(TAKEN, kept={30: None})
REJECTED = Fate(End.REJECTED, Known.COMMAND)
PASSED, HALF_RUN, BROKE = Ran(False, 1.0), Ran(False, 0.5), Ran(True)


def said(verdict: str, reviewer: str = "ada", kind: str = "person") -> Said:
    return Said(Verdict(verdict), reviewer, kind)


def in_parts(ratio: float, end: End = End.REJECTED, kept: float | None = 1.0) -> Fate:
    return Fate(end, Known.CHANGE, ratio, {30: kept})


@pytest.mark.parametrize(
    ("fate", "good", "weight", "obtained"),
    [
        (TAKEN, True, 1.0, "persistence"),
        (replace(TAKEN, kept={30: 0.5}), True, 1.0, "persistence"),
        (DELETED, False, 1.0, "persistence"),
        (REJECTED, False, 1.0, "behaviour"),
        (Fate(End.IGNORED, Known.CHANGE), False, 1.0, "behaviour"),
        (in_parts(0.8), True, 0.6, "persistence"),
        (in_parts(0.8, kept=0.1), False, 0.6, "persistence"),
        (in_parts(0.3), False, 0.4, "behaviour"),
        (in_parts(0.8, End.SUPERSEDED), True, 0.6, "persistence"),
        (replace(TAKEN, said=[said("revert")]), False, 1.0, "review"),
        (replace(TAKEN, said=[said("rewrite")]), None, 0.0, ""),
        (replace(TAKEN, said=[said("revert", kind="model")]), None, 0.0, ""),
        (replace(TAKEN, said=[said("rewrite", kind="model")]), True, 0.5, "review"),
        (replace(TAKEN, said=[said("keep")]), True, 1.0, "review"),
        (replace(DELETED, said=[said("keep")]), True, 1.0, "review"),
        (replace(TAKEN, said=[said("keep"), said("revert", "bob")]), True, 1.0, "persistence"),
        (replace(CENSORED, said=[said("keep")]), True, 1.0, "review"),
        (replace(CENSORED, said=[said("revert")]), False, 1.0, "review"),
        (replace(TAKEN, ran=BROKE), False, 1.0, "check"),
        (replace(TAKEN, ran=Ran(True, trust=0.75)), False, 0.5, "check"),
        (replace(TAKEN, ran=PASSED), True, 1.0, "persistence"),
        (replace(CENSORED, ran=HALF_RUN), True, 0.5, "check"),
        (replace(in_parts(0.8), ran=PASSED), True, 1.0, "check"),
        (replace(DELETED, ran=PASSED), False, 1.0, "persistence"),
        (replace(TAKEN, ran=PASSED, said=[said("revert")]), True, 1.0, "check"),
        (replace(TAKEN, ran=HALF_RUN, said=[said("revert")]), True, 0.5, "check"),
        (replace(TAKEN, ran=Ran(False, 0.0), said=[said("revert")]), False, 1.0, "review"),
        (replace(TAKEN, ran=BROKE, said=[said("keep")]), False, 1.0, "check"),
        (replace(REJECTED, ran=PASSED, said=[said("keep")]), False, 1.0, "behaviour"),
    ],
)
def test_a_label_joins_what_was_done_kept_said_and_tried(
    fate: Fate, good: bool | None, weight: float, obtained: str
) -> None:
    found = KEPT.told(fate)
    if good is None:
        assert found is None
    else:
        assert found is not None
        assert (found.good, found.obtained) == (good, Obtained(obtained))
        assert found.weight == pytest.approx(weight)


@pytest.mark.parametrize(
    "fate",
    [
        Fate(End.SUPERSEDED, Known.CHANGE),
        in_parts(0.2, End.SUPERSEDED),
        in_parts(0.5),
        CENSORED,
        replace(TAKEN, kept={}),
        replace(TAKEN, kept={15: 1.0}, ran=PASSED, said=[said("keep")]),
    ],
    ids=["replaced", "replaced when partly taken", "half taken", "censored", "not yet due", "not yet due but praised"],
)
def test_of_what_is_not_known_nothing_is_said(fate: Fate) -> None:
    assert KEPT.told(fate) is None


@pytest.mark.parametrize("after_s", [30, 120, 300, 600])
def test_each_horizon_looks_at_its_own_check(after_s: int) -> None:
    label = labels.find(f"kept_{after_s}")
    fate = replace(TAKEN, kept=dict.fromkeys((30, 120, 300, 600), 0.0) | {after_s: 0.9})
    assert label.of(fate) is True
    assert label.of(replace(fate, kept={after_s: None})) is None
    assert label.kept_chars(fate, 100) == pytest.approx(90.0)


def test_accepting_alone_is_moved_by_nothing_else() -> None:
    label = labels.find("accepted")
    assert label.told(replace(TAKEN, kept={}, ran=BROKE, said=[said("revert")])) == Told(True, 1.0, Obtained.BEHAVIOUR)


def test_who_is_not_heard_moves_nothing() -> None:
    fate = replace(TAKEN, ran=BROKE, said=[said("revert")])
    assert KEPT.told(fate, BEHAVIOUR_ALONE) == KEPT.told(TAKEN)
    assert KEPT.told(fate, Hearing(checks=False)) == Told(False, 1.0, Obtained.REVIEW)
    assert KEPT.told(fate, Hearing(reviews=False)) == Told(False, 1.0, Obtained.CHECK)


def test_a_word_weighs_by_what_its_reviewer_is_worth_and_turns_round_where_that_is_below_nothing() -> None:
    fate = replace(TAKEN, said=[said("revert")])
    found = [KEPT.told(fate, Hearing(worth={"ada": worth})) for worth in (1.0, 0.75, 0.25, 0.0, -1.0)]
    assert [each and each.signed for each in found] == [-1.0, -0.5, 0.5, 1.0, 1.0]


def test_a_partly_taken_one_pulls_as_hard_as_the_share_of_its_characters_at_an_even_chance() -> None:
    """Two rows, good with weight r and bad with 1 − r, have the gradient ½ − r there; one row has −½ · signed."""
    for ratio in np.linspace(0.01, 0.99, 50):
        told = labels.find("accepted").told(in_parts(float(ratio)))
        signed = 0.0 if told is None else told.signed
        assert -0.5 * signed == pytest.approx(0.5 - ratio)


def test_trials_come_together_as_what_broke_and_how_much_was_run() -> None:
    lints, parses = Trial("g", "lints", False), Trial("g", "parses", True)
    few, most = (Trial("g", "tests", True, reach, is_test=True) for reach in (0.2, 0.7))
    assert Ran.of([lints]) is None
    assert Ran.of([lints, parses]) == Ran(False, 0.0)
    assert Ran.of([parses, few, most]) == Ran(False, 0.7)
    assert Ran.of([most, Trial("g", "imports", False)], trust=0.9) == Ran(True, 0.7, 0.9)


VERDICTS = [said(verdict, who) for verdict in ("keep", "rewrite", "revert") for who in ("ada", "bob")]
PANELS = [panel for n in range(4) for panel in itertools.combinations(VERDICTS, n)]


@pytest.mark.parametrize("fate", [TAKEN, DELETED, CENSORED, in_parts(0.7)], ids=["kept", "gone", "censored", "partly"])
def test_whoever_says_what_the_weight_is_a_share_and_the_order_of_reviewers_means_nothing(fate: Fate) -> None:
    for panel in PANELS:
        found = KEPT.told(replace(fate, said=panel))
        assert found is None or 0.0 < found.weight <= 1.0
        assert _same(found, KEPT.told(replace(fate, said=panel[::-1])))


def test_no_reviewers_overturn_a_passing_test_or_save_what_broke_one() -> None:
    for panel in PANELS:
        passed, broke = (KEPT.told(replace(TAKEN, ran=ran, said=panel)) for ran in (PASSED, BROKE))
        assert passed is not None
        assert passed.signed == 1.0
        assert broke == Told(False, 1.0, Obtained.CHECK)


def test_a_harsher_verdict_never_makes_a_label_better() -> None:
    for fate, ran in itertools.product((TAKEN, DELETED, CENSORED), (None, PASSED, HALF_RUN, BROKE)):
        told = [KEPT.told(replace(fate, ran=ran, said=[said(each)])) for each in ("keep", "rewrite", "revert")]
        signed = [0.0 if each is None else each.signed for each in told]
        assert signed == sorted(signed, reverse=True)


def test_the_more_a_critic_is_worth_the_worse_the_label() -> None:
    for fate in (TAKEN, DELETED, CENSORED, in_parts(0.7)):
        told = [
            KEPT.told(replace(fate, said=[said("revert")]), Hearing(worth={"ada": worth}))
            for worth in np.linspace(-1.0, 1.0, 21).tolist()
        ]
        signed = [0.0 if each is None else each.signed for each in told]
        assert all(later <= earlier + 1e-12 for earlier, later in itertools.pairwise(signed))


def test_an_unknown_label_is_refused_with_those_there_are() -> None:
    with pytest.raises(TrainingError, match="kept_600"):
        labels.find("liked")


def _same(one: Told | None, other: Told | None) -> bool:
    if one is None or other is None:
        return one is other
    return one.good == other.good and math.isclose(one.weight, other.weight) and one.obtained == other.obtained


def enough(usual: float | None = 0.8) -> Hearing:
    """Enough is known of what is taken: one that nobody spoke of is good at log-odds 0.8."""
    return Hearing(evidence={"praised": 3.0, "blamed": -3.0}, usual=usual)


@pytest.mark.parametrize(
    ("name", "fate", "signed"),
    [
        ("silent", TAKEN, math.tanh(0.4)),
        ("praised", TAKEN, math.tanh(1.9)),
        ("blamed", TAKEN, math.tanh(-1.1)),
        ("blamed", replace(TAKEN, ran=PASSED), 1.0),
        ("blamed", replace(TAKEN, ran=HALF_RUN), 0.5),
        ("blamed", replace(TAKEN, ran=Ran(False, 0.4)), math.tanh(-1.1)),
        ("blamed", replace(TAKEN, ran=Ran(False, 0.0)), math.tanh(-1.1)),
        ("blamed", replace(TAKEN, ran=BROKE), math.tanh(-1.1)),
        ("blamed", DELETED, -1.0),
        ("praised", REJECTED, -1.0),
    ],
)
def test_where_enough_was_said_a_label_is_as_sure_as_what_was_said(name: str, fate: Fate, signed: float) -> None:
    told = KEPT.told(fate, enough(), name)
    assert told is not None
    assert math.isclose(told.signed, signed)


def test_what_broke_something_is_never_good_however_it_is_praised() -> None:
    assert KEPT.told(replace(TAKEN, ran=BROKE), enough(), "praised") is None
    assert KEPT.told(replace(TAKEN, ran=BROKE), enough(usual=None), "praised") == Told(False, 1.0, Obtained.CHECK)


def test_it_is_enough_when_many_were_spoken_of_and_some_of_each_kind_clearly() -> None:
    told = [2.0] * 60 + [-2.0] * 20 + [0.1] * 20
    assert labels.is_enough(told)
    assert not labels.is_enough(told[1:])
    assert not labels.is_enough([2.0] * 500 + [-0.5] * 500)
    assert not labels.is_enough([-2.0] * 500 + [0.0] * 500)
