"""When the second stage is asked: of all that the first lets pass (ours), or only where the first is unsure.

The original cascade (CDHF, arXiv 2306.04930) asks its second stage when the entropy of the first stage's probability
reaches r; where the first is sure, it alone decides, for showing as well as for hiding. Ours gives a confident "show"
its second look, since the suggestion has to be made anyway before it can be shown. Both rules are tuned here on the
same scores, to withhold most rejections while losing at most a share of the accepts there, and judged on others.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from tactful_models import metrics
from tactful_models.dataset import Rows
from tactful_models.metrics import Estimate, Indices
from tactful_models.promise import Constraint
from tactful_models.threshold_search import best_pair
from tactful_models.thresholds import Scored

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

_CANDIDATES = 33
"""Quantiles tried of the entropy, and of stage 1."""
_SLACK = 1e-9
_OURS: Final = "a second look at all that stage 1 lets pass"
_CDHF: Final = "a second look where stage 1 is unsure (CDHF)"


@dataclass(frozen=True, slots=True)
class Routed:
    """What a rule does."""

    withheld: Bools
    """(n,) whether the suggestion is not shown."""
    spared: Bools
    """(n,) of these, whether the model is not even called."""


class Rule(Protocol):
    """Two stages' probabilities to what is done."""

    def route(self, stage1: Floats, stage2: Floats) -> Routed:
        """Both (n,)."""


@dataclass(frozen=True, slots=True)
class SecondLook:
    """Ours: withheld below either threshold."""

    stage1: float
    stage2: float

    def route(self, stage1: Floats, stage2: Floats) -> Routed:
        """Both (n,)."""
        spared = np.asarray(stage1 < self.stage1, np.bool_)
        return Routed(spared | (stage2 < self.stage2), spared)


@dataclass(frozen=True, slots=True)
class ByEntropy:
    """CDHF's: stage 2 decides where the entropy of stage 1 reaches `entropy`, stage 1 everywhere else."""

    entropy: float
    """r, in bits; 0 asks stage 2 always."""
    stage1: float
    stage2: float

    def route(self, stage1: Floats, stage2: Floats) -> Routed:
        """Both (n,)."""
        asked = entropy(stage1) >= self.entropy
        withheld = np.where(asked, stage2 < self.stage2, stage1 < self.stage1)
        return Routed(withheld, withheld & ~asked)


def entropy(probability: Floats) -> Floats:
    """Of a yes or no, in bits.

    >>> entropy(np.array([0.0, 0.5, 1.0])).tolist()
    [0.0, 1.0, 0.0]
    """
    chance = np.clip(probability, 1e-15, 1.0 - 1e-15)
    return np.round(-(chance * np.log2(chance) + (1.0 - chance) * np.log2(1.0 - chance)), 12)


def second_look(scored: Scored, constraint: Constraint) -> SecondLook:
    """Ours with the pair of thresholds that withholds most, losing at most the constraint's share of these accepts."""
    accepts, rejects = scored.part(scored.accepted), scored.part(~scored.accepted)
    return SecondLook(*best_pair(accepts, rejects, _budget(scored, constraint), constraint.call_worth))


def by_entropy(scored: Scored, constraint: Constraint) -> ByEntropy:
    """CDHF's with the r and thresholds that withhold most within the same budget, over quantiles of each."""
    told = entropy(scored.stage1)
    levels = [0.0, *np.unique(np.quantile(told, np.linspace(0.0, 1.0, _CANDIDATES))).tolist(), 1.1]
    starts = [0.0, *np.unique(np.quantile(scored.stage1, np.linspace(0.0, 1.0, _CANDIDATES))).tolist()]
    search = _Search(scored, _budget(scored, constraint), constraint.call_worth)
    best = max((*search.best(told >= level, start), level, start) for level in levels for start in starts)
    return ByEntropy(entropy=best[2], stage1=best[3], stage2=best[1])


def _budget(scored: Scored, constraint: Constraint) -> float:
    return constraint.accepts_lost * float(scored.weight[scored.accepted].sum()) + _SLACK


