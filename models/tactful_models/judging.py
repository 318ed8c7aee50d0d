"""Judges a way of training on decisions its gates did not learn from, and trains the gate to be served.

Several users: each person is judged by a gate that learned everything (trees, norms, calibration, thresholds) from the
others; the gate to be served then learns from all. One or two users, or one with nearly all decisions: the last slice
is judged by the gate that is served, which never sees it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from tactful_models.artifact import GateArtifact
from tactful_models.dataset import Bools, Floats, Rows
from tactful_models.gate import LearnedGate
from tactful_models.thresholds import Scored
from tactful_models.training import Plan, by_person, fit, folds_by_group, split_by_time, train

JUDGED_SHARE = 0.2
"""With one or two users: the latest share of the decisions, kept apart for the judgement."""


@dataclass(frozen=True, slots=True)
class Judged:
    """Labelled decisions with the probabilities and verdicts of gates that did not learn from them."""

    rows: Rows
    """The decisions."""
    stage1: Floats
    """(n,) calibrated P(accepted) before the model is called."""
    stage2: Floats
    """(n,) with the suggestion known."""
    withheld1: Bools
    """(n,) whether stage 1 would have spared the call."""
    withheld2: Bools
    """(n,) whether stage 2 would have withheld it, had it been asked."""

    @property
    def withheld(self) -> Bools:
        """Whether either stage would have withheld it."""
        return self.withheld1 | self.withheld2

    def take(self, mask: Bools) -> "Judged":
        """The masked decisions."""
        return Judged(
            self.rows.take(mask), self.stage1[mask], self.stage2[mask], self.withheld1[mask], self.withheld2[mask]
        )


@dataclass(frozen=True, slots=True)
class Trained:
    """A gate, and how gates trained that way did on what they had not seen."""

    artifact: GateArtifact
    """Ready for the registry but for its metrics."""
    judged: Judged
    """The evidence."""


def train_and_judge(rows: Rows, plan: Plan) -> Trained:
    """Trains the gate to be served and judges it as the module says; raises TrainingError as `train` does."""
    plan = plan.at(len(rows))
    if by_person(rows):
        artifact = train(rows, plan)
        return Trained(artifact, cross_fitted(rows, plan, folds_by_group(rows.group, plan.n_folds)))
    earlier, later = split_by_time(rows, JUDGED_SHARE)
    artifact = train(earlier, plan)
    return Trained(artifact, judged_by(LearnedGate(artifact), later))


def leave_one_out(rows: Rows) -> list[Bools]:
    """One fold a user."""
    return [np.asarray(rows.group == name, np.bool_) for name in rows.groups]


@dataclass(frozen=True, slots=True)
class Fold:
    """One part of the rows, judged by a gate that learned from the rest."""

    judged: Judged
    """The part."""
    gate: LearnedGate
    """The gate."""
    tuned_on: Scored
    """What its thresholds were chosen on: none of the part."""


def crossed(rows: Rows, plan: Plan, folds: Iterable[Bools]) -> Iterator[Fold]:
    """Each fold in turn; everything is learned from the others."""
    for held in folds:
        fitted = fit(rows.take(~held), plan)
        gate = LearnedGate(fitted.artifact)
        yield Fold(judged_by(gate, rows.take(held)), gate, fitted.tuned_on)


def cross_fitted(rows: Rows, plan: Plan, folds: Iterable[Bools]) -> Judged:
    """Every row judged by a gate that learned from the other folds only, in the order of the folds."""
    return joined(fold.judged for fold in crossed(rows, plan, folds))


def judged_by(gate: LearnedGate, rows: Rows) -> Judged:
    """What one gate says of rows, at its own thresholds."""
    stage1 = gate.probabilities(1, rows.stage1, list(rows.model_key))
    stage2 = gate.probabilities(2, rows.stage2, list(rows.model_key))
    return Judged(rows, stage1, stage2, stage1 < gate.thresholds.stage1, stage2 < gate.thresholds.stage2)


def joined(parts: Iterable[Judged]) -> Judged:
    """One after the other."""
    found = list(parts)
    return Judged(
        rows=Rows.joined([part.rows for part in found]),
        stage1=np.concatenate([part.stage1 for part in found]),
        stage2=np.concatenate([part.stage2 for part in found]),
        withheld1=np.concatenate([part.withheld1 for part in found]),
        withheld2=np.concatenate([part.withheld2 for part in found]),
    )
