"""Fits the sum of small effects that stands beside the trees: a logistic regression whose slopes keep their signs.

Trees of few decisions split on little else than chance; a sum over all features, each held close to nothing by a ridge,
errs in other ways, and the mean of both is better than either (on the CUPS telemetry, where both were fitted to the
same people). With more decisions the trees need no such company.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tactful_models.artifact import REACH, Linear
from tactful_models.boosting import Examples
from tactful_models.dataset import Floats
from tactful_models.logistic import newton

RIDGE: Final = 100.0
"""One over the variance of a slope before anything is known: a standard deviation of a feature adds about a tenth."""
FEW_ROWS: Final = 1_000
"""Up to so many decisions, trees and sum have equal parts; beyond, the sum's falls as one over their number."""
LEAST_SHARE: Final = 0.02
_ROUNDS: Final = 8


def fit(examples: Examples, signs: Sequence[int]) -> Linear | None:
    """The sum for a table (n, columns) and the signs of its columns; None where there are too many rows to want it."""
    share = 0.5 * min(1.0, FEW_ROWS / len(examples.labels))
    if share < LEAST_SHARE:
        return None
    known = ~np.isnan(examples.table)
    count = np.maximum(known.sum(axis=0), 1)
    centre = np.where(known, examples.table, 0.0).sum(axis=0) / count
    spread = np.sqrt((np.where(known, examples.table - centre, 0.0) ** 2).sum(axis=0) / count)
    scale = np.where(spread > 1e-9, spread, 1.0)
    standard = np.nan_to_num(np.clip((examples.table - centre) / scale, -REACH, REACH), nan=0.0)
    slopes, intercept = _signed(standard, examples, np.asarray(signs, np.intp))
    return Linear(tuple(centre.tolist()), tuple(scale.tolist()), tuple(slopes.tolist()), intercept, share)


def _signed(standard: Floats, examples: Examples, signs: NDArray[np.intp]) -> tuple[Floats, float]:
    """Slopes and intercept; a slope against its sign is 0, and the others are fitted again."""
    may = np.ones(standard.shape[1], np.bool_)
    slopes, intercept = np.zeros(standard.shape[1]), 0.0
    for _ in range(_ROUNDS):
        design = np.column_stack([standard[:, may], np.ones(len(standard))])
        ridge = np.append(np.full(int(may.sum()), RIDGE), 1e-9)
        found = newton(design, examples.labels, examples.weights, ridge)
        slopes = np.zeros(standard.shape[1])
        slopes[may], intercept = found[:-1], float(found[-1])
        wrong = slopes * signs < 0.0
        slopes[wrong] = 0.0
        if not wrong.any():
            break
        may &= ~wrong
    return slopes, intercept
