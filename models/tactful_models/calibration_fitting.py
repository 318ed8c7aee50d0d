"""Fits the maps of `calibration.py` to raw scores the trees did not see."""

import numpy as np
from numpy.typing import NDArray

from tactful_models.calibration import Isotonic, Sigmoid

Floats = NDArray[np.float64]


def fit_sigmoid(scores: Floats, labels: NDArray[np.bool_], weights: Floats) -> Sigmoid:
    """Platt's sigmoid with prior-corrected targets: scores, labels and weights of one length (n,)."""
    raise NotImplementedError


def fit_isotonic(scores: Floats, labels: NDArray[np.bool_], weights: Floats) -> Isotonic:
    """The never-decreasing map of least squared error, by pooling adjacent violators; all of one length (n,)."""
    raise NotImplementedError
