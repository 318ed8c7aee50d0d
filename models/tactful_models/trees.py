"""LightGBM boosters as they are served: one row or many, the same numbers to the bit.

The module imports LightGBM and NumPy; `gate.py` imports it when a learned gate is loaded.
"""

from collections.abc import Mapping, Sequence
from math import isnan

import lightgbm
import numpy as np
from numpy.typing import NDArray

from tactful_models.artifact import REACH, Linear, Norm, TreeSet
from tactful_models.errors import GateError, UnknownFormatError
from tactful_models.single_row import single_row


class Trees:
    """One calibrated set of boosters over a subset of a stage's features."""

    def __init__(self, source: TreeSet, names: Sequence[str], norms: Mapping[str, Norm]) -> None:
        """`names`: the stage's features in order. Raises GateError when a booster's text is broken."""
        if not source.boosters:
            raise GateError("a set of trees of the gate is empty")
        self._picks = _positions(source.columns, names)
        self._boosters = [_booster(text, len(source.columns)) for text in source.boosters]
        self._scorers = [single_row(booster) for booster in self._boosters]
        self._calibration = source.calibration
        self._linear = source.linear
        self._scalings = {key: _scaling(norm, names) for key, norm in norms.items()}

    def knows(self, features: Sequence[float], model_key: str) -> bool:
        """Whether the model has a norm here and gave at least one of its log-probabilities."""
        scaling = self._scalings.get(model_key)
        return scaling is not None and any(not isnan(features[at]) for at, _, _ in scaling)

    def knows_many(self, table: NDArray[np.float64], model_keys: Sequence[str]) -> NDArray[np.bool_]:
        """The same of each row of (n, features of the stage)."""
        keys, known = np.asarray(model_keys, object), np.zeros(len(table), np.bool_)
        for key, scaling in self._scalings.items():
            given = ~np.isnan(table[:, [at for at, _, _ in scaling]]).all(axis=1)
            known |= np.asarray(keys == key, np.bool_) & given
        return known

    def one(self, features: Sequence[float], model_key: str) -> float:
        """P(accepted) of one row in the order of the stage's features."""
        return self._calibration(self.raw(features, model_key))

    def raw(self, features: Sequence[float], model_key: str) -> float:
        """The mean raw score of the same row, which the calibration maps."""
        picked = self._picked(features, model_key)
        total = 0.0
        for score in self._scorers:
            total += score(picked)
        mean = total / len(self._scorers)
        return mean if self._linear is None else mean + self._linear.share * (self._linear.score(picked) - mean)

    def contributions(self, features: Sequence[float], model_key: str) -> tuple[dict[int, float], float]:
        """What each feature adds to the raw score of the same row, and what they are added to: together the score.

        By position among the stage's features. TreeSHAP (Lundberg et al., arXiv 1802.03888) as LightGBM has it, the
        mean over the boosters. Takes milliseconds: not for the served path.
        """
        row = np.array([self._picked(features, model_key)], np.float64)
        parts = [booster.predict(row, pred_contrib=True, num_threads=1)[0] for booster in self._boosters]
        *added, expected = np.mean(parts, axis=0).tolist()
        if self._linear is not None:
            added, expected = _mixed(self._linear, row[0].tolist(), (added, expected))
        return dict(zip(self._picks, added, strict=True)), expected

    def _picked(self, features: Sequence[float], model_key: str) -> list[float]:
        row = list(features)
        for at, centre, scale in self._scalings.get(model_key, ()):
            row[at] = (row[at] - centre) / scale
        return [row[at] for at in self._picks]

    def many(self, table: NDArray[np.float64], model_keys: Sequence[str]) -> NDArray[np.float64]:
        """P(accepted) of each row of (n, features of the stage)."""
        if not len(table):
            return np.empty(0)
        picked = self._scaled(table, model_keys)[:, self._picks]
        scores = blended(mean_raw_score(self._boosters, picked), self._linear, picked)
        return np.array([self._calibration(score) for score in scores.tolist()])

    def _scaled(self, table: NDArray[np.float64], model_keys: Sequence[str]) -> NDArray[np.float64]:
        table, keys = table.copy(), np.asarray(model_keys, object)
        for key, scaling in self._scalings.items():
            mine = keys == key
            for at, centre, scale in scaling:
                table[mine, at] = (table[mine, at] - centre) / scale
        return table


def _mixed(linear: Linear, row: Sequence[float], told: tuple[list[float], float]) -> tuple[list[float], float]:
    """What each column adds, and what they are added to, with the sum's terms in their part; together the score."""
    added, expected = told
    terms = [
        slope * min(max((value - centre) / scale, -REACH), REACH) if value == value else 0.0
        for value, centre, scale, slope in zip(row, linear.centres, linear.scales, linear.slopes, strict=True)
    ]
    mixed = [tree + linear.share * (term - tree) for tree, term in zip(added, terms, strict=True)]
    return mixed, expected + linear.share * (linear.intercept - expected)


def blended(scores: NDArray[np.float64], linear: Linear | None, table: NDArray[np.float64]) -> NDArray[np.float64]:
    """The mean raw scores (n,) of rows (n, columns) with a sum's part mixed in: what a calibration is fitted on."""
    return scores if linear is None else scores + linear.share * (sums(linear, table) - scores)


def sums(linear: Linear, table: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n,) the same as `Linear.score` of each row of (n, columns), to the bit."""
    total = np.full(len(table), linear.intercept)
    for at, slope in enumerate(linear.slopes):
        if slope:
            standard = np.clip((table[:, at] - linear.centres[at]) / linear.scales[at], -REACH, REACH)
            total += np.where(np.isnan(standard), 0.0, slope * standard)
    return total


def mean_raw_score(boosters: Sequence[lightgbm.Booster], table: NDArray[np.float64]) -> NDArray[np.float64]:
    """The mean raw score of boosters on rows (n, columns), summed in order: what a calibration is fitted on."""
    total = np.zeros(len(table))
    for booster in boosters:
        total += booster.predict(table, raw_score=True, num_threads=1)
    return total / len(boosters)


def _booster(text: str, n_columns: int) -> lightgbm.Booster:
    try:
        booster = lightgbm.Booster(model_str=text)
    except lightgbm.basic.LightGBMError as exc:
        raise GateError(f"a booster of the gate cannot be read: {exc}; train again or roll back") from exc
    if booster.num_feature() != n_columns:
        raise GateError(f"a booster of the gate takes {booster.num_feature()} features, its manifest names {n_columns}")
    return booster


def _positions(columns: Sequence[str], names: Sequence[str]) -> list[int]:
    unknown = sorted(set(columns) - set(names))
    if unknown:
        raise UnknownFormatError(f"the gate uses features unknown to this version: {', '.join(unknown)}")
    return [names.index(column) for column in columns]


def _scaling(norm: Norm, names: Sequence[str]) -> tuple[tuple[int, float, float], ...]:
    places = _positions(norm.columns, names)
    return tuple(zip(places, norm.centres, norm.scales, strict=True))
