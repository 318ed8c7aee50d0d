"""From events to labelled rows."""

from dataclasses import replace

import numpy as np
import pytest

from tactful_models import dataset, labels
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
    SessionStarted,
    SuggestionFacts,
    SuggestionMade,
    Trigger,
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
