"""Every package's suggestions scored by gates and baselines that learned from other packages."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from bench.replay.spending import Scores, Spent, most_withheld
from tactful_models import training
from tactful_models.baselines import BASELINES
from tactful_models.dataset import Floats, Rows
from tactful_models.features import logprob_columns, names
from tactful_models.gate import LearnedGate
from tactful_models.metrics import Bools
from tactful_models.training import Plan

AVOIDED = 0.15
"""Share of the calls that stage 1 is to spare."""
RAW = {"summed log-probability": "logprob_line_sum", "mean log-probability, raw": "logprob_mean"}
"""Baselines that need no fitting: a column as it is."""


@dataclass(frozen=True, slots=True)
class Found:
    """What was said of decisions by those that had not seen their package."""

    rows: Rows
    """In the order of the folds."""
    stage1: Mapping[str, Floats]
    """Scores by who gave them; ours is called `gate`."""
    stage2: Mapping[str, Floats]
    withheld1: Mapping[str, Bools]
    """What policies did, whose thresholds were chosen on the other packages too, by their names."""
    withheld: Mapping[str, Bools]
    """The same of either stage."""

    def scores(self, stage1: str = "gate", stage2: str = "gate") -> Scores:
        """Of two that work together."""
        return Scores(self.stage1[stage1], self.stage2[stage2], self.rows.label)


def without_logprobs(rows: Rows) -> Rows:
    """The rows as from a server that gives none."""
    table = rows.stage2.copy()
    table[:, [names(2).index(name) for name in logprob_columns()]] = np.nan
    return replace(rows, stage2=table)


def cross_validated(rows: Rows, plan: Plan, n_folds: int, tell: Callable[[str], object]) -> Found:
    """Whole packages are held out; everything, thresholds too, is learned from the others."""
    folds, parts = training.folds_by_group(rows.group, n_folds), []
    for number, held in enumerate(folds, 1):
        tell(f"fold {number} of {len(folds)}")
        parts.append(_fold(rows.take(~held), rows.take(held), plan))
    return _joined(parts)


def _fold(others: Rows, rows: Rows, plan: Plan) -> Found:
    fitted = training.fit(others, plan)
    gate, keys = LearnedGate(fitted.artifact), list(rows.model_key)
    stage1 = {"gate": gate.probabilities(1, rows.stage1, keys)} | dict(_baselines(others, rows, 1))
    stage2 = {"gate": gate.probabilities(2, rows.stage2, keys)} | dict(_baselines(others, rows, 2))
    tuned = fitted.tuned_on
    inner = Scores(tuned.stage1, tuned.stage2, tuned.accepted)
    served = gate.thresholds
    policies = {
        "gate, as trained (bound)": (served.stage1, served.stage2),
        "gate, plain": _pair(most_withheld(inner)),
        f"gate, plain, {AVOIDED:.0%} of calls": _pair(most_withheld(inner, AVOIDED)),
    }
    withheld1 = {name: stage1["gate"] < pair[0] for name, pair in policies.items()}
    withheld = {name: withheld1[name] | (stage2["gate"] < pair[1]) for name, pair in policies.items()}
    for name, column in _told(others):
        withheld1[name] = np.zeros(len(rows), np.bool_)
        withheld[name] = _column(rows, column) < _threshold(_column(others, column), others.label)
    return Found(rows, stage1, stage2, withheld1, withheld)


def _baselines(others: Rows, rows: Rows, stage: int) -> Iterator[tuple[str, Floats]]:
    for baseline in BASELINES:
        if baseline.stage == stage:
            yield baseline.name, baseline.fit(others)(rows)
    if stage == 2:
        yield from ((name, _column(rows, column)) for name, column in _told(others))


def _told(rows: Rows) -> list[tuple[str, str]]:
    """The columns to compare with that the model's server told."""
    return [pair for pair in RAW.items() if not np.isnan(rows.stage2[:, names(2).index(pair[1])]).all()]


def _column(rows: Rows, name: str) -> Floats:
    """A column, the unknown counting as the least."""
    return np.nan_to_num(rows.stage2[:, names(2).index(name)], nan=-1e9)


def _threshold(scores: Floats, label: Bools) -> float:
    """The highest that keeps 95 % of these accepts."""
    accepts = np.sort(scores[label])
    return float(accepts[int(0.05 * len(accepts))])


def _pair(spent: Spent | None) -> tuple[float, float]:
    return (0.0, 0.0) if spent is None else (spent.stage1, spent.stage2)


def _joined(parts: list[Found]) -> Found:
    def together(of: Callable[[Found], Mapping[str, Floats]]) -> dict[str, Floats]:
        return {name: np.concatenate([of(part)[name] for part in parts]) for name in of(parts[0])}

    def masks(of: Callable[[Found], Mapping[str, Bools]]) -> dict[str, Bools]:
        return {name: np.concatenate([of(part)[name] for part in parts]) for name in of(parts[0])}

    return Found(
        Rows.joined([part.rows for part in parts]),
        together(lambda part: part.stage1),
        together(lambda part: part.stage2),
        masks(lambda part: part.withheld1),
        masks(lambda part: part.withheld),
    )
