"""The writer: never in the way, nothing acknowledged lost, and back on its feet by itself."""

import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from logged import gate_promoted, opportunity, session, started, suggested
from secrets_planted import PLANTED, code, needles
from tactful_models.events import Decided, Event, OutcomeSeen, RequestEnded, SessionStarted, SuggestionMade
from tactful_models.feedback import FeedbackLog
from tactful_models.history import History, Where
from tactful_server.writer import Writer, WriterLimits, WriterState, WriterStatus

TESTS = Path(__file__).parents[1]
QUICK = WriterLimits(waiting=50_000, first_pause_s=0.02, longest_pause_s=0.1)


class Desk:
    """A writer at work and what it complained of."""

    def __init__(self, path: Path, privacy: str = "features", limits: WriterLimits = QUICK) -> None:
        self.path = path
        self.complaints: list[str] = []
        self.writer = Writer(path, privacy, self.complaints.append, limits)

    def record(self, *events: Event) -> list[int]:
        return [self.writer.record(event) for event in events]

    def stored(self) -> list[Event]:
        with FeedbackLog.open(self.path, read_only=True) as log:
            return [one.event for one in log.events()]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path / "a.db")
    made.writer.start()
    yield made
    made.writer.close(5)


def eventually(holds: Callable[[], bool], timeout_s: float = 10) -> bool:
    end = time.monotonic() + timeout_s
    while not holds():
        if time.monotonic() > end:
            return False
        time.sleep(0.005)
    return True


def without_text(events: list[Event]) -> list[Event]:
    return [replace(event, text="") if isinstance(event, SuggestionMade) else event for event in events]


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


# Trouble


