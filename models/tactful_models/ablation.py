"""What each group of features is worth: the AUC of gates trained without it, less the AUC with all, paired.

Everything is learned anew without the group, in the same folds: its columns are unknown in every row, so that the trees
pass them over. What the others can say in its place counts for them: a difference near 0 means that the group says
nothing beyond the rest, not that it says nothing.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from tactful_models import metrics
from tactful_models.dataset import Floats, Rows
from tactful_models.differences import auc_difference
from tactful_models.features import names, specs
from tactful_models.gate import LearnedGate
from tactful_models.judging import JUDGED_SHARE, Judged, cross_fitted, judged_by, leave_one_out
from tactful_models.metrics import Bootstrap, Estimate
from tactful_models.promotion import units
from tactful_models.training import Plan, by_person, split_by_time, train

GROUPS: Final = {
    "place": "the place in the file",
    "rhythm": "the typing rhythm",
    "record": "the user's own record",
    "text": "the suggested text",
    "model": "what the model gave with it",
}
"""Groups of features in the order of the vector, and what they are called."""


@dataclass(frozen=True, slots=True)
class Ablation:
    """One stage without one group of features."""

    name: str
    """What the group is called."""
    stage: int
    auc: Estimate
    """Without the group."""
    difference: Estimate
    """Less the AUC with all features; below 0 the group was worth something."""

    def to_json(self) -> dict[str, object]:
        """As plain values."""
        figures = {"auc": self.auc.to_json(), "difference": self.difference.to_json()}
        return {"name": self.name, "stage": self.stage, **figures}


def without(rows: Rows, columns: Collection[str]) -> Rows:
    """The rows with the named features unknown at both stages."""
    return replace(rows, stage1=_blind(rows.stage1, 1, columns), stage2=_blind(rows.stage2, 2, columns))


def _blind(table: Floats, stage: int, columns: Collection[str]) -> Floats:
    hidden = np.array([name in columns for name in names(stage)], np.bool_)
    return np.where(hidden[None, :], np.nan, table)


def measure(
    rows: Rows, plan: Plan, bootstrap: Bootstrap | None = None, progress: Callable[[str], None] = lambda _: None
) -> tuple[Ablation, ...]:
    """Both stages without each group that they have, on people (or, of one or two, on later decisions) not seen.

    `progress` is told what is being done next, `len(GROUPS) + 1` times. Raises TrainingError with too few rows.
    """
    progress("all features")
    whole = _judged(rows, plan)
    drawn = metrics.resamples(units(whole.rows.group, whole.rows.session_id), bootstrap or Bootstrap())
    found: list[Ablation] = []
    for group in GROUPS:
        progress(GROUPS[group])
        hidden = frozenset(spec.name for spec in specs(2) if spec.group == group)
        less = _judged(without(rows, hidden), plan)
        for stage in (stage for stage in (1, 2) if hidden & set(names(stage))):
            scores, before = (getattr(each, f"stage{stage}") for each in (less, whole))
            found.append(_ablation(GROUPS[group], stage, (scores, before), whole.rows, drawn))
    return tuple(sorted(found, key=lambda each: -each.stage))


def _ablation(name: str, stage: int, pair: tuple[Floats, Floats], rows: Rows, drawn: metrics.Resamples) -> Ablation:
    scores = pair[0]
    auc = metrics.estimate(lambda at: metrics.auc(scores[at], rows.label[at], rows.weight[at]), len(rows), drawn)
    return Ablation(name, stage, auc, auc_difference(*pair, rows, drawn))


def _judged(rows: Rows, plan: Plan) -> Judged:
    if by_person(rows):
        return cross_fitted(rows, plan, leave_one_out(rows))
    earlier, later = split_by_time(rows, JUDGED_SHARE)
    return judged_by(LearnedGate(train(earlier, plan)), later)
