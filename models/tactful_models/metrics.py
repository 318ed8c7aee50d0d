"""How good scores and probabilities are, in plain NumPy; and how sure one may be, by resampling whole people.

Everywhere `labels` is (n,) bool with True for accepted, and higher scores mean likelier accepted. A suggestion is
withheld when its score is below a threshold. A number that the data do not bear (one class missing) is None.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Indices = NDArray[np.intp]


def auc(scores: Floats, labels: Bools) -> float | None:
    """Probability that an accepted one scores higher than a rejected one, ties counting half (Mann–Whitney).

    >>> auc(np.array([0.1, 0.4, 0.4, 0.8]), np.array([False, False, True, True]))
    0.875
    """
    positive = int(labels.sum())
    negative = len(labels) - positive
    if not positive or not negative:
        return None
    _, places, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2.0)[places]
    return float((ranks[labels].sum() - positive * (positive + 1) / 2.0) / (positive * negative))


def brier(probabilities: Floats, labels: Bools) -> float | None:
    """Mean squared difference of probability and outcome.

    >>> brier(np.array([0.5, 1.0]), np.array([False, True]))
    0.125
    """
    return float(np.mean((probabilities - labels) ** 2)) if len(labels) else None


def ece(probabilities: Floats, labels: Bools, n_bins: int = 10) -> float | None:
    """Expected calibration error over equal-width bins, [0, 0.1), …, [0.9, 1] (Naeini et al., AAAI 2015).

    >>> round(ece(np.array([0.15, 0.15, 0.85, 0.85]), np.array([False, True, True, True])), 3)
    0.25
    """
    if not len(labels):
        return None
    bins = np.minimum((probabilities * n_bins).astype(int), n_bins - 1)
    gaps = np.bincount(bins, labels - probabilities, minlength=n_bins)
    return float(np.abs(gaps).sum() / len(labels))


def rejections_withheld(scores: Floats, labels: Bools, accepts_kept: float) -> float | None:
    """Largest share of the rejected that a threshold withholds while keeping that share of the accepted.

    >>> rejections_withheld(np.array([0.1, 0.2, 0.3, 0.4]), np.array([False, True, False, True]), 0.95)
    0.5
    """
    accepts, rejects = np.sort(scores[labels]), scores[~labels]
    if not len(accepts) or not len(rejects):
        return None
    may_lose = int(np.floor((1.0 - accepts_kept) * len(accepts) + 1e-9))
    return float(np.mean(rejects < accepts[may_lose])) if may_lose < len(accepts) else 1.0


def withheld_at_precision(scores: Floats, labels: Bools, precision: float) -> float | None:
    """Largest share of all that a threshold withholds with at least that share of the withheld being rejections.

    >>> withheld_at_precision(np.array([0.1, 0.2, 0.3, 0.4]), np.array([False, False, True, True]), 0.95)
    0.5
    """
    if not len(labels):
        return None
    order = np.argsort(scores, kind="stable")
    ordered = scores[order]
    withheld = np.arange(1, len(labels) + 1)
    rejected = np.cumsum(~labels[order])
    ends_tie = np.append(ordered[1:] > ordered[:-1], True)
    good = ends_tie & (rejected >= precision * withheld - 1e-9)
    return float(withheld[good].max() / len(labels)) if good.any() else 0.0


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


def resamples(groups: Sequence[str] | NDArray[np.object_], plan: Bootstrap) -> list[Indices]:
    """Row indices of each resample: as many groups as there are, drawn with replacement, with all their rows."""
    names, places = np.unique(np.asarray(groups, str), return_inverse=True)
    members = [np.flatnonzero(places == at) for at in range(len(names))]
    draws = np.random.default_rng(plan.seed).integers(len(names), size=(plan.n_resamples, len(names)))
    return [np.concatenate([members[at] for at in draw]) for draw in draws]


def estimate(
    statistic: Callable[[Indices], float | None], n_rows: int, drawn: Sequence[Indices], level: float = 0.95
) -> Estimate:
    """A statistic of row indices on all rows, with its percentile interval over the resamples drawn."""
    value = statistic(np.arange(n_rows))
    found = [each for each in map(statistic, drawn) if each is not None]
    if value is None or len(found) < 0.5 * len(drawn) or not found:
        return Estimate(value)
    low, high = np.quantile(found, [(1.0 - level) / 2.0, (1.0 + level) / 2.0])
    return Estimate(value, float(low), float(high))
