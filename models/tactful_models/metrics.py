"""How good scores and probabilities are, in plain NumPy; and how sure one may be, by resampling whole people.

Everywhere `labels` is (n,) bool with True for accepted, and higher scores mean likelier accepted. A suggestion is
withheld when its score is below a threshold. A number that the data do not bear (one class missing) is None.
`weight` (n,) says how many decisions each row stands for, one over its propensity of having been shown; None: 1 each.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import overload

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Indices = NDArray[np.intp]
Statistic = Callable[[Floats, Bools, Floats], float | None]
"""Of scores, labels and weights."""


def auc(scores: Floats, labels: Bools, weight: Floats | None = None) -> float | None:
    """Probability that an accepted one scores higher than a rejected one, ties counting half (Mann–Whitney).

    >>> auc(np.array([0.1, 0.4, 0.4, 0.8]), np.array([False, False, True, True]))
    0.875
    """
    if labels.all() or not labels.any():
        return None
    weight = _weight(weight, labels)
    order = np.argsort(scores, kind="stable")  # quick where they are in order, as resamples are
    places = np.cumsum(np.diff(scores[order], prepend=scores[order[0]]) > 0.0)
    weight, labels = weight[order], labels[order]
    accepted = np.bincount(places, weight * labels)
    rejected = np.bincount(places, weight * ~labels)
    wins = accepted * (np.cumsum(rejected) - rejected / 2.0)
    return float(wins.sum() / (accepted.sum() * rejected.sum()))


def brier(probabilities: Floats, labels: Bools, weight: Floats | None = None) -> float | None:
    """Mean squared difference of probability and outcome.

    >>> brier(np.array([0.5, 1.0]), np.array([False, True]))
    0.125
    """
    return mean((probabilities - labels) ** 2, _weight(weight, labels))


def ece(probabilities: Floats, labels: Bools, weight: Floats | None = None, n_bins: int = 10) -> float | None:
    """Expected calibration error over equal-width bins, [0, 0.1), …, [0.9, 1] (Naeini et al., AAAI 2015).

    >>> round(ece(np.array([0.15, 0.15, 0.85, 0.85]), np.array([False, True, True, True])), 3)
    0.25
    """
    if not len(labels):
        return None
    bins = np.minimum((probabilities * n_bins).astype(int), n_bins - 1)
    weight = _weight(weight, labels)
    gaps = np.bincount(bins, weight * (labels - probabilities), minlength=n_bins)
    return float(np.abs(gaps).sum() / weight.sum())


def rejections_withheld(
    scores: Floats, labels: Bools, accepts_kept: float, weight: Floats | None = None
) -> float | None:
    """Largest share of the rejected that a threshold withholds while keeping that share of the accepted.

    >>> rejections_withheld(np.array([0.1, 0.2, 0.3, 0.4]), np.array([False, True, False, True]), 0.95)
    0.5
    """
    if labels.all() or not labels.any():
        return None
    weight = _weight(weight, labels)
    order = np.argsort(scores[labels], kind="stable")
    lost = np.cumsum(weight[labels][order])
    may_lose = int(np.searchsorted(lost, (1.0 - accepts_kept) * lost[-1] + 1e-9, side="right"))
    if may_lose == len(lost):
        return 1.0
    return mean(scores[~labels] < scores[labels][order[may_lose]], weight[~labels])


def withheld_at_precision(
    scores: Floats, labels: Bools, precision: float, weight: Floats | None = None
) -> float | None:
    """Largest share of all that a threshold withholds with at least that share of the withheld being rejections.

    >>> withheld_at_precision(np.array([0.1, 0.2, 0.3, 0.4]), np.array([False, False, True, True]), 0.95)
    0.5
    """
    if not len(labels):
        return None
    order = np.argsort(scores, kind="stable")
    ordered, weight = scores[order], _weight(weight, labels)[order]
    withheld = np.cumsum(weight)
    rejected = np.cumsum(weight * ~labels[order])
    ends_tie = np.append(ordered[1:] > ordered[:-1], True)
    good = ends_tie & (rejected >= precision * withheld - 1e-9)
    return float(withheld[good].max() / withheld[-1]) if good.any() else 0.0


def mean(values: Floats | Bools, weight: Floats) -> float | None:
    """The weighted mean; None of nothing."""
    return float((weight * values).sum() / weight.sum()) if len(values) else None


def effective_size(weight: Floats) -> tuple[int, bool]:
    """Kish's effective sample size (Survey Sampling, 1965), and whether it is simply the number of rows."""
    if not len(weight) or bool((weight == weight[0]).all()):
        return len(weight), True
    return int(weight.sum() ** 2 / (weight**2).sum()), False


