"""The writer: never in the way, nothing acknowledged lost."""

import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from logged import gate_promoted, opportunity, session, started, suggested
from tactful_models.errors import LogError
from tactful_models.events import RequestEnded, SessionStarted
from tactful_models.feedback import FeedbackLog
from tactful_models.history import History, Where
from tactful_server.warming import Warming
from tactful_server.writer import WriterState, WriterStatus
from writing import Desk, without_text

TESTS = Path(__file__).parents[1]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Desk(tmp_path / "a.db") as made:
        yield made


def test_events_are_numbered_from_one_and_stored_in_order(desk: Desk) -> None:
    events = [*session(50), gate_promoted()]
    assert desk.record(*events) == list(range(1, len(events) + 1))
    assert desk.writer.flush(10)
    assert repr(desk.stored()) == repr(without_text(events))
    assert desk.writer.status() == WriterStatus(len(events), len(events), 0, WriterState.WRITING, "")


def test_events_may_be_recorded_before_the_start(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "a.db")
    assert desk.record(*session(2)) == list(range(1, 14))
    assert desk.writer.status() == WriterStatus(13, 0, 0, WriterState.OPENING, "")
    assert not desk.path.exists()
    desk.writer.start()
    assert desk.writer.close(10) == WriterStatus(13, 13, 0, WriterState.CLOSED, "")
    assert len(desk.stored()) == 13


def test_closing_writes_what_waits_and_later_events_are_dropped(desk: Desk) -> None:
    desk.record(*session(300))
    assert desk.writer.close(20) == WriterStatus(1801, 1801, 0, WriterState.CLOSED, "")
    assert desk.record(suggested(1)) == [0]
    assert desk.writer.status().dropped == 1
    assert desk.writer.close(1).state is WriterState.CLOSED


def test_a_writer_that_never_started_can_be_closed(tmp_path: Path) -> None:
    assert Desk(tmp_path / "a.db").writer.close(1).recorded == 0


def test_two_windows_write_to_one_file(tmp_path: Path) -> None:
    desks = [Desk(tmp_path / "a.db") for _ in range(2)]
    for desk in desks:
        desk.writer.start()
    for n in range(100):
        for number, desk in enumerate(desks):
            desk.record(*(opportunity(n, f"s{number}") if n else [started(f"s{number}")]))
    assert [desk.writer.close(20).durable for desk in desks] == [1 + 6 * 99] * 2
    assert [desk.complaints for desk in desks] == [[], []]
    assert len(desks[0].stored()) == 2 * (1 + 6 * 99)


def test_what_cannot_be_stored_is_dropped_alone(desk: Desk) -> None:
    unfit = replace(suggested(7), at=float("nan"))
    desk.record(started(), *opportunity(1), unfit, *opportunity(2), unfit, suggested(3))
    assert desk.writer.flush(10)
    assert repr(desk.stored()) == repr(without_text([started(), *opportunity(1), *opportunity(2), suggested(3)]))
    assert (desk.writer.status().durable, desk.writer.status().dropped) == (16, 2)


def test_recording_does_not_wait_for_the_disk(desk: Desk) -> None:
    desk.record(*session(1))
    assert desk.writer.flush(10)
    lock = sqlite3.connect(desk.path, isolation_level=None)
    lock.execute("BEGIN EXCLUSIVE")
    begun = time.perf_counter()
    desk.record(*(event for n in range(1, 500) for event in opportunity(n)))
    assert time.perf_counter() - begun < 1.0  # 3,000 events, while one attempt at the disk alone waits that long
    lock.close()
    assert desk.writer.flush(20)


_UNTIL_KILLED = """
import sys
sys.path.insert(0, {tests!r})
from logged import session
from tactful_server.warming import Warming
from tactful_server.writer import Writer
from pathlib import Path
writer = Writer(Path({path!r}), "features", print)
writer.start()
for n, event in enumerate(session(1_000_000)):
    writer.record(event)
    if n % 100 == 99:
        writer.flush(10)
        print(writer.status().durable, flush=True)
"""


