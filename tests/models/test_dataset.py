"""From events to labelled rows."""

from dataclasses import replace

import numpy as np
import pytest

from tactful_models import dataset, labels
from tactful_models.checked import Checked, Stands
from tactful_models.dataset import LARGEST_WEIGHT, Rows
from tactful_models.errors import TrainingError
from tactful_models.events import (
    Action,
    ContextFacts,
    Decided,
    End,
    Event,
    Known,
    OutcomeSeen,
    PersistenceSeen,
    RequestEnded,
    Result,
    Reviewed,
    SessionStarted,
    SuggestionFacts,
    SuggestionMade,
    Trigger,
    Verdict,
)
from tactful_models.features import FEATURES_VERSION, names

STARTED = SessionStarted("s", 0.0, "me")
MADE = SuggestionMade("g", "r", "s", 5.0, SuggestionFacts(10, 1), model_key="m")
ENDED = RequestEnded("r", "s", 5.0, ContextFacts(), Result.PRODUCED, suggestion_id="g", model_key="m")


def decided(stage: int, propensity: float = 1.0, action: Action = Action.SHOW) -> Decided:
    vector = tuple(float(stage) for _ in names(stage))
    return Decided(
        f"d{stage}", "r", "s", 5.0, stage, 0.5, 0.1, action, Action.SHOW, propensity, "on",
        features_version=FEATURES_VERSION, features=vector,
    )  # fmt: skip


def outcome(end: End, chars: int | None = None) -> OutcomeSeen:
    return OutcomeSeen("g", "s", 9.0, end, Known.COMMAND, accepted_chars=chars)


def kept(after_s: int, ratio: float | None, censored: str = "") -> PersistenceSeen:
    return PersistenceSeen("g", "s", 9.0 + after_s, after_s, ratio, censored)


WHOLE: tuple[Event, ...] = (STARTED, decided(1), MADE, decided(2), ENDED)


def read(*events: Event, label: str = labels.DEFAULT) -> Rows:
    return dataset.read(events, label)


def test_a_row_tells_all_of_a_decision() -> None:
    rows = read(*WHOLE, outcome(End.ACCEPTED), kept(30, 0.8))
    assert (len(rows), rows.groups, list(rows.session_id), list(rows.model_key)) == (1, ("me",), ["s"], ["m"])
    assert (rows.stage1 == 1.0).all()
    assert (rows.stage2 == 2.0).all()
    assert rows.stage1.shape == (1, len(names(1)))
    assert (rows.label.tolist(), rows.weight.tolist(), rows.known.tolist()) == ([True], [1.0], ["command"])


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ((outcome(End.ACCEPTED), kept(30, 0.5)), [True]),
        ((outcome(End.ACCEPTED), kept(30, 0.4)), [False]),
        ((outcome(End.ACCEPTED), kept(15, 1.0)), []),
        ((outcome(End.ACCEPTED), kept(30, None, "closed")), []),
        ((outcome(End.REJECTED),), [False]),
        ((outcome(End.IGNORED),), [False]),
        ((outcome(End.SUPERSEDED),), []),
        ((outcome(End.PARTIAL, 6), outcome(End.REJECTED), kept(30, 1.0)), [True]),
        ((outcome(End.PARTIAL, 6), outcome(End.REJECTED)), []),
        ((outcome(End.PARTIAL, 4), outcome(End.REJECTED)), [False]),
        ((outcome(End.SHOWN),), []),
        ((), []),
    ],
)
def test_the_default_label_is_accepted_and_half_kept_for_30_s(events: tuple[Event, ...], expected: list[bool]) -> None:
    assert read(*WHOLE, *events).label.tolist() == expected


def test_accepting_is_enough_for_the_label_accepted() -> None:
    assert read(*WHOLE, outcome(End.ACCEPTED), label="accepted").label.tolist() == [True]


def test_what_was_asked_for_by_hand_is_a_population_apart() -> None:
    by_hand = replace(ENDED, facts=ContextFacts(trigger=Trigger.MANUAL))
    assert len(read(STARTED, decided(1), MADE, decided(2), by_hand, outcome(End.REJECTED))) == 0


def test_vectors_of_another_version_are_left_out() -> None:
    old = replace(decided(2), features_version=FEATURES_VERSION + 1)
    assert len(read(STARTED, decided(1), MADE, old, ENDED, outcome(End.REJECTED))) == 0


def test_a_withheld_suggestion_has_no_label() -> None:
    hidden = decided(2, 0.98, Action.WITHHOLD)
    assert len(read(STARTED, decided(1), MADE, hidden, ENDED, outcome(End.REJECTED))) == 0


def test_an_explored_suggestion_weighs_for_those_that_were_not_shown() -> None:
    rows = read(STARTED, decided(1, 0.5), MADE, decided(2, 0.25), ENDED, outcome(End.REJECTED))
    assert (rows.weight.tolist(), rows.propensity.tolist()) == ([8.0], [0.125])
    rare = read(STARTED, decided(1, 0.02), MADE, decided(2, 0.02), ENDED, outcome(End.REJECTED))
    assert rare.weight.tolist() == [LARGEST_WEIGHT]


def test_a_request_that_joined_a_stream_takes_its_first_stage_from_the_second() -> None:
    rows = read(STARTED, MADE, decided(2), ENDED, outcome(End.REJECTED))
    assert (rows.stage1 == 2.0).all()


MANUAL = ContextFacts(trigger=Trigger.MANUAL)
JOINED = replace(ENDED, request_id="r2")
CANCELLED = replace(ENDED, result=Result.CANCELLED, suggestion_id="")


