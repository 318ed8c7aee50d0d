"""The one thread that writes the feedback log, so that nothing else of the server ever waits for the disk.

`record` puts an event into memory and returns its number. The thread opens the log, fits events to the privacy level,
appends whatever waits in one transaction, and moves `durable` on. When the log cannot be written, events wait in
memory up to a bound, the user is told once, and the thread tries again with growing pauses until it can.
"""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from tactful_models.errors import LogCorruptError, LogError
from tactful_models.events import Event, SessionStarted
from tactful_server.log_file import LogFile
from tactful_server.privacy import Privacy, fitted
from tactful_server.warming import HistoryReady, Warming

BATCH = 5000
"""Events a transaction has at most."""
DAY_S = 86_400.0
GATHER_S = 0.05
"""How long the thread waits for more after the first event: a request's events then go in one transaction, and while
the request is being answered nobody competes with it for the interpreter."""
_logger = logging.getLogger(__name__)


class WriterState(StrEnum):
    """Where the writer stands."""

    OPENING = "opening"
    WRITING = "writing"
    TROUBLED = "troubled"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class WriterStatus:
    """What is safe and what is not, at one moment."""

    recorded: int
    """Events taken in; the number of the last."""
    durable: int
    """All events up to this number are safe on disk (or, which is logged, were refused as unfit to store)."""
    dropped: int
    """Events given up: more waited than memory was allowed for, they were unfit to store, or came after the close."""
    state: WriterState
    """Where the writer stands."""
    message: str
    """The trouble, as one sentence; empty when there is none."""


@dataclass(frozen=True, slots=True)
class WriterLimits:
    """Bounds of the writer; the defaults suit everyone but tests."""

    waiting: int = 50_000
    """Events that may wait in memory."""
    first_pause_s: float = 0.1
    """Pause after the first failure; doubles with each further one."""
    longest_pause_s: float = 5.0
    """Where the doubling ends."""