class _Search:
    """Finds stage 2's threshold for what stage 1 has left of the budget."""

    def __init__(self, scored: Scored, budget: float, call_worth: float) -> None:
        self._order = np.argsort(scored.stage2, kind="stable")
        self._places = scored.stage2[self._order]
        self._ties = np.searchsorted(self._places, self._places, side="left")
        self._stage1, self._budget, self._call_worth = scored.stage1, budget, call_worth
        self._loss, self._gain = scored.weight * scored.accepted, scored.weight * ~scored.accepted

    def best(self, asked: Bools, start: float) -> tuple[float, float]:
        """`(gain, stage 2's threshold)` where stage 1 withholds below `start` what is not asked about.

        A gain below 0 says that stage 1 alone loses too much.
        """
        alone = ~asked & (self._stage1 < start)
        left = self._budget - float(self._loss[alone].sum())
        if left < 0.0:
            return -1.0, 0.0
        lost, gained = (self._below(weight * asked) for weight in (self._loss, self._gain))
        at = int(np.searchsorted(lost, left, side="right")) - 1
        spared = float(self._gain[alone].sum()) * (1.0 + self._call_worth)
        return spared + float(gained[at]), float(self._places[at])

    def _below(self, weight: Floats) -> Floats:
        """(n,) the weight strictly below each place."""
        return np.concatenate([[0.0], np.cumsum(weight[self._order])])[self._ties]


Routes = dict[str, Routed]
"""What each rule does, by what it is called."""


def route_both(scored: Scored, constraint: Constraint, probabilities: tuple[Floats, Floats]) -> Routes:
    """Both rules, tuned on `scored`, at work on other decisions with those probabilities of both stages (n,)."""
    rules: dict[str, Rule] = {_OURS: second_look(scored, constraint), _CDHF: by_entropy(scored, constraint)}
    return {name: rule.route(*probabilities) for name, rule in rules.items()}


def joined_routes(parts: Sequence[Routes]) -> Routes:
    """Those of several folds, one after the other."""
    return {name: _joined([part[name] for part in parts]) for name in parts[0]}


def _joined(parts: Sequence[Routed]) -> Routed:
    return Routed(np.concatenate([each.withheld for each in parts]), np.concatenate([each.spared for each in parts]))


@dataclass(frozen=True, slots=True)
class Compared:
    """What one rule spared and lost, with intervals over people."""

    name: str
    accepts_lost: Estimate
    """Share of the accepts."""
    rejections_withheld: Estimate
    """Share of the rejections."""
    calls_avoided: Estimate
    """Share of all calls to the model."""
    gain: Estimate
    """Share of the rejections withheld less share of the accepts lost, less the same of ours, paired."""

    def to_json(self) -> dict[str, object]:
        """As plain values."""
        figures = ("accepts_lost", "rejections_withheld", "calls_avoided", "gain")
        return {"name": self.name} | {name: getattr(self, name).to_json() for name in figures}


def compared(routes: Routes, rows: Rows, drawn: Sequence[Indices]) -> tuple[Compared, ...]:
    """Each rule's figures on the rows, ours first."""
    return tuple(_compared(name, (found, routes[_OURS]), rows, drawn) for name, found in routes.items())


def _compared(name: str, pair: tuple[Routed, Routed], rows: Rows, drawn: Sequence[Indices]) -> Compared:
    def share(what: Bools, among: Bools) -> Estimate:
        return metrics.estimate(lambda at: _share(what, among, rows, at), len(rows), drawn)

    def gain(at: Indices) -> float | None:
        of = [_gain(each.withheld, rows, at) for each in pair]
        return None if of[0] is None or of[1] is None else of[0] - of[1]

    found, everything = pair[0], np.ones(len(rows), np.bool_)
    return Compared(
        name=name,
        accepts_lost=share(found.withheld, rows.label),
        rejections_withheld=share(found.withheld, ~rows.label),
        calls_avoided=share(found.spared, everything),
        gain=metrics.estimate(gain, len(rows), drawn),
    )


def _share(what: Bools, among: Bools, rows: Rows, at: Indices) -> float | None:
    return metrics.mean(what[at][among[at]], rows.weight[at][among[at]])


def _gain(withheld: Bools, rows: Rows, at: Indices) -> float | None:
    lost, spared = _share(withheld, rows.label, rows, at), _share(withheld, ~rows.label, rows, at)
    return None if lost is None or spared is None else spared - lost
