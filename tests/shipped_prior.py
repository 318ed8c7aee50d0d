"""Makes the gate that comes with Tactful and its card: `make prior`, or

    python tests/shipped_prior.py --cups events.jsonl.gz [--replay feedback.db]

The rows of what it learns from stay where they are: what is written is trees, thresholds, norms and figures. With both
sources each weighs as much as the other. Every figure is of people, or packages, that were not learned from.
"""

import argparse
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from tactful_models import cups, dataset, judging, manifest, metrics, training, verdict
from tactful_models.artifact import GateArtifact
from tactful_models.boosting import Recipe
from tactful_models.dataset import Bools, Floats, Rows
from tactful_models.events import Event
from tactful_models.feedback import FeedbackLog
from tactful_models.judging import Judged
from tactful_models.metrics import Bootstrap, Estimate
from tactful_models.training import Plan

HERE = Path(__file__).parents[1] / "models" / "tactful_models" / "prior"
LABEL = "accepted"
RECIPE = Recipe(seeds=(1,))
"""One booster: three steady little and weigh three times as much in the package."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where decisions come from."""

    name: str
    rows: Rows


def main() -> None:
    """Reads, trains, judges, writes."""
    parser = argparse.ArgumentParser(description=__doc__.partition(":")[0])
    parser.add_argument("--cups", type=Path, required=True, help="the CUPS telemetry, events.jsonl.gz")
    parser.add_argument("--replay", type=Path, help="the log of the replay benchmark")
    asked = parser.parse_args()
    sources = [Source("cups", dataset.read(cups.read_events(asked.cups), LABEL))]
    if asked.replay:
        sources.append(Source("replay", dataset.read(_events(asked.replay), LABEL)))
    plan = Plan(label=LABEL, recipe=RECIPE, created_at=time.time())
    rows = balanced(sources)
    judged = judging.cross_fitted(rows, plan, training.folds_by_group(rows.group, 7))
    made = made_of(rows, plan, judged, [one.name for one in sources])
    write(made, card(made, figures(judged, sources)))
    print((HERE / "CARD.md").read_text("utf-8"))


def _events(db: Path) -> Iterator[Event]:
    with FeedbackLog.open(db, read_only=True) as log:
        yield from (stored.event for stored in log.events())


def balanced(sources: Sequence[Source]) -> Rows:
    """The rows of all sources, each source weighing as much as any other."""
    rows = Rows.joined([one.rows for one in sources])
    shares = [np.full(len(one.rows), len(rows) / len(sources) / float(one.rows.weight.sum())) for one in sources]
    return replace(rows, weight=rows.weight * np.concatenate(shares))


def made_of(rows: Rows, plan: Plan, judged: Judged, sources: Sequence[str]) -> GateArtifact:
    """The gate with its figures; what names nobody's session is left out of it."""
    found = training.train(rows, plan)
    data = replace(found.data, sources=tuple(sources))
    return replace(found, data=data, metrics=verdict.metrics(judged, verdict.scores(judged)))


Statistic = Callable[[Floats, Bools], float | None]
STATISTICS: dict[str, Statistic] = {
    "AUC": metrics.auc,
    "Brier": metrics.brier,
    "ECE": metrics.ece,
    "withheld at 95 % kept": lambda scores, labels: metrics.rejections_withheld(scores, labels, 0.95),
}


def _known(statistic: Statistic, scores: Floats, labels: Bools) -> Callable[[metrics.Indices], float | None]:
    return lambda chosen: statistic(scores[chosen], labels[chosen])


def figures(judged: Judged, sources: Sequence[Source]) -> dict[str, dict[str, Estimate]]:
    """AUC, Brier, ECE and rejections withheld at 95 % of the accepts kept, by source and stage, over its people."""
    found = {}
    for one in sources:
        mine = judged.take(np.isin(judged.rows.session_id.astype(str), one.rows.session_id.astype(str)))
        drawn = metrics.resamples(mine.rows.group, Bootstrap())
        for stage, scores in ((1, mine.stage1), (2, mine.stage2)):
            known = {name: _known(statistic, scores, mine.rows.label) for name, statistic in STATISTICS.items()}
            found[f"{one.name}, stage {stage}"] = {
                name: metrics.estimate(statistic, len(scores), drawn) for name, statistic in known.items()
            }
    return found


_SOURCES = {
    "cups": "CUPS: decisions of programmers with GitHub Copilot in VS Code, August 2022, Python"
    " (`microsoft/coderec_programming_states`, MIT licence, © Microsoft Corporation; arXiv 2210.14306)",
    "replay": "Replayed open code: Python files of pinned packages, typed again by a simulated developer with the"
    " embedded model (SmolLM2-135M) suggesting; accepted is what the file goes on to say (`tests/bench/replay`)",
}


def card(made: GateArtifact, found: dict[str, dict[str, Estimate]]) -> str:
    """What it is, what it learned from, how good it is, and what for it must not be used."""
    data = made.data
    heads = list(next(iter(found.values())))
    lines = [
        "| on decisions of people, or packages, not learned from | " + " | ".join(heads) + " |",
        "|---" * (len(heads) + 1) + "|",
    ]
    lines += [f"| {name} | " + " | ".join(_shown(each[head]) for head in heads) + " |" for name, each in found.items()]
    text = Path(__file__).with_name("prior_card.md").read_text("utf-8")
    return text.format(
        made_on=time.strftime("%Y-%m-%d", time.gmtime(made.created_at)),
        features_version=made.features_version,
        fingerprint=made.fingerprint,
        sources="\n".join(f"- {_SOURCES[name]}." for name in data.sources),
        n_rows=data.n_rows,
        n_groups=data.n_groups,
        n_accepted=data.n_accepted,
        figures="\n".join(lines),
        promise=made.thresholds.promise.reason,
    )


def _shown(found: Estimate) -> str:
    if found.value is None or found.low is None or found.high is None:
        return "–"
    return f"{found.value:.3f} [{found.low:.3f}, {found.high:.3f}]"


def write(made: GateArtifact, text: str) -> None:
    """Into the package, in place of the former one."""
    for former in (*HERE.glob("*.json"), *HERE.glob("*.txt")):
        former.unlink()
    for name, content in manifest.to_files(made).items():
        (HERE / name).write_text(content, "utf-8")
    (HERE / "CARD.md").write_text(text, "utf-8")


if __name__ == "__main__":
    main()
