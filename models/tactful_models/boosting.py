"""Gradient-boosted trees by LightGBM's native API, the same bytes for the same rows and seeds."""

from collections.abc import Sequence
from dataclasses import dataclass

import lightgbm
import numpy as np
from numpy.typing import NDArray

from tactful_models.errors import TrainingError
from tactful_models.trees import mean_raw_score

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Variation:
    """Another kind of trees beside the recipe's own: kinds that err differently are better on average than each."""

    n_trees: int
    n_leaves: int
    learning_rate: float
    column_sample: float
    random_splits: bool = False
    """Whether one random split of each feature is tried instead of all (Geurts et al., Machine Learning 63, 2006)."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How trees are grown. The defaults were found to work on some hundred decisions and to hurt nowhere."""

    n_trees: int = 150
    """Trees of each booster."""
    n_leaves: int = 6
    """Leaves of each tree: few rows bear few."""
    learning_rate: float = 0.03
    column_sample: float = 0.35
    """Share of the features that each tree may use: the features say much the same."""
    l2: float = 8.0
    """Weight of the squared leaf values."""
    min_leaf_rows: int = 20
    """Rows in a leaf at least."""
    seeds: tuple[int, ...] = (1, 2, 3)
    """One booster each; their raw scores are averaged."""
    monotone: bool = True
    """Whether features keep to the sign they are known to have."""
    num_threads: int = 1
    """LightGBM's threads: on some hundred rows more cost more; the result is the same."""
    beside: tuple[Variation, ...] = ()
    """Other kinds of trees, grown with the same seeds and averaged in."""

    sums: bool = True
    """Whether a logistic regression stands beside the trees, where the rows are few."""

    @property
    def kinds(self) -> tuple[Variation, ...]:
        """All kinds of trees, the recipe's own first."""
        own = Variation(self.n_trees, self.n_leaves, self.learning_rate, self.column_sample)
        return (own, *self.beside)

    def parameters(self, kind: Variation, seed: int, signs: Sequence[int]) -> dict[str, object]:
        """In LightGBM's words."""
        constraints = {"monotone_constraints": list(signs)} if self.monotone and any(signs) else {}
        random = {"extra_trees": True, "extra_seed": seed} if kind.random_splits else {}
        return (
            constraints
            | random
            | {
                "objective": "binary",
                "num_leaves": kind.n_leaves,
                "learning_rate": kind.learning_rate,
                "feature_fraction": kind.column_sample,
                "lambda_l2": self.l2,
                "min_data_in_leaf": self.min_leaf_rows,
                "seed": seed,
                "deterministic": True,
                "force_row_wise": True,
                "num_threads": self.num_threads,
                "verbosity": -1,
            }
        )


@dataclass(frozen=True, slots=True)
class Examples:
    """What trees are grown from."""

    table: Floats
    """(n, columns), NaN where unknown."""
    labels: NDArray[np.bool_]
    """(n,)"""
    weights: Floats
    """(n,) above 0."""


def grow(examples: Examples, signs: Sequence[int], recipe: Recipe) -> tuple[lightgbm.Booster, ...]:
    """One booster a kind and seed. `signs`: -1, 0 or +1 a column. Raises TrainingError without both kinds of label."""
    if examples.labels.all() or not examples.labels.any():
        raise TrainingError("it takes both accepted and rejected suggestions to learn; use it for a while first")
    return tuple(
        _booster(examples, recipe.parameters(kind, seed, signs), kind.n_trees)
        for kind in recipe.kinds
        for seed in recipe.seeds
    )


def _booster(examples: Examples, parameters: dict[str, object], n_trees: int) -> lightgbm.Booster:
    data = lightgbm.Dataset(
        examples.table, examples.labels.astype(np.float32), weight=examples.weights, params=parameters
    )
    try:
        return lightgbm.train(parameters, data, num_boost_round=n_trees)
    except lightgbm.basic.LightGBMError as exc:
        raise TrainingError(f"LightGBM could not grow trees from {len(examples.labels)} decisions: {exc}") from exc


def scores(boosters: Sequence[lightgbm.Booster], table: Floats) -> Floats:
    """Mean raw score (log-odds) of each row, as served."""
    return mean_raw_score(boosters, table)


def texts(boosters: Sequence[lightgbm.Booster]) -> tuple[str, ...]:
    """The boosters as LightGBM's text."""
    return tuple(booster.model_to_string() for booster in boosters)