def test_a_locked_log_is_told_once_and_recovers_by_itself(desk: Desk) -> None:
    desk.record(*session(2))
    assert desk.writer.flush(10)
    holder = sqlite3.connect(desk.path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    more = [event for n in range(2, 40) for event in opportunity(n)]
    desk.record(*more)
    assert eventually(lambda: desk.writer.status().state is WriterState.TROUBLED)
    time.sleep(0.3)
    status = desk.writer.status()
    assert (status.durable, status.dropped) == (13, 0)
    assert [status.message] == desk.complaints
    assert "locked by another process" in status.message
    holder.execute("ROLLBACK")
    assert eventually(lambda: desk.writer.status() == WriterStatus(241, 241, 0, WriterState.WRITING, ""))
    assert repr(desk.stored()) == repr(without_text([*session(2), *more]))
    holder.execute("BEGIN IMMEDIATE")  # a second episode is told again
    desk.record(suggested(99))
    assert eventually(lambda: len(desk.complaints) == 2)
    holder.execute("ROLLBACK")
    holder.close()
    assert desk.writer.flush(10)


def test_more_than_may_wait_is_dropped_and_counted_and_what_waited_is_kept(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "a.db", limits=replace(QUICK, waiting=20))
    assert desk.record(*session(4)) == [*range(1, 21), 0, 0, 0, 0, 0]
    desk.writer.start()
    assert desk.writer.flush(10)
    assert desk.record(suggested(77)) == [21]
    assert desk.writer.close(10) == WriterStatus(21, 21, 5, WriterState.CLOSED, "")
    assert repr(desk.stored()) == repr(without_text([*list(session(4))[:20], suggested(77)]))


def test_a_damaged_log_is_set_aside_and_a_fresh_one_begun(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "a.db")
    desk.path.write_bytes(b"rubbish " * 1000)
    desk.writer.start()
    desk.record(*session(2))
    assert desk.writer.flush(10)
    (aside,) = tmp_path.glob("a.db.corrupt-*")
    assert aside.read_bytes() == b"rubbish " * 1000
    (complaint,) = desk.complaints
    assert "damaged" in complaint and aside.name in complaint
    assert len(desk.stored()) == 13
    assert desk.writer.close(5).message == ""


def test_a_log_damaged_under_way_gives_way_to_a_fresh_one_that_knows_the_session(desk: Desk) -> None:
    desk.record(*session(300))
    assert desk.writer.flush(20)
    damaged = _overwrite_pages(desk.path)
    desk.record(*(event for n in range(1000, 1300) for event in opportunity(n)))
    assert eventually(lambda: desk.writer.status().durable == 3601)
    assert len(desk.complaints) == 1
    assert list(desk.path.parent.glob("a.db.corrupt-*")), damaged
    fresh = desk.stored()
    assert fresh[0] == started()
    assert repr(fresh[-6:]) == repr(without_text(opportunity(1299)))


def _overwrite_pages(path: Path) -> bool:
    """Damage every page but the first, in the file and in what is still in the write-ahead log."""
    reader = sqlite3.connect(path)
    reader.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    reader.close()
    content = path.read_bytes()
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xa5" * (len(content) - 4096))
    return True


def test_a_log_deleted_under_way_is_begun_afresh(desk: Desk) -> None:
    desk.record(*session(2))
    assert desk.writer.flush(10)
    for part in desk.path.parent.glob("a.db*"):
        part.unlink()
    desk.record(*opportunity(9))
    assert desk.writer.flush(10)
    assert repr(desk.stored()) == repr(without_text([started(), *opportunity(9)]))


def test_a_directory_that_cannot_be_written_is_named_and_retried(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "home" / "a.db")
    (tmp_path / "home").write_text("a file where the directory should be")
    desk.writer.start()
    desk.record(*session(1))
    assert eventually(lambda: bool(desk.complaints))
    assert "cannot be opened for writing" in desk.writer.status().message
    (tmp_path / "home").unlink()
    assert eventually(lambda: desk.writer.status().durable == 7)
    assert len(desk.complaints) == 1
    assert desk.writer.close(5).state is WriterState.CLOSED


def test_closing_in_trouble_ends_in_time_and_counts_what_was_lost(desk: Desk) -> None:
    desk.record(started())
    assert desk.writer.flush(10)
    holder = sqlite3.connect(desk.path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    desk.record(*opportunity(1))
    assert desk.writer.flush(0.05) is False
    begun = time.monotonic()
    status = desk.writer.close(10)
    assert time.monotonic() - begun < 5
    assert (status.state, status.durable, status.dropped) == (WriterState.CLOSED, 1, 6)
    holder.close()


_FULL_DISK = """
import resource, sys, time
sys.path.insert(0, {tests!r})
from logged import opportunity, started
from tactful_server.writer import Writer, WriterLimits
from pathlib import Path
told = []
writer = Writer(Path({path!r}), "features", told.append, WriterLimits(50_000, 0.02, 0.1))
writer.start()
writer.record(started())
assert writer.flush(20)
resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, resource.RLIM_INFINITY))
for n in range(1000):
    for event in opportunity(n):
        writer.record(event)
assert not writer.flush(1)
status = writer.status()
assert status.durable < status.recorded and status.dropped == 0 and status.state == "troubled", status
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
assert writer.flush(20), writer.status()
print(writer.close(5).durable, len(told), told[0])
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit on file size")
def test_a_full_disk_is_told_once_and_nothing_is_lost_when_there_is_room_again(tmp_path: Path) -> None:
    script = _FULL_DISK.format(tests=str(TESTS), path=str(tmp_path / "a.db"))
    done = subprocess.run([sys.executable, "-W", "error", "-c", script], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    durable, told, message = done.stdout.split(" ", 2)
    assert (durable, told) == ("6001", "1")
    assert "The feedback log" in message
    with FeedbackLog.open(tmp_path / "a.db") as log:
        assert log.count() == 6001


_UNTIL_KILLED = """
import sys
sys.path.insert(0, {tests!r})
from logged import session
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


def test_a_trouble_bell_whose_loop_is_closed_does_not_end_the_writer(tmp_path: Path) -> None:
    def closed(_: str) -> None:
        raise RuntimeError("Event loop is closed")

    (tmp_path / "a.db").write_bytes(b"rubbish " * 1000)
    writer = Writer(tmp_path / "a.db", "features", closed, QUICK)
    writer.start()
    writer.record(started())
    assert writer.flush(10)
    assert writer.close(5).durable == 1


# Histories


class Answer:
    """What `load_history` handed over, and when."""

    def __init__(self) -> None:
        self.given: list[tuple[History, int]] = []
        self.ready = threading.Event()

    def __call__(self, history: History, through: int) -> None:
        self.given.append((history, through))
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
    ((history, through),) = answer.given
    expected = History()
    for event in earlier:
        expected.observe(event)
    assert through == len(earlier)
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
        assert [through for _, through in answer.given] == [0]


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


# Privacy


def raw(path: Path) -> bytes:
    return b"".join(part.read_bytes() for part in path.parent.glob(f"{path.name}*"))


def planted(session_id: str = "s1") -> Iterator[Event]:
    yield started(session_id)
    for n, name in enumerate(PLANTED):
        yield suggested(n, session_id, text=code(name))
        for event in opportunity(1000 + n, session_id):
            if isinstance(event, Decided | RequestEnded | OutcomeSeen):
                yield replace(event, reason=f"Traceback: {PLANTED[name][0]}")
        yield replace(suggested(2000 + n, session_id), file_key=f"/home/me/{PLANTED[name][0]}", language=code(name))


@pytest.mark.parametrize("privacy", ["features", "redacted"])
def test_no_planted_secret_reaches_the_disk(tmp_path: Path, privacy: str) -> None:
    desk = Desk(tmp_path / "a.db", privacy)
    desk.writer.start()
    desk.record(*planted())
    assert desk.writer.flush(30)
    open_bytes = raw(desk.path)  # with what is still in the write-ahead log
    desk.writer.close(5)
    for secret, _ in PLANTED.values():
        for needle in needles(secret):
            assert needle.encode() not in open_bytes + raw(desk.path), secret
    assert (b"def connect(url)" in open_bytes) == (privacy == "redacted")
    assert len(desk.stored()) == desk.writer.status().durable


def test_at_the_level_features_no_code_reaches_the_disk(desk: Desk) -> None:
    desk.record(started(), *(suggested(n, text="def fibonacci(n):\n    return n") for n in range(50)))
    assert desk.writer.flush(10)
    assert b"fibonacci" not in raw(desk.path)
    assert b"return" not in raw(desk.path)


def test_at_the_level_code_the_text_is_kept_as_it_is(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "a.db", "code")
    events = list(planted())
    desk.record(*events)
    desk.writer.start()
    desk.writer.close(10)
    assert repr(desk.stored()) == repr(events)


def test_the_level_can_change_while_it_runs(desk: Desk) -> None:
    desk.record(suggested(1, text="first"))
    assert desk.writer.flush(10)
    desk.writer.set_privacy("code")
    desk.record(suggested(2, text="second"))
    assert desk.writer.flush(10)
    assert [event.text for event in desk.stored() if isinstance(event, SuggestionMade)] == ["", "second"]


def test_an_unknown_level_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="everything"):
        Writer(tmp_path / "a.db", "everything", print)


def test_ordinary_reasons_and_keys_pass_every_level(desk: Desk) -> None:
    event = replace(
        suggested(1, text=""), model_key="openai:org/some-model@q4+x", file_key="0" * 24, language="objective-cpp"
    )
    started_there = SessionStarted("01J", 1.0, "u", client="Visual Studio Code 1.139.1 (web)")
    desk.record(started_there, event)
    assert desk.writer.flush(10)
    assert desk.stored() == [started_there, event]


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
