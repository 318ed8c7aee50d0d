"""The guard against the trap: no better rate at the price of worse suggestions."""

from dataclasses import replace

import numpy as np
import pytest

from making_rows import strings
from tactful_models.guard import Guarded, Shown, guard
from tactful_models.metrics import Bools, Bootstrap, Floats
from tactful_models.promise import Constraint
from tactful_models.promotion import PLAN, Contest, Texts, judge

N = 1200
USERS = strings([f"user-{at % 12}" for at in range(N)])
SESSIONS = strings([f"session-{at // 20}" for at in range(N)])
NOTHING = np.zeros(N, np.bool_)


def drawn(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def texts(label: Bools, chars: Floats, parses: Floats | Bools | None = None) -> Texts:
    return Texts(chars, chars * label, np.full(N, np.nan) if parses is None else parses.astype(np.float64))


def contest(label: Bools, of: Texts, candidate: Bools, former: Bools = NOTHING) -> Contest:
    return Contest(label, np.ones(N), USERS, SESSIONS, candidate, former, of)


def shown(told: Contest) -> Shown:
    assert told.texts is not None
    of = told.texts
    return Shown(
        told.weight, told.group, told.label, of.chars, of.kept_chars, of.parses, told.candidate, told.former
    )  # fmt: skip


def guarded(told: Contest) -> Guarded:
    return guard(shown(told), 0.05, PLAN)


def short_and_safe() -> Contest:
    """Two in three are short, and half of these are taken; of the long ones one in twenty, with half of what is kept.

    The gate hides whatever is long.
    """
    long = np.arange(N) % 3 == 0
    label = drawn().random(N) < np.where(long, 0.05, 0.5)
    return contest(label, texts(label, np.where(long, 200.0, 10.0)), long)


def honest() -> Contest:
    """A gate that knows what is unwanted, whatever its length."""
    rng = drawn()
    label = rng.random(N) < 0.4
    candidate = rng.random(N) < np.where(label, 0.02, 0.5)
    return contest(label, texts(label, rng.integers(5, 80, N).astype(np.float64), rng.random(N) < 0.8), candidate)


def test_a_gate_that_keeps_only_short_safe_suggestions_is_refused_with_a_sentence_that_says_so() -> None:
    told = short_and_safe()
    assert judge(replace(told, texts=None), Constraint()).promote, "its rate alone looks better"
    decision = judge(told, Constraint())
    assert not decision.promote
    assert "its rate is bought with worse suggestions" in decision.reason
    assert "of the characters taken and kept are lost (now 0.0%)" in decision.reason
    assert "what it shows has 10 characters on average (now 73" in decision.reason
    assert {each.name for each in decision.guarded.worse} == {"kept_chars", "length"}


def test_a_gate_that_withholds_what_is_unwanted_is_promoted_with_what_the_guard_saw() -> None:
    decision = judge(honest(), Constraint())
    assert decision.promote
    assert decision.guarded.refusal == ""
    measured = decision.to_json()["guard"]
    assert isinstance(measured, dict)
    assert set(measured["measures"]) == {"kept_chars", "length", "parse_rate"}
    assert measured["worse"] == []


def test_leaving_out_what_is_long_and_unwanted_is_no_trap() -> None:
    """Long texts are never taken, and what is shown is as long as what is."""
    long = np.arange(N) % 3 == 0
    label = ~long & (drawn().random(N) < 0.5)
    told = contest(label, texts(label, np.where(long, 200.0, 40.0)), long)
    length = next(each for each in guarded(told).measures if each.name == "length")
    assert (length.candidate, length.yardstick) == (40.0, 40.0)
    assert length.former > 90.0
    assert judge(told, Constraint()).promote


def test_a_gate_whose_suggestions_parse_less_often_is_refused() -> None:
    rng = drawn()
    label = rng.random(N) < 0.4
    parses = rng.random(N) < 0.8
    candidate = ~label & parses
    decision = judge(contest(label, texts(label, np.full(N, 30.0), parses), candidate), Constraint())
    assert not decision.promote
    assert [each.name for each in decision.guarded.worse] == ["parse_rate"]
    assert "of it parses (now" in decision.reason


def test_a_gate_no_worse_than_the_one_in_force_is_not_held_to_account_for_it() -> None:
    told = short_and_safe()
    twin = replace(told, former=told.candidate)
    assert guarded(twin).worse == ()
    measure = guarded(twin).measures[0]
    assert (measure.candidate, measure.change.value) == (measure.former, 0.0)


def test_a_gate_that_repairs_what_the_one_in_force_broke_is_not_refused() -> None:
    told = short_and_safe()
    mended = told.candidate & (np.arange(N) % 2 == 0)
    assert guarded(replace(told, candidate=mended, former=told.candidate)).refusal == ""


def test_where_nothing_can_tell_whether_a_text_parses_that_is_no_measure() -> None:
    told = honest()
    assert told.texts is not None
    unknown = replace(told, texts=replace(told.texts, parses=np.full(N, np.nan)))
    assert [each.name for each in guarded(unknown).measures] == ["kept_chars", "length"]


def test_a_gate_that_shows_nothing_has_no_length_and_loses_all_that_is_kept() -> None:
    told = honest()
    found = guarded(replace(told, candidate=np.ones(N, np.bool_)))
    assert [each.name for each in found.measures] == ["kept_chars"]
    assert found.measures[0].fall.value == 1.0
    assert "100.0% [100.0, 100.0] of the characters taken and kept are lost" in found.refusal


def test_what_stands_for_many_counts_for_as_many() -> None:
    told = short_and_safe()
    light = np.where(told.candidate, 0.01, 1.0)
    assert "kept_chars" not in {each.name for each in guarded(replace(told, weight=light)).worse}


@pytest.mark.parametrize("seed", range(20))
def test_a_gate_that_withholds_by_lot_is_never_refused_by_the_guard(seed: int) -> None:
    """2 % of everything, blindly: nothing that is shown changes but by chance."""
    rng = drawn(seed)
    label = rng.random(N) < 0.4
    chars = np.asarray(np.round(np.exp(rng.normal(3.0, 0.8, N))), np.float64)
    told = contest(label, texts(label, chars, rng.random(N) < 0.8), rng.random(N) < 0.02)
    assert guard(shown(told), 0.05, Bootstrap(n_resamples=300, level=0.90)).refusal == ""
