"""Labelled decisions to learn from: made up, with a signal in the log-probability and in the user's own rate."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from tactful_models.cases import Signs
from tactful_models.dataset import Rows, Strings
from tactful_models.features import names
from tactful_models.norms import columns

MODEL = "llamacpp:small"
SIGNS = (Signs("python", "a", "a", ""), Signs("python", " ", "=", "return"), Signs("go", "(", "(", "if"), None)


def strings(values: Sequence[object]) -> Strings:
    found = np.empty(len(values), np.object_)
    found[:] = values
    return found


def made_up(n: int = 300, users: int = 6, seed: int = 0) -> Rows:
    """`n` decisions by so many users, two sessions each, in order of time."""
    rng = np.random.default_rng(seed)
    table = rng.normal(size=(n, len(names(2)))).astype(np.float32).astype(np.float64)
    table[rng.random(table.shape) < 0.1] = np.nan
    mean, rate = names(2).index("logprob_mean"), names(2).index("own_rate")
    signal = 1.5 * np.nan_to_num(table[:, mean]) + np.nan_to_num(table[:, rate])
    label = signal + rng.normal(size=n) > 0.5
    who = np.arange(n) % users
    chars = rng.integers(1, 80, n).astype(np.float64)
    return Rows(
        stage1=table[:, : len(names(1))],
        stage2=table,
        label=label,
        accepted=label,
        weight=np.ones(n),
        propensity=np.ones(n),
        group=strings([f"user{i}" for i in who]),
        session_id=strings([f"user{i}-session{int(2 * at / n)}" for at, i in enumerate(who)]),
        at=1_000.0 + np.arange(n, dtype=np.float64),
        model_key=strings([MODEL] * n),
        suggestion_id=strings([f"g{i}" for i in range(n)]),
        chars=chars,
        kept_chars=chars * label,
        known=strings(["client"] * n),
        signs=strings([SIGNS[at] for at in rng.integers(len(SIGNS), size=n)]),
        obtained=strings(["persistence"] * n),
        evidence=np.full(n, np.nan),
    )


def without_logprobs(rows: Rows) -> Rows:
    """The same from a model that gives no log-probabilities."""
    table = rows.stage2.copy()
    table[:, list(columns())] = np.nan
    return replace(rows, stage2=table)
