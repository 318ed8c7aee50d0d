"""The feedback log: an append-only SQLite file of events.

An append is one transaction, on disk when it returns (write-ahead log, `synchronous=FULL`). Any number of processes
may read and append at once. Only the purges take anything out.

    with FeedbackLog.open("feedback.db") as log:
        log.append([SessionStarted(session_id="s1", at=0.0, user_key="u")])
        assert [stored.event.session_id for stored in log.events()] == ["s1"]
"""

import os
import sqlite3
from collections.abc import Collection, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tactful_models import erasure
from tactful_models.checked import Checked
from tactful_models.errors import LogCorruptError, LogError
from tactful_models.events import Event, GateChanged, Reviewed
from tactful_models.migrations import is_current, migrate
from tactful_models.rows import BY_TYPE, KINDS, Kind
from tactful_models.sqlite_faults import told_plainly

IN_MEMORY = ":memory:"
WINDOW = 4096
"""Journal rows read at a time, so that memory stays bounded and no read keeps a writer from tidying up."""
KEPT_WAL_BYTES = 8_000_000
"""What the write-ahead log may keep of a large import once its pages are in the file."""
ALL_EVENTS: tuple[type[Event], ...] = tuple(kind.event_type for kind in KINDS)


@dataclass(frozen=True, slots=True)
class Stored:
    """An event as it stands in the log."""

    seq: int
    """Its number in the journal; rises, has gaps where something was purged, is never used again."""
    event: Event
    """The event."""


@dataclass(slots=True)
class Appended:
    """What `append_new` did."""

    events: int = 0
    """Events appended."""
    skipped: int = 0
    """Events left out because their session was in the log before, or the same change of a gate."""
    sessions_skipped: set[str] = field(default_factory=set)
    """The sessions that were in the log before."""


def no_log(path: str | Path) -> LogError:
    """What to raise where a log should be and none is."""
    return LogError(f"There is no feedback log at {path}: an editor begins one as you type; name another with --db.")


