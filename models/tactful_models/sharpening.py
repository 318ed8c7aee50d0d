"""Sharper labels for trees to learn from: what was said of some suggestions, told of all that are like them.

Checks and reviewers speak of a part of what was taken, and err. Where they have spoken of enough (`labels.is_enough`),
a logistic regression on the features learns what is good among what was taken, from what was said (Raykar et al.,
Learning From Crowds, JMLR 11, 2010, with the reviewers' error rates as `dawid_skene` estimates them), and both together
say how likely each one is good:

    log-odds(good) = what the features say (fitted without its session) + what was said of it

What was said is itself the fit's target, so both are fitted in turns, from what was said alone at first. A label that
comes out at probability p is good with weight 2 p − 1, or bad with 1 − 2 p. Of what nothing was said the features alone
tell, and never more than `_MOST`, so that they do not outweigh a test that ran the code.

Only what trees are grown from is made so. Calibration, thresholds and every judgement keep to labels that know nothing
of the features (`labels`): else a gate would be praised for agreeing with itself.
"""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tactful_models import logistic
from tactful_models.dataset import LARGEST_WEIGHT, Bools, Floats, Rows
from tactful_models.labels import is_enough

_FOLDS: Final = 5
_TURNS: Final = 4
_RIDGES: Final = (10.0, 30.0, 100.0, 300.0)
"""Of the fit; that is taken which foretells best what was said in other sessions."""
_REACH: Final = 4.0
"""Standard deviations at which a feature is cut."""
_MOST: Final = 3.0
"""Log-odds that the features may say, either way."""
_LEAST_WEIGHT: Final = 1e-3


def sharpened(rows: Rows) -> Rows:
    """The rows with sharper labels and weights for what was taken; as they are where too little was said.

    Looks at `evidence` and `stage2` and is the same for the same rows.
    """
    asked = ~np.isnan(rows.evidence)
    if not is_enough(rows.evidence[asked].tolist()):
        return rows
    sign = 2.0 * _chance(rows.evidence[asked] + _expected(rows.take(asked))) - 1.0
    label, weight = rows.label.copy(), rows.weight.copy()
    label[asked] = sign > 0.0
    weight[asked] = np.minimum(1.0 / rows.propensity[asked], LARGEST_WEIGHT) * np.maximum(np.abs(sign), _LEAST_WEIGHT)
    return replace(rows, label=label, weight=weight) if label.any() and not label.all() else rows


def _expected(rows: Rows) -> Floats:
    """(n,) log-odds of good ones among those with the same features, by a fit that did not see the row's session."""
    fold = np.unique(rows.session_id.astype(str), return_inverse=True)[1] % _FOLDS
    known = _Known(_standard(rows.stage2), rows.evidence != 0.0, fold)
    chance = _chance(rows.evidence)
    tried = [known.out_of_fold(chance, ridge) for ridge in _RIDGES]
    losses = [known.loss(chance, found) for found in tried]
    at = losses.index(min(losses))
    found = tried[at]
    for _ in range(_TURNS - 1):
        found = known.out_of_fold(_chance(rows.evidence + found), _RIDGES[at])
    return found


@dataclass(frozen=True, slots=True)
class _Known:
    """What the fits look at; every array has one row a suggestion."""

    table: Floats
    """(n, columns), standardised, with a column of ones behind."""
    said: Bools
    """Whether anything was said of it."""
    fold: NDArray[np.intp]

    def out_of_fold(self, chance: Floats, ridge: float) -> Floats:
        """(n,) log-odds by fits to the chances of those of other folds of which something was said."""
        found = np.zeros(len(self.table))
        ridges = np.append(np.full(self.table.shape[1] - 1, ridge), 1e-9)
        for one in np.unique(self.fold):
            held, seen = self.fold == one, self.said & (self.fold != one)
            if seen.any():
                slopes = logistic.newton(self.table[seen], chance[seen], np.ones(int(seen.sum())), ridges)
                found[held] = self.table[held] @ slopes
        return np.clip(found, -_MOST, _MOST)

    def loss(self, chance: Floats, found: Floats) -> float:
        """How badly log-odds foretell the chances, where something was said."""
        return float((np.logaddexp(0.0, found) - chance * found)[self.said].mean())


def _standard(table: Floats) -> Floats:
    """(n, columns + 1), with a column of ones behind; unknown values count as the mean."""
    known = ~np.isnan(table)
    count = np.maximum(known.sum(axis=0), 1)
    centre = np.where(known, table, 0.0).sum(axis=0) / count
    spread = np.sqrt((np.where(known, table - centre, 0.0) ** 2).sum(axis=0) / count)
    standard = (table - centre) / np.where(spread > 1e-9, spread, 1.0)
    return np.column_stack([np.nan_to_num(np.clip(standard, -_REACH, _REACH), nan=0.0), np.ones(len(table))])


def _chance(log_odds: Floats) -> Floats:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(log_odds, -40.0, 40.0))), np.float64)
