"""One table of figures: ways of predicting the same decisions, each with its metrics, and how far ours is ahead."""

from collections.abc import Sequence
from dataclasses import dataclass

from tactful_models import metrics
from tactful_models.dataset import Floats, Rows
from tactful_models.differences import Difference, Predictor, against_each
from tactful_models.metrics import Estimate, Indices, Statistic

ACCEPTS_KEPT = ("0.95", "0.90")
"""Shares of the accepts to keep, as they are named in the output."""
PRECISIONS = ("0.95", "0.90")
"""P(rejected | withheld) at least."""
OURS = "gate"
"""What ours is called."""


@dataclass(frozen=True, slots=True)
class Scorecard:
    """One way of predicting, measured on everyone's decisions, with intervals over people."""

    name: str
    """Ours, or the baseline's."""
    stage: int
    """1 without, 2 with the suggestion."""
    estimates: dict[str, Estimate]
    """By metric: `auc`, `brier`, `ece`, `rejections_withheld@0.95`, `withheld_at_precision@0.95`, …"""

    def to_json(self) -> dict[str, object]:
        """As plain values."""
        return {"name": self.name, "stage": self.stage} | {k: each.to_json() for k, each in self.estimates.items()}


@dataclass(frozen=True, slots=True)
class Table:
    """Every way of predicting that was tried on the same decisions."""

    scorecards: tuple[Scorecard, ...]
    """Stage 1 and 2 of ours, then the baselines."""
    differences: tuple[Difference, ...]
    """Ours less each baseline of its stage, paired."""

    def to_json(self) -> dict[str, object]:
        """As plain values."""
        return {
            "scorecards": [each.to_json() for each in self.scorecards],
            "differences": [each.to_json() for each in self.differences],
        }


def measured(predictors: Sequence[Predictor], rows: Rows, drawn: Sequence[Indices]) -> Table:
    """The table of predictors, those called `gate` against all others of their stage."""
    ours = [each for each in predictors if each.name == OURS]
    others = [each for each in predictors if each.name != OURS]
    return Table(
        tuple(card((each.name, each.stage), each.scores, rows, drawn) for each in predictors),
        tuple(found for one in ours for found in against_each(one, others, rows, drawn)),
    )


def ours(stage1: Floats, stage2: Floats) -> tuple[Predictor, Predictor]:
    """Both stages of the gate."""
    return Predictor(OURS, 1, stage1), Predictor(OURS, 2, stage2)


def statistics() -> dict[str, Statistic]:
    """The metrics of a scorecard by name, in the order in which they are printed."""
    plain: dict[str, Statistic] = {"auc": metrics.auc, "brier": metrics.brier, "ece": metrics.ece}
    kept = {f"rejections_withheld@{name}": _kept(float(name)) for name in ACCEPTS_KEPT}
    return plain | kept | {f"withheld_at_precision@{name}": _precise(float(name)) for name in PRECISIONS}


def _kept(at: float) -> Statistic:
    return lambda scores, labels, weight: metrics.rejections_withheld(scores, labels, at, weight)


def _precise(at: float) -> Statistic:
    return lambda scores, labels, weight: metrics.withheld_at_precision(scores, labels, at, weight)


def card(who: tuple[str, int], probabilities: Floats, rows: Rows, drawn: Sequence[Indices]) -> Scorecard:
    """The scorecard of one predictor `(name, stage)`."""
    given = (probabilities, rows.label, rows.weight)
    return Scorecard(who[0], who[1], metrics.estimates_of_scores(statistics(), given, drawn))
