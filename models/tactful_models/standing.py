"""The answers of a history at one moment, and the shrinkage that makes few cases safe to use."""

from dataclasses import dataclass

PRIOR_RATE = 0.3
"""Where a user's acceptance rate starts: vendors report 0.2 to 0.4."""
PRIOR_WEIGHT = 5.0
"""How many ended suggestions the prior counts for against the user's own."""
OWN_WEIGHT = 5.0
"""How many the user's own rate counts for against that of one file, language, project, session or recent stretch."""
RECENT = 20
"""How many ended suggestions the recent rate looks back on."""
LAST_ENDS = 5
"""How many ends are features one by one, as in CDHF (arXiv 2306.04930)."""

TYPICAL_LN_CHARS = 3.7
"""Where the length of what a user takes starts, as ln(1 + characters): about forty."""
CROWD_TAU_S = 60.0
"""Time constant with which showings fade when asked how many there were just now."""


@dataclass(frozen=True, slots=True)
class Tally:
    """How many suggestions ended, and how much of them was taken."""

    n: int = 0
    """Suggestions that ended other than by being superseded."""
    taken: float = 0.0
    """Sum of the shares taken: 1 for an accepted one."""

    def plus(self, value: float) -> "Tally":
        """The tally with one more end, of which the share `value` was taken."""
        return Tally(self.n + 1, self.taken + value)


def shrunk(tally: Tally) -> float:
    """The user's rate, shrunk to the prior (posterior mean of a beta-binomial).

    >>> shrunk(Tally())
    0.3
    """
    return (PRIOR_RATE * PRIOR_WEIGHT + tally.taken) / (PRIOR_WEIGHT + tally.n)


def usual_length(tally: Tally) -> float:
    """The mean ln(1 + characters) of the texts taken, shrunk to the typical one; `tally.taken` is their sum."""
    return (TYPICAL_LN_CHARS * PRIOR_WEIGHT + tally.taken) / (PRIOR_WEIGHT + tally.n)


def excess(value: float, others: Tally) -> float | None:
    """How far a value lies above the mean of others, the less trusted the fewer they are; None of none.

    >>> excess(2.0, Tally(5, 5.0))
    0.5
    """
    if not others.n:
        return None
    return (value - others.taken / others.n) * others.n / (others.n + OWN_WEIGHT)


def rate_toward(own_rate: float, tally: Tally) -> float:
    """The rate of one file, language, project or stretch, shrunk to the user's own."""
    return (own_rate * OWN_WEIGHT + tally.taken) / (OWN_WEIGHT + tally.n)


@dataclass(frozen=True, slots=True)
class Standing:
    """What the history says at one place and moment. Rates are shrunk; None is unknown."""

    n_ended: int
    """Suggestions of this user that ended."""
    own_rate: float
    """Share taken of all of them."""
    recent_rate: float
    """Share taken of the last `RECENT`."""
    language_rate: float | None
    """Share taken in this language; None before the first end there."""
    file_rate: float | None
    project_rate: float | None
    last_ends: tuple[float | None, ...]
    """Shares taken of the last `LAST_ENDS`, newest first, padded with None."""
    refused_in_a_row: int
    """Ended suggestions since one was taken even in part."""
    since_shown_s: float | None
    """Seconds since a suggestion of this user came on screen."""
    since_accepted_s: float | None
    since_rejected_s: float | None
    last_shown_s: float | None
    """Seconds for which the last one that ended had been on screen; None where that is unknown."""
    recently_shown: float
    """Showings, each weighted by exp(-age / `CROWD_TAU_S`)."""
    session_shown: int
    """Suggestions shown in the current session."""
    session_rate: float | None
    """Share taken of those ended in the current session; None before the first."""
    session_age_s: float | None
    """Seconds since the session began."""
    shown_since_end: int
    """Showings of the session since the last one that the user took or dismissed."""
    usual_ln_chars: float
    """Mean ln(1 + characters) of the texts this user took, shrunk."""
    recent_logprob: Tally
    """Of the last `RECENT` texts shown that came from the model asked now: how many, and the sum of their mean
    log-probabilities."""
