"""When a new gate serves."""

import numpy as np
import pytest
from numpy.typing import NDArray

from tactful_models.promise import Constraint
from tactful_models.promotion import Contest, judge, units

N = 600


def contest(candidate: tuple[float, float], former: tuple[float, float] = (0.0, 0.0), users: int = 12) -> Contest:
    """Rows of which each gate withholds a share: (of the rejections, of the accepts)."""
    label = np.arange(N) % 3 == 0
    people = np.array([f"user-{i % users}" for i in range(N)], object)
    sessions = np.array([f"session-{i // 20}" for i in range(N)], object)
    return Contest(label, np.ones(N), people, sessions, withheld(label, candidate, 1), withheld(label, former, 2))


def withheld(label: NDArray[np.bool_], shares: tuple[float, float], seed: int) -> NDArray[np.bool_]:
    return np.random.default_rng(seed).random(N) < np.where(label, shares[1], shares[0])


def test_a_gate_that_withholds_rejections_and_hardly_an_accept_is_promoted() -> None:
    decision = judge(contest((0.3, 0.02)), Constraint())
    assert decision.promote
    assert decision.gain.low is not None
    assert decision.gain.low > 0.15
    assert decision.reason.startswith("on 600 decisions kept apart it withholds")


def test_a_gate_that_withholds_blindly_is_not_better_than_showing_everything() -> None:
    decision = judge(contest((0.05, 0.05)), Constraint())
    assert not decision.promote
    assert "not surely better" in decision.reason


def test_a_gate_that_loses_more_accepts_than_allowed_is_not_promoted_however_many_rejections_it_withholds() -> None:
    decision = judge(contest((0.8, 0.2)), Constraint())
    assert not decision.promote
    assert "more than the 5% allowed can explain" in decision.reason


def test_a_gate_like_the_one_in_service_does_not_replace_it() -> None:
    same = contest((0.3, 0.02), (0.3, 0.02))
    twin = Contest(same.label, same.weight, same.group, same.session_id, same.candidate, same.candidate)
    assert not judge(twin, Constraint()).promote


def test_a_worse_gate_does_not_replace_a_better_one() -> None:
    assert not judge(contest((0.2, 0.02), (0.4, 0.02)), Constraint()).promote


def test_a_better_gate_replaces_a_worse_one() -> None:
    decision = judge(contest((0.5, 0.02), (0.2, 0.02)), Constraint())
    assert decision.promote
    assert decision.rejections_withheld[0] > decision.rejections_withheld[1]


def test_a_gate_that_withholds_nothing_is_not_promoted() -> None:
    assert "it withholds nothing there" in judge(contest((0.0, 0.0)), Constraint()).reason


@pytest.mark.parametrize("label", [True, False])
def test_without_both_outcomes_nothing_is_promoted(label: bool) -> None:
    rows = contest((0.3, 0.0))
    alone = Contest(np.full(N, label), rows.weight, rows.group, rows.session_id, rows.candidate, rows.former)
    decision = judge(alone, Constraint())
    assert not decision.promote
    assert decision.to_json()["gain"] == {"value": None, "low": None, "high": None}


def test_whole_users_are_resampled_where_there_are_several_otherwise_sessions_or_blocks() -> None:
    several, alone = contest((0.3, 0.0), users=12), contest((0.3, 0.0), users=1)
    assert len(set(units(several.group, several.session_id))) == 12
    assert len(set(units(alone.group, alone.session_id))) == 30
    blocks = units(alone.group, alone.group)
    assert len(set(blocks)) == 30
    assert blocks[0] == blocks[19] != blocks[20]
    assert len(set(units(alone.group[:40], alone.group[:40]))) == 20


def test_users_are_not_resampled_where_one_has_nearly_all_decisions() -> None:
    group = np.array(["a"] * 92 + list("bcdefghi"), object)
    sessions = np.array([f"s{at // 5}" for at in range(100)], object)
    assert units(group, sessions).tolist() == sessions.tolist()


def test_what_was_rarely_shown_weighs_more() -> None:
    rows = contest((0.3, 0.02))
    weight = np.where(rows.candidate, 50.0, 1.0)
    heavy = judge(Contest(rows.label, weight, rows.group, rows.session_id, rows.candidate, rows.former), Constraint())
    assert heavy.rejections_withheld[0] > 0.9


def test_one_heavy_accept_lost_is_as_many_as_it_stands_for() -> None:
    """400 accepts, of which the candidate withholds 3 that stand for 50 each: 27 % of the accepts, not 0.75 %."""
    label = np.arange(N) < 400
    candidate = np.isin(np.arange(N), [0, 1, 2]) | (~label & (np.arange(N) % 2 == 0))
    weight = np.where(np.arange(N) < 3, 50.0, 1.0)
    rows = contest((0.3, 0.0))
    unweighed = Contest(label, np.ones(N), rows.group, rows.session_id, candidate, np.zeros(N, np.bool_))
    assert judge(unweighed, Constraint()).promote
    decision = judge(Contest(label, weight, *_rest(unweighed)), Constraint())
    assert not decision.promote
    assert "it loses 3 of 400 accepts there (weighed, 10 of 37, as some stand for many)" in decision.reason


def _rest(of: Contest) -> tuple[NDArray[np.object_], NDArray[np.object_], NDArray[np.bool_], NDArray[np.bool_]]:
    return of.group, of.session_id, of.candidate, of.former
