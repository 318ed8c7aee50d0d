"""The feedback log as the writer's thread sees it: opened at need, begun afresh when the file is gone or damaged."""

import logging
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from tactful_models.errors import LogError
from tactful_models.events import Event, SessionStarted
from tactful_models.feedback import FeedbackLog
from tactful_models.replay import LOST

BUSY_TIMEOUT_S = 1.0
"""How long one attempt waits for another process's lock."""
_HEADER = b"SQLite format 3\0"
"""How every SQLite file begins."""
COMPANIONS = ("", "-wal", "-shm")
_logger = logging.getLogger(__name__)


class LogFile:
    """Belongs to one thread."""

    def __init__(self, path: Path) -> None:
        """Touches nothing yet."""
        self._path = path
        self._log: FeedbackLog | None = None
        self._identity: tuple[int, int] | None = None
        self._session: SessionStarted | None = None

    def log(self) -> FeedbackLog:
        """The open log; opened again when the file was moved or deleted behind our back.

        Raises:
            LogError: it cannot be opened.
        """
        if self._log is not None and _identity(self._path) == self._identity:
            return self._log
        self.close()
        self._identity = _identity(self._path)
        self._log = FeedbackLog.open(self._path, busy_timeout_s=BUSY_TIMEOUT_S)
        self._identity = _identity(self._path)
        return self._log

    def append(self, events: Sequence[Event]) -> int:
        """Append all that can be stored; on disk when this returns.

        Where the session's own row has gone, by a purge or with a lost file, it is written again before them: rows
        without it would be nobody's. It then says that the history it was warmed with cannot be made again.

        Returns:
            How many were left out because no row can hold them.

        Raises:
            LogError: nothing was stored.
        """
        log = self.log()
        if self._session is not None and not log.has_session(self._session.session_id):
            events = [replace(self._session, history_through=LOST), *events]
        refused = _append(log, events)
        for event in events:
            if isinstance(event, SessionStarted):
                self._session = event
        return refused

    def set_aside(self) -> Path | None:
        """Rename the damaged file, so that the next use begins a fresh one. It is never deleted.

        What does not begin as a database does was never a log: it is someone else's and stays where it is.

        Returns:
            Its new name; None when another process had done so already.

        Raises:
            LogError: it cannot be renamed, or is no database.
        """
        identity, self._identity = self._identity, None
        self.close()
        if identity is None or _identity(self._path) != identity:
            return None
        self._must_be_ours()
        aside = self._path.with_name(f"{self._path.name}.corrupt-{time.strftime('%Y%m%dT%H%M%SZ', time.gmtime())}")
        try:
            for companion in COMPANIONS:
                source = Path(f"{self._path}{companion}")
                if source.exists():
                    source.rename(f"{aside}{companion}")
        except OSError as fault:
            raise LogError(
                f"The feedback log {self._path} is damaged and cannot be set aside ({fault.strerror}); move it away."
            ) from fault
        return aside

    def _must_be_ours(self) -> None:
        try:
            with self._path.open("rb") as file:
                is_database = file.read(len(_HEADER)) == _HEADER
        except OSError as fault:
            raise LogError(f"The feedback log {self._path} cannot be read: {fault.strerror}.") from fault
        if not is_database:
            raise LogError(f"{self._path} is no feedback log and is left alone: move it away, or name another place.")

    def close(self) -> None:
        """Close the log, if open."""
        if self._log is not None:
            self._log.close()
            self._log = None


def set_aside_files(path: Path) -> list[Path]:
    """What `set_aside` has left beside a log, oldest first."""
    return sorted(path.parent.glob(f"{path.name}.corrupt-*"))


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _append(log: FeedbackLog, events: Sequence[Event]) -> int:
    """Halve what is refused until only those events are left out that no row can hold."""
    try:
        log.append(events)
    except ValueError as fault:
        if len(events) == 1:
            _logger.error("an event was dropped: %s", fault)
            return 1
        middle = len(events) // 2
        return _append(log, events[:middle]) + _append(log, events[middle:])
    return 0
