"""Logistic regression with a ridge, for forms that others published: fitted by Newton's method."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

_STEPS = 60
_CLOSE = 1e-9


@dataclass(frozen=True, slots=True)
class Logistic:
    """A fitted form: standardises the columns (unknown values count as the mean) and gives probabilities."""

    centre: Floats
    """(columns,)"""
    scale: Floats
    """(columns,) above 0."""
    slopes: Floats
    """(columns,) per standard deviation."""
    intercept: float

    def __call__(self, table: Floats) -> Floats:
        """(n, columns) to (n,) probabilities."""
        return _chance(_standard(table, self.centre, self.scale) @ self.slopes + self.intercept)


def fit(table: Floats, labels: Bools, weights: Floats, ridge: float = 1.0) -> Logistic:
    """The maximum of the weighted likelihood less ridge / 2 times the squared slopes; the intercept is free.

    `table` (n, columns) with NaN where unknown, `labels` and `weights` (n,), both kinds of label among them.

    >>> found = fit(np.array([[0.0], [1.0], [2.0], [3.0]]), np.array([False, True, False, True]), np.ones(4))
    >>> bool(found(np.array([[3.0]]))[0] > 0.5)
    True
    """
    with np.errstate(invalid="ignore"):
        known = ~np.isnan(table)
        count = np.maximum(known.sum(axis=0), 1)
        centre = np.where(known, table, 0.0).sum(axis=0) / count
        spread = np.sqrt((np.where(known, table - centre, 0.0) ** 2).sum(axis=0) / count)
    scale = np.where(spread > _CLOSE, spread, 1.0)
    design = np.column_stack([_standard(table, centre, scale), np.ones(len(table))])
    found = newton(design, labels, weights, np.append(np.full(table.shape[1], ridge), _CLOSE))
    return Logistic(centre, scale, found[:-1], float(found[-1]))


def _standard(table: Floats, centre: Floats, scale: Floats) -> Floats:
    return np.nan_to_num((table - centre) / scale, nan=0.0)


def _chance(margin: Floats) -> Floats:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(margin, -40.0, 40.0))), np.float64)


def newton(design: Floats, labels: Bools | Floats, weights: Floats, ridge: Floats) -> Floats:
    """(columns,) the slopes of most likelihood less half of `ridge` (columns,) times their squares.

    `design` (n, columns), all known; `labels` (n,), or how likely each is true. The ridge keeps the curvature positive;
    a step that does not help is halved.
    """

    def loss(found: Floats) -> float:
        margin = design @ found
        told = float((weights * (np.logaddexp(0.0, margin) - labels * margin)).sum())
        return told + 0.5 * float((ridge * found**2).sum())

    found = np.zeros(design.shape[1])
    before = loss(found)
    for _ in range(_STEPS):
        chance = _chance(design @ found)
        gradient = design.T @ (weights * (chance - labels)) + ridge * found
        curvature = (design * (weights * chance * (1.0 - chance))[:, None]).T @ design + np.diag(ridge)
        step = np.asarray(np.linalg.solve(curvature, gradient), np.float64)
        while loss(found - step) > before and float(np.abs(step).max()) > _CLOSE:
            step = step / 2.0
        after = loss(found - step)
        if not after < before - _CLOSE:
            break
        found, before = found - step, after
    return found
