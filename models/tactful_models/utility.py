"""What a suggestion is worth in the user's own seconds: what accepting it saves, against what looking at it takes.

    worth = chance · characters · share that stays / typing speed − cost ratio · seconds to look

The cost ratio is the user's eagerness (`promise.COST_RATIOS`): at `quiet` a look counts three times. It is the same
ratio by which eagerness moves the thresholds' odds, since worth is above 0 where chance > ratio · look / (characters ·
share / speed); so the two agree on what eagerness means.

**Nothing is decided by it; it is shown.** Withholding by worth would break the promise: on the CUPS telemetry a look
takes 2.3 s, so that the median suggestion of 24 characters is worth it only from a chance of a third on, which is about
the rate at which people took them (`tests/bench/bench_utility.py`). Showing by worth what the thresholds withhold would
keep the promise, yet a gate would then serve otherwise than it was tuned, judged and promoted, for one suggestion in
ten at a chance of 10 %. And what an interruption costs beyond the look no log tells; the limit on accepts lost and the
eagerness are how the user says it.
"""

import math
from dataclasses import dataclass

from tactful_models.phrasing import percent

NORMAL_95 = 1.96


@dataclass(frozen=True, slots=True)
class Term:
    """One number of the user's, shrunk to what is usual, with its 95 % interval."""

    value: float
    low: float
    high: float
    n: int
    """Observations of the user's own that it rests on."""
    usual: float
    """Where it starts."""

    @property
    def error(self) -> float:
        """Its standard error."""
        return (self.high - self.low) / (2.0 * NORMAL_95)


@dataclass(frozen=True, slots=True)
class Terms:
    """The user's."""

    speed: Term
    """Characters typed a second, while typing."""
    stays: Term
    """Share of the text of a good suggestion that stays, as far as was looked."""
    on_screen: Term
    """Seconds that one which was not taken stays on screen, each counted up to `utility_terms.LONGEST_LOOK_S`."""

    @property
    def is_own(self) -> bool:
        """Whether every term rests on the user's own record rather than on what is usual."""
        return min(self.speed.n, self.stays.n, self.on_screen.n) > 0

    @property
    def look_s(self) -> float:
        """Seconds to look: on screen, less the time that the next key would have taken anyway."""
        return max(self.on_screen.value - 1.0 / self.speed.value, 0.0)

    def saved_s(self, chars: float) -> float:
        """Seconds saved by accepting so many characters."""
        return chars * self.stays.value / self.speed.value


@dataclass(frozen=True, slots=True)
class Worth:
    """What one suggestion is expected to bring."""

    chance: float
    chars: float
    value_s: float
    low_s: float
    """95 % interval, of what the terms leave open; the chance is taken for calibrated."""
    high_s: float
    look_s: float
    """Seconds to look, times the cost ratio."""


def worth(chance: float, chars: float, terms: Terms, ratio: float = 1.0) -> Worth:
    """Of a suggestion with this chance of being taken.

    The interval is by propagation of the terms' errors, taken for independent.
    """
    saved, look = chance * terms.saved_s(chars), ratio * terms.look_s
    relative = math.hypot(terms.speed.error / terms.speed.value, terms.stays.error / max(terms.stays.value, 0.01))
    half = NORMAL_95 * math.hypot(saved * relative, ratio * terms.on_screen.error)
    return Worth(chance, chars, saved - look, saved - look - half, saved - look + half, look)


def words(of: Worth, terms: Terms) -> str:
    """The same as one line.

    >>> at = lambda value: Term(value, value, value, 9, value)
    >>> terms = Terms(speed=at(4.0), stays=at(0.9), on_screen=at(0.85))
    >>> words(worth(0.34, 40, terms), terms)
    'worth about +2.5 s: 34 % of 40 characters at your 4.0 a second, 90 % of which stays, against 0.6 s to look'
    """
    whose = "your" if terms.is_own else "a usual"
    return (
        f"worth about {of.value_s:+.1f} s: {percent(of.chance)} of {of.chars:.0f} characters at {whose}"
        f" {terms.speed.value:.1f} a second, {percent(terms.stays.value)} of which stays,"
        f" against {of.look_s:.1f} s to look"
    )
