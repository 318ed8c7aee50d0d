"""`tactful evaluate`: a gate on a log it did not learn from, or the way of training across people."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tactful_models.errors import NotFoundError
from tactful_models.feedback import FeedbackLog
from tactful_models.registry import Registry
from tactful_models.tables import share, table
from tactful_server.commands import evaluated_text, feedback_text, learning_text
from tactful_server.commands.options import bar, db_option, json_option, label_option, registry_option
from tactful_server.commands.reading import fed_back, labelled
from tactful_server.commands.scores_text import scores_table

if TYPE_CHECKING:
    from tactful_models.ablation import Ablation
    from tactful_models.dataset import Rows
    from tactful_models.evaluation import CrossValidation
    from tactful_models.feedback_worth import FeedbackWorth
    from tactful_models.learning_curve import LearningCurve
    from tactful_models.verdict import Scores

POLICY = {
    "withheld": "withheld",
    "accepts_lost": "accepts lost",
    "rejections_withheld": "rejections withheld",
    "calls_avoided": "calls avoided",
}


@click.command("evaluate")
@db_option
@click.option("--cv", type=click.Choice(["programmer"]), help="Leave one person out, instead of scoring a saved gate.")
@registry_option
@click.option("--version", help="The gate to score.  [default: the newest]")
@click.option("--ablate", is_flag=True, help="Train again without each group of features, to see what it is worth.")
@click.option("--learning-curve", "curve", is_flag=True, help="Tell from how many own decisions one's own record wins.")
@click.option("--feedback", is_flag=True, help="Train again with less of what came back: checks, tests, reviews.")
@label_option("accepted")
@json_option
def evaluate(db: Path, cv: str | None, label: str, as_json: bool, **which: Any) -> None:
    """Score a gate on a log it did not learn from, or with --cv the way of training, person by person."""
    if cv and which["version"]:
        raise click.UsageError("--version names a saved gate, and --cv scores the way of training: choose one.")
    ablate, curve, feedback = (which.pop(name) for name in ("ablate", "curve", "feedback"))
    with FeedbackLog.open(db, read_only=True) as log:
        rows, _ = labelled(log, label)
    values: dict[str, object] = {}
    words: list[str] = []
    if cv or not (ablate or curve or feedback) or which["version"]:
        values, told = _across_people(rows, label) if cv else _one_gate(rows, label, **which)
        words.append(told)
    if ablate:
        found = _ablated(rows, label)
        values |= {"ablations": [each.to_json() for each in found]}
        words.append(evaluated_text.ablations(found))
    if curve:
        learned = _learned(rows, label)
        values |= learned.to_json()
        words.append(learning_text.curve(learned))
    if feedback:
        worth = _fed_back(db, label)
        values |= worth.to_json()
        words.append(feedback_text.worth(worth))
    click.echo(json.dumps(values, allow_nan=False) if as_json else "\n\n".join(words))


def _ablated(rows: "Rows", label: str) -> "tuple[Ablation, ...]":
    from tactful_models import ablation
    from tactful_models.training import Plan

    with bar("Leaving out", len(ablation.GROUPS) + 1) as progress:
        return ablation.measure(rows, Plan(label=label), progress=lambda _: progress(1))


def _learned(rows: "Rows", label: str) -> "LearningCurve":
    from tactful_models import learning_curve
    from tactful_models.training import Plan

    with bar("Learning", learning_curve.count(rows)) as progress:
        return learning_curve.measure(rows, Plan(label=label), progress=lambda _: progress(1))


def _fed_back(db: Path, label: str) -> "FeedbackWorth":
    from tactful_models import feedback_worth
    from tactful_models.training import Plan

    with FeedbackLog.open(db, read_only=True) as log:
        reader, feedback = fed_back(log)
    plan = Plan(label=feedback_worth.definition(label))
    with bar("Switching off", feedback_worth.count(feedback)) as progress:
        return feedback_worth.measure(reader, feedback, plan, lambda _: progress(1))


def _one_gate(rows: "Rows", label: str, registry: Path, version: str | None) -> tuple[dict[str, object], str]:
    from tactful_models import evaluation, stored_curves, verdict
    from tactful_models.judging import judged_by

    gate = Registry(registry).load(version or _newest(registry))
    values = evaluation.score(gate, rows)
    judged = judged_by(gate, rows)
    scores = verdict.scores(judged)
    named = {"label": label, "gate": gate.version, "gate_label": gate.artifact.label}
    heading = f"Gate {gate.version} on {_told(values, label)}, which it had not seen"
    policy = verdict.policy(judged)
    words = "\n\n".join([scores_table(heading, scores), _policy_table(policy)])
    return {
        **values,
        **named,
        **stored_curves.to_json(judged),
        "intervals": verdict.to_json({**scores, "policy": policy}),
    }, words


def _newest(registry: Path) -> str:
    versions = Registry(registry).versions()
    if not versions:
        raise NotFoundError(f"there is no gate in {registry}; `tactful train` makes one")
    return versions[-1]


def _across_people(rows: "Rows", label: str) -> tuple[dict[str, object], str]:
    from tactful_models import evaluation, stored_curves
    from tactful_models.baselines import BASELINES
    from tactful_models.training import Plan

    with bar("Evaluating", len(rows.groups) + len(BASELINES)) as progress:
        found = evaluation.cross_validate(rows, Plan(label=label), progress=lambda _: progress(1))
    return found.to_json() | stored_curves.to_json(found.judged), _words(found)


def _words(found: "CrossValidation") -> str:
    from tactful_models import verdict

    values = found.to_json()
    n_people = len(found.judged.rows.groups)
    heading = f"{_told(values, found.label)}; {n_people} people, each judged by gates that learned from the others"
    parts = [
        evaluated_text.scorecards(heading, found.table),
        evaluated_text.differences("The gate's AUC less that of each baseline, on the same decisions", found.table),
        evaluated_text.left_out(found.left_out),
        evaluated_text.scorecards("Where the model server gives no log-probabilities", found.blind),
        evaluated_text.differences("The gate's AUC less that of each baseline there", found.blind, (2,)),
        evaluated_text.routing(found.routing),
        _policy_table(verdict.policy(found.judged)),
        _worst(values),
    ]
    return "\n\n".join(filter(None, parts))


def _told(values: dict[str, object], label: str) -> str:
    return f"{values['n']:,} decisions, {share(values['accept_rate'])} of them {label}"  # type: ignore[arg-type]


def _policy_table(policy: "Scores") -> str:
    shown = [(name, policy[key]) for key, name in POLICY.items()]
    rows = [[name, share(each.value, each.low, each.high)] for name, each in shown]
    return table("As it would serve", ["", "share"], rows)


def _worst(values: dict[str, Any]) -> str:
    worst, rest = values["worst_accepts_lost"], values["without_first"]
    auc = rest["stage2"]["auc"]
    return (
        f"The person who fares worst loses {share(worst['accepts_lost'])} of {worst['accepts']} accepts."
        f" Without each session's first decision the AUC is {'–' if auc is None else f'{auc:.3f}'}."
    )
