"""What came of suggestions, in the order in which they were shown."""

from dataclasses import replace

import pytest

from tactful_models.events import (
    Action,
    Decided,
    End,
    Event,
    Known,
    OutcomeSeen,
    PersistenceSeen,
    SuggestionFacts,
    SuggestionMade,
)
from tactful_models.settling import Judged, Settled, Settling, Spoken


def decided(name: str, stage: int = 2, action: Action = Action.SHOW, label: str = "kept_30") -> Decided:
    return Decided(
        f"{name}-{stage}", f"r{name}", "s", 0.0, stage, 0.4, 0.1, action, action, 0.5 if stage == 1 else 0.02, "on",
        gate_version="v1", suggestion_id=name if stage == 2 else "", own_probability=0.3, label=label,
    )  # fmt: skip


def judged(name: str, label: str = "kept_30") -> list[Event]:
    made = SuggestionMade(name, f"r{name}", "s", 0.0, SuggestionFacts(10, 1))
    return [decided(name, 1), made, decided(name, label=label)]


def seen(name: str, end: End, chars: int | None = None, session_id: str = "s") -> OutcomeSeen:
    return OutcomeSeen(name, session_id, 1.0, end, Known.CLIENT, 0.5, chars)


def kept(name: str, ratio: float | None = 1.0, after_s: int = 30) -> PersistenceSeen:
    return PersistenceSeen(name, "s", 31.0, after_s, ratio)


def settled(*events: Event) -> list[bool]:
    settling = Settling()
    found = [each for event in events for each in settling.observe(event)]
    return [each.good for each in found if isinstance(each, Settled)]


def test_a_rejection_is_known_at_once() -> None:
    assert settled(*judged("a"), seen("a", End.SHOWN), seen("a", End.REJECTED)) == [False]


def test_an_accept_is_nothing_before_it_has_been_looked_at_again() -> None:
    accepted = [*judged("a"), seen("a", End.SHOWN), seen("a", End.ACCEPTED)]
    assert settled(*accepted) == []
    assert settled(*accepted, kept("a")) == [True]
    assert settled(*accepted, kept("a", 0.2)) == [False]


def test_the_label_is_the_one_that_the_gate_was_trained_for() -> None:
    assert settled(*judged("a", "accepted"), seen("a", End.ACCEPTED)) == [True]
    assert settled(*judged("a", "kept_120"), seen("a", End.ACCEPTED), kept("a")) == []
    assert settled(*judged("a", "kept_120"), seen("a", End.ACCEPTED), kept("a"), kept("a", 1.0, 120)) == [True]
    assert settled(*judged("a", "of another time"), seen("a", End.REJECTED)) == []


def test_a_rejection_waits_for_the_accept_that_was_shown_before_it() -> None:
    events = [*judged("a"), *judged("b"), seen("a", End.SHOWN), seen("a", End.ACCEPTED), seen("b", End.REJECTED)]
    assert settled(*events) == []
    assert settled(*events, kept("a")) == [True, False]


def test_what_has_no_label_is_let_go_and_keeps_nobody_waiting() -> None:
    after = [*judged("b"), seen("b", End.REJECTED)]
    assert settled(*judged("a"), seen("a", End.SUPERSEDED), *after) == [False]
    assert settled(*judged("a"), seen("a", End.ACCEPTED), kept("a", None), *after) == [False]


def test_sessions_do_not_wait_for_one_another() -> None:
    events = [*judged("a"), *judged("b"), seen("a", End.ACCEPTED), seen("b", End.REJECTED, session_id="other")]
    assert settled(*events) == [False]


def test_taken_in_parts_counts_by_its_characters() -> None:
    parts = [*judged("a"), seen("a", End.PARTIAL, 2), seen("a", End.IGNORED)]
    assert settled(*parts) == [False]
    settling = Settling()
    [one] = [each for event in parts for each in settling.observe(event) if isinstance(each, Settled)]
    assert one.says == pytest.approx(0.6)


def test_of_what_was_taken_for_the_most_part_it_is_awaited_how_much_stays() -> None:
    parts = [*judged("a"), seen("a", End.PARTIAL, 8), seen("a", End.IGNORED)]
    assert settled(*parts) == []
    assert settled(*parts, kept("a")) == [True]
    assert settled(*parts, kept("a", 0.1)) == [False]


def test_a_part_that_nobody_looked_at_again_keeps_nobody_waiting_for_ever() -> None:
    parts = [*judged("a"), *judged("b"), *judged("c"), seen("a", End.PARTIAL, 8), seen("a", End.IGNORED)]
    soon, late = seen("b", End.REJECTED), replace(seen("c", End.REJECTED), at=1000.0)
    assert settled(*parts, soon) == []
    assert settled(*parts, soon, late) == [False, False]


def test_nothing_is_heard_of_what_was_withheld_or_judged_by_no_gate() -> None:
    withheld = [*judged("a")[:2], decided("a", action=Action.WITHHOLD), seen("a", End.REJECTED)]
    assert settled(*withheld) == []
    first, made, second = judged("a")
    assert isinstance(second, Decided)
    assert settled(first, made, replace(second, own_probability=None), seen("a", End.REJECTED)) == []


def test_both_stages_and_their_propensities_come_with_it() -> None:
    settling, found = Settling(), list[Settled]()
    for event in [*judged("a"), seen("a", End.REJECTED)]:
        found += [each for each in settling.observe(event) if isinstance(each, Settled)]
    [one] = found
    assert one.stage1 is not None
    assert (one.stage1.own, one.stage2.served, one.propensity) == (0.3, 0.4, 0.01)


def test_what_the_second_stage_judges_is_told_with_what_the_first_said_of_it() -> None:
    settling = Settling()
    events = [*judged("a")[:2], decided("a", action=Action.WITHHOLD)]
    assert [each for event in events for each in settling.observe(event)] == [
        Judged(Spoken("v1", 0.3, 0.4, 0.5), "v1", shown=False, chance=0.4)
    ]
