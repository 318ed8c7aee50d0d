"""What earlier sessions left in the log, replayed into a history by the writer's thread between the writing."""

import time
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Final

from tactful_models.errors import LogError
from tactful_models.events import Event, OutcomeSeen, RequestEnded, SessionStarted, SuggestionMade
from tactful_models.feedback import FeedbackLog
from tactful_models.history import History
from tactful_models.tracking import RECALL, TRACKED

OBSERVED: Final[tuple[type[Event], ...]] = (SessionStarted, SuggestionMade, OutcomeSeen)
"""The events that a history takes in; the others are not even read."""
STRIDE: Final = 32
"""Events replayed before the server's thread gets its turn, about a millisecond's work."""
YIELD_S: Final = 0.0002
"""The length of that turn; shorter, and the interpreter would come straight back."""

_ASKED: Final[tuple[type[Event], ...]] = (RequestEnded,)
"""What tells of typing besides."""

HistoryReady = Callable[[History], None]
"""Takes a warmed history."""


class Warming:
    """At most one replay at a time, a stride at a time."""

    def __init__(self) -> None:
        """Nobody has asked."""
        self._ready: HistoryReady | None = None
        self._strides: Iterator[bool] | None = None
        self.gave_up = False
        """Whether somebody was handed an empty history for want of a readable log."""

    @property
    def is_wanted(self) -> bool:
        """Whether somebody waits for a history."""
        return self._ready is not None

    def ask(self, ready: HistoryReady) -> None:
        """Have `ready` called when a replay has come to its end. From any thread."""
        self._ready = ready

    def step(self, log: FeedbackLog, through: int) -> None:
        """Replay one stride, if somebody waits; the last one hands the history over.

        Raises:
            LogError: the log cannot be read.
        """
        if self._ready is None:
            return
        if self._strides is None:
            self._strides = _strides(log, through, self._ready)
        time.sleep(YIELD_S)
        try:
            is_done = next(self._strides)
        except LogError:
            self._strides = None  # from the start, when the log can be read again
            raise
        if is_done:
            self._ready = self._strides = None

    def give_up(self) -> None:
        """Hand over an empty history to whoever waits."""
        ready, self._ready, self._strides = self._ready, None, None
        if ready is not None:
            self.gave_up = True
            ready(History())


def _strides(log: FeedbackLog, through: int, ready: HistoryReady) -> Iterator[bool]:
    """False after each stride but the last, True when it is done."""
    history = History()
    for kinds, after, observe in (
        (OBSERVED, 0, history.remember),
        ((*TRACKED, *_ASKED), max(through - RECALL, 0), history.track),
    ):
        stored = log.events(after, through, kinds)
        while stride := list(islice(stored, STRIDE)):
            for one in stride:
                observe(one.event)
            yield False
    ready(history)
    yield True
