"""From the log to decision paths, withheld ones among them."""

import math
from dataclasses import replace

import numpy as np
import pytest

from tactful_models import paths, replay, simulated_log, simulation
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
from tactful_models.feedback import FeedbackLog
from tactful_models.simulation import Logging, Size, World

STARTED = SessionStarted("s", 0.0, "me")


def decided(name: str, stage: int, action: Action = Action.SHOW, propensity: float = 1.0) -> Decided:
    return Decided(
        f"{name}-{stage}", name, "s", 5.0, stage, 0.5, 0.1, action, Action.SHOW, propensity, "on",
        suggestion_id=f"g{name}" if stage == 2 else "",
    )  # fmt: skip


def ended(name: str, result: Result = Result.PRODUCED, line: int = 1, by_hand: bool = False) -> RequestEnded:
    trigger = Trigger.MANUAL if by_hand else Trigger.AUTOMATIC
    return RequestEnded(name, "s", 5.0, ContextFacts(trigger=trigger, line_index=line), result, file_key="f")


def shown(name: str, end: End | None = End.ACCEPTED, kept: float | None = 0.8, line: int = 1) -> list[Event]:
    """A request let pass at both stages, with what became of it."""
    made = SuggestionMade(f"g{name}", name, "s", 5.0, SuggestionFacts(10, 1), model_key="m")
    told: list[Event] = [decided(name, 1), made, decided(name, 2), ended(name, line=line)]
    if end is not None:
        told.append(OutcomeSeen(f"g{name}", "s", 9.0, end, Known.COMMAND))
    if end is End.ACCEPTED:
        told.append(PersistenceSeen(f"g{name}", "s", 39.0, 30, kept))
    return told


def spared(name: str, line: int = 1) -> list[Event]:
    """A request that stage 1 withheld."""
    return [decided(name, 1, Action.WITHHOLD, 0.98), ended(name, Result.WITHHELD, line)]


def hidden(name: str, line: int = 1) -> list[Event]:
    """A suggestion that stage 2 withheld."""
    made = SuggestionMade(f"g{name}", name, "s", 5.0, SuggestionFacts(10, 1))
    withheld = decided(name, 2, Action.WITHHOLD, 0.98)
    return [decided(name, 1, propensity=0.02), made, withheld, ended(name, Result.WITHHELD, line)]


def read(*parts: list[Event], label: str = "kept_30") -> paths.Gathered:
    return paths.read([STARTED, *(event for part in parts for event in part)], label)


def test_a_path_tells_what_each_stage_did_and_how_probable_that_was() -> None:
    found = read(shown("a"), hidden("b", 2), spared("c", 3)).paths
    assert (found.called.tolist(), found.shown.tolist()) == ([True, True, False], [True, False, False])
    assert (found.propensity1.tolist(), found.propensity2.tolist()) == ([1.0, 0.02, 0.98], [1.0, 0.98, 1.0])
    assert (found.reward.tolist(), found.kept_chars.tolist()) == ([1.0, 0.0, 0.0], [8.0, 0.0, 0.0])
    assert found.chars[:2].tolist() == [10.0, 10.0]
    assert math.isnan(found.chars[2])
    assert list(found.group) == ["me"] * 3


@pytest.mark.parametrize(
    ("end", "kept", "reward", "chars"),
    [(End.ACCEPTED, 0.5, 1.0, 5.0), (End.ACCEPTED, 0.2, 0.0, 2.0), (End.REJECTED, None, 0.0, 0.0)],
)
def test_the_reward_is_the_label_and_what_is_kept_counts_in_characters(
    end: End, kept: float | None, reward: float, chars: float
) -> None:
    found = read(shown("a", end, kept)).paths
    assert (found.reward.tolist(), found.kept_chars.tolist()) == ([reward], [chars])


@pytest.mark.parametrize("left_out", [shown("b", None), shown("b", End.SUPERSEDED), shown("b", End.ACCEPTED, None)])
def test_what_has_no_label_is_left_out_and_counted(left_out: list[Event]) -> None:
    found = read(shown("a"), left_out, spared("c", 3))
    assert (len(found.paths), found.unlabelled, found.labelled_share) == (2, 1, 0.5)


def test_what_was_withheld_stands_for_as_many_as_would_have_a_label() -> None:
    found = read(shown("a"), shown("b", None, line=2), hidden("c", 3)).paths
    assert found.stands_for.tolist() == [1.0, 0.5]


def test_a_spared_call_stands_for_as_many_suggestions_as_calls_bring_forth() -> None:
    came_to_nothing: list[Event] = [decided("b", 1), ended("b", Result.EMPTY, 2)]
    found = read(shown("a"), came_to_nothing, spared("c", 3))
    assert found.per_call == 0.5
    assert found.paths.stands_for.tolist() == [1.0, 0.5]


def test_staying_at_a_line_is_one_chance_however_many_keys_are_typed() -> None:
    found = read(spared("a"), spared("b"), spared("c", 2), spared("d", 1)).paths
    assert len(found) == 3


def test_what_was_asked_for_by_hand_is_left_out() -> None:
    by_hand = shown("a")
    by_hand[3] = ended("a", by_hand=True)
    assert len(read(by_hand, shown("b")).paths) == 1


def test_a_log_that_contradicts_itself_is_refused() -> None:
    impossible = shown("a")
    impossible[0] = decided("a", 1, propensity=0.0)
    with pytest.raises(TrainingError, match="contradicts itself"):
        read(impossible)


def test_only_what_happened_since_then_is_taken() -> None:
    later = [replace(event, at=100.0) if isinstance(event, SuggestionMade | Decided) else event for event in shown("b")]
    found = paths.read([STARTED, *shown("a"), *later], since=50.0)
    assert found.paths.at.tolist() == [100.0]


# A log written by the simulator


def simulated() -> tuple[list[Event], paths.Paths]:
    drawn, logging = simulation.draw(World(), Size(3, 2, 40), 5), Logging(0.2, 0.3)
    return list(simulated_log.events(drawn, logging, 5)), simulation.log(drawn, logging, 5)


def test_a_simulated_log_read_back_is_what_the_simulation_says() -> None:
    events, expected = simulated()
    with FeedbackLog.open(":memory:") as log:
        log.append(events)
        found = paths.read(stored.event for stored in log.events()).paths
    for name in ("called", "shown", "propensity1", "propensity2", "reward", "kept_chars", "at", "stands_for"):
        np.testing.assert_array_equal(getattr(found, name), getattr(expected, name))
    for name in ("probability1", "probability2", "chars"):
        np.testing.assert_allclose(getattr(found, name), getattr(expected, name))
    assert list(found.group) == list(expected.group)
    assert np.isnan(found.stage2).all(axis=1).tolist() == (~expected.called).tolist()


def test_a_simulated_log_replays_to_the_bit() -> None:
    events, _ = simulated()
    with FeedbackLog.open(":memory:") as log:
        log.append(events)
        found = replay.check(log.events())
    assert (len(found.mismatches), len(found.unchecked)) == (0, 0)
    assert found.n_checked > 240
