"""How good gates are on decisions they did not learn from: one gate on a log, or a way of training across people.

What is printed is JSON without NaN: a number that the data do not bear is None. Shares lie in [0, 1]. Each decision
counts with its weight, so that one shown by exploration stands for those like it that were withheld; `n` and
`accept_rate` are of what was shown.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from tactful_models import metrics
from tactful_models.ablation import without
from tactful_models.artifact import session_digest
from tactful_models.baselines import BASELINES, Baseline
from tactful_models.dataset import Bools, Floats, Rows
from tactful_models.differences import Predictor
from tactful_models.errors import GateError, TrainingError
from tactful_models.features import logprob_columns
from tactful_models.gate import LearnedGate
from tactful_models.judging import Fold, Judged, crossed, joined, judged_by, leave_one_out
from tactful_models.metrics import Bootstrap
from tactful_models.promise import Constraint
from tactful_models.routing import Compared, Routes, compared, joined_routes, route_both
from tactful_models.scorecards import ACCEPTS_KEPT, Scorecard, Table, measured, ours
from tactful_models.training import Plan


def stage_metrics(probabilities: Floats, rows: Rows) -> dict[str, object]:
    """AUC, Brier, ECE, and the share of rejections withheld at each share of accepts kept; bare numbers."""
    labels, weight = rows.label, rows.weight
    return {
        "auc": metrics.auc(probabilities, labels, weight),
        "brier": metrics.brier(probabilities, labels, weight),
        "ece": metrics.ece(probabilities, labels, weight),
        "rejections_withheld": {
            kept: metrics.rejections_withheld(probabilities, labels, float(kept), weight) for kept in ACCEPTS_KEPT
        },
    }


def policy_metrics(judged: Judged) -> dict[str, object]:
    """What the thresholds did as served: the shares of everything, accepts and rejections withheld, of calls spared."""
    withheld, labels, weight = judged.withheld, judged.rows.label, judged.rows.weight
    return {
        "withheld": metrics.mean(withheld, weight),
        "accepts_lost": metrics.mean(withheld[labels], weight[labels]),
        "rejections_withheld": metrics.mean(withheld[~labels], weight[~labels]),
        "calls_avoided": metrics.mean(judged.withheld1, weight),
    }


def share(mask: Bools) -> float | None:
    """The share of True; None of nothing."""
    return float(np.mean(mask)) if len(mask) else None


def summary(judged: Judged) -> dict[str, object]:
    """The object that `tactful evaluate --json` prints."""
    labels = judged.rows.label
    return {
        "n": len(labels),
        "accept_rate": share(labels),
        "stage1": stage_metrics(judged.stage1, judged.rows),
        "stage2": stage_metrics(judged.stage2, judged.rows),
        "policy": policy_metrics(judged),
    }


def score(gate: LearnedGate, rows: Rows) -> dict[str, object]:
    """A gate's `summary` on rows it was not trained on.

    Raises GateError when it was trained on any of their sessions, TrainingError when there are no rows.
    """
    if not len(rows):
        raise TrainingError("the log holds no labelled decisions to score the gate on; use it for a while first")
    refuse_familiar(gate, rows)
    return summary(judged_by(gate, rows))


def refuse_familiar(gate: LearnedGate, rows: Rows) -> None:
    """Raises GateError when the gate was trained on a session of the rows."""
    digests = set(gate.artifact.data.session_digests)
    sessions = sorted({name for name in rows.session_id if session_digest(name) in digests})
    if sessions:
        raise GateError(
            f"gate {gate.version} was trained on {len(sessions)} of the log's {len(set(rows.session_id))} sessions"
            f" ({sessions[0]}, …), so a score there would say nothing; use a log it has not seen, or --cv programmer"
        )


@dataclass(frozen=True, slots=True)
class CrossValidation:
    """Leave one person out, everything learned inside the fold, predictions pooled."""

    judged: Judged
    """Every decision with its out-of-fold probabilities and verdicts."""
    table: Table
    """Both stages of ours beside the baselines that the log bears."""
    blind: Table
    """The same for a model that gives no log-probabilities."""
    routing: tuple[Compared, ...]
    """Ways of asking the second stage, tuned alike."""
    left_out: tuple[str, ...]
    """Baselines that need facts which the log does not hold."""
    label: str
    """The definition used."""

    @property
    def scorecards(self) -> tuple[Scorecard, ...]:
        """Stage 1 and 2 of ours, then the baselines."""
        return self.table.scorecards

    def to_json(self) -> dict[str, object]:
        """`summary`'s object with what only a cross-validation has beside it."""
        judged = self.judged
        return summary(judged) | {
            "label": self.label,
            "groups": len(judged.rows.groups),
            **self.table.to_json(),
            "without_logprobs": self.blind.to_json(),
            "routing": [each.to_json() for each in self.routing],
            "baselines_left_out": list(self.left_out),
            "worst_accepts_lost": worst_accepts_lost(judged),
            "without_first": summary(without_first(judged)),
        }


