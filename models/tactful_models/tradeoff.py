"""What withholding spares and what it costs: at each threshold, rejections withheld against accepts lost.

Beside the gate's stages stand the simple ways to do without one, as far as the log bears them. Only the order of scores
counts here, so nothing has to be fitted.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from tactful_models import metrics
from tactful_models.dataset import Bools, Floats
from tactful_models.metrics import Estimate, Indices, Statistic
from tactful_models.promise import Thresholds
from tactful_models.reliability import estimated, resampled
from tactful_models.scored import Scored

MOST_POINTS: Final = 120
GATE: Final = ("gate, before showing", "gate, before the call")
LOGPROB: Final = "mean log-probability"
OWN_RATE: Final = "own rate over the last ones"
NAMES: Final = (*GATE, LOGPROB, OWN_RATE)
"""Of all curves there may be."""
BLIND: Final = "withholding blindly"
_KNOWN_AT_LEAST: Final = 0.5
"""Of what has a score in fewer cases than that, no curve is drawn."""


@dataclass(frozen=True, slots=True)
class Curve:
    """One score's trade-off."""

    name: str
    points: tuple[tuple[float, float], ...]
    """Shares of the accepts lost and of the rejections withheld, rising, from (0, 0) to (1, 1)."""
    at_95: Estimate
    """Share of the rejections withheld while 95 % of the accepts are kept."""
    at_90: Estimate
    auc: Estimate


@dataclass(frozen=True, slots=True)
class InForce:
    """What thresholds do to the logged probabilities, both stages together."""

    accepts_lost: Estimate
    rejections_withheld: Estimate


@dataclass(frozen=True, slots=True)
class Tradeoff:
    """All curves on the same decisions."""

    n: int
    n_good: int
    has_gate: bool
    """Whether these are decisions with logged probabilities; else all, and there is no curve of a gate."""
    curves: tuple[Curve, ...]
    """Empty where the decisions are too few."""
    in_force: InForce | None = None
    """None where no gate is in force or it withholds nothing."""


def tradeoff(decisions: Scored, withheld: Bools | None = None) -> Tradeoff:
    """Of the decisions with a probability of stage 2 where these are enough, else of all.

    `withheld` (n,) says which the thresholds in force would withhold; None where there are none.
    """
    has_gate = np.isfinite(decisions.stage2)
    judged = decisions.take(has_gate)
    mine = judged if judged.is_enough else decisions
    counts = (len(mine), int(mine.label.sum()))
    if not mine.is_enough:
        return Tradeoff(*counts, judged.is_enough, ())
    drawn = resampled(mine)
    curves = [_curve(name, scores, mine, drawn) for name, scores in _scores(mine).items()]
    held = np.zeros(0, np.bool_) if withheld is None or not judged.is_enough else withheld[has_gate]
    at_work = _in_force(mine, held, drawn) if held.any() else None
    return Tradeoff(*counts, judged.is_enough, tuple(curves), at_work)


def below(decisions: Scored, thresholds: Thresholds) -> Bools:
    """(n,) which of the decisions the thresholds would withhold, by the probabilities logged."""
    return (decisions.stage1 < thresholds.stage1) | (decisions.stage2 < thresholds.stage2)


def points(scores: Floats, labels: Bools, weight: Floats) -> tuple[tuple[float, float], ...]:
    """The trade-off of a score, thinned where it has very many thresholds; both classes must be there.

    >>> points(np.array([0.1, 0.2, 0.3]), np.array([False, True, False]), np.ones(3))
    ((0.0, 0.0), (0.0, 0.5), (1.0, 0.5), (1.0, 1.0))
    """
    _, places = np.unique(scores, return_inverse=True)
    lost, withheld = (np.cumsum(np.bincount(places, weight * mask)) for mask in (labels, ~labels))
    shares = np.column_stack([np.append(0.0, lost / lost[-1]), np.append(0.0, withheld / withheld[-1])])
    return tuple((float(x), float(y)) for x, y in shares[_thinned(shares)])


def _thinned(shares: Floats) -> Indices:
    """Evenly along the curve, both ends among them."""
    if len(shares) <= MOST_POINTS:
        return np.arange(len(shares))
    along = shares.sum(axis=1)
    return np.unique(np.searchsorted(along, np.linspace(0.0, along[-1], MOST_POINTS)).clip(max=len(shares) - 1))


def _scores(mine: Scored) -> dict[str, Floats]:
    named = {GATE[0]: mine.stage2, GATE[1]: mine.stage1, LOGPROB: mine.logprob_mean, OWN_RATE: mine.recent_rate}
    return {
        name: np.where(np.isfinite(scores), scores, scores[np.isfinite(scores)].mean())
        for name, scores in named.items()
        if len(scores) and np.isfinite(scores).mean() >= _KNOWN_AT_LEAST
    }


def _curve(name: str, scores: Floats, mine: Scored, drawn: Sequence[Indices]) -> Curve:
    figures = {"at_95": _spared(0.95), "at_90": _spared(0.90), "auc": metrics.auc}
    return Curve(name, points(scores, mine.label, mine.weight), **estimated(figures, (scores, mine), drawn))


def _spared(accepts_kept: float) -> Statistic:
    return lambda scores, labels, weight: metrics.rejections_withheld(scores, labels, accepts_kept, weight)


def _in_force(mine: Scored, withheld: Bools, drawn: Sequence[Indices]) -> InForce:
    figures = {"accepts_lost": _held_back(True), "rejections_withheld": _held_back(False)}
    return InForce(**estimated(figures, (withheld.astype(np.float64), mine), drawn))


def _held_back(is_good: bool) -> Statistic:
    return lambda held, good, weight: metrics.mean(held[good == is_good], weight[good == is_good])
