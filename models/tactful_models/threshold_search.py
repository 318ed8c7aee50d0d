"""The pair of thresholds that withholds most within a budget of loss: exact, over sorted scores."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
MOST_CANDIDATES = 4096


@dataclass(frozen=True, slots=True)
class Weighed:
    """Rows that a pair of thresholds may withhold."""

    stage1: Floats
    """(n,) probability before the model is called."""
    stage2: Floats
    """(n,) probability with the suggestion known."""
    weight: Floats
    """(n,) what withholding the row loses, or gains; at least 0."""

    def withheld(self, stage1: float, stage2: float) -> float:
        """The weight of the rows below either threshold."""
        return float(self.weight[self.is_withheld(stage1, stage2)].sum())

    def is_withheld(self, stage1: float, stage2: float) -> NDArray[np.bool_]:
        """(n,) which rows are below either threshold."""
        return np.asarray((self.stage1 < stage1) | (self.stage2 < stage2), np.bool_)


def best_pair(loss: Weighed, gain: Weighed, budget: float, call_worth: float) -> tuple[float, float]:
    """Thresholds (stage 1, stage 2) of greatest gain with a loss of at most the budget.

    The gain of a row withheld is its weight, and `call_worth` of it more when stage 1 withheld it and so spared a call;
    among equals, the pair that spares more calls. A row is withheld below a threshold, not at it, so only the scores of
    rows that lose can be the best places: beyond one, gain can grow only by losing it. Of stage 1's, when there are
    more than 4,096 within the budget, every so-manyth is tried. `loss` must have a row and weigh more than the budget.
    """
    sweep = _Sweep(loss, gain, budget)
    best = (-1.0, -1.0, 0.0, 0.0)
    for threshold in _candidates(loss, budget):
        spared = sweep.raise_stage1(threshold)
        stage2, gained = sweep.best_stage2()
        best = max(best, (gained + spared * (1.0 + call_worth), spared, threshold, stage2))
    return best[2], best[3]


def _candidates(loss: Weighed, budget: float) -> list[float]:
    order = np.argsort(loss.stage1, kind="stable")
    values, first = np.unique(loss.stage1[order], return_index=True)
    below = np.cumsum(loss.weight[order]) - loss.weight[order]
    values = values[below[first] <= budget]
    if len(values) > MOST_CANDIDATES:
        values = values[np.linspace(0, len(values) - 1, MOST_CANDIDATES).round().astype(int)]
    return [float(value) for value in values]


class _Sweep:
    """Raises stage 1's threshold; rows it withholds leave the sums from which stage 2's is found."""

    def __init__(self, loss: Weighed, gain: Weighed, budget: float) -> None:
        self._budget = budget
        by_stage2 = np.argsort(loss.stage2, kind="stable")
        reach = int(np.searchsorted(np.cumsum(loss.weight[by_stage2]), budget, side="right")) + 1
        self._places = loss.stage2[by_stage2][:reach]
        self._loss = _Draining(loss.stage1, loss.weight, np.argsort(by_stage2), len(self._places))
        bins = np.searchsorted(self._places, gain.stage2, side="right")
        self._gain = _Draining(gain.stage1, gain.weight, bins, len(self._places))

    def raise_stage1(self, threshold: float) -> float:
        """Stage 1 withholds below the threshold now; returns what it gains."""
        self._loss.drain(threshold)
        return self._gain.drain(threshold)

    def best_stage2(self) -> tuple[float, float]:
        """The highest threshold of stage 2 within what is left of the budget, and what it gains beyond stage 1."""
        left = self._budget - self._loss.drained
        lost = int(np.searchsorted(np.cumsum(self._loss.held), left, side="right"))
        lost = min(lost, len(self._places) - 1)
        return float(self._places[lost]), float(self._gain.held[: lost + 1].sum())


class _Draining:
    """Weights in bins by stage 2, from which rows leave in the order of stage 1."""

    def __init__(self, stage1: Floats, weight: Floats, bins: NDArray[np.intp], n_bins: int) -> None:
        order = np.argsort(stage1, kind="stable")
        self._stage1, self._weight = stage1[order], weight[order]
        self._bins = np.minimum(bins[order], n_bins)
        self.held = np.bincount(self._bins, self._weight, n_bins + 1)[:-1]
        self.drained = 0.0
        self._at = 0

    def drain(self, threshold: float) -> float:
        """Takes out the rows with stage 1 below the threshold; returns the weight of all taken out so far."""
        end = int(np.searchsorted(self._stage1, threshold, side="left"))
        bins, weight = self._bins[self._at : end], self._weight[self._at : end]
        self.held -= np.bincount(bins, weight, len(self.held) + 1)[:-1]
        self.drained += float(weight.sum())
        self._at = end
        return self.drained
