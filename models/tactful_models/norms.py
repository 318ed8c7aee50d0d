"""Log-probabilities on one scale, whichever model they come from: centre and spread by model, kept with the gate."""

from collections.abc import Mapping

import numpy as np

from tactful_models.artifact import Norm
from tactful_models.dataset import Floats, Rows, Strings
from tactful_models.features import logprob_columns, names

_FEWEST = 5
"""Values of a column at least, for its spread to say something."""


def columns() -> tuple[int, ...]:
    """Where the log-probability columns stand in the stage-2 vector."""
    order = names(2)
    return tuple(order.index(name) for name in logprob_columns())


def learn(rows: Rows) -> dict[str, Norm]:
    """Mean and standard deviation of each log-probability column, by model key; models that give none are left out."""
    found = {key: _norm(rows.stage2[rows.model_key == key]) for key in sorted(set(rows.model_key))}
    return {key: norm for key, norm in found.items() if norm.columns}


def _norm(table: Floats) -> Norm:
    told = [(name, table[~np.isnan(table[:, at]), at]) for name, at in zip(logprob_columns(), columns(), strict=True)]
    usable = [(name, values) for name, values in told if len(values) >= _FEWEST and float(values.std()) > 1e-9]
    return Norm(
        tuple(name for name, _ in usable),
        tuple(float(values.mean()) for _, values in usable),
        tuple(float(values.std()) for _, values in usable),
    )


def apply(norms: Mapping[str, Norm], table: Floats, model_keys: Strings) -> Floats:
    """The stage-2 table (n, columns) with log-probabilities normalised, by the same formula as in the served gate."""
    table = table.copy()
    order = names(2)
    for key, norm in norms.items():
        mine = model_keys == key
        for name, centre, scale in zip(norm.columns, norm.centres, norm.scales, strict=True):
            table[mine, order.index(name)] = (table[mine, order.index(name)] - centre) / scale
    return table


def knows(
    norms: Mapping[str, Norm], table: Floats, model_keys: Strings
) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    """Which rows the gate with log-probabilities serves: the model has a norm and gave one of its columns."""
    order = names(2)
    known = np.zeros(len(table), np.bool_)
    for key, norm in norms.items():
        given = ~np.isnan(table[:, [order.index(name) for name in norm.columns]]).all(axis=1)
        known |= (model_keys == key) & given
    return known
