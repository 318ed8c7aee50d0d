"""Who may train, and when enough is new for it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from logged import opportunity, started
from tactful_models import turns
from tactful_models.events import End, GateChanged, Known, OutcomeSeen
from tactful_models.feedback import FeedbackLog


@pytest.fixture
def log(tmp_path: Path) -> Iterator[FeedbackLog]:
    with FeedbackLog.open(tmp_path / "feedback.db") as log:
        log.append([started()])
        yield log


def used(log: FeedbackLog, *numbers: int) -> None:
    for n in numbers:
        log.append(opportunity(n))


def test_new_is_what_ended_since_the_last_attempt(tmp_path: Path, log: FeedbackLog) -> None:
    used(log, 1, 2, 3)
    log.append(
        [
            OutcomeSeen("g9", "s1", 9.0, End.SUPERSEDED, Known.CHANGE),
            OutcomeSeen("g9", "s1", 9.0, End.SHOWN, Known.CLIENT),
        ]
    )
    before = turns.new_labels(tmp_path, log)
    with turns.taken(tmp_path, log):
        pass
    used(log, 4)

    assert (before, turns.new_labels(tmp_path, log)) == (3, 1)


def test_a_gate_trained_before_attempts_were_noted_counts_too(tmp_path: Path, log: FeedbackLog) -> None:
    used(log, 1, 2)
    log.append([GateChanged(3.0, "v1", "trained"), GateChanged(3.0, "v1", "promoted")])
    used(log, 3)

    assert turns.new_labels(tmp_path, log) == 1


def test_in_the_background_it_is_no_turn_before_enough_is_new(tmp_path: Path, log: FeedbackLog) -> None:
    used(log, 1, 2)
    reasons = []
    for wanted in (3, 2, 2):
        with turns.taken(tmp_path / "gates", log, wanted) as reason:
            reasons.append(reason)

    assert reasons == [
        "2 suggestions have ended since the last time, 3 are wanted",
        "",
        "0 suggestions have ended since the last time, 2 are wanted",
    ]


def test_nor_while_somebody_else_trains(tmp_path: Path, log: FeedbackLog) -> None:
    used(log, 1, 2)
    with turns.taken(tmp_path, log) as first, turns.taken(tmp_path, log, 1) as second:
        pass

    assert (first, second) == ("", turns.BUSY)


def test_what_a_killed_trainer_left_is_cleared_away_by_the_next(tmp_path: Path, log: FeedbackLog) -> None:
    left = tmp_path / ".writing-killed"
    left.mkdir()
    (left / "stage1-0.txt").write_text("half a")
    (tmp_path / ".writing-file").write_text("somebody promotes just now")
    with turns.taken(tmp_path, log):
        pass

    assert not left.exists()
    assert (tmp_path / ".writing-file").exists()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format": 2, "through": 1}', '{"format": 1, "through": 10000}'])
def test_a_note_that_says_nothing_or_is_of_another_log_is_none(tmp_path: Path, log: FeedbackLog, text: str) -> None:
    used(log, 1, 2)
    (tmp_path / "attempted").write_text(text)

    assert turns.new_labels(tmp_path, log) == 2
