"""How many independent accepts some accepts are worth: fewer where some stand for many, or where they hang together.

Accepts of one person are lost, or not, more alike than those of several. An exact binomial bound that counts each as
one would promise too much to whoever comes next, so it is given a smaller number: Kish's for the weights, divided by
the design effect, which is by how much more the share lost varies between clusters than it would with independent
accepts (Kish, Survey Sampling, 1965; Korn and Graubard, Survey Methodology 24:193, 1998, put it into the exact bound as
is done here, with Student's quantile for few clusters).

Kish's number knows the weights that were seen. Where a gate withholds but for a share that it explores, an accept among
what it withholds is seen seldom and stands for many then; as long as none was seen, nothing shows in the weights. So
what is lost is bounded as a sum of counts that weigh differently, with one more at the heaviest weight that anything
withheld has (Fay and Feuer, Statistics in Medicine 16:791, 1997), and the smaller number of both counts. `thresholds`
says how often gates that are trained anew on what those before them let through break the promise with and without it.

Scores from out of fold hide one thing more. The gate that serves has learned from the same few people; how they differ
from others on the whole shifts what it says of others, and no fold shows it, since in each the people left out differ
from the rest (Bates, Hastie and Tibshirani, arXiv 2104.00673: cross-validation is about the way of training, not about
the gate). In 37 simulated logs of ten people each, of 7,500 suggestions, what a gate truly lost of others' accepts lay
.006 above the estimate and strayed by .009, where the design effect alone told .006; the more these ten accepted, the
more others lost (correlation .72). The promise of 90 % broke in 6 of 37. With accepts of people taken to hang together
by a correlation of .03 at least it broke in 2, with .04 (`OUT_OF_FOLD`) in 1, and four fifths were still withheld of
what thresholds that know the truth withhold.
"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tactful_models.clusters import Floats, Strings, ratio, sums, t_quantile
from tactful_models.metrics import effective_size

FEWEST_SESSIONS: Final = 10
"""One person's sessions are taken for clusters from this many on; fewer say too little of how much they differ."""

TWO_PEOPLE: Final = 1.5
"""`people` from which on there are two; below, the second one's decisions are too few to say how people differ."""

OUT_OF_FOLD: Final = 0.04
"""Intraclass correlation of what is lost that is taken for granted where scores are out of fold by person."""

_SLACK: Final = 1e-9
_LEAST_CONFIDENCE: Final = 0.6
"""The two quantiles' ratio hardly changes below, and at one half both are 0."""

Clusters = NDArray[np.intp]
"""(n,) the number of each row's cluster."""


@dataclass(frozen=True, slots=True)
class Hang:
    """How accepts hang together, and for which bound that is asked."""

    clusters: Clusters | None
    """None where each stands alone."""
    confidence: float
    """Of the bound."""
    least: float = 0.0
    """Their intraclass correlation is taken to be at least this."""


@dataclass(frozen=True, slots=True)
class Worth:
    """What accepts count as in the exact bound, as if they were independent and stood for one each."""

    size: int
    """All of them."""
    lost: int
    """Of those, the lost ones, a part of one counted as one."""
    exact: bool
    """Whether that is simply how many there are."""


def people(group: Strings) -> float:
    """How many users with equally many decisions (n,) there might as well be: hardly two where one has nearly all.

    Kish's number of the users' counts.

    >>> people(np.array(["a"] * 98 + ["b", "c"], object)) < 1.1
    True
    """
    counts = np.unique(group.astype(str), return_counts=True)[1].astype(np.float64)
    return float(counts.sum() ** 2 / (counts**2).sum()) if len(counts) else 0.0


def clusters(group: Strings, session_id: Strings) -> Clusters | None:
    """Users where there are two or more that count, else sessions; None where those are fewer than ten."""
    names = group if people(group) >= TWO_PEOPLE else session_id
    found, places = np.unique(names.astype(str), return_inverse=True)
    return None if names is session_id and len(found) < FEWEST_SESSIONS else np.asarray(places, np.intp)


def worth(lost: NDArray[np.bool_], weight: Floats, hang: Hang, heaviest: float = 1.0) -> Worth:
    """What the accepts (n,) are worth.

    `lost` is which of them are lost; `heaviest` is the largest weight of all that is withheld, accepts or not.
    """
    size, exact = effective_size(weight)
    if not size:
        return Worth(0, 0, exact)
    number = float(weight[lost].sum() / weight.sum()) * size
    if heaviest > max(1.0, float(weight.min())):
        size, number, exact = *_with_one_unseen(weight[lost], float(weight.sum()), (heaviest, size)), False
    effect = 1.0 if hang.clusters is None else _effect((lost, weight), size, hang)
    shrunk = size if effect <= 1.0 else int(size / effect)
    return Worth(shrunk, math.ceil(number * shrunk / size - _SLACK) if size else 0, exact and shrunk == size)


def _with_one_unseen(lost: Floats, whole: float, given: tuple[float, int]) -> tuple[int, float]:
    """What accepts that weigh `whole` count as, and those lost (k,): as if each weighed as the lost do, and one more.

    That one is of the weight given, and they count as no more than the number given.
    """
    heaviest, most = given
    above, square = float(lost.sum()) + heaviest, float((lost**2).sum()) + heaviest**2
    unit = square / above
    size = min(most, int(whole / unit))
    return size, (above / unit - 1.0) * size * unit / whole


def _effect(accepts: tuple[NDArray[np.bool_], Floats], size: int, hang: Hang) -> float:
    """The larger of the design effect that is seen and the one that is taken for granted."""
    lost, weight = accepts
    assert hang.clusters is not None
    totals = sums(np.stack([weight * lost, weight]), hang.clusters)
    totals = totals[totals[:, 1] > 0.0]
    if not size:
        return 1.0
    return max(_design_effect(totals, size, hang.confidence), _least_effect(totals[:, 1], size, hang.least))


def _design_effect(totals: Floats, size: int, confidence: float) -> float:
    """From the weights lost and in all (clusters, 2)."""
    every, n = totals.sum(axis=0, keepdims=True), len(totals)
    share = float(every[0, 0] / every[0, 1])
    alone = share * (1.0 - share) / size
    if n < 2 or alone <= 0.0:
        return 1.0
    left_out = ratio((every - totals)[:, 0], (every - totals)[:, 1])
    between = (n - 1) / n * float(((left_out - share) ** 2).sum())
    sure = max(confidence, _LEAST_CONFIDENCE)
    return between / alone * (t_quantile(sure, n - 1) / t_quantile(sure, 1_000_000)) ** 2


def _least_effect(weights: Floats, size: int, correlation: float) -> float:
    """1 + (m − 1) ρ, where m is how many accepts the cluster has that an accept is in, on average (Kish, 1965)."""
    whole = float(weights.sum())
    return 1.0 + (float((weights**2).sum()) / whole**2 * size - 1.0) * correlation
