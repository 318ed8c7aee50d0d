"""The feedback log keeps what it is given, bit for bit, and lets go of it only when told to."""

import math
import os
import signal
import sqlite3
import stat
import struct
import subprocess
import sys
import tracemalloc
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings

from logged import any_events, gate_promoted, opportunity, session, started, suggested
from tactful_models.errors import LogCorruptError, LogError, LogLockedError
from tactful_models.events import Decided, Event, OutcomeSeen, SessionStarted, SuggestionMade
from tactful_models.feedback import KEPT_WAL_BYTES, WINDOW, FeedbackLog


@pytest.fixture
def log() -> Iterator[FeedbackLog]:
    with FeedbackLog.open(":memory:") as opened:
        yield opened


def stored(log: FeedbackLog) -> list[Event]:
    return [one.event for one in log.events()]


@given(any_events)
@settings(max_examples=60, deadline=None)
def test_any_event_comes_back_as_it_went_in(events: list[Event]) -> None:
    with FeedbackLog.open(":memory:") as log:
        log.append(events)
        assert repr(stored(log)) == repr(events)  # repr tells 1 from 1.0 and True, 0.0 from -0.0, and nan is nan


def test_a_vector_keeps_its_bits(log: FeedbackLog) -> None:
    vector = struct.unpack("<5f", bytes(range(20)))
    (decision, *_) = opportunity(1)
    assert isinstance(decision, Decided)
    log.append([Decided(**{**_fields(decision), "features": (*vector, math.nan, -0.0)})])  # type: ignore[arg-type]
    (back,) = stored(log)
    assert isinstance(back, Decided)
    assert struct.pack("<7f", *back.features) == struct.pack("<7f", *vector, math.nan, -0.0)


def _fields(event: Decided) -> dict[str, object]:
    return {name: getattr(event, name) for name in Decided.__slots__}


def test_an_unknown_fact_that_came_as_nan_comes_back_as_none(log: FeedbackLog) -> None:
    log.append([suggested(0, text="x")])
    event = suggested(1)
    object.__setattr__(event.facts, "logprob_mean", math.nan)
    log.append([event])
    (_, back) = stored(log)
    assert isinstance(back, SuggestionMade)
    assert back.facts.logprob_mean is None


def test_an_append_is_all_or_nothing(log: FeedbackLog) -> None:
    def broken() -> Iterator[Event]:
        yield started()
        raise RuntimeError

    with pytest.raises(RuntimeError):
        log.append(broken())
    assert stored(log) == []


@pytest.mark.parametrize(
    "unfit",
    [
        SessionStarted("s", float("nan"), "u"),
        SessionStarted("s", 0.0, "lone \ud800 surrogate"),
        SessionStarted("s", 0.0, "u", seed=2**64),
        SessionStarted("s", "soon", "u"),  # type: ignore[arg-type]
        SuggestionMade("g", "r", "s", 0.0, None),  # type: ignore[arg-type]
        "no event",
    ],
)
def test_what_no_row_can_hold_is_refused_and_leaves_nothing_behind(log: FeedbackLog, unfit: Event) -> None:
    with pytest.raises(ValueError):
        log.append([suggested(1), unfit])
    assert stored(log) == []
    assert log.append([started()]) > 0


def test_numbers_rise_and_are_never_used_again(log: FeedbackLog) -> None:
    last = log.append(session(3))
    assert [one.seq for one in log.events()] == list(range(1, last + 1))
    log.purge_all()
    assert log.append([started("s2")]) == last + 1


def test_a_session_counts_its_events_from_one_across_appends(tmp_path: Path) -> None:
    with FeedbackLog.open(tmp_path / "a.db") as log:
        log.append([started("a"), started("b"), suggested(1, "a")])
        log.append([suggested(2, "b"), suggested(3, "a"), gate_promoted()])
    with sqlite3.connect(tmp_path / "a.db") as connection:
        rows = connection.execute("SELECT session_id, session_seq FROM events ORDER BY seq").fetchall()
    connection.close()
    assert rows == [("a", 1), ("b", 1), ("a", 2), ("b", 2), ("a", 3), (None, None)]


def test_reading_is_bounded_by_seq_and_by_kind(log: FeedbackLog) -> None:
    log.append(session(4))
    between = list(log.events(after=3, until=9))
    assert [one.seq for one in between] == [4, 5, 6, 7, 8, 9]
    kinds = {type(one.event) for one in log.events(kinds=(SessionStarted, OutcomeSeen))}
    assert kinds == {SessionStarted, OutcomeSeen}


def test_events_appended_while_reading_wait_for_the_next_reading(log: FeedbackLog) -> None:
    log.append(session(1))
    seen = 0
    for _ in log.events():
        log.append([suggested(seen, "other")])
        seen += 1
    assert seen == 7


