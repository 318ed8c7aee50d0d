"""How fast someone types, as sums that fade: constant time and space a keystroke.

A sum with time constant `tau` counts each character with weight `exp(-age / tau)`.
"""

import math
from dataclasses import dataclass

_TYPED_TAUS_S = (1.0, 2.0, 5.0, 30.0)
_DELETED_TAUS_S = (2.0, 30.0)


@dataclass(frozen=True, slots=True)
class RhythmFacts:
    """The typing rhythm at one moment; the fields mean what those of `ContextFacts` mean."""

    since_key_s: float | None = None
    """Seconds from the last change; None before the first."""
    typed_1s: float | None = None
    """Typed characters, each weighted by exp(-age / 1 s)."""
    typed_2s: float | None = None
    typed_5s: float | None = None
    typed_30s: float | None = None
    deleted_2s: float | None = None
    """Deleted characters, each weighted by exp(-age / 2 s)."""
    deleted_30s: float | None = None
    typed_since_shown_chars: int | None = None
    """Characters that came in since a suggestion was last shown; None before the first."""
    deleted_since_shown_chars: int | None = None


class FadingSum:
    """A sum whose terms fade with time constant `tau_s`. A clock that steps back counts as standing still."""

    __slots__ = ("_at", "_sum", "_tau_s")

    def __init__(self, tau_s: float) -> None:
        self._tau_s = tau_s
        self._sum = 0.0
        self._at = -math.inf

    def add(self, at: float, amount: float) -> None:
        """Adds `amount` at the time `at` (seconds)."""
        self._sum = self.value(at) + amount
        self._at = max(self._at, at)

    def value(self, at: float) -> float:
        """The sum as it stands at the time `at`."""
        if self._sum == 0.0:
            return 0.0
        return self._sum * math.exp(-max(at - self._at, 0.0) / self._tau_s)


class TypingRhythm:
    """Watches the changes of one session (or document) and tells its rhythm at any later moment."""

    def __init__(self) -> None:
        self._typed = tuple(FadingSum(tau) for tau in _TYPED_TAUS_S)
        self._deleted = tuple(FadingSum(tau) for tau in _DELETED_TAUS_S)
        self._last_key_at: float | None = None
        self._since_shown: tuple[int, int] | None = None

    def observe(self, at: float, typed: int, deleted: int) -> None:
        """Takes in one change that added `typed` and removed `deleted` characters at `at` (seconds)."""
        for total in self._typed:
            total.add(at, typed)
        for total in self._deleted:
            total.add(at, deleted)
        self._last_key_at = at
        if self._since_shown is not None:
            self._since_shown = (self._since_shown[0] + typed, self._since_shown[1] + deleted)

    def mark_shown(self, at: float) -> None:
        """A suggestion came on screen at `at`: the counts since the last showing begin anew."""
        self._since_shown = (0, 0)

    def facts(self, at: float) -> RhythmFacts:
        """The rhythm at `at` (seconds). Changes nothing; all sums are None before the first change."""
        typed_since, deleted_since = self._since_shown or (None, None)
        if self._last_key_at is None:
            return RhythmFacts(typed_since_shown_chars=typed_since, deleted_since_shown_chars=deleted_since)
        typed_1s, typed_2s, typed_5s, typed_30s = (total.value(at) for total in self._typed)
        deleted_2s, deleted_30s = (total.value(at) for total in self._deleted)
        return RhythmFacts(
            since_key_s=max(at - self._last_key_at, 0.0),
            typed_1s=typed_1s,
            typed_2s=typed_2s,
            typed_5s=typed_5s,
            typed_30s=typed_30s,
            deleted_2s=deleted_2s,
            deleted_30s=deleted_30s,
            typed_since_shown_chars=typed_since,
            deleted_since_shown_chars=deleted_since,
        )
