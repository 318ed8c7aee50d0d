"""A log replayed gives every stored vector again, to the bit."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from logged import reviewed
from tactful_models import replay
from tactful_models.events import (
    Action,
    ContextFacts,
    Decided,
    End,
    Event,
    Known,
    OutcomeSeen,
    RequestEnded,
    Result,
    SessionStarted,
    SuggestionFacts,
    SuggestionMade,
)
from tactful_models.features import FEATURES_VERSION, Opportunity, extract_stage1, extract_stage2
from tactful_models.feedback import FeedbackLog
from tactful_models.history import History
from tactful_models.interchange import Reading, export_log, import_log
from tactful_models.replay import LOST, Obstacle

ENDS = (End.ACCEPTED, End.REJECTED, End.IGNORED, End.SUPERSEDED)


def decided(name: str, session_id: str, at: float, stage: int, vector: tuple[float, ...]) -> Decided:
    return Decided(
        f"{name}-d{stage}", f"{name}-r", session_id, at + 0.1, stage, 0.4, 0.1, Action.SHOW, Action.SHOW, 1.0, "shadow",
        features_version=FEATURES_VERSION, features=vector, suggestion_id=name if stage == 2 else "",
    )  # fmt: skip


def live(session_id: str, history: History, at: float, n: int = 12) -> Iterator[Event]:
    """What a server records: vectors from its history as it stands, requests told of when they end."""
    for number in range(n):
        name, now = f"{session_id}-{number}", at + 3.7 * number
        facts = ContextFacts(language="python", document_chars=900 + number, typed_2s=number / 7)
        case = Opportunity(facts, "python", f"f{number % 3}", "p", "m", now)
        made = SuggestionMade(
            name, f"{name}-r", session_id, now, SuggestionFacts(9 + number, 1), "python", case.file_key, "p"
        )
        yield decided(name, session_id, now, 1, extract_stage1(case, history))
        yield made
        yield decided(name, session_id, now, 2, extract_stage2(case, made.facts, history))
        yield OutcomeSeen(name, session_id, now + 0.3, End.SHOWN, Known.CLIENT)
        yield RequestEnded(f"{name}-r", session_id, now, facts, Result.PRODUCED, "", case.file_key, "p", "m", name)
        yield OutcomeSeen(name, session_id, now + 2.0, ENDS[number % 4], Known.COMMAND, 1.7)


def run(log: FeedbackLog, started: SessionStarted, history: History) -> None:
    """Lives one session, each event observed and recorded at once."""
    history.observe(started)
    log.append([started])
    for event in live(started.session_id, history, started.at):
        history.observe(event)
        log.append([event])


def warmed(log: FeedbackLog) -> tuple[History, int]:
    history = History()
    for stored in log.events():
        history.observe(stored.event)
    return history, log.last_seq()


@pytest.fixture
def log() -> Iterator[FeedbackLog]:
    with FeedbackLog.open(":memory:") as opened:
        yield opened


def test_sessions_that_began_with_what_was_there_come_out_again(log: FeedbackLog) -> None:
    for number in range(3):
        history, through = warmed(log)
        run(log, SessionStarted(f"s{number}", 1_000.0 * number, "me", history_through=through), history)
    found = replay.check(log.events())
    assert (found.n_checked, found.mismatches) == (72, ())


def test_reviews_change_no_vector_whenever_they_come(log: FeedbackLog) -> None:
    for number in range(2):
        history, through = warmed(log)
        run(log, SessionStarted(f"s{number}", 1_000.0 * number, "me", history_through=through), history)
        log.append([replace(reviewed(number), suggestion_id="s0-3", session_id="s0")])
    found = replay.check(log.events())
    assert (found.n_checked, found.mismatches, found.unchecked) == (48, (), ())


def test_two_sessions_at_once_each_come_out_by_their_own_history(log: FeedbackLog) -> None:
    first, second = History(), History()
    starts = [SessionStarted("a", 0.0, "me"), SessionStarted("b", 1.0, "me")]
    for started, history in zip(starts, (first, second), strict=True):
        history.observe(started)
        log.append([started])
    for one, other in zip(live("a", first, 5.0), live("b", second, 6.0), strict=True):
        first.observe(one)
        second.observe(other)
        log.append([one, other])
    found = replay.check(log.events())
    assert (found.n_checked, found.mismatches) == (48, ())


def test_a_vector_that_was_made_otherwise_is_found(log: FeedbackLog) -> None:
    history = History()
    events: list[Event] = [SessionStarted("s", 0.0, "me")]
    history.observe(events[0])
    for event in live("s", history, 5.0, n=2):
        history.observe(event)
        events.append(event)
    first = events[1]
    assert isinstance(first, Decided)
    events[1] = replace(first, features=(first.features[0] + 0.5, *first.features[1:]))
    log.append(events)
    found = replay.check(log.events())
    assert [each.decision_id for each in found.mismatches] == ["s-0-d1"]


def obstacles(log: FeedbackLog) -> dict[str, int]:
    """How many vectors could not be checked, by why; nothing else may be wrong."""
    found = replay.check(log.events())
    assert found.mismatches == ()
    return dict(Counter(each.obstacle for each in found.unchecked))


def test_a_killed_servers_last_decisions_are_not_checkable_and_nothing_else_is_wrong(log: FeedbackLog) -> None:
    history, started = History(), SessionStarted("s", 0.0, "me")
    history.observe(started)
    log.append([started])
    for event in live("s", history, 5.0, n=4):
        if isinstance(event, RequestEnded) and event.request_id == "s-3-r":
            break  # SIGKILL
        history.observe(event)
        log.append([event])
    assert obstacles(log) == {Obstacle.NO_FACTS: 2}
    history, through = warmed(log)
    run(log, SessionStarted("t", 900.0, "me", history_through=through), history)
    assert obstacles(log) == {Obstacle.NO_FACTS: 2}
    assert replay.check(log.events()).n_checked == 6 + 24


def test_what_rests_on_purged_rows_is_not_checkable(log: FeedbackLog) -> None:
    for number in range(3):
        history, through = warmed(log)
        run(log, SessionStarted(f"s{number}", 1_000.0 * number, "me", history_through=through), history)
    log.purge_between(0.0, 500.0)
    assert obstacles(log) == {Obstacle.NO_HISTORY: 48}
    history, through = warmed(log)
    run(log, SessionStarted("new", 9_000.0, "me", history_through=through), history)
    assert obstacles(log) == {Obstacle.NO_HISTORY: 72}


def test_a_session_of_which_a_file_was_purged_is_checkable_up_to_there(log: FeedbackLog) -> None:
    run(log, SessionStarted("s", 0.0, "me"), History())
    log.purge_file("f1")
    assert obstacles(log) == {Obstacle.NO_HISTORY: 14}
    assert replay.check(log.events()).n_checked == 2


def test_a_live_session_whose_beginning_was_purged_is_not_checkable(log: FeedbackLog) -> None:
    history, started = History(), SessionStarted("s", 0.0, "me")
    history.observe(started)
    events = list(live("s", history, 5.0, n=3))
    log.append([started, *events[:6]])
    log.purge_all()
    log.append([replace(started, history_through=LOST), *events[6:]])
    assert obstacles(log) == {Obstacle.NO_HISTORY: 4}


def test_events_without_their_session_are_told(log: FeedbackLog) -> None:
    log.append([decided("x", "s", 1.0, 1, (1.0,))])
    assert obstacles(log) == {Obstacle.NO_SESSION: 1}


def test_an_exported_log_replays_where_it_is_imported_or_says_that_it_cannot(tmp_path: Path, log: FeedbackLog) -> None:
    for number in range(2):
        history, through = warmed(log)
        run(log, SessionStarted(f"s{number}", 1_000.0 * number, "me", history_through=through), history)
    export_log(log, tmp_path / "log.jsonl")
    with FeedbackLog.open(":memory:") as fresh, FeedbackLog.open(":memory:") as used:
        import_log(fresh, Reading(tmp_path / "log.jsonl"))
        assert (obstacles(fresh), replay.check(fresh.events()).n_checked) == ({}, 48)
        run(used, SessionStarted("other", 0.0, "me"), History())
        import_log(used, Reading(tmp_path / "log.jsonl"))
        assert (obstacles(used), replay.check(used.events()).n_checked) == ({Obstacle.NO_HISTORY: 24}, 48)


def test_a_purged_log_exported_does_not_claim_a_history_it_has_not(tmp_path: Path, log: FeedbackLog) -> None:
    for number in range(2):
        history, through = warmed(log)
        run(log, SessionStarted(f"s{number}", 1_000.0 * number, "me", history_through=through), history)
    log.purge_between(0.0, 20.0)
    export_log(log, tmp_path / "log.jsonl")
    with FeedbackLog.open(":memory:") as fresh:
        import_log(fresh, Reading(tmp_path / "log.jsonl"))
        starts = [one.event for one in fresh.events() if isinstance(one.event, SessionStarted)]
    assert [start.history_through for start in starts] == [LOST, LOST]


def test_vectors_of_another_version_are_passed_over(log: FeedbackLog) -> None:
    old = replace(decided("x", "s", 1.0, 1, (1.0,)), features_version=FEATURES_VERSION + 1)
    log.append([SessionStarted("s", 0.0, "me"), old])
    assert obstacles(log) == {Obstacle.OTHER_VERSION: 1}
    assert replay.check(log.events()).n_checked == 0
