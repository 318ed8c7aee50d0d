"""A log read into columns without events is the same as one whose every event was seen."""

from collections.abc import Iterable
from dataclasses import fields

import numpy as np
import pytest

import making_logs
from tactful_models import dataset, labels, simulation
from tactful_models.checked import Checked, Stands
from tactful_models.events import (
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
    SuggestionMade,
    Trigger,
    Verdict,
)
from tactful_models.feedback import IN_MEMORY, FeedbackLog
from tactful_models.gathering import gather
from tactful_models.simulated_log import events as simulated
from tactful_models.simulation import Logging, Size, World


def varied() -> list[Event]:
    """Everything that can become of a suggestion, drawn by lot."""
    rng = np.random.default_rng(7)
    found: list[Event] = []
    for event in making_logs.events(making_logs.Shape(users=3, sessions=2, decisions=30)):
        lot = int(rng.integers(12))
        if isinstance(event, SuggestionMade):
            found += [event, *_later(event, lot)]
        elif isinstance(event, RequestEnded) and lot == 0:
            facts = ContextFacts("go", Trigger.MANUAL, last_char="(", last_keyword="if")
            found.append(RequestEnded(event.request_id, event.session_id, event.at, facts, Result.PRODUCED))
        elif not (isinstance(event, Decided) and lot == 1 and event.stage == 1):
            found.append(event)
    return found


def _later(made: SuggestionMade, lot: int) -> Iterable[Event]:
    name, session, at = made.suggestion_id, made.session_id, made.at + 1.0
    if lot == 2:
        yield Reviewed(f"v-{name}", name, session, at, Verdict.REVERT, "ada")
    if lot == 3:
        yield Checked(f"c-{name}", name, session, at, old_tests=Stands.BROKE)
    if lot == 4:
        yield OutcomeSeen(name, session, at, End.PARTIAL, Known.CHANGE, accepted_chars=9)
    if lot == 5:
        yield PersistenceSeen(name, session, at, 30, None, "closed")


def explored() -> list[Event]:
    drawn = simulation.draw(World(), Size(3, 2, 40), 5)
    return list(simulated(drawn, Logging(0.2, 0.3, exploration=0.3), 5))


@pytest.mark.parametrize("label", ["accepted", "kept_30", "kept_120"])
@pytest.mark.parametrize("make", [varied, explored])
def test_rows_are_the_same_to_the_bit(make: object, label: str) -> None:
    events = make()  # type: ignore[operator]
    with FeedbackLog.open(IN_MEMORY) as log:
        log.append(events)
        found = dataset.rows(gather(log), labels.find(label))
    expected = dataset.read(events, label)
    assert len(expected) > (0 if label == "kept_120" else 50)
    for spec in fields(expected):
        one, other = getattr(found, spec.name), getattr(expected, spec.name)
        assert one.dtype == other.dtype
        assert np.array_equal(one, other, equal_nan=one.dtype == np.float64), spec.name


def test_every_event_that_matters_is_counted_as_read() -> None:
    events, told = explored(), list[int]()
    with FeedbackLog.open(IN_MEMORY) as log:
        log.append(events)
        gather(log, told.append)
    assert sum(told) == len(events)