def test_what_was_durable_survives_a_sigkill(tmp_path: Path) -> None:
    script = _UNTIL_KILLED.format(tests=str(TESTS), path=str(tmp_path / "a.db"))
    for times in (1, 7, 23):
        for part in tmp_path.iterdir():
            part.unlink()
        with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            durable = [int(process.stdout.readline()) for _ in range(times)][-1]
            process.send_signal(signal.SIGKILL)
        with FeedbackLog.open(tmp_path / "a.db") as log:
            events = [one.event for one in log.events()]
        assert len(events) >= durable
        assert repr(events) == repr(without_text([event for event, _ in zip(session(1000), events, strict=False)]))


class Answer:
    """What `load_history` handed over, and when."""

    def __init__(self) -> None:
        self.given: list[History] = []
        self.ready = threading.Event()

    def __call__(self, history: History) -> None:
        self.given.append(history)
        self.ready.set()


def test_a_history_is_the_logs_as_it_was_before_this_writer(desk: Desk) -> None:
    earlier = without_text([*session(70), gate_promoted()])
    with FeedbackLog.open(desk.path.with_name("b.db")) as log:
        log.append(earlier)
    second, answer = Desk(desk.path.with_name("b.db")), Answer()
    second.writer.load_history(answer)
    second.record(*session(5, "s2"))
    second.writer.start()
    assert answer.ready.wait(10)
    second.writer.close(10)
    (history,) = answer.given
    expected = History()
    for event in earlier:
        expected.observe(event)
    (later,) = [event for event in second.stored() if isinstance(event, SessionStarted) and event.session_id == "s2"]
    assert later.history_through == len(earlier)
    assert _state(history) == _state(expected) != _state(History())


def _state(history: History) -> str:
    return repr(history.standing(Where(1000.0, "python", "f1")))


def test_an_empty_or_unreadable_log_gives_an_empty_history_at_once(tmp_path: Path) -> None:
    (tmp_path / "rubbish.db").write_bytes(b"rubbish " * 1000)
    (tmp_path / "home").touch()
    for path in (tmp_path / "new.db", tmp_path / "rubbish.db", tmp_path / "home" / "a.db"):
        desk, answer = Desk(path), Answer()
        desk.writer.load_history(answer)
        desk.writer.start()
        assert answer.ready.wait(10)
        desk.writer.close(5)
        assert [_state(history) for history in answer.given] == [_state(History())]


def test_events_become_durable_while_a_long_history_is_replayed(tmp_path: Path) -> None:
    with FeedbackLog.open(tmp_path / "a.db") as log:
        log.append(session(4000))
    desk, answer = Desk(tmp_path / "a.db"), Answer()
    desk.writer.load_history(answer)
    desk.record(started("s2"))
    desk.writer.start()
    assert desk.writer.flush(10)
    assert not answer.given
    assert answer.ready.wait(30)
    desk.writer.close(5)


def test_a_replay_that_failed_begins_again_when_the_log_can_be_read(tmp_path: Path) -> None:
    warming, answer = Warming(), Answer()
    warming.ask(answer)
    with FeedbackLog.open(tmp_path / "a.db") as log:
        last = log.append(session(800))  # more than one window
        warming.step(log, last)
    with pytest.raises(LogError):
        while warming.is_wanted:
            warming.step(log, last)  # closed under its hands
    with FeedbackLog.open(tmp_path / "a.db") as log:
        while warming.is_wanted:
            warming.step(log, last)
    assert answer.given[0].standing(Where(1000.0, "python", "f1")).n_ended == 800


def test_what_is_older_than_the_retention_goes_at_the_start(tmp_path: Path) -> None:
    now = time.time()
    recent = [replace(event, at=now) for event in opportunity(2, "s2") if isinstance(event, RequestEnded)]
    with FeedbackLog.open(tmp_path / "a.db") as log:
        log.append([*session(3), started("s2", now), *recent])
    desk = Desk(tmp_path / "a.db")
    desk.writer.set_retention(30)
    desk.writer.start()
    desk.record(started("s3", now))
    assert desk.writer.close(10).durable == 1
    [*kept, last] = desk.stored()
    assert kept == [started("s2", now), *recent]
    assert isinstance(last, SessionStarted)
    assert last.session_id == "s3"
