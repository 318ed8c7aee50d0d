"""`tactful train`: fits a gate on the log, judges it on decisions it did not learn from, promotes it when better."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from time import time
from typing import TYPE_CHECKING, TypeVar

import click

from tactful_models import labels, turns
from tactful_models.errors import GateError
from tactful_models.events import GateChanged
from tactful_models.feedback import FeedbackLog
from tactful_models.promise import Constraint
from tactful_models.registry import Registry
from tactful_server.commands.options import (
    Progress,
    bar,
    db_option,
    existing_log,
    json_option,
    label_option,
    registry_option,
)
from tactful_server.commands.reading import labelled
from tactful_server.commands.scores_text import scores_table

if TYPE_CHECKING:
    from tactful_models.artifact import GateArtifact
    from tactful_models.dataset import Rows
    from tactful_models.gate import LearnedGate
    from tactful_models.judging import Trained
    from tactful_models.promotion import Decision
    from tactful_models.training import Plan
    from tactful_models.verdict import Scores

Item = TypeVar("Item")
_share = click.FloatRange(0.0, 1.0, min_open=True, max_open=True)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of training."""

    version: str
    """The gate's name in the registry."""
    artifact: "GateArtifact"
    """The gate as it was saved."""
    scores: "dict[str, Scores]"
    """How its like did on decisions that they had not learned from."""
    decision: "Decision"
    """Whether it is better than what serves, and why."""
    promoted: bool
    """Whether it serves now."""


@click.command("train")
@db_option
@registry_option
@label_option(labels.DEFAULT)
@click.option("--accepts-lost", type=_share, default=0.05, show_default=True, help="Share of accepts that may be lost.")
@click.option("--confidence", type=_share, default=0.90, show_default=True, help="With what confidence that must hold.")
@click.option(
    "--promise",
    type=click.Choice(["bound", "plain"]),
    default="bound",
    show_default=True,
    help="`bound` holds on new data with that confidence, `plain` on the tuning data only.",
)
@click.option("--no-promote", is_flag=True, help="Only save the gate.")
@click.option(
    "--after-labels",
    type=click.IntRange(0),
    default=0,
    help="Only if so many suggestions have ended since the last time, and nobody else trains.",
)
@json_option
def train(db: Path, registry: Path, no_promote: bool, as_json: bool, **asked: float | str) -> None:
    """Fit a gate on the log, judge it on decisions it did not learn from, and promote it when it is better."""
    after_labels = int(asked.pop("after_labels"))
    with existing_log(db) as log, turns.taken(registry, log, after_labels) as not_now:
        if not_now:
            _say_not_now(not_now, as_json)
            return
        outcome = _outcome(log, Registry(registry), _plan(asked), may_promote=not no_promote)
    click.echo(json.dumps(_values(outcome), allow_nan=False) if as_json else words(outcome))


def as_usual(db: Path, registry: Path) -> Outcome:
    """What the command does where nothing but the places is named; raises TactfulError."""
    from tactful_models.training import Plan

    with existing_log(db) as log, turns.taken(registry, log):
        return _outcome(log, Registry(registry), Plan(created_at=time()), may_promote=True)


def _say_not_now(reason: str, as_json: bool) -> None:
    told = {"version": None, "promoted": False, "reason": reason}
    click.echo(json.dumps(told) if as_json else f"Not trained: {reason}.")


def _plan(asked: dict[str, float | str]) -> "Plan":
    from tactful_models.training import Plan

    constraint = Constraint(float(asked["accepts_lost"]), float(asked["confidence"]), str(asked["promise"]))
    return Plan(constraint=constraint, label=str(asked["label"]), created_at=time())


def _outcome(log: FeedbackLog, registry: Registry, plan: "Plan", may_promote: bool) -> Outcome:
    from tactful_models import promotion, verdict

    rows, sources = labelled(log, plan.label)
    trained = _trained(rows, plan)
    scores = verdict.scores(trained.judged)
    decision = promotion.compare(trained.judged, _in_service(registry), plan.constraint)
    data = replace(trained.artifact.data, sources=sources)
    measured = verdict.metrics(trained.judged, scores)
    artifact = verdict.with_metrics(replace(trained.artifact, data=data), measured, decision)
    outcome = Outcome(registry.save(artifact), artifact, scores, decision, decision.promote and may_promote)
    _put_in_force(log, registry, outcome, may_promote)
    return outcome


