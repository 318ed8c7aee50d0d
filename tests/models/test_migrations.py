"""The schema: made once, by whoever comes first, and never mistaken for another's."""

import sqlite3
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest
from sqlite_utils import Database, Migrations

from logged import checked, gate_promoted, placed, reviewed, session
from tactful_models.errors import LogError, SchemaError
from tactful_models.events import Reviewed, Verdict
from tactful_models.feedback import FeedbackLog
from tactful_models.migrations import SET, STEPS, m001_feedback_log, m002_reviews
from tactful_models.rows import KINDS, Kind

OLD = Path(__file__).parent / "golden"
"""Logs as former versions wrote them, as SQL."""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "a.db"
    with FeedbackLog.open(made) as log:
        log.append(session(2))
    return made


def query(path: Path, sql: str) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_table_has_the_columns_of_its_dataclass(path: Path, kind: Kind) -> None:
    columns = [row[1] for row in query(path, f"PRAGMA table_info({kind.table})")]
    assert columns == ["seq", *(field.name for field in fields(kind.event_type))]


def test_steps_are_numbered_without_a_gap() -> None:
    assert [step.__name__[:5] for step in STEPS] == [f"m{n:03}_" for n in range(1, len(STEPS) + 1)]


def test_the_steps_taken_are_those_that_sqlite_utils_remembers(path: Path) -> None:
    names = query(path, "SELECT name FROM _sqlite_migrations WHERE migration_set = 'tactful'")
    assert names == [(step.__name__,) for step in STEPS]


def test_the_file_is_in_wal_mode_with_strict_tables(path: Path) -> None:
    assert query(path, "PRAGMA journal_mode") == [("wal",)]
    with pytest.raises(sqlite3.IntegrityError):
        query(path, "INSERT INTO events(at, kind) VALUES ('noon', 'session')")


def test_a_log_of_a_newer_tactful_is_refused_and_left_alone(path: Path) -> None:
    query(path, "INSERT INTO _sqlite_migrations(migration_set, name, applied_at) VALUES ('tactful', 'm999_x', '')")
    before = path.read_bytes()
    with pytest.raises(SchemaError, match=r"newer Tactful .*m999_x"):
        FeedbackLog.open(path)
    assert path.read_bytes() == before


def test_a_database_of_another_program_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "theirs.db"
    query(path, "CREATE TABLE bookmarks(url)")
    with pytest.raises(LogError, match="some other program"):
        FeedbackLog.open(path)
    assert query(path, "SELECT name FROM sqlite_master") == [("bookmarks",)]


def test_the_views_tell_times_and_stories(path: Path) -> None:
    assert query(path, "SELECT at_utc, kind FROM journal LIMIT 1") == [("1970-01-01T00:00:00.000Z", "session")]
    rows = query(path, "SELECT suggestion_id, n_chars, probability, action, last_end, kept_30 FROM suggestion_stories")
    assert rows[0] == ("g0", 4, 0.5, "show", "accepted", 1.0)


def former(path: Path, step: str) -> Path:
    """A log as the version wrote it whose last step is `step`: a session of two suggestions and a gate."""
    connection = sqlite3.connect(path)
    try:
        connection.executescript((OLD / f"log_{step}.sql").read_text("utf-8"))
    finally:
        connection.close()
    return path


def test_a_log_without_reviews_is_migrated_with_its_rows_intact(tmp_path: Path) -> None:
    path = former(tmp_path / "old.db", "m001")
    with FeedbackLog.open(path) as log:
        assert repr([one.event for one in log.events()]) == repr([*session(2), gate_promoted()])
        assert log.append([reviewed(0)]) == 15
        assert [one.event for one in log.events(after=14)] == [reviewed(0)]
    assert query(path, "SELECT suggestion_id, verdict FROM suggestion_stories") == [("g0", "keep"), ("g1", None)]
    assert query(path, "PRAGMA integrity_check") == [("ok",)]


def test_a_review_from_before_ways_of_asking_were_kept_has_none(tmp_path: Path) -> None:
    path = former(tmp_path / "old.db", "m001")
    connection = sqlite3.connect(path, isolation_level=None)
    before = Migrations(SET)
    before()(m001_feedback_log)
    before()(m002_reviews)
    before.apply(Database(connection))
    connection.execute("INSERT INTO events(seq, session_id, session_seq, at, kind) VALUES (15, 's1', 14, 90, 'review')")
    values = "15, 'v0', 'g0', 's1', 90, 'keep', 'u1', 'person', 'thumbs', '', ''"
    connection.execute(f"INSERT INTO reviews VALUES ({values})")
    connection.close()
    with FeedbackLog.open(path) as log:
        [stored] = log.events(kinds=[Reviewed])
        assert stored.event == Reviewed("v0", "g0", "s1", 90.0, Verdict.KEEP, "u1")
        log.append([placed(0)])


def test_a_migrated_log_has_the_schema_of_a_new_one(tmp_path: Path, path: Path) -> None:
    old = former(tmp_path / "old.db", "m001")
    FeedbackLog.open(old).close()
    schema = "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE '%sqlite%' ORDER BY name"
    assert query(old, schema) == query(path, schema)


def test_a_reader_of_a_former_log_is_told_to_open_it_for_writing_once(tmp_path: Path) -> None:
    path = former(tmp_path / "old.db", "m001")
    with pytest.raises(LogError, match="older schema"):
        FeedbackLog.open(path, read_only=True)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_no_fact_can_be_changed(path: Path, kind: Kind) -> None:
    with FeedbackLog.open(path) as log:
        log.append([gate_promoted(), placed(0), reviewed(0), checked(0)])
    with pytest.raises(sqlite3.IntegrityError, match="never changed"):
        query(path, f"UPDATE {kind.table} SET at = 0")


_OPEN = "import sys; from tactful_models.feedback import FeedbackLog; FeedbackLog.open(sys.argv[1]).close()"


def test_processes_that_open_a_new_log_at_once_agree(tmp_path: Path) -> None:
    command = [sys.executable, "-c", _OPEN, str(tmp_path / "a.db")]
    processes = [subprocess.Popen(command) for _ in range(4)]
    assert [process.wait(60) for process in processes] == [0, 0, 0, 0]
    with FeedbackLog.open(tmp_path / "a.db") as log:
        assert log.count() == 0


def test_opening_a_current_log_does_not_import_sqlite_utils(path: Path) -> None:
    script = f"{_OPEN}; sys.exit('sqlite_utils' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script, str(path)], timeout=60).returncode == 0
