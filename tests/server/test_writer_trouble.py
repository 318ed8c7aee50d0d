"""The writer in trouble: it tells once, keeps what it can, and is back on its feet by itself."""

import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from logged import opportunity, session, started, suggested
from tactful_models.erasure import Erased
from tactful_models.events import SessionStarted
from tactful_models.feedback import FeedbackLog
from tactful_models.replay import LOST
from tactful_server.writer import Writer, WriterState, WriterStatus
from writing import QUICK, Desk, eventually, without_text

TESTS = Path(__file__).parents[1]
RUBBISH = b"SQLite format 3\0" + b"rubbish " * 1000


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Desk(tmp_path / "a.db") as made:
        yield made


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
    desk.path.write_bytes(RUBBISH)
    desk.writer.start()
    desk.record(*session(2))
    assert desk.writer.flush(10)
    (aside,) = tmp_path.glob("a.db.corrupt-*")
    assert aside.read_bytes() == RUBBISH
    (complaint,) = desk.complaints
    assert "damaged" in complaint and aside.name in complaint
    assert len(desk.stored()) == 13
    assert desk.writer.close(5).message == ""


@pytest.mark.parametrize("content", [b"my thesis\n" * 1000, b"short", b"SQLite format 2\0" * 100])
def test_a_file_that_never_was_a_log_is_left_alone_and_named(tmp_path: Path, content: bytes) -> None:
    desk = Desk(tmp_path / "thesis.txt")
    desk.path.write_bytes(content)
    desk.writer.start()
    desk.record(*session(2))
    assert eventually(lambda: bool(desk.complaints))
    time.sleep(0.2)
    assert desk.complaints == [
        f"{desk.path} is no feedback log and is left alone: move it away, or name another place."
    ]
    assert [file.name for file in tmp_path.iterdir()] == ["thesis.txt"]
    assert desk.path.read_bytes() == content
    assert (desk.writer.status().durable, desk.writer.status().dropped) == (0, 0)
    desk.path.unlink()
    assert eventually(lambda: desk.writer.status().durable == 13)


def test_a_log_damaged_under_way_gives_way_to_a_fresh_one_that_knows_the_session(desk: Desk) -> None:
    desk.record(*session(300))
    assert desk.writer.flush(20)
    damaged = _overwrite_pages(desk.path)
    desk.record(*(event for n in range(1000, 1300) for event in opportunity(n)))
    assert eventually(lambda: desk.writer.status().durable == 3601)
    assert len(desk.complaints) == 1
    assert list(desk.path.parent.glob("a.db.corrupt-*")), damaged
    fresh = desk.stored()
    assert fresh[0] == replace(started(), history_through=LOST)
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
    assert repr(desk.stored()) == repr(without_text([replace(started(), history_through=LOST), *opportunity(9)]))


@pytest.mark.parametrize(
    "purge", [FeedbackLog.purge_all, lambda log: log.purge_between(float("-inf"), 1e12)], ids=["all", "by age"]
)
def test_a_session_whose_row_was_purged_is_known_again_with_its_next_event(
    desk: Desk, purge: Callable[[FeedbackLog], Erased]
) -> None:
    begun = replace(started(), user_key="me", source="demo")
    desk.record(begun, *opportunity(1))
    assert desk.writer.flush(10)
    with FeedbackLog.open(desk.path) as other:
        purge(other)
    for number in (2, 3):
        desk.record(*opportunity(number))
        assert desk.writer.flush(10)
    again = replace(begun, history_through=LOST)
    assert repr(desk.stored()) == repr(without_text([again, *opportunity(2), *opportunity(3)]))
    assert [event for event in desk.stored() if isinstance(event, SessionStarted)] == [again]


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
    assert time.monotonic() - begun < 9  # it was given ten
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


def test_a_trouble_bell_whose_loop_is_closed_does_not_end_the_writer(tmp_path: Path) -> None:
    def closed(_: str) -> None:
        raise RuntimeError("Event loop is closed")

    (tmp_path / "a.db").write_bytes(RUBBISH)
    writer = Writer(tmp_path / "a.db", "features", closed, QUICK)
    writer.start()
    writer.record(started())
    assert writer.flush(10)
    assert writer.close(5).durable == 1