class FeedbackLog:
    """One connection to a feedback log. Belongs to the thread that opened it."""

    def __init__(self, connection: sqlite3.Connection, path: str) -> None:
        """Take over a migrated connection; callers use `open`."""
        self._connection = connection
        self._path = path

    @classmethod
    def open(cls, path: str | Path, read_only: bool = False, busy_timeout_s: float = 5.0) -> Self:
        """Open a log, made or migrated where needed; `":memory:"` is one that lives as long as the object.

        Raises:
            LogLockedError: another process held it for longer than `busy_timeout_s`.
            LogCorruptError: it is damaged or no SQLite database.
            SchemaError: a newer Tactful wrote it.
            LogError: it cannot be opened otherwise, or is missing where `read_only`.
        """
        name = str(path)
        if read_only and name != IN_MEMORY and not Path(name).is_file():
            raise no_log(name)
        with told_plainly(name):
            connection = _connect(name, read_only, busy_timeout_s)
            try:
                _prepare(connection, name, read_only)
            except BaseException:
                connection.close()
                raise
        return cls(connection, name)

    def close(self) -> None:
        """Close the connection; again does nothing."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def append(self, events: Iterable[Event]) -> int:
        """Append in one transaction; all are on disk when this returns, or none.

        Returns:
            The last event's seq; 0 when there was none.

        Raises:
            LogError: as `open`.
            ValueError: an event that no row can hold, or the start of a session that the log has already.
        """
        seq = 0
        with self._transaction():
            numbers: dict[str, int] = {}
            for event in events:
                seq = self._insert(event, numbers)
        return seq

    def append_new(self, events: Iterable[Event]) -> Appended:
        """Append in one transaction, without the sessions that the log had before; reviews and checks come later.

        Raises as `append`.
        """
        done = Appended()
        with self._transaction():
            numbers: dict[str, int] = {}
            for event in events:
                if self._is_known(event, numbers, done.sessions_skipped):
                    done.skipped += 1
                else:
                    self._insert(event, numbers)
                    done.events += 1
        return done

    def events(
        self, after: int = 0, until: int | None = None, kinds: Collection[type[Event]] = ALL_EVENTS
    ) -> Iterator[Stored]:
        """The events with after < seq <= until, in order, of the given types only; read a window at a time.

        `until` is at most what the log holds when iteration begins.

        Raises:
            LogError: as `open`.
        """
        last = self.last_seq() if until is None else min(until, self.last_seq())
        chosen = [BY_TYPE[event_type] for event_type in kinds]
        while after < last:
            end = min(after + WINDOW, last)
            with told_plainly(self._path):
                found = [(row, kind) for kind in chosen for row in self._rows(kind.select, after, end)]
            found.sort(key=lambda pair: pair[0][0])
            for row, kind in found:
                yield Stored(row[0], self._decoded(kind, row))
            after = end

    def cells(self, event_type: type[Event], columns: Collection[str]) -> Iterator[tuple[Any, ...]]:
        """Some columns of one kind of event, as SQLite has them, in order; `facts.NAME` for one of the facts there.

        For whoever reads much and needs little: no event is made. Read a window at a time; raises as `events`.
        """
        chosen = ", ".join(_column(name) for name in columns)
        query = f'SELECT {chosen} FROM "{BY_TYPE[event_type].table}" WHERE seq > ? AND seq <= ? ORDER BY seq'
        last = self.last_seq()
        for after in range(0, last, WINDOW):
            with told_plainly(self._path):
                found = self._rows(query, after, min(after + WINDOW, last))
            yield from found

    def last_seq(self) -> int:
        """The newest event's seq; 0 in an empty log."""
        return self._number("SELECT max(seq) FROM events")

    def has_session(self, session_id: str) -> bool:
        """Whether the log holds the start of that session."""
        return bool(self._number("SELECT count(*) FROM sessions WHERE session_id = ?", session_id))

    def session_of(self, suggestion_id: str) -> str | None:
        """The session that a suggestion was made in; None where the log has no such suggestion."""
        query = "SELECT session_id FROM suggestions WHERE suggestion_id = ? ORDER BY seq DESC LIMIT 1"
        with told_plainly(self._path):
            found = self._connection.execute(query, (suggestion_id,)).fetchone()
        return None if found is None else str(found[0])

    def count(self, until: int | None = None) -> int:
        """How many events the log holds (up to seq `until`)."""
        if until is None:
            return self._number("SELECT count(*) FROM events")
        return self._number("SELECT count(*) FROM events WHERE seq <= ?", until)

    def count_ended(self, after: int = 0) -> int:
        """How many suggestions ended with seq > after, other than by being replaced before they were judged."""
        return self._number(
            """SELECT count(*) FROM outcomes WHERE seq > ? AND "end" IN ('accepted', 'rejected', 'ignored')""", after
        )

    def has_features_before(self, version: int) -> bool:
        """Whether an older version of the features than that made any vector here."""
        return bool(
            self._number(
                "SELECT EXISTS (SELECT 1 FROM decisions WHERE features_version > 0 AND features_version < ?)", version
            )
        )

    def vectors_by_version(self) -> dict[int, int]:
        """How many vectors each version of the features made here."""
        query = "SELECT features_version, count(*) FROM decisions WHERE features_version > 0 GROUP BY features_version"
        with told_plainly(self._path):
            return dict(self._connection.execute(query).fetchall())

    def last_trained(self) -> int:
        """The seq at which a gate was last trained; 0 for never."""
        return self._number("SELECT max(seq) FROM gates WHERE change = 'trained'")

    def last_gap(self) -> int:
        """The newest event before which one is missing, by its seq; 0 where none is: nothing was ever purged."""
        query = (
            "SELECT max(seq) FROM events e WHERE seq > 1 AND NOT EXISTS (SELECT 1 FROM events WHERE seq = e.seq - 1)"
        )
        return self._number(query)

    def purge_file(self, file_key: str) -> erasure.Erased:
        """Erase all that happened in one file. Raises as `open`."""
        with told_plainly(self._path):
            n_events = erasure.erase_file(self._connection, file_key)
            return erasure.Erased(n_events, not erasure.leave_no_trace(self._connection))

    def purge_between(self, since: float, until: float) -> erasure.Erased:
        """Erase what happened in [since, until), epoch seconds, and what hangs on it. Raises as `open`."""
        with told_plainly(self._path):
            n_events = erasure.erase_between(self._connection, since, until)
            return erasure.Erased(n_events, not erasure.leave_no_trace(self._connection))

    def forget_before(self, moment: float) -> int:
        """Erase what happened before `moment`, epoch seconds; the file is rebuilt only if there was any.

        Returns:
            How many events went.
        """
        with told_plainly(self._path):
            n_events = erasure.erase_between(self._connection, float("-inf"), moment)
            if n_events:
                erasure.leave_no_trace(self._connection)
        return n_events

    def purge_all(self) -> erasure.Erased:
        """Erase every event. Raises as `open`."""
        with told_plainly(self._path):
            n_events = erasure.erase_all(self._connection)
            return erasure.Erased(n_events, not erasure.leave_no_trace(self._connection))

    def _insert(self, event: Event, numbers: dict[str, int]) -> int:
        if (kind := BY_TYPE.get(type(event))) is None:
            raise ValueError(f"{type(event).__name__} is no event")
        row = kind.encode(event)
        session_id, number = self._numbered(event, numbers)
        execute = self._connection.execute
        seq = execute(
            "INSERT INTO events(session_id, session_seq, at, kind) VALUES (?, ?, ?, ?)",
            (session_id, number, event.at, kind.name),
        ).lastrowid
        assert seq is not None
        execute(kind.insert, (seq, *row))
        return seq

    def _numbered(self, event: Event, numbers: dict[str, int]) -> tuple[str | None, int | None]:
        if isinstance(event, GateChanged):  # belongs to the installation, not to a session
            return None, None
        if event.session_id not in numbers:
            query = "SELECT max(session_seq) FROM events WHERE session_id = ?"
            numbers[event.session_id] = self._connection.execute(query, (event.session_id,)).fetchone()[0] or 0
        numbers[event.session_id] += 1
        return event.session_id, numbers[event.session_id]

    def _is_known(self, event: Event, numbers: dict[str, int], skipped: set[str]) -> bool:
        if isinstance(event, GateChanged):
            query = "SELECT count(*) FROM gates WHERE at = ? AND version = ? AND change = ?"
            return bool(self._connection.execute(query, (event.at, event.version, event.change)).fetchone()[0])
        if event.session_id not in skipped:
            if event.session_id in numbers:  # begun by this very transaction
                return False
            query = "SELECT 1 FROM events WHERE session_id = ? LIMIT 1"
            if self._connection.execute(query, (event.session_id,)).fetchone() is None:
                return False
            skipped.add(event.session_id)
        return not (isinstance(event, Reviewed | Checked) and self._is_news(event))

    def _is_news(self, later: Reviewed | Checked) -> bool:
        """Whether the log has what was reviewed or checked, and not yet the review or check."""
        query = "SELECT 1 WHERE EXISTS (SELECT 1 FROM suggestions WHERE suggestion_id = ?)"
        if isinstance(later, Reviewed):
            query, key = f"{query} AND NOT EXISTS (SELECT 1 FROM reviews WHERE review_id = ?)", later.review_id
        else:
            query, key = f"{query} AND NOT EXISTS (SELECT 1 FROM checks WHERE check_id = ?)", later.check_id
        return self._connection.execute(query, (later.suggestion_id, key)).fetchone() is not None

    def _decoded(self, kind: Kind, row: tuple[Any, ...]) -> Event:
        try:
            return kind.decode(row[1:])
        except ValueError as fault:
            where = f"The feedback log {self._path} is damaged at event {row[0]} ({fault})"
            raise LogCorruptError(f"{where}; move it away to begin a new one.") from fault

    def _rows(self, query: str, *values: int) -> list[tuple[Any, ...]]:
        with closing(self._connection.execute(query, values)) as cursor:
            return cursor.fetchall()

    def _number(self, query: str, *values: int | str) -> int:
        with told_plainly(self._path):
            number = self._connection.execute(query, values).fetchone()[0]
        return number or 0

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with told_plainly(self._path):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:  # SQLite itself rolls back when the disk is full
                    self._connection.execute("ROLLBACK")
                raise