def _trained(rows: "Rows", plan: "Plan") -> "Trained":
    """The gate and its judgement, with progress where there are several users and so several folds."""
    from tactful_models import judging, training

    if not training.by_person(rows):
        return judging.train_and_judge(rows, plan)
    training.check(rows)
    plan = plan.at(len(rows))
    folds = training.folds_by_group(rows.group, plan.n_folds)
    with bar("Training", len(folds) + 1) as progress:
        judged = judging.cross_fitted(rows, plan, _stepping(folds, progress))
        artifact = training.train(rows, plan)
        progress(1)
    return judging.Trained(artifact, judged)


def _stepping(items: Iterable[Item], progress: Progress) -> Iterator[Item]:
    for item in items:
        yield item
        progress(1)


def _in_service(registry: Registry) -> "LearnedGate | None":
    """What the new gate has to beat. One that cannot be loaded does not serve either: then it is showing everything."""
    try:
        return registry.current()
    except GateError as error:
        click.echo(f"tactful: compared with showing everything, since {error}", err=True)
        return None


def _put_in_force(log: FeedbackLog, registry: Registry, outcome: Outcome, may_promote: bool) -> None:
    """Promotes where that was decided, and writes down what happened."""
    told = json.dumps(outcome.artifact.metrics, allow_nan=False)
    changes = [GateChanged(time(), outcome.version, "trained", outcome.artifact.thresholds.promise.reason, told)]
    if outcome.promoted:
        registry.promote(outcome.version)
    if may_promote:
        change = "promoted" if outcome.promoted else "refused"
        changes.append(GateChanged(time(), outcome.version, change, outcome.decision.reason))
    log.append(changes)


def _values(outcome: Outcome) -> dict[str, object]:
    thresholds = outcome.artifact.thresholds
    return {
        "version": outcome.version,
        "promoted": outcome.promoted,
        "reason": outcome.decision.reason,
        "label": outcome.artifact.label,
        "data": {name: value for name, value in asdict(outcome.artifact.data).items() if name != "session_digests"},
        "thresholds": {"stage1": thresholds.stage1, "stage2": thresholds.stage2},
        "promise": asdict(thresholds.promise),
        "metrics": dict(outcome.artifact.metrics),
    }


def words(outcome: Outcome) -> str:
    """What came of training, for people."""
    data, thresholds = outcome.artifact.data, outcome.artifact.thresholds
    users = f"{data.n_groups} {'user' if data.n_groups == 1 else 'users'}"
    head = f"Gate {outcome.version}, from {data.n_rows:,} decisions of {users}, {data.n_accepted:,} of them good"
    return "\n".join(
        [
            f"{head} ({outcome.artifact.label}).",
            "",
            scores_table("On decisions that gates of its kind had not learned from", outcome.scores),
            "",
            f"Thresholds: {thresholds.stage1:.3f} before the call, {thresholds.stage2:.3f} before showing;"
            f" {thresholds.promise.reason}.",
            *_shown(outcome),
            _ending(outcome),
        ]
    )


def _shown(outcome: Outcome) -> list[str]:
    """What the guard saw, where it saw anything."""
    told = outcome.decision.guarded.summary
    return [f"{told}."] if told else []


def _ending(outcome: Outcome) -> str:
    verdict = "Promoted" if outcome.promoted else "Saved only" if outcome.decision.promote else "Not promoted"
    return f"{verdict}: {outcome.decision.reason}.{_hint(outcome)}"


def _hint(outcome: Outcome) -> str:
    if outcome.promoted:
        return ""
    promise = outcome.artifact.thresholds.promise
    if not promise.met and promise.kind == "bound":
        return " `--promise plain` shows what a plain threshold would do."
    return f" `tactful promote {outcome.version}` puts it in force all the same."
