"""What is purged is gone: from the tables, from the file, from the write-ahead log."""

from pathlib import Path

from logged import checked, gate_promoted, opportunity, placed, reviewed, session, started, suggested
from tactful_models.events import Event, RequestEnded, Reviewed, SessionStarted
from tactful_models.feedback import FeedbackLog


def stored(log: FeedbackLog) -> list[Event]:
    return [one.event for one in log.events()]


def raw(path: Path) -> bytes:
    return b"".join(part.read_bytes() for part in path.parent.glob(f"{path.name}*"))


def test_a_file_goes_with_all_that_hangs_on_it_and_nothing_else() -> None:
    with FeedbackLog.open(":memory:") as log:
        log.append([started(), *opportunity(1, file_key="gone"), *opportunity(2, file_key="kept"), gate_promoted()])
        erased = log.purge_file("gone")
        assert erased.events == 6
        assert repr(stored(log)) == repr([started(), *opportunity(2, file_key="kept"), gate_promoted()])


def test_a_file_that_was_never_seen_erases_nothing() -> None:
    with FeedbackLog.open(":memory:") as log:
        log.append(session(2))
        assert log.purge_file("other").events == 0
        assert log.count() == 13


def test_a_span_of_time_goes_with_outcomes_that_came_later() -> None:
    with FeedbackLog.open(":memory:") as log:
        log.append([started(), *opportunity(10), *opportunity(50)])
        assert log.purge_between(5.0, 10.5).events == 6  # its outcome came at 11, its persistence at 40
        assert repr(stored(log)) == repr([started(), *opportunity(50)])


def test_the_start_of_a_session_stays_as_long_as_anything_of_it_does() -> None:
    with FeedbackLog.open(":memory:") as log:
        log.append([started("old"), *opportunity(1, "old"), started("running"), *opportunity(99, "running")])
        log.purge_between(0.0, 50.0)
        assert [event.session_id for event in stored(log) if isinstance(event, SessionStarted)] == ["running"]


def test_retention_erases_everything_before_a_moment() -> None:
    with FeedbackLog.open(":memory:") as log:
        log.append([started(at=-5.0), *opportunity(1), *opportunity(1000)])
        log.purge_between(float("-inf"), 500.0)
        requests = [event.request_id for event in stored(log) if isinstance(event, RequestEnded)]
        assert requests == ["r1000"]


def test_a_review_goes_with_its_suggestion_and_by_its_own_day(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with FeedbackLog.open(path) as log:
        log.append([started(), *opportunity(1, file_key="gone"), *opportunity(2), *opportunity(3)])
        log.append([reviewed(1), reviewed(2), reviewed(3, at=500.0)])
        assert log.purge_file("gone").events == 7
        assert log.purge_between(400.0, 600.0).events == 1
        reviews = [one.event for one in log.events(kinds=[Reviewed])]
        assert reviews == [reviewed(2)]
        assert log.purge_between(0.0, 3.0).events == 7  # with what was said of it at 90
        assert log.count() == 7
    assert b"needless" not in raw(path)


def test_where_a_text_stood_goes_with_its_suggestion_and_by_its_own_day() -> None:
    with FeedbackLog.open(":memory:") as log:
        log.append([started(), *opportunity(1, file_key="gone"), placed(1), *opportunity(2), placed(2)])
        assert log.purge_file("gone").events == 7
        assert stored(log)[-1] == placed(2)
        assert log.purge_between(1.5, 2.5).events == 7
        assert stored(log) == [started()]


def test_no_byte_of_an_erased_text_stays_on_disk(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with FeedbackLog.open(path) as log:
        log.append([started(), *(suggested(n, text=f"needle{n} " * 400, file_key="gone") for n in range(200))])
    with FeedbackLog.open(path) as log:
        log.append([suggested(1000, text="kept " * 400, file_key="kept")])
        assert b"needle" in path.read_bytes()
        size = path.stat().st_size
        assert log.purge_file("gone").traces_left is False
        assert b"needle" not in raw(path)
        assert b"kept" in raw(path)
        assert path.stat().st_size < size
    assert b"needle" not in raw(path)


def test_erasing_is_possible_while_another_connection_is_open(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with FeedbackLog.open(path) as server, FeedbackLog.open(path) as log:
        server.append([started(), suggested(1, text="needle")])
        assert log.purge_all().traces_left is False
        assert b"needle" not in raw(path)
        server.append([suggested(2)])
        assert log.count() == 1


def test_a_reader_in_the_middle_of_the_log_is_reported_as_a_trace_left(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with FeedbackLog.open(path) as reader, FeedbackLog.open(path, busy_timeout_s=0.05) as log:
        log.append([started(), suggested(1, text="needle")])
        reader._connection.execute("BEGIN")
        reader.count()
        erased = log.purge_all()
        assert (erased.events, erased.traces_left) == (2, True)
        reader._connection.execute("ROLLBACK")
        assert log.purge_all().traces_left is False
        assert b"needle" not in raw(path)


def test_a_check_goes_with_its_suggestion_and_by_its_own_day(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with FeedbackLog.open(path) as log:
        log.append([started(), *opportunity(1, file_key="gone"), *opportunity(2), *opportunity(3)])
        log.append([checked(1, output="needless"), checked(2), checked(3, at=500.0)])
        assert log.purge_file("gone").events == 7
        assert log.purge_between(400.0, 600.0).events == 1
        assert stored(log)[-1] == checked(2)
        assert log.purge_between(0.0, 3.0).events == 7
        assert log.count() == 7
    assert b"needless" not in raw(path)
