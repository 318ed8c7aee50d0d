"""Time as it went by while code was being written, for a replay that has no other."""

CHARS_PER_S = 4.0
"""At which code is taken to have been written: some 50 words a minute, thinking not counted."""
LONGEST_GAP_S = 120.0
"""Between two places asked at, however much was written there."""
LOOK_S = 1.0
"""For which a suggestion is taken to have been looked at."""


def gap_s(n_chars: int) -> float:
    """Seconds that so many characters took.

    >>> gap_s(40)
    10.0
    """
    return min(max(n_chars, 0) / CHARS_PER_S, LONGEST_GAP_S)


class TypedClock:
    """Goes on as characters are typed and suggestions looked at, and not by itself."""

    def __init__(self, at: float) -> None:
        """`at`: when the writing begins, seconds since the epoch."""
        self._at = at

    def now(self) -> float:
        """Seconds since the epoch."""
        return self._at

    def typed(self, n_chars: int) -> None:
        """So many characters were written."""
        self._at += gap_s(n_chars)

    def looked(self) -> None:
        """A suggestion was looked at."""
        self._at += LOOK_S
