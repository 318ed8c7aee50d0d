"""Shares with intervals over sessions, and the line that the report gives each group of suggestions."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tactful_models.report_cases import Case

N_RESAMPLES = 1000
LEVEL = 0.95
FEWEST_SESSIONS = 5
"""With fewer sessions no interval is given: it would be made up."""


@dataclass(frozen=True, slots=True)
class Rate:
    """A share, with its interval over sessions."""

    value: float | None
    """The share, or mean; None where there is nothing to divide by."""
    low: float | None
    """Lower end of the 95 % interval; None with fewer than five sessions."""
    high: float | None
    n: float
    """What it is a share of."""


@dataclass(frozen=True, slots=True)
class Line:
    """The suggestions of one language, of one model, of some time, or all."""

    name: str
    made: int
    """Suggestions made, shown or not."""
    shown: int
    accepted: int
    rejected: int
    ignored: int
    superseded: int
    """Replaced before the user judged it."""
    still_open: int
    """Shown, with no end known yet."""
    acceptance: Rate
    """Accepted among those shown and not superseded or open."""
    chars_accepted: Rate
    """Characters accepted, whole or in parts, among the characters of the same."""


def rate(parts: Sequence[tuple[str, float, float]]) -> Rate:
    """Sum of the second over sum of the third of (session, of these, of how many), resampling whole sessions.

    >>> rate([("a", 1, 2), ("b", 1, 2)])
    Rate(value=0.5, low=None, high=None, n=4.0)
    """
    names = {name: at for at, name in enumerate(sorted({part[0] for part in parts}))}
    places = np.fromiter((names[part[0]] for part in parts), np.intp, len(parts))
    columns = [np.fromiter((part[i] for part in parts), np.float64, len(parts)) for i in (1, 2)]
    sums = np.array([np.bincount(places, column, len(names)) for column in columns])
    if not sums[1].sum():
        return Rate(None, None, None, 0.0)
    value, n = float(sums[0].sum() / sums[1].sum()), float(sums[1].sum())
    if len(names) < FEWEST_SESSIONS:
        return Rate(value, None, None, n)
    draws = np.random.default_rng(0).multinomial(len(names), np.full(len(names), 1 / len(names)), N_RESAMPLES)
    above, below = draws @ sums[0], draws @ sums[1]
    low, high = np.quantile(above[below > 0] / below[below > 0], [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Rate(value, float(low), float(high), n)


def line(name: str, cases: Sequence[Case]) -> Line:
    """The line of these suggestions."""
    shown = [case for case in cases if case.shown]
    ends = [case.end.value if case.end else "" for case in shown]
    judged = [case for case in shown if case.was_judged]
    return Line(
        name=name,
        made=len(cases),
        shown=len(shown),
        accepted=ends.count("accepted"),
        rejected=ends.count("rejected"),
        ignored=ends.count("ignored"),
        superseded=ends.count("superseded"),
        still_open=ends.count(""),
        acceptance=rate([(case.session_id, float(case.accepted), 1.0) for case in judged]),
        chars_accepted=rate([(case.session_id, float(case.taken_chars), float(case.chars)) for case in judged]),
    )