class Writer:
    """Makes events durable in the background. `record`, `status` and `load_history` may be called from any thread."""

    def __init__(
        self, path: Path, privacy: str, on_trouble: Callable[[str], None], limits: WriterLimits = WriterLimits()
    ) -> None:
        """Nothing happens before `start`, but events may be recorded.

        Args:
            path: the log; made when missing.
            privacy: `features`, `redacted` or `code`.
            on_trouble: called on the writer's thread, once per episode of trouble, with a message for the user; must
                not block.
            limits: how much may wait, and how long the pauses are.
        """
        self._privacy = Privacy(privacy)
        self._file = LogFile(path)
        self._path = path
        self._on_trouble = on_trouble
        self._limits = limits
        self._lock = threading.Lock()
        self._settled = threading.Condition(self._lock)
        self._wake = threading.Event()
        self._hurry = threading.Event()
        self._waiting: list[Event] = []
        self._in_hand: list[Event] = []
        self._recorded = self._durable = self._dropped = 0
        self._state = WriterState.OPENING
        self._message = ""
        self._pause_s = 0.0
        self._closing = False
        self._is_open = False
        self._through = 0
        self._warming = Warming()
        self._retention_days = 0
        self._forget_at = 0.0
        self._thread = threading.Thread(target=self._run, name="tactful-writer", daemon=True)

    def start(self) -> None:
        """Begin to open the log and to write. Returns at once."""
        self._thread.start()

    def record(self, event: Event) -> int:
        """Take an event in. Never blocks, never touches the disk.

        Returns:
            Its number, 1 for the first; 0 when it had to be dropped.
        """
        with self._lock:
            if self._closing or len(self._waiting) + len(self._in_hand) >= self._limits.waiting:
                self._dropped += 1
                return 0
            self._waiting.append(event)
            self._recorded += 1
            number = self._recorded
        if not self._wake.is_set():
            self._wake.set()
        return number

    def set_privacy(self, privacy: str) -> None:
        """Change the level for what has not been written yet."""
        self._privacy = Privacy(privacy)

    def set_retention(self, days: int) -> None:
        """From now on erase what is older than so many days, at the start and once a day; 0 keeps everything."""
        self._retention_days = days
        self._forget_at = 0.0
        self._wake.set()

    def status(self) -> WriterStatus:
        """Where things stand now."""
        with self._lock:
            return WriterStatus(self._recorded, self._durable, self._dropped, self._state, self._message)

    def load_history(self, ready: HistoryReady) -> None:
        """Have the log as it was before this writer's first event replayed into a history, between the writing.

        `ready` is called once, on the writer's thread, with the history; with an empty one where the log cannot be
        read at the first attempt. A `SessionStarted` is written with the seq through which the history goes.
        """
        self._warming.ask(ready)
        self._wake.set()

    def flush(self, timeout_s: float) -> bool:
        """Wait until all that was recorded is settled; blocks, so not for handlers. Returns whether it is."""
        self._hurry.set()
        with self._settled:
            target = self._recorded
            return self._settled.wait_for(lambda: self._durable >= target, timeout_s)

    def close(self, timeout_s: float) -> WriterStatus:
        """Write what waits, as far as `timeout_s` allows, and end. What could not be written counts as dropped."""
        with self._lock:
            self._closing = True
        self._wake.set()
        self._hurry.set()
        if self._thread.is_alive():
            self._thread.join(timeout_s)
        return self.status()

    def _run(self) -> None:
        try:
            while self._round():
                pass
        finally:
            self._file.close()
            self._end()

    def _round(self) -> bool:
        """Wait for something to do and do it. Returns whether there is to be another round."""
        self._rest()
        is_last = self._closing
        try:
            self._open()
            self._forget()
            self._write_waiting()
            self._warming.step(self._file.log(), self._through)
        except LogError as fault:
            self._meet(fault)
        return not is_last

    def _rest(self) -> None:
        if self._pause_s:
            self._hurry.wait(self._pause_s)
        elif self._is_open and not self._warming.is_wanted:
            self._wake.wait()
            self._hurry.wait(GATHER_S)
        self._hurry.clear()
        self._wake.clear()

    def _open(self) -> None:
        if not self._is_open:
            self._through = 0 if self._warming.gave_up else self._file.log().last_seq()
            self._is_open = True

    def _write_waiting(self) -> None:
        while self._take():
            batch = self._in_hand[:BATCH]
            refused = self._file.append(self._fitted(batch))
            with self._settled:
                del self._in_hand[: len(batch)]
                self._durable += len(batch)
                self._dropped += refused
                self._settled.notify_all()
        with self._lock:
            self._pause_s, self._state, self._message = 0.0, WriterState.WRITING, ""

    def _take(self) -> bool:
        """Take what waits into hand. Returns whether there is anything in hand."""
        if not self._in_hand:
            with self._lock:
                self._in_hand, self._waiting = self._waiting, []
        return bool(self._in_hand)

    def _fitted(self, batch: list[Event]) -> list[Event]:
        """What may be written now: fitted anew at each attempt, since the level may have changed between two."""
        privacy = self._privacy
        return [fitted(self._placed(event), privacy) for event in batch]

    def _placed(self, event: Event) -> Event:
        """A session's first record says up to where the history goes that it was warmed with."""
        return replace(event, history_through=self._through) if isinstance(event, SessionStarted) else event

    def _forget(self) -> None:
        if self._retention_days and time.monotonic() >= self._forget_at:
            self._forget_at = time.monotonic() + DAY_S
            self._file.log().forget_before(time.time() - self._retention_days * DAY_S)

    def _meet(self, fault: LogError) -> None:
        if isinstance(fault, LogCorruptError):
            message = self._set_aside(fault)
        else:
            message = f"{fault} Suggestions go on; what is to be logged waits in memory until then."
        if not self._is_open or isinstance(fault, LogCorruptError):
            _tell(self._warming.give_up)
        with self._lock:
            is_news = self._state is not WriterState.TROUBLED
            self._state, self._message = WriterState.TROUBLED, message
        self._pause_s = min(max(self._limits.first_pause_s, 2 * self._pause_s), self._limits.longest_pause_s)
        if is_news:
            _logger.error("%s", message)
            _tell(lambda: self._on_trouble(message))

    def _set_aside(self, fault: LogCorruptError) -> str:
        try:
            aside = self._file.set_aside()
        except LogError as refused:
            return str(refused)
        self._is_open = False
        where = f"set aside as {aside.name}" if aside else "set aside"
        return f"The feedback log {self._path} was damaged ({fault.__cause__}): it was {where} and a fresh one begun."

    def _end(self) -> None:
        with self._settled:
            self._dropped += len(self._waiting) + len(self._in_hand)
            self._waiting, self._in_hand = [], []
            is_wanted, self._closing = self._closing, True
            self._state = WriterState.CLOSED
            self._message = "" if is_wanted else "The feedback log's writer has stopped by a fault: restart the server."
            self._settled.notify_all()
        if not is_wanted:
            _tell(lambda: self._on_trouble(self._message))


def _tell(callback: Callable[[], None]) -> None:
    try:
        callback()
    except RuntimeError as fault:  # the event loop it would have gone to is closed
        _logger.warning("nobody was told: %s", fault)
