"""By how much one predictor beats another on the same decisions: paired differences, with intervals over people.

Two predictors that are resampled together share what is easy and what is hard about the people drawn, so that their
difference is known far better than either figure. An interval that leaves 0 out says that one is better.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tactful_models import metrics
from tactful_models.dataset import Floats, Rows
from tactful_models.metrics import Estimate, Indices


@dataclass(frozen=True, slots=True)
class Predictor:
    """One way of predicting, with what it said of every decision."""

    name: str
    """Ours, or the baseline's."""
    stage: int
    """1 without, 2 with the suggestion."""
    scores: Floats
    """(n,) higher for likelier accepted, by models that did not learn from the decision."""


@dataclass(frozen=True, slots=True)
class Difference:
    """How much better one predictor ranks than another of its stage."""

    name: str
    """Of the one."""
    stage: int
    """Of both."""
    against: str
    """Name of the other."""
    auc: Estimate
    """AUC of the one less AUC of the other, paired."""

    def to_json(self) -> dict[str, object]:
        """As plain values."""
        return {"name": self.name, "stage": self.stage, "against": self.against, "auc": self.auc.to_json()}


def against_each(
    one: Predictor, others: Iterable[Predictor], rows: Rows, drawn: Sequence[Indices]
) -> tuple[Difference, ...]:
    """One predictor against each of the others that is of its stage, on the same resamples."""
    return tuple(
        Difference(one.name, one.stage, other.name, auc_difference(one.scores, other.scores, rows, drawn))
        for other in others
        if other.stage == one.stage
    )


def auc_difference(one: Floats, other: Floats, rows: Rows, drawn: Sequence[Indices]) -> Estimate:
    """AUC of the scores `one` (n,) less that of `other` (n,) on the same rows, with its interval over the resamples."""

    def statistic(at: Indices) -> float | None:
        both = [metrics.auc(scores[at], rows.label[at], rows.weight[at]) for scores in (one, other)]
        return None if both[0] is None or both[1] is None else both[0] - both[1]

    return metrics.estimate(statistic, len(rows), drawn)
