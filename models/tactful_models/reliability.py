"""Whether probabilities come true: of those given about 30 %, were about 30 % good?"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from tactful_models import metrics
from tactful_models.dataset import Bools, Floats
from tactful_models.metrics import Bootstrap, Estimate, Indices, Statistic
from tactful_models.promotion import units
from tactful_models.report_rates import Rate, rate
from tactful_models.scored import Scored

MOST_BINS: Final = 10
FEWEST_BINS: Final = 4
ROWS_A_BIN: Final = 80
"""For as many decisions there is a bin more, between the fewest and the most."""
FEWEST_IN_BIN: Final = 20
_Z: Final = 1.959964
"""Two-sided 95 %."""
_MOST_ROWS_RESAMPLED: Final = 2_000_000


@dataclass(frozen=True, slots=True)
class Bin:
    """Decisions with about the same probability."""

    low: float
    """The least probability among them."""
    high: float
    mean: float
    """Of their probabilities."""
    good: Rate
    """Share that was good, each weighed by one over its propensity. Its interval: over sessions, and no narrower than
    Wilson's (JASA 22:209, 1927), since resampling says nothing where all are alike."""
    n: int


@dataclass(frozen=True, slots=True)
class Reliability:
    """How one stage's probabilities came out."""

    stage: int
    n: int
    """Labelled decisions that have one."""
    bins: tuple[Bin, ...]
    """By rising probability, about equally many in each; empty where there are too few."""
    auc: Estimate
    brier: Estimate
    ece: Estimate
    """Over ten bins of equal width."""


def reliability(decisions: Scored, stage: int) -> Reliability:
    """Of the decisions that have a probability of the stage."""
    every = decisions.stage1 if stage == 1 else decisions.stage2
    known = np.isfinite(every)
    mine, probabilities = decisions.take(known), every[known]
    nothing = Estimate(None)
    if not mine.is_enough:
        return Reliability(stage, len(mine), (), nothing, nothing, nothing)
    drawn = resampled(mine)
    found = estimated({"auc": metrics.auc, "brier": metrics.brier, "ece": metrics.ece}, (probabilities, mine), drawn)
    return Reliability(stage, len(mine), _bins(probabilities, mine), **found)


def resampled(decisions: Scored) -> Sequence[Indices]:
    """Rows of each resample of users, sessions or blocks, fewer where there are very many decisions."""
    n = max(100, min(1000, _MOST_ROWS_RESAMPLED // max(len(decisions), 1)))
    return metrics.resamples(units(decisions.group, decisions.session_id), Bootstrap(n_resamples=n))


def estimated(
    statistics: Mapping[str, Statistic], of: tuple[Floats, Scored], drawn: Sequence[Indices]
) -> dict[str, Estimate]:
    """Statistics of scores, labels and weights by name, with their intervals."""
    scores, mine = of
    return metrics.estimates_of_scores(statistics, (scores, mine.label, mine.weight), drawn)


def _bins(probabilities: Floats, decisions: Scored) -> tuple[Bin, ...]:
    n_bins = min(max(FEWEST_BINS, len(probabilities) // ROWS_A_BIN), MOST_BINS)
    edges = np.unique(np.quantile(probabilities, np.arange(1, n_bins) / n_bins))
    places = np.searchsorted(edges, probabilities, side="right")
    masks = [places == at for at in range(len(edges) + 1)]
    return tuple(_bin(probabilities, decisions, mask) for mask in masks if mask.sum() >= FEWEST_IN_BIN)


def _bin(probabilities: Floats, decisions: Scored, mask: Bools) -> Bin:
    found, mine = probabilities[mask], decisions.take(mask)
    parts = zip(mine.session_id, mine.weight * mine.label, mine.weight, strict=True)
    return Bin(
        low=float(found.min()),
        high=float(found.max()),
        mean=float(np.average(found, weights=mine.weight)),
        good=_no_narrower(rate([(str(name), float(good), float(of)) for name, good, of in parts]), mine.weight),
        n=len(mine),
    )


def _no_narrower(found: Rate, weight: Floats) -> Rate:
    if found.value is None or found.low is None or found.high is None:
        return found
    low, high = wilson(found.value, metrics.effective_size(weight)[0])
    return Rate(found.value, min(low, found.low), max(high, found.high), found.n)


def wilson(share: float, n: int) -> tuple[float, float]:
    """The 95 % score interval of a share of n.

    >>> [round(each, 3) for each in wilson(0.0, 20)]
    [0.0, 0.161]
    """
    middle, spread = share + _Z**2 / (2 * n), _Z * math.sqrt(share * (1 - share) / n + _Z**2 / (4 * n * n))
    below = 1 + _Z**2 / n
    return max(0.0, (middle - spread) / below), min(1.0, (middle + spread) / below)