def _column(name: str) -> str:
    table, _, fact = name.partition(".")
    return f"json_extract({table}, '$.{fact}')" if fact else f'"{name}"'


def _connect(name: str, read_only: bool, busy_timeout_s: float) -> sqlite3.Connection:
    if read_only and name != IN_MEMORY:
        name = Path(name).absolute().as_uri() + "?mode=ro"
        return sqlite3.connect(name, timeout=busy_timeout_s, isolation_level=None, uri=True)
    if name != IN_MEMORY:
        _begin_private(Path(name))
    return sqlite3.connect(name, timeout=busy_timeout_s, isolation_level=None)


def _begin_private(path: Path) -> None:
    """Make a missing file readable by its owner alone; SQLite gives its companions the same mode."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as fault:
        raise LogError(f"The feedback log {path} cannot be opened for writing: {fault.strerror}.") from fault


def _prepare(connection: sqlite3.Connection, name: str, read_only: bool) -> None:
    connection.execute("PRAGMA foreign_keys = ON")
    is_ready = is_current(connection)  # before anything is changed: the file may be another program's
    if not read_only:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute(f"PRAGMA journal_size_limit = {KEPT_WAL_BYTES}")
        migrate(connection)
    elif not is_ready:
        raise LogError(
            f"The feedback log {name} has an older schema: open it for writing once, for instance by serving."
        )
