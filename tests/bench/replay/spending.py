"""Both stages spend one budget: what is withheld and which calls are spared when so many accepts may be lost."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tactful_models.metrics import Bools, Floats

LOST = 0.05
"""Share of the accepts that may be withheld, by both stages together."""
_TRIED = 240
"""Thresholds of stage 1 that are tried, at equal shares of the decisions."""


@dataclass(frozen=True, slots=True)
class Scores:
    """What both stages think of decisions, and what became of these."""

    stage1: Floats
    """(n,) before the model is called; higher for likelier accepted."""
    stage2: Floats
    """(n,) with the suggestion known."""
    label: Bools
    """(n,) accepted."""

    def take(self, rows: NDArray[np.intp]) -> "Scores":
        """Those rows."""
        return Scores(self.stage1[rows], self.stage2[rows], self.label[rows])


@dataclass(frozen=True, slots=True)
class Spent:
    """One pair of thresholds, and what it does to the decisions it was tried on."""

    stage1: float
    """Below it no call is made."""
    stage2: float
    """Below it nothing is shown."""
    withheld: float
    """Share of the rejections withheld by either stage."""
    avoided: float
    """Share of the calls that stage 1 spared."""


def pairs(scores: Scores, lost: float = LOST) -> Iterator[Spent]:
    """Pairs that lose at most that share of the accepts, stage 1 withholding more and more.

    For each threshold of stage 1 the highest of stage 2 that what is left of the budget allows.
    """
    budget = int(lost * scores.label.sum() + 1e-9)
    for threshold in _thresholds(scores.stage1):
        kept = scores.stage1 >= threshold
        left = budget - int((scores.label & ~kept).sum())
        accepts = scores.stage2[scores.label & kept]
        if left < 0 or left >= len(accepts):
            return
        stage2 = float(np.partition(accepts, left)[left])
        withheld = ~kept | (scores.stage2 < stage2)
        yield Spent(threshold, stage2, float(withheld[~scores.label].mean()), float((~kept).mean()))


def most_withheld(scores: Scores, least_avoided: float = 0.0) -> Spent | None:
    """The pair that withholds most rejections and spares at least that share of the calls; None where none does."""
    found = (each for each in pairs(scores) if each.avoided >= least_avoided)
    return max(found, key=lambda each: each.withheld, default=None)


def most_avoided(scores: Scores, least_withheld: float = 0.0) -> Spent | None:
    """The pair that spares most calls and withholds at least that share of the rejections; None where none does."""
    found = (each for each in pairs(scores) if each.withheld >= least_withheld)
    return max(found, key=lambda each: each.avoided, default=None)


def _thresholds(stage1: Floats) -> list[float]:
    ordered = np.sort(stage1)
    places = np.linspace(0, len(ordered) - 1, min(_TRIED, len(ordered))).astype(int)
    return [float(value) for value in np.unique(ordered[places])]