def test_a_request_by_hand_that_is_answered_with_an_automatic_suggestion_does_not_make_it_manual() -> None:
    by_hand = replace(JOINED, facts=MANUAL)
    assert len(read(*WHOLE, by_hand, outcome(End.REJECTED))) == 1
    assert len(read(*WHOLE[:-1], by_hand, outcome(End.REJECTED), ENDED)) == 1


def test_an_automatic_request_that_joins_what_was_asked_for_by_hand_does_not_make_it_automatic() -> None:
    judged = replace(decided(2), request_id="r2", suggestion_id="g")
    assert len(read(STARTED, replace(CANCELLED, facts=MANUAL), MADE, judged, JOINED, outcome(End.REJECTED))) == 0


def test_where_the_opening_request_is_missing_the_one_judged_says_whether_it_was_by_hand() -> None:
    judged = replace(decided(2), request_id="r2", suggestion_id="g")
    assert len(read(STARTED, MADE, judged, JOINED, outcome(End.REJECTED))) == 1
    assert len(read(STARTED, MADE, judged, replace(JOINED, facts=MANUAL), outcome(End.REJECTED))) == 0


def test_a_request_that_joins_what_another_explored_is_shown_with_the_probability_of_both() -> None:
    """Request 1 explores stage 1, opens the call and is cancelled; request 2 joins its stream and is judged."""
    opened = decided(1, 0.02)
    own_stage1 = replace(decided(1, 0.7), request_id="r2", features=tuple(9.0 for _ in names(1)))
    judged = replace(decided(2, 0.5), request_id="r2", suggestion_id="g")
    for events in (
        (STARTED, opened, CANCELLED, MADE, judged, JOINED),
        (STARTED, opened, CANCELLED, own_stage1, MADE, judged, JOINED),
    ):
        rows = read(*events, outcome(End.REJECTED))
        assert rows.propensity.tolist() == [0.01]
        assert rows.weight.tolist() == [LARGEST_WEIGHT]
        assert (rows.stage1 == 1.0).all()
        assert (rows.stage2 == 2.0).all()


def test_two_suggestions_of_one_call_each_have_their_own_second_stage() -> None:
    other = replace(MADE, suggestion_id="g2")
    judged = [
        replace(decided(2, propensity), suggestion_id=name, request_id=request)
        for name, request, propensity in (("g", "r", 0.5), ("g2", "r2", 0.25))
    ]
    ends = [replace(outcome(End.REJECTED), suggestion_id=name) for name in ("g", "g2")]
    rows = read(STARTED, decided(1, 0.5), MADE, judged[0], ENDED, other, judged[1], JOINED, *ends)
    assert dict(zip(rows.suggestion_id, rows.propensity, strict=True)) == {"g": 0.25, "g2": 0.125}


def said(verdict: Verdict, reviewer: str = "ada") -> Reviewed:
    return Reviewed(f"v-{verdict}-{reviewer}", "g", "s", 99.0, verdict, reviewer)


def checked(**found: object) -> Checked:
    return Checked("c", "g", "s", 20.0, **found)  # type: ignore[arg-type]


TAKEN: tuple[Event, ...] = (*WHOLE, outcome(End.ACCEPTED), kept(30, 1.0))


@pytest.mark.parametrize(
    ("later", "expected"),
    [
        ((), (True, 1.0, "persistence")),
        ((said(Verdict.REVERT),), (False, 1.0, "review")),
        ((said(Verdict.REVERT), said(Verdict.KEEP)), (True, 1.0, "review")),
        ((checked(old_tests=Stands.BROKE),), (False, 1.0, "check")),
        ((checked(lints=Stands.BROKE),), (True, 1.0, "persistence")),
        ((checked(old_tests=Stands.HELD, ran_ratio=1.0), said(Verdict.REVERT)), (True, 1.0, "check")),
        ((checked(old_tests=Stands.BROKE), checked(old_tests=Stands.HELD)), (True, 1.0, "persistence")),
    ],
)
def test_reviews_and_checks_that_came_later_move_the_label(
    later: tuple[Event, ...], expected: tuple[bool, float, str]
) -> None:
    rows = read(*TAKEN, *later)
    assert (rows.label[0], rows.weight[0], rows.obtained[0]) == expected


def test_of_what_was_taken_in_parts_the_characters_weigh() -> None:
    rows = read(*WHOLE, outcome(End.PARTIAL, 8), outcome(End.REJECTED), label="accepted")
    assert (rows.label.tolist(), rows.accepted.tolist(), rows.kept_chars.tolist()) == ([True], [True], [8.0])
    assert rows.weight.tolist() == pytest.approx([0.6])


def test_what_is_still_there_counts_as_kept() -> None:
    assert read(*WHOLE, outcome(End.ACCEPTED), kept(30, 0.7)).kept_chars.tolist() == pytest.approx([7.0])
    assert read(*WHOLE, outcome(End.REJECTED)).kept_chars.tolist() == [0.0]


def test_an_id_that_is_used_again_is_another_suggestion() -> None:
    assert len(read(*TAKEN, MADE)) == 0
    assert read(*TAKEN, MADE, outcome(End.REJECTED)).label.tolist() == [False]


def test_an_empty_log_gives_no_rows() -> None:
    rows = read()
    assert (len(rows), rows.stage2.shape) == (0, (0, len(names(2))))


def test_an_unknown_label_is_refused_with_those_there_are() -> None:
    with pytest.raises(TrainingError, match="kept_30"):
        read(label="liked")


def test_rows_can_be_taken_and_joined() -> None:
    rows = read(*WHOLE, outcome(End.REJECTED))
    twice = Rows.joined([rows, rows])
    assert (len(twice), len(twice.take(np.array([True, False])))) == (2, 1)