def test_a_long_log_is_read_a_window_at_a_time(tmp_path: Path) -> None:
    with FeedbackLog.open(tmp_path / "long.db") as log:
        log.append(session(WINDOW // 2))
        tracemalloc.start()
        n_events = sum(1 for _ in log.events())
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert n_events == 1 + 3 * WINDOW
    assert peak < 12_000_000


def test_the_write_ahead_log_shrinks_again_after_a_large_import(tmp_path: Path) -> None:
    with FeedbackLog.open(tmp_path / "a.db") as log:
        log.append(suggested(n, text="x" * 40_000) for n in range(300))
        assert (tmp_path / "a.db-wal").stat().st_size > KEPT_WAL_BYTES
        log.append([started("s2")])
        log.append([started("s3")])
        assert (tmp_path / "a.db-wal").stat().st_size <= KEPT_WAL_BYTES


def test_a_session_that_is_there_already_is_refused_by_append_and_skipped_by_append_new(log: FeedbackLog) -> None:
    log.append([*session(2), gate_promoted()])
    before = stored(log)
    with pytest.raises(ValueError, match="session_id"):
        log.append([started()])
    done = log.append_new([*session(3), *session(1, "s2"), gate_promoted(), gate_promoted(6.0)])
    assert (done.events, done.skipped, done.sessions_skipped) == (8, 20, {"s1"})
    assert repr(stored(log)[: len(before)]) == repr(before)


def test_facts_cannot_be_changed_with_sql_either(tmp_path: Path) -> None:
    with FeedbackLog.open(tmp_path / "a.db") as log:
        log.append(session(1))
    connection = sqlite3.connect(tmp_path / "a.db")
    for statement in ("UPDATE outcomes SET reason = 'x'", "UPDATE events SET at = 0"):
        with pytest.raises(sqlite3.IntegrityError, match="appended, never changed"):
            connection.execute(statement)
    connection.close()


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
def test_only_the_owner_can_read_a_log(tmp_path: Path) -> None:
    path = tmp_path / "new" / "a.db"
    with FeedbackLog.open(path) as log:
        log.append(session(1))
        modes = [stat.S_IMODE(one.stat().st_mode) for one in (path, Path(f"{path}-wal"))]
    assert modes == [0o600, 0o600]


def test_a_missing_log_is_not_made_by_a_reader(tmp_path: Path) -> None:
    with pytest.raises(LogError, match=r"There is no feedback log at .*: an editor begins one"):
        FeedbackLog.open(tmp_path / "a.db", read_only=True)
    assert list(tmp_path.iterdir()) == []


def test_a_reader_sees_all_and_can_append_nothing(tmp_path: Path) -> None:
    with FeedbackLog.open(tmp_path / "a.db") as log:
        log.append(session(1))
    with FeedbackLog.open(tmp_path / "a.db", read_only=True) as reader:
        assert len(stored(reader)) == 7
        with pytest.raises(LogError, match="read-only"):
            reader.append([started("s2")])


@pytest.mark.parametrize("content", [b"no database at all " * 300, b"SQLite format 3\x00" + b"\xff" * 5000])
def test_a_file_that_is_no_database_is_called_damaged(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.db"
    path.write_bytes(content)
    with pytest.raises(LogCorruptError, match=r"a\.db"):
        FeedbackLog.open(path)
    assert path.read_bytes() == content


def test_another_programs_database_is_refused_and_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE history(url TEXT)")
        connection.commit()
    content = path.read_bytes()
    with pytest.raises(LogError, match="some other program"):
        FeedbackLog.open(path)
    assert path.read_bytes() == content
    assert [file.name for file in tmp_path.iterdir()] == ["a.db"]


def test_a_row_that_was_tampered_with_is_called_damaged(tmp_path: Path) -> None:
    with FeedbackLog.open(tmp_path / "a.db") as log:
        log.append([suggested(1)])
    connection = sqlite3.connect(tmp_path / "a.db", isolation_level=None)
    connection.execute("DROP TRIGGER suggestions_never_change")
    connection.execute("UPDATE suggestions SET facts = '{half'")
    connection.close()
    with FeedbackLog.open(tmp_path / "a.db") as log, pytest.raises(LogCorruptError, match="event 1"):
        stored(log)


def test_a_log_that_another_process_holds_is_called_locked(tmp_path: Path) -> None:
    with FeedbackLog.open(tmp_path / "a.db", busy_timeout_s=0.05) as log:
        holder = sqlite3.connect(tmp_path / "a.db", isolation_level=None)
        holder.execute("BEGIN IMMEDIATE")
        with pytest.raises(LogLockedError, match="another process"):
            log.append([started()])
        assert stored(log) == []
        holder.execute("ROLLBACK")
        holder.close()
        assert log.append([started()]) == 1


_APPENDING = """
import sys
sys.path.insert(0, {tests!r})
from logged import opportunity, started
from tactful_models.feedback import FeedbackLog
with FeedbackLog.open({path!r}) as log:
    log.append([started({name!r})])
    for n in range({times}):
        print(log.append(opportunity(n, {name!r})), flush=True)
"""


def _appending(path: Path, name: str, times: int) -> "subprocess.Popen[str]":
    script = _APPENDING.format(tests=str(Path(__file__).parents[1]), path=str(path), name=name, times=times)
    return subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)


def test_what_was_appended_survives_a_sigkill(tmp_path: Path) -> None:
    with _appending(tmp_path / "a.db", "s1", 1_000_000) as process:
        assert process.stdout is not None
        acknowledged = [int(process.stdout.readline()) for _ in range(40)]
        process.send_signal(signal.SIGKILL)
        acknowledged += [int(line) for line in process.stdout.read().splitlines(keepends=True) if line.endswith("\n")]
    with FeedbackLog.open(tmp_path / "a.db") as log:
        seqs = [one.seq for one in log.events()]
    assert seqs == list(range(1, len(seqs) + 1))
    assert seqs[-1] >= acknowledged[-1]
    assert (seqs[-1] - 1) % 6 == 0  # whole transactions only


def test_two_processes_append_to_one_log(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with _appending(path, "s1", 60) as one, _appending(path, "s2", 60) as other:
        assert [one.wait(60), other.wait(60)] == [0, 0]
    with FeedbackLog.open(path) as log:
        found = stored(log)
    for name in ("s1", "s2"):
        expected = [started(name), *(event for n in range(60) for event in opportunity(n, name))]
        assert repr([event for event in found if getattr(event, "session_id", "") == name]) == repr(expected)
