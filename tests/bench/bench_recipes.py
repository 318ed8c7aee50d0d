"""Which way of growing trees to prefer, chosen without a look at what it is judged on: leave one person out, nested.

`TACTFUL_CUPS=events.jsonl.gz python tests/bench/bench_recipes.py [--stage 2] [--blind]`. Of each candidate the AUC over
all people, each scored by trees that learned from the others. Then the honest figure: for every person the candidate is
chosen that does best among the others (in four folds of people), and that one scores the person. A candidate that would
not be chosen is no better, whatever its own figure says.
"""

import argparse
import os
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from tactful_models import boosting, cups, dataset, metrics
from tactful_models.ablation import without
from tactful_models.boosting import Examples, Recipe, Variation
from tactful_models.dataset import Bools, Floats, Rows
from tactful_models.differences import auc_difference
from tactful_models.features import logprob_columns, names, specs
from tactful_models.judging import leave_one_out
from tactful_models.metrics import Bootstrap, Estimate
from tactful_models.tables import number, table
from tactful_models.training import folds_by_group

RANDOM = Variation(150, 6, 0.06, 0.5, random_splits=True)
STUMPS = Variation(150, 2, 0.1, 0.35)
INNER = 4
"""Folds of the other people in which a candidate is chosen."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One way of growing trees, from all features or fewer."""

    recipe: Recipe
    hidden: frozenset[str] = frozenset()


LATER = frozenset(
    [
        "in_call",
        "in_collection",
        "in_signature",
        "in_broken_code",
        "node_depth",
        "pace",
        "deleted_share",
        "pace_since_shown",
        "deleted_share_since_shown",
        "shown_since_end",
        "usual_chars",
        "length_share",
        "times_shown",
        "times_accepted",
        "times_rejected",
        "continues_shown",
        "repeats_itself",
        "logprob_excess",
    ]
)
"""Features that came with version 2."""

CANDIDATES: Mapping[str, Candidate] = {
    "trees of 6 leaves": Candidate(Recipe()),
    "the same, features of version 1": Candidate(Recipe(), LATER),
    "random splits beside": Candidate(Recipe(beside=(RANDOM,))),
    "both beside": Candidate(Recipe(beside=(RANDOM, STUMPS))),
    "both beside, features of version 1": Candidate(Recipe(beside=(RANDOM, STUMPS)), LATER),
}


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stage", type=int, choices=(1, 2), default=2)
    parser.add_argument("--blind", action="store_true", help="without log-probabilities")
    given = parser.parse_args()
    rows = dataset.read(cups.read_events(Path(os.environ["TACTFUL_CUPS"])), "accepted")
    if given.blind:
        rows = without(rows, logprob_columns())
    began = time.monotonic()
    folds = leave_one_out(rows)
    found: dict[str, Floats] = {}
    for name, each in CANDIDATES.items():
        found[name] = _crossed(rows, each, given.stage, folds)
        print(f"{time.monotonic() - began:5.0f} s  {name}: {metrics.auc(found[name], rows.label):.4f}", flush=True)
    nested, chosen = _nested(rows, folds, given.stage)
    first = found[next(iter(found))]
    lines = [_line(rows, name, scores, first) for name, scores in (found | {"chosen within": nested}).items()]
    print(
        table(
            f"Stage {given.stage}, {len(rows)} decisions of {len(folds)} people", ["", "AUC", "less the first"], lines
        )
    )
    print("Chosen: " + ", ".join(f"{name} for {n}" for name, n in chosen.most_common()))
    print(f"{time.monotonic() - began:.0f} s")


def _line(rows: Rows, name: str, scores: Floats, first: Floats) -> list[str]:
    drawn = metrics.resamples(rows.group, Bootstrap())
    auc = metrics.estimate(lambda at: metrics.auc(scores[at], rows.label[at]), len(rows), drawn)
    return [name, _told(auc), _told(auc_difference(scores, first, rows, drawn))]


def _told(found: Estimate) -> str:
    return number(found.value, found.low, found.high)


def _crossed(rows: Rows, candidate: Candidate, stage: int, folds: Sequence[Bools]) -> Floats:
    """(n,) raw scores of each row by trees that learned from the other folds."""
    seen, signs = without(rows, candidate.hidden), {spec.name: spec.sign for spec in specs(stage)}
    given = seen.stage1 if stage == 1 else seen.stage2
    scores = np.full(len(rows), np.nan)
    for held in folds:
        scores[held] = _scores(given, (rows, held), [signs[name] for name in names(stage)], candidate.recipe)
    return scores


def _scores(given: Floats, fold: tuple[Rows, Bools], signs: list[int], recipe: Recipe) -> Floats:
    rows, held = fold
    trees = boosting.grow(Examples(given[~held], rows.label[~held], rows.weight[~held]), signs, recipe)
    return boosting.scores(trees, given[held])


def _nested(rows: Rows, folds: list[Bools], stage: int) -> tuple[Floats, Counter[str]]:
    scores, chosen = np.full(len(rows), np.nan), Counter[str]()
    for held in folds:
        others = rows.take(~held)
        name = max(CANDIDATES, key=lambda each: _auc(others, CANDIDATES[each], stage))
        chosen[name] += 1
        picked, signs = CANDIDATES[name], {spec.name: spec.sign for spec in specs(stage)}
        seen = without(rows, picked.hidden)
        given = seen.stage1 if stage == 1 else seen.stage2
        scores[held] = _scores(given, (rows, held), [signs[each] for each in names(stage)], picked.recipe)
    return scores, chosen


def _auc(rows: Rows, candidate: Candidate, stage: int) -> float:
    quick = replace(candidate, recipe=replace(candidate.recipe, seeds=candidate.recipe.seeds[:1]))
    return metrics.auc(_crossed(rows, quick, stage, folds_by_group(rows.group, INNER)), rows.label) or 0.0


if __name__ == "__main__":
    main()
