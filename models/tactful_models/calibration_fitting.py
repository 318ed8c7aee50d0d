"""Fits the maps of `calibration.py` to raw scores the trees did not see."""

import math

import numpy as np
from numpy.typing import NDArray

from tactful_models.calibration import Isotonic, Sigmoid
from tactful_models.errors import TrainingError

Floats = NDArray[np.float64]


def fit_sigmoid(scores: Floats, labels: NDArray[np.bool_], weights: Floats) -> Sigmoid:
    """Platt's sigmoid with prior-corrected targets, by Newton's method (Lin, Lin and Weng, Machine Learning 68, 2007).

    Scores, labels and weights of one length (n,), n ≥ 1. A slope below 0 would turn the order round: then it is 0, and
    every score gets the base rate. Raises TrainingError when there is nothing to fit or a score is not finite.

    >>> fitted = fit_sigmoid(np.array([-1.0, 0.0, 1.0]), np.array([False, True, True]), np.ones(3))
    >>> fitted.slope > 0
    True
    """
    _check(scores)
    centre, spread = float(np.mean(scores)), float(np.std(scores)) or 1.0
    targets = _corrected_targets(labels, weights)
    slope, intercept = _newton((scores - centre) / spread, targets, weights)
    if slope <= 0.0:
        rate = float(np.average(targets, weights=weights))
        return Sigmoid(0.0, math.log(rate / (1.0 - rate)))
    return Sigmoid(slope / spread, intercept - slope * centre / spread)


def fit_isotonic(scores: Floats, labels: NDArray[np.bool_], weights: Floats) -> Isotonic:
    """The never-decreasing map of least squared error, by pooling adjacent violators (Barlow et al. 1972).

    All of one length (n,), n ≥ 1. A pooled block is flat from its lowest to its highest score; blocks are joined by
    straight lines. Raises TrainingError when there is nothing to fit or a score is not finite.

    >>> fit_isotonic(np.array([0.0, 1.0, 2.0]), np.array([True, False, True]), np.ones(3)).probabilities
    (0.5, 0.5, 1.0)
    """
    _check(scores)
    knots, places = np.unique(scores, return_inverse=True)
    mass = np.bincount(places, weights)
    hits = np.bincount(places, weights * labels)
    blocks = _pool(hits.tolist(), mass.tolist())
    return _joined(knots.tolist(), blocks)


def _check(scores: Floats) -> None:
    if not len(scores) or not np.isfinite(scores).all():
        raise TrainingError("no calibration can be fitted: there are no scores, or some are not finite")


def _corrected_targets(labels: NDArray[np.bool_], weights: Floats) -> Floats:
    positive, negative = float(weights[labels].sum()), float(weights[~labels].sum())
    return np.where(labels, (positive + 1.0) / (positive + 2.0), 1.0 / (negative + 2.0))


def _newton(scores: Floats, targets: Floats, weights: Floats) -> tuple[float, float]:
    table = np.stack([scores, np.ones(len(scores))], axis=1)
    found = np.zeros(2)
    for _ in range(100):
        chance = 1.0 / (1.0 + np.exp(-(table @ found)))
        gradient = table.T @ (weights * (chance - targets))
        curvature = (table * (weights * chance * (1.0 - chance))[:, None]).T @ table + 1e-9 * np.eye(2)
        step = _damped(found, np.asarray(np.linalg.solve(curvature, gradient), np.float64), (table, targets, weights))
        found = found - step
        if float(np.abs(step).max()) < 1e-10:
            break
    return float(found[0]), float(found[1])


def _damped(found: Floats, step: Floats, data: tuple[Floats, Floats, Floats]) -> Floats:
    """The step, halved until the loss no longer rises."""
    before = _loss(found, data)
    for _ in range(40):
        if _loss(found - step, data) <= before:
            return step
        step = step / 2
    return np.zeros_like(step)


def _loss(found: Floats, data: tuple[Floats, Floats, Floats]) -> float:
    table, targets, weights = data
    margin = table @ found
    return float(np.sum(weights * (np.logaddexp(0.0, margin) - targets * margin)))


def _pool(hits: list[float], mass: list[float]) -> list[tuple[int, float]]:
    """Blocks as (number of knots, mean), their means never decreasing."""
    stack: list[tuple[int, float, float]] = []
    for hit, weight in zip(hits, mass, strict=True):
        size = 1
        while stack and stack[-1][1] * weight >= hit * stack[-1][2]:
            before = stack.pop()
            size, hit, weight = size + before[0], hit + before[1], weight + before[2]
        stack.append((size, hit, weight))
    return [(size, hit / weight) for size, hit, weight in stack]


def _joined(knots: list[float], blocks: list[tuple[int, float]]) -> Isotonic:
    scores: list[float] = []
    values: list[float] = []
    start = 0
    for size, value in blocks:
        ends = sorted({start, start + size - 1})
        scores += [knots[at] for at in ends]
        values += [value] * len(ends)
        start += size
    return Isotonic(tuple(scores), tuple(values))