def cross_validate(
    rows: Rows, plan: Plan, bootstrap: Bootstrap | None = None, progress: Callable[[str], None] = lambda _: None
) -> CrossValidation:
    """Judges a way of training on every person by gates that learned from the others, beside the baselines.

    `progress` is told what is being done next. Raises TrainingError with fewer than three people, or too few rows.
    """
    if len(rows.groups) < 3:
        held = f"the log holds {len(rows.groups)} users, and leaving one out needs at least 3"
        raise TrainingError(f"{held}; without --cv a saved gate is scored")
    folds = leave_one_out(rows)
    parts = [_part(fold, plan.constraint) for fold in crossed(rows, plan, _told(folds, progress, "fold {} of {}"))]
    judged = joined(part.judged for part in parts)
    drawn = metrics.resamples(judged.rows.group, bootstrap or Bootstrap())
    usable = [each for each in BASELINES if each.bears(rows)]
    blind = np.concatenate([part.blind for part in parts])
    return CrossValidation(
        judged=judged,
        table=measured(
            [*ours(judged.stage1, judged.stage2), *_refitted(usable, rows, folds, progress)], judged.rows, drawn
        ),
        blind=measured([*ours(judged.stage1, blind), *_refitted_blind(rows, folds)], judged.rows, drawn),
        routing=compared(joined_routes([part.routes for part in parts]), judged.rows, drawn),
        left_out=tuple(each.name for each in BASELINES if not each.bears(rows)),
        label=plan.label,
    )


@dataclass(frozen=True, slots=True)
class _Part:
    """What one fold gives."""

    judged: Judged
    blind: Floats
    """Stage 2 where the log-probabilities are not known."""
    routes: Routes


def _part(fold: Fold, constraint: Constraint) -> _Part:
    unheard = without(fold.judged.rows, logprob_columns())
    return _Part(
        judged=fold.judged,
        blind=judged_by(fold.gate, unheard).stage2,
        routes=route_both(fold.tuned_on, constraint, (fold.judged.stage1, fold.judged.stage2)),
    )


def _refitted(
    baselines: Sequence[Baseline], rows: Rows, folds: Sequence[Bools], progress: Callable[[str], None]
) -> Iterator[Predictor]:
    """Each baseline, learned anew in every fold; the decisions in the order of the folds."""
    for each in baselines:
        progress(each.name)
        found = [each.fit(rows.take(~held))(rows.take(held)) for held in folds]
        yield Predictor(each.name, each.stage, np.concatenate(found))


def _refitted_blind(rows: Rows, folds: Sequence[Bools]) -> Iterator[Predictor]:
    """The same of the second stage's baselines without log-probabilities, but for those that are nothing else."""
    unheard = without(rows, logprob_columns())
    some = [each for each in BASELINES if each.stage == 2 and each.bears(unheard)]
    return _refitted(some, unheard, folds, lambda _: None)


def _told(folds: Sequence[Bools], progress: Callable[[str], None], words: str) -> Iterator[Bools]:
    for number, fold in enumerate(folds, 1):
        progress(words.format(number, len(folds)))
        yield fold


def worst_accepts_lost(judged: Judged) -> dict[str, object]:
    """The person who lost the largest share of their accepts: `group`, `accepts_lost`, `accepts`."""
    rows, number = judged.rows, {name: at for at, name in enumerate(judged.rows.groups)}
    places = np.fromiter((number[name] for name in rows.group), np.intp, len(rows))
    counts, weight, lost = (
        np.bincount(places, column * rows.label, len(number)).tolist()
        for column in (np.ones(len(rows)), rows.weight, rows.weight * judged.withheld)
    )
    found = [(lost[at] / weight[at], name, int(counts[at])) for name, at in number.items() if counts[at]]
    if not found:
        return {"group": None, "accepts_lost": None, "accepts": 0}
    most, name, accepts = max(found)
    return {"group": name, "accepts_lost": most, "accepts": accepts}


def without_first(judged: Judged) -> Judged:
    """All but each session's first decision: in the CUPS study 13 of 14 of those were accepted."""
    rows = judged.rows
    first: dict[str, float] = {}
    for name, at in zip(rows.session_id, rows.at.tolist(), strict=True):
        first[name] = min(at, first.get(name, at))
    later = np.array([at > first[name] for at, name in zip(rows.at, rows.session_id, strict=True)], np.bool_)
    return judged.take(later)
