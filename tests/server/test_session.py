"""One session: one order of events for the history and the log."""

from pathlib import Path

import pytest

from logged import suggested
from tactful_models.events import End, Event, Known, OutcomeSeen, SessionStarted
from tactful_models.history import History, Where
from tactful_server.session import Session

STARTED = SessionStarted("s1", 0.0, "u1")
REJECTED = OutcomeSeen("g1", "s1", 2.0, End.REJECTED, Known.CLIENT)


def session(recorded: list[Event]) -> Session:
    return Session(STARTED, recorded.append, str.upper)


def test_events_reach_the_log_at_once_and_the_history_once_it_has_been_read() -> None:
    recorded: list[Event] = []
    one = session(recorded)
    one.begin()
    one.record(suggested(1))
    one.record(REJECTED)
    assert recorded == [STARTED, suggested(1), REJECTED]

    one.warm(History())

    assert one.history is not None
    assert recorded == [STARTED, suggested(1), REJECTED]


def test_what_happened_before_the_history_was_read_is_added_to_it_in_order() -> None:
    late, early = session([]), session([])
    early.warm(History())
    for one in (late, early):
        one.begin()
        one.record(suggested(1))
        one.record(REJECTED)
    late.warm(History())

    assert late.history is not None
    assert early.history is not None
    where = Where(3.0, "python", "f1")
    assert late.history.standing(where) == early.history.standing(where)
    assert late.history.standing(where).n_ended == 1


def test_a_documents_names_are_keyed_and_made_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TACTFUL_HOME", str(tmp_path))
    one = session([])
    keys = one.keys("file:///project/a.py", "/project")

    assert one.keys("file:///project/a.py", "/project") is keys
    assert keys.file_key
    assert keys.project_key
    assert "project" not in keys.file_key
    assert one.keys("file:///b.py", "").project_key == ""
