"""What is known of a gate's worth when it is trained: metrics with intervals, for its manifest and for whoever asks."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from tactful_models.artifact import GateArtifact
from tactful_models.evaluation import share
from tactful_models.judging import Judged
from tactful_models.metrics import Bools, Bootstrap, Estimate, Floats, Indices, estimate, mean, resamples
from tactful_models.promotion import Decision, units
from tactful_models.scorecards import card

Scores = dict[str, Estimate]

_MOST_ROWS_RESAMPLED = 2_000_000


def scores(judged: Judged) -> dict[str, Scores]:
    """The metrics of `stage1` and `stage2` with 95 % intervals over users, or sessions, or blocks of decisions."""
    rows = judged.rows
    drawn = resamples(units(rows.group, rows.session_id), _plan(len(rows)))
    both = (("stage1", 1, judged.stage1), ("stage2", 2, judged.stage2))
    return {name: card((name, stage), values, rows, drawn).estimates for name, stage, values in both}


def policy(judged: Judged) -> Scores:
    """What the thresholds did, as `policy_metrics` counts it, with such intervals."""
    rows = judged.rows
    drawn = resamples(units(rows.group, rows.session_id), _plan(len(rows)))
    masks = {
        "withheld": (judged.withheld, np.ones(len(rows), np.bool_)),
        "accepts_lost": (judged.withheld, rows.label),
        "rejections_withheld": (judged.withheld, ~rows.label),
        "calls_avoided": (judged.withheld1, np.ones(len(rows), np.bool_)),
    }
    return {name: estimate(_share_among(*pair, rows.weight), len(rows), drawn) for name, pair in masks.items()}


def _share_among(which: Bools, among: Bools, weight: Floats) -> Callable[[Indices], float | None]:
    return lambda rows: mean(which[rows][among[rows]], weight[rows][among[rows]])


def _plan(n_rows: int) -> Bootstrap:
    return Bootstrap(n_resamples=max(100, min(1000, _MOST_ROWS_RESAMPLED // max(n_rows, 1))))


def to_json(found: dict[str, Scores]) -> dict[str, object]:
    """As plain values: `{"stage1": {"auc": {"value": …, "low": …, "high": …}, …}, …}`."""
    return {stage: {name: each.to_json() for name, each in estimates.items()} for stage, estimates in found.items()}


def metrics(judged: Judged, found: dict[str, Scores]) -> dict[str, object]:
    """What the manifest keeps of the judgement."""
    counts = {"n": len(judged.rows), "accept_rate": share(judged.rows.label)}
    return {**counts, **to_json({**found, "policy": policy(judged)})}


def with_metrics(artifact: GateArtifact, measured: dict[str, object], decision: Decision) -> GateArtifact:
    """The artifact as it goes into the registry."""
    return replace(artifact, metrics={**measured, "promotion": decision.to_json()})
