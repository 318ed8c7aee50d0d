"""Small trained gates for tests: real boosters on made-up rows, quick to fit."""

from collections.abc import Sequence
from functools import cache

import lightgbm
import numpy as np
from numpy.typing import NDArray

from tactful_models import features
from tactful_models.artifact import GateArtifact, Norm, TrainingData, TreeSet, digests
from tactful_models.calibration import Calibration, Sigmoid
from tactful_models.promise import Promise, Thresholds

MODEL = "llamacpp:small"
PARAMETERS = {"objective": "binary", "num_leaves": 6, "learning_rate": 0.1, "verbosity": -1, "num_threads": 1}


def rows(stage: int, n: int, seed: int = 0) -> NDArray[np.float32]:
    """Vectors (n, features of the stage) with a few unknowns among them."""
    rng = np.random.default_rng(seed)
    table = rng.normal(size=(n, len(features.names(stage)))).astype(np.float32)
    table[rng.random(table.shape) < 0.05] = np.nan
    return table


def boosters(table: NDArray[np.floating], n_trees: int = 10, seeds: int = 3) -> list[lightgbm.Booster]:
    """Boosters on labels that the first and last column decide."""
    labels = np.nan_to_num(table[:, 0]) + np.nan_to_num(table[:, -1]) > 0.5
    data = lightgbm.Dataset(np.asarray(table, np.float64), labels, free_raw_data=False)
    return [
        lightgbm.train({**PARAMETERS, "seed": seed, "feature_fraction": 0.5}, data, n_trees) for seed in range(seeds)
    ]


def tree_set(columns: Sequence[str], fitted: Sequence[lightgbm.Booster], calibration: Calibration) -> TreeSet:
    """The boosters as an artifact keeps them."""
    return TreeSet(tuple(columns), tuple(booster.model_to_string() for booster in fitted), calibration)


@cache
def tree_sets(n_trees: int) -> tuple[TreeSet, TreeSet, TreeSet]:
    """Of stage 1, of stage 2, and of stage 2 without log-probabilities; fitted once in a run."""
    second = rows(2, 300)
    logprobs = features.logprob_columns()
    plain = [name for name in features.names(2) if name not in logprobs]
    places = [features.names(2).index(name) for name in plain]
    return (
        tree_set(features.names(1), boosters(rows(1, 300), n_trees), Sigmoid(1.1, -0.3)),
        tree_set(features.names(2), boosters(second, n_trees), Sigmoid(0.9, 0.123456789012345)),
        tree_set(plain, boosters(second[:, places], n_trees), Sigmoid(0.7, 0.1)),
    )


def artifact(created_at: float = 1_700_000_000.0, n_trees: int = 10, sessions: Sequence[str] = ("s1",)) -> GateArtifact:
    """A gate of made-up rows; another `created_at` makes another version."""
    stage1, stage2, plain = tree_sets(n_trees)
    logprobs = features.logprob_columns()
    return GateArtifact(
        stage1=stage1,
        stage2=stage2,
        stage2_plain=plain,
        norms={MODEL: Norm(logprobs, (-0.7,) * len(logprobs), (1.3,) * len(logprobs))},
        thresholds=Thresholds(0.05, 0.125, Promise(kind="bound", met=True, accepts=90, lost=1, upper=0.0426)),
        label="accepted",
        features_version=features.FEATURES_VERSION,
        fingerprint=features.fingerprint(),
        created_at=created_at,
        data=TrainingData(1.0, 2.0, 300, 100, 1, digests(sessions)),
        metrics={"stage2": {"auc": {"value": 0.75, "low": 0.7, "high": 0.8}}},
        libraries={"lightgbm": lightgbm.__version__},
    )
