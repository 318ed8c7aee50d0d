"""Whether the user has asked for quiet: paused until told otherwise, or snoozed for a while."""

from collections.abc import Callable

MOST_MINUTES = 7 * 24 * 60.0
"""A week; whoever wants more quiet pauses."""


def _unheard() -> None:
    """Nobody wants to know."""


class Quiet:
    """Paused, snoozed, or neither."""

    def __init__(self, now: Callable[[], float]) -> None:
        self.changed: Callable[[], None] = _unheard
        """Called after each of the user's words."""
        self._now = now
        self._until = 0.0
        self._paused = False

    @property
    def reason(self) -> str:
        """`paused`, `snoozed`, or empty."""
        if self._paused:
            return "paused"
        return "snoozed" if self._now() < self._until else ""

    @property
    def left_s(self) -> float:
        """Seconds of snoozing left."""
        return max(0.0, self._until - self._now())

    def snooze(self, minutes: float) -> None:
        """Quiet for so many minutes, a week at most; 0 ends it, and so does what is no number."""
        self._until = self._now() + 60 * min(max(0.0, minutes), MOST_MINUTES)
        self.changed()

    def pause(self) -> None:
        """Quiet until `resume`."""
        self._paused = True
        self.changed()

    def resume(self) -> None:
        """Ends both."""
        self._paused, self._until = False, 0.0
        self.changed()
