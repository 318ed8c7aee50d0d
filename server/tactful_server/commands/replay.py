"""`tactful replay`: what other thresholds would have done on the log, and been worth, beside the baselines."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tactful_models import labels
from tactful_models.errors import TrainingError
from tactful_models.feedback import FeedbackLog
from tactful_models.promise import COST_RATIOS, Thresholds
from tactful_models.registry import Registry
from tactful_models.tables import share, table
from tactful_server.commands.options import bar, db_option, json_option, label_option, registry_option
from tactful_server.commands.reading import lived, tell_of_newer

if TYPE_CHECKING:
    from tactful_models.clusters import Interval
    from tactful_models.gate import LearnedGate
    from tactful_models.paths import Gathered
    from tactful_models.what_if import Answer

_probability = click.FloatRange(0.0, 1.0)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be replayed."""

    threshold: float | None
    """Of both stages."""
    stage1: float | None
    stage2: float | None
    gate: str | None
    """A version, to give the probabilities (and thresholds, where none is named) anew."""
    eagerness: str
    """How readily to suggest, applied to the gate's thresholds."""


@dataclass(frozen=True, slots=True)
class Found:
    """What came of it."""

    gathered: "Gathered"
    thresholds: Thresholds
    answers: "tuple[Answer, ...]"
    label: str
    gate: str
    """Which gate gave the probabilities; empty for those in the log."""
    familiar: float
    """Share of the opportunities from sessions that the gate learned from."""
    unjudged: float
    """Share of them that have no probability at stage 1."""


@click.command("replay")
@db_option
@registry_option
@label_option(labels.DEFAULT)
@click.option("--threshold", type=_probability, help="Withhold below this probability, at both stages.")
@click.option("--stage1", type=_probability, help="Withhold below this before the model is asked.")
@click.option("--stage2", type=_probability, help="Withhold below this before showing.")
@click.option("--gate", metavar="VERSION", help="Let this gate judge anew.  [default: probabilities as logged]")
@click.option(
    "--eagerness",
    type=click.Choice(list(COST_RATIOS)),
    default="balanced",
    show_default=True,
    help="The gate's thresholds at this eagerness, where none is named.",
)
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="From this day on, local time.")
@json_option
def replay(
    db: Path, registry: Path, label: str, since: datetime | None, as_json: bool, **asked: float | str | None
) -> None:
    """Ask of the log what other thresholds would have shown, spared and lost, beside the baselines."""
    from tactful_models import paths

    with FeedbackLog.open(db, read_only=True) as log:
        if asked["gate"]:
            tell_of_newer(log, "cannot be judged anew and count as shown")
        with bar("Reading", log.count()) as progress:
            gathered = paths.read(lived(log, progress), label, since.timestamp() if since else float("-inf"))
    if not len(gathered.paths):
        raise TrainingError("the log holds no opportunity whose end is known in that time; use it for a while first")
    found = _found(gathered, Registry(registry), Asked(**asked), label)  # type: ignore[arg-type]
    click.echo(json.dumps(_values(found), allow_nan=False) if as_json else _words(found))


def _found(gathered: "Gathered", registry: Registry, asked: Asked, label: str) -> Found:
    from tactful_models import what_if

    gate = registry.load(asked.gate) if asked.gate else None
    chosen = _thresholds(gate, registry, asked)
    scores = what_if.scores_of(gate, gathered.paths) if gate else what_if.logged_scores(gathered.paths)
    if gate is None and scores.are_unknown:
        raise TrainingError(_unjudged(registry))
    target = what_if.thresholds(scores, (chosen.stage1, chosen.stage2), "asked about")
    return Found(
        gathered=gathered,
        thresholds=chosen,
        answers=what_if.answers(gathered.paths, scores, target),
        label=label,
        gate=gate.version if gate else "",
        familiar=what_if.familiar(gate, gathered.paths) if gate else 0.0,
        unjudged=float((scores.stage1 != scores.stage1).mean()),  # NaN alone differs from itself
    )


