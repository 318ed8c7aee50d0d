"""Taking events out of the feedback log for good: the one exception to append-only, at the user's word.

What hangs on an erased request or suggestion goes with it, whenever it happened. Deleted rows are overwritten, the
file is rebuilt without them and the write-ahead log is emptied, so that nothing of their text stays in either.
"""

import sqlite3
from dataclasses import dataclass

_DOOMED = "CREATE TEMP TABLE IF NOT EXISTS doomed(seq INTEGER PRIMARY KEY)"
_BY_FILE = """INSERT OR IGNORE INTO doomed
    SELECT seq FROM requests WHERE file_key = :file_key UNION SELECT seq FROM suggestions WHERE file_key = :file_key"""
_BY_TIME = """INSERT OR IGNORE INTO doomed
    SELECT seq FROM events WHERE at >= :since AND at < :until AND kind != 'session'"""
_RELATED = (
    # in this order: requests name suggestions, suggestions their decisions, outcomes, persistence, places, reviews
    # and checks
    """INSERT OR IGNORE INTO doomed SELECT s.seq FROM suggestions s
        JOIN requests r ON s.request_id = r.request_id JOIN doomed d ON d.seq = r.seq""",
    """INSERT OR IGNORE INTO doomed SELECT x.seq FROM decisions x
        JOIN requests r ON x.request_id = r.request_id JOIN doomed d ON d.seq = r.seq""",
    """INSERT OR IGNORE INTO doomed SELECT x.seq FROM decisions x
        JOIN suggestions s ON x.suggestion_id = s.suggestion_id JOIN doomed d ON d.seq = s.seq""",
    """INSERT OR IGNORE INTO doomed SELECT x.seq FROM outcomes x
        JOIN suggestions s ON x.suggestion_id = s.suggestion_id JOIN doomed d ON d.seq = s.seq""",
    """INSERT OR IGNORE INTO doomed SELECT x.seq FROM persistence x
        JOIN suggestions s ON x.suggestion_id = s.suggestion_id JOIN doomed d ON d.seq = s.seq""",
    """INSERT OR IGNORE INTO doomed SELECT x.seq FROM placements x
        JOIN suggestions s ON x.suggestion_id = s.suggestion_id JOIN doomed d ON d.seq = s.seq""",
    """INSERT OR IGNORE INTO doomed SELECT x.seq FROM reviews x
        JOIN suggestions s ON x.suggestion_id = s.suggestion_id JOIN doomed d ON d.seq = s.seq""",
    """INSERT OR IGNORE INTO doomed SELECT x.seq FROM checks x
        JOIN suggestions s ON x.suggestion_id = s.suggestion_id JOIN doomed d ON d.seq = s.seq""",
)
_SPENT_SESSIONS = """INSERT OR IGNORE INTO doomed SELECT seq FROM sessions s WHERE at >= :since AND at < :until
    AND NOT EXISTS (SELECT 1 FROM events e WHERE e.session_id = s.session_id AND e.kind != 'session'
        AND e.seq NOT IN (SELECT seq FROM doomed))"""


@dataclass(frozen=True, slots=True)
class Erased:
    """What an erasure did."""

    events: int
    """Events taken out."""
    traces_left: bool
    """Whether another process still reads the log, so that erased bytes may stay in the file until a later erasure."""


def erase_file(connection: sqlite3.Connection, file_key: str) -> int:
    """Delete all that was asked, suggested and seen in one file. Returns the number of events."""
    return _erase(connection, (_BY_FILE, *_RELATED), {"file_key": file_key})


def erase_between(connection: sqlite3.Connection, since: float, until: float) -> int:
    """Delete what happened in [since, until), epoch seconds, and all that hangs on it. Returns the number of events.

    A session's start stays as long as anything else of the session does.
    """
    return _erase(connection, (_BY_TIME, *_RELATED, _SPENT_SESSIONS), {"since": since, "until": until})


def erase_all(connection: sqlite3.Connection) -> int:
    """Delete every event. Returns their number."""
    return _erase(connection, ("INSERT INTO doomed SELECT seq FROM events",), {})


def leave_no_trace(connection: sqlite3.Connection) -> bool:
    """Rebuild the file without its free pages and empty the write-ahead log. Returns whether both were possible."""
    try:
        connection.execute("VACUUM")
        (busy, *_) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.OperationalError as fault:
        if fault.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
            raise
        return False
    return not busy


def _erase(connection: sqlite3.Connection, choices: tuple[str, ...], values: dict[str, object]) -> int:
    connection.execute("PRAGMA secure_delete = ON")
    connection.execute("BEGIN IMMEDIATE")
    try:
        n_events = _delete(connection, choices, values)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    return n_events


def _delete(connection: sqlite3.Connection, choices: tuple[str, ...], values: dict[str, object]) -> int:
    connection.execute(_DOOMED)
    for choice in choices:
        connection.execute(choice, {name: value for name, value in values.items() if f":{name}" in choice})
    n_events = connection.execute("DELETE FROM events WHERE seq IN (SELECT seq FROM doomed)").rowcount
    connection.execute("DROP TABLE doomed")
    return n_events
