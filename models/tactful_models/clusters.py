"""How sure one may be of a figure when decisions come in clusters: intervals by session, or by user.

What one person takes within one session hangs together, so not decisions but sessions (or users) are counted. The
variance is the jackknife over clusters, each left out once, which stays honest with few of them (CV3: MacKinnon,
Nielsen and Webb, Journal of Applied Econometrics 38:671, 2023); the quantile is Student's, with one degree of freedom
less than there are clusters, or fewer where few of them weigh most.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from statistics import NormalDist
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Strings = NDArray[np.object_]

FEWEST_USERS: Final = 5
"""With fewer, sessions are the clusters: so few people say nothing of others."""
_NEARLY_NORMAL: Final = 2000


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure with its interval."""

    value: float | None
    """None where the data do not bear it."""
    low: float | None = None
    """None where there are not two clusters."""
    high: float | None = None

    def to_json(self) -> dict[str, float | None]:
        """As plain numbers."""
        return {"value": self.value, "low": self.low, "high": self.high}


def places(group: Strings, session_id: Strings) -> NDArray[np.intp]:
    """(n,) the number of each decision's cluster: its user where there are five or more, else its session."""
    names = group if len(set(group)) >= FEWEST_USERS else session_id
    number = {name: at for at, name in enumerate(dict.fromkeys(names))}
    return np.fromiter((number[name] for name in names), np.intp, len(names))


def sums(columns: Floats, clusters: NDArray[np.intp]) -> Floats:
    """(clusters, k): the sum of each of the columns (k, n) in each cluster."""
    return np.stack([np.bincount(clusters, column) for column in columns], axis=1)


def jackknife(statistic: Callable[[Floats], Floats], totals: Floats, level: float = 0.95) -> Interval:
    """A function of sums with its interval.

    `statistic` takes sums (m, k) and gives (m,) figures, NaN where they do not bear it; `totals` (clusters, k).

    >>> jackknife(lambda sums: sums[:, 0] / sums[:, 1], np.array([[1.0, 2.0], [1.0, 2.0], [1.0, 2.0]]))
    Interval(value=0.5, low=0.5, high=0.5)
    """
    every = totals.sum(axis=0, keepdims=True)
    value = float(statistic(every)[0])
    if not math.isfinite(value):
        return Interval(None)
    left_out = statistic(every - totals)
    n = len(totals)
    if n < 2 or not np.isfinite(left_out).all():
        return Interval(value)
    error = math.sqrt((n - 1) / n * float(((left_out - value) ** 2).sum()))
    half = t_quantile((1.0 + level) / 2.0, _freedom(left_out - left_out.mean())) * error
    return Interval(value, value - half, value + half)


def _freedom(influence: Floats) -> int:
    """Degrees of freedom of the variance: one less than clusters, fewer where a few of them make up most of it.

    A variance from n clusters whose influence has kurtosis κ varies as one of 2 n / (κ − 1) normal ones would
    (Satterthwaite, Biometrics Bulletin 2:110, 1946, with the moments of the sample).
    """
    n, square = len(influence), float((influence**2).sum())
    excess = n * float((influence**4).sum()) / square**2 - 1.0 if square else 0.0
    return n - 1 if excess <= 0.0 else max(1, min(n - 1, int(2.0 * n / excess)))


def log_odds(totals: Floats) -> Interval:
    """The share of the first sum in the second, with its interval made on the scale of log-odds: less skewed there.

    `totals` (clusters, 2). No interval where a share of 0 or 1 remains with a cluster left out.
    """
    found = jackknife(_log_odds, totals)
    ends = (found.value, found.low, found.high)
    if None in ends:
        return Interval(jackknife(lambda each: ratio(each[:, 0], each[:, 1]), totals).value)
    return Interval(*(1.0 / (1.0 + math.exp(-each)) for each in ends if each is not None))


def _log_odds(each: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.log(each[:, 0]) - np.log(each[:, 1] - each[:, 0]), np.float64)


def ratio(above: Floats, below: Floats) -> Floats:
    """Their quotient, NaN where nothing stands below."""
    return np.asarray(np.divide(above, below, out=np.full(len(above), np.nan), where=below > 0), np.float64)


@cache
def t_quantile(chance: float, freedom: int) -> float:
    """Student's t at a probability in (0.5, 1), by bisection of its exact distribution; normal beyond 2,000 degrees.

    >>> round(t_quantile(0.975, 4), 4), round(t_quantile(0.975, 1), 3)
    (2.7764, 12.706)
    """
    if freedom > _NEARLY_NORMAL:
        return NormalDist().inv_cdf(chance)
    low, high = 0.0, 1e6
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if _t_within(middle, freedom) < 2.0 * chance - 1.0 else (low, middle)
    return high


def _t_within(t: float, freedom: int) -> float:
    """P(|T| ≤ t) for whole degrees of freedom (Abramowitz and Stegun 1964, 26.7.3 and 26.7.4)."""
    angle = math.atan2(t, math.sqrt(freedom))
    square = math.cos(angle) ** 2
    term = total = 1.0 if freedom % 2 == 0 else math.cos(angle)
    for at in range(2 + freedom % 2, freedom, 2):
        term *= square * (at - 1) / at
        total += term
    if freedom % 2 == 0:
        return math.sin(angle) * total
    return 2.0 / math.pi * (angle + (math.sin(angle) * total if freedom > 1 else 0.0))
