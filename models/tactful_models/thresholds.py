"""Both stages' thresholds, chosen together on rows the trees did not see, under the user's constraint."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tactful_models.promise import Constraint, Promise, Thresholds

__all__ = ["Constraint", "Promise", "Scored", "Thresholds", "tune"]


@dataclass(frozen=True, slots=True)
class Scored:
    """Labelled decisions with both stages' calibrated probabilities, by a gate that did not learn from them."""

    stage1: NDArray[np.float64]
    """(n,) P(accepted) before the model is called."""
    stage2: NDArray[np.float64]
    """(n,) P(accepted) with the suggestion known."""
    accepted: NDArray[np.bool_]
    """(n,) the label."""
    weight: NDArray[np.float64]
    """(n,) one over the propensity of having been shown; all 1 where nothing was withheld."""


def tune(scored: Scored, constraint: Constraint) -> Thresholds:
    """The thresholds that withhold most rejections while keeping to the constraint, with the promise that holds."""
    raise NotImplementedError