def _weight(weight: Floats | None, labels: Bools) -> Floats:
    return np.ones(len(labels)) if weight is None else weight


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number with its interval."""

    value: float | None
    """As measured on all rows."""
    low: float | None = None
    """Lower end of the interval; None where too few resamples bear the number."""
    high: float | None = None

    def to_json(self) -> dict[str, float | None]:
        """As plain numbers."""
        return {"value": self.value, "low": self.low, "high": self.high}


@dataclass(frozen=True, slots=True)
class Bootstrap:
    """Resampling of whole groups with replacement, reproducible by its seed."""

    n_resamples: int = 1000
    level: float = 0.95
    """Share of the resamples that the interval covers."""
    seed: int = 0


class Resamples(Sequence[Indices]):
    """Row indices of each resample, made anew whenever gone through: all at once they would fill the memory."""

    def __init__(self, groups: Sequence[str] | NDArray[np.object_], plan: Bootstrap) -> None:
        names, places = np.unique(np.asarray(groups, str), return_inverse=True)
        self._members = np.split(np.argsort(places, kind="stable"), np.cumsum(np.bincount(places))[:-1])
        self._n_groups, self._plan = len(names), plan

    def __len__(self) -> int:
        return self._plan.n_resamples

    def __iter__(self) -> Iterator[Indices]:
        rng = np.random.default_rng(self._plan.seed)
        for _ in range(len(self)):
            yield np.concatenate([self._members[at] for at in rng.integers(self._n_groups, size=self._n_groups)])

    @overload
    def __getitem__(self, at: int) -> Indices: ...
    @overload
    def __getitem__(self, at: slice) -> list[Indices]: ...
    def __getitem__(self, at: int | slice) -> Indices | list[Indices]:
        """Goes through those before it: iterate instead."""
        return list(self)[at]


def resamples(groups: Sequence[str] | NDArray[np.object_], plan: Bootstrap) -> Resamples:
    """Row indices of each resample: as many groups as there are, drawn with replacement, with all their rows."""
    return Resamples(groups, plan)


def estimate(
    statistic: Callable[[Indices], float | None], n_rows: int, drawn: Sequence[Indices], level: float = 0.95
) -> Estimate:
    """A statistic of row indices on all rows, with its percentile interval over the resamples drawn."""
    return interval(statistic(np.arange(n_rows)), [statistic(rows) for rows in drawn], level)


def interval(value: float | None, resampled: Sequence[float | None], level: float = 0.95) -> Estimate:
    """A number with the percentile interval of what its resamples gave; without where less than half gave any.

    Resamples of an error such as ECE err upwards, and may all be above the number: the interval begins there then.
    """
    found = [each for each in resampled if each is not None]
    if value is None or len(found) < 0.5 * len(resampled) or not found:
        return Estimate(value)
    low, high = np.quantile(found, [(1.0 - level) / 2.0, (1.0 + level) / 2.0])
    return Estimate(value, min(value, float(low)), max(value, float(high)))


def estimates_of_scores(
    statistics: Mapping[str, Statistic], given: tuple[Floats, Bools, Floats], drawn: Sequence[Indices]
) -> dict[str, Estimate]:
    """The same of several statistics of scores, labels and weights, each (n,), on the same resamples.

    The rows are put in the order of their scores once and then counted, as often as a resample has them: a statistic
    that orders them finds them in order.
    """
    order = np.argsort(given[0], kind="stable")
    scores, labels, weight = given[0][order], given[1][order], given[2][order]
    place = np.empty(len(order), np.intp)
    place[order] = np.arange(len(order))
    found: dict[str, list[float | None]] = {name: [] for name in statistics}
    for rows in drawn:
        times = np.bincount(place[rows], minlength=len(place))
        there = np.flatnonzero(times)
        resample = scores[there], labels[there], np.asarray(weight[there] * times[there], np.float64)
        for name, statistic in statistics.items():
            found[name].append(statistic(*resample))
    return {name: interval(each(scores, labels, weight), found[name]) for name, each in statistics.items()}
