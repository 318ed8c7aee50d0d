"""How good gates are on decisions they did not learn from: one gate on a log, or a way of training across people.

What is printed is JSON without NaN: a number that the data do not bear is None. Shares lie in [0, 1]. Each decision
counts with its weight, so that one shown by exploration stands for those like it that were withheld; `n` and
`accept_rate` are of what was shown.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from tactful_models import metrics
from tactful_models.artifact import session_digest
from tactful_models.baselines import BASELINES
from tactful_models.dataset import Bools, Floats, Rows
from tactful_models.errors import GateError, TrainingError
from tactful_models.gate import LearnedGate
from tactful_models.judging import Judged, cross_fitted, judged_by, leave_one_out
from tactful_models.metrics import Bootstrap, Estimate, Indices
from tactful_models.training import Plan

Statistic = Callable[[Floats, Bools, Floats], float | None]
"""Of scores, labels and weights."""

ACCEPTS_KEPT = ("0.95", "0.90")
"""Shares of the accepts to keep, as they are named in the output."""
PRECISIONS = ("0.95", "0.90")
"""P(rejected | withheld) at least."""


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


def statistics() -> dict[str, Statistic]:
    """The metrics of a scorecard by name, in the order in which they are printed."""
    plain: dict[str, Statistic] = {"auc": metrics.auc, "brier": metrics.brier, "ece": metrics.ece}
    kept = {f"rejections_withheld@{name}": _kept(float(name)) for name in ACCEPTS_KEPT}
    return plain | kept | {f"withheld_at_precision@{name}": _precise(float(name)) for name in PRECISIONS}


def _kept(at: float) -> Statistic:
    return lambda scores, labels, weight: metrics.rejections_withheld(scores, labels, at, weight)


def _precise(at: float) -> Statistic:
    return lambda scores, labels, weight: metrics.withheld_at_precision(scores, labels, at, weight)


@dataclass(frozen=True, slots=True)
class CrossValidation:
    """Leave one person out, everything learned inside the fold, predictions pooled."""

    judged: Judged
    """Every decision with its out-of-fold probabilities and verdicts."""
    scorecards: tuple[Scorecard, ...]
    """Stage 1 and 2 of ours, then the baselines."""
    label: str
    """The definition used."""

    def to_json(self) -> dict[str, object]:
        """`summary`'s object with what only a cross-validation has beside it."""
        judged = self.judged
        return summary(judged) | {
            "label": self.label,
            "groups": len(judged.rows.groups),
            "scorecards": [card.to_json() for card in self.scorecards],
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
        raise TrainingError(f"the log holds {len(rows.groups)} users; leaving one out needs at least 3")
    folds = leave_one_out(rows)
    judged = cross_fitted(rows, plan, _told(folds, progress, "fold {} of {}"))
    drawn = metrics.resamples(judged.rows.group, bootstrap or Bootstrap())
    cards = [card(("gate", stage), p, judged.rows, drawn) for stage, p in ((1, judged.stage1), (2, judged.stage2))]
    for baseline in BASELINES:
        progress(baseline.name)
        found = np.concatenate([baseline.fit(rows.take(~held))(rows.take(held)) for held in folds])
        cards.append(card((baseline.name, baseline.stage), found, judged.rows, drawn))
    return CrossValidation(judged, tuple(cards), plan.label)


def _told(folds: Sequence[Bools], progress: Callable[[str], None], words: str) -> Iterator[Bools]:
    for number, fold in enumerate(folds, 1):
        progress(words.format(number, len(folds)))
        yield fold


def card(who: tuple[str, int], probabilities: Floats, rows: Rows, drawn: Sequence[Indices]) -> Scorecard:
    """The scorecard of one predictor `(name, stage)`."""
    given = (probabilities, rows.label, rows.weight)
    found = {name: _estimate(statistic, given, drawn) for name, statistic in statistics().items()}
    return Scorecard(who[0], who[1], found)


def _estimate(statistic: Statistic, given: tuple[Floats, Bools, Floats], drawn: Sequence[Indices]) -> Estimate:
    values, labels, weight = given
    return metrics.estimate(lambda rows: statistic(values[rows], labels[rows], weight[rows]), len(labels), drawn)


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
