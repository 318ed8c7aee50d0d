"""How many independent accepts some accepts are worth: fewer where some stand for many, or where they hang together.

Accepts of one person are lost, or not, more alike than those of several. An exact binomial bound that counts each as
one would promise too much to whoever comes next, so it is given a smaller number: Kish's for the weights, divided by
the design effect, which is by how much more the share lost varies between clusters than it would with independent
accepts (Kish, Survey Sampling, 1965; Korn and Graubard, Survey Methodology 24:193, 1998, put it into the exact bound as
is done here, with Student's quantile for few clusters).
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from tactful_models.clusters import Floats, Strings, ratio, sums, t_quantile
from tactful_models.metrics import effective_size

FEWEST_SESSIONS: Final = 10
"""One person's sessions are taken for clusters from this many on; fewer say too little of how much they differ."""

Clusters = NDArray[np.intp]
"""(n,) the number of each row's cluster."""


def clusters(group: Strings, session_id: Strings) -> Clusters | None:
    """Users where there are two or more, else sessions; None where those are fewer than ten."""
    names = group if len(set(group)) > 1 else session_id
    found, places = np.unique(names.astype(str), return_inverse=True)
    return None if names is session_id and len(found) < FEWEST_SESSIONS else np.asarray(places, np.intp)


def worth(lost: NDArray[np.bool_], weight: Floats, hang: tuple[Clusters | None, float]) -> tuple[int, bool]:
    """What the accepts (n,) are worth as independent ones, and whether that is simply how many there are.

    `lost` is which of them are lost, `hang` their clusters and the confidence of the bound they are for.
    """
    size, exact = effective_size(weight)
    effect = 1.0 if hang[0] is None or not size else _design_effect(lost, weight, (hang[0], hang[1], size))
    return (size, exact) if effect <= 1.0 else (int(size / effect), False)


def _design_effect(lost: NDArray[np.bool_], weight: Floats, of: tuple[Clusters, float, int]) -> float:
    places, confidence, size = of
    totals = sums(np.stack([weight * lost, weight]), places)
    totals = totals[totals[:, 1] > 0.0]
    every, n = totals.sum(axis=0, keepdims=True), len(totals)
    share = float(every[0, 0] / every[0, 1])
    alone = share * (1.0 - share) / size
    if n < 2 or alone <= 0.0:
        return 1.0
    left_out = ratio((every - totals)[:, 0], (every - totals)[:, 1])
    between = (n - 1) / n * float(((left_out - share) ** 2).sum())
    return between / alone * (t_quantile(confidence, n - 1) / t_quantile(confidence, 1_000_000)) ** 2