def _thresholds(gate: "LearnedGate | None", registry: Registry, asked: Asked) -> Thresholds:
    """Those named; without any, those of the gate named or in force."""
    if any(each is not None for each in (asked.threshold, asked.stage1, asked.stage2)):
        both = asked.threshold or 0.0
        return Thresholds(
            both if asked.stage1 is None else asked.stage1, both if asked.stage2 is None else asked.stage2
        )
    gate = gate or registry.current()
    if gate is None:
        raise TrainingError("no gate is in force, so name --threshold, --stage1, --stage2 or --gate")
    return gate.thresholds.with_eagerness(asked.eagerness)


def _unjudged(registry: Registry) -> str:
    versions = registry.versions()
    hint = f"name one that is to judge it anew: --gate {versions[-1]}" if versions else "`tactful train` makes one"
    return f"no gate judged what the log holds, so no threshold would have withheld any of it; {hint}"


def _values(found: Found) -> dict[str, object]:
    return {
        "n": len(found.gathered.paths),
        "label": found.label,
        "unlabelled": found.gathered.unlabelled,
        "labelled_share": found.gathered.labelled_share,
        "suggestions_per_call": found.gathered.per_call,
        "thresholds": {"stage1": found.thresholds.stage1, "stage2": found.thresholds.stage2},
        "gate": found.gate,
        "familiar": found.familiar,
        "unjudged": found.unjudged,
        "answers": [answer.to_json() for answer in found.answers],
    }


def _words(found: Found) -> str:
    parts = [_head(found), _done(found.answers), _worth(found.answers), *_notes(found)]
    return "\n\n".join(parts)


def _head(found: Found) -> str:
    chosen, n = found.thresholds, len(found.gathered.paths)
    judge = f"judged anew by gate {found.gate}" if found.gate else "by the probabilities in the log"
    return (
        f"{n:,} opportunities, {judge}; good is {found.label}.\n"
        f"Asked about: withhold below {chosen.stage1:.3f} before the call, below {chosen.stage2:.3f} before showing."
    )


def _done(answers: "Sequence[Answer]") -> str:
    rows = [
        [
            each.name,
            share(each.shown),
            share(None if each.shown is None else 1.0 - each.shown),
            share(each.calls_avoided),
            _shares(each.accepts_lost),
        ]
        for each in answers
    ]
    return table("What it would have done", ["", "shown", "withheld", "calls avoided", "accepts lost"], rows)


def _worth(answers: "Sequence[Answer]") -> str:
    names = ["", "IPS", "SNIPS", "doubly robust", "characters", "rests on"]
    rows = []
    for each in answers:
        values = (each.value.ips, each.value.snips, each.value.dr) if each.value else (None, None, None)
        chars = each.chars.dr if each.chars else None
        cells = [*(_hundred(value) for value in values), _hundred(chars)]
        rows.append([each.name, *cells, f"{each.support.effective:,.0f}"])
    return table("Good suggestions (and characters of them kept) per 100 opportunities", names, rows)


def _shares(found: "Interval") -> str:
    return share(found.value, found.low, found.high)


def _hundred(found: "Interval | None") -> str:
    if found is None or found.value is None:
        return "–"
    if found.low is None or found.high is None:
        return f"{100 * found.value:.1f}"
    return f"{100 * found.value:.1f} [{100 * found.low:.1f}, {100 * found.high:.1f}]"


def _notes(found: Found) -> list[str]:
    notes = [f"{each.name}: {each.reason}." for each in found.answers if each.reason]
    if found.gathered.unlabelled:
        notes.append(
            f"{found.gathered.unlabelled:,} shown suggestions are left out: nothing can be said of them, or not yet."
        )
    if found.unjudged:
        hint = "" if found.gate else "; `--gate VERSION` gives them one"
        notes.append(f"{share(found.unjudged)} have no probability before the call and count as let pass{hint}.")
    if found.familiar:
        notes.append(
            f"{found.familiar:.0%} of this is from sessions that gate {found.gate} learned from, so it looks better"
            " here than it is."
        )
    clusters = found.answers[0].support.clusters
    notes.append(f"Intervals are 95 %, over {clusters:,} sessions or users. What is withheld earns nothing.")
    return ["\n".join(notes)]
