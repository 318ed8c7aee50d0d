"""What another policy would have been worth, from the log of the one that served: off-policy estimates with intervals.

The value of a policy is the mean reward per suggestion that could have been shown. A withheld one earns 0, which is
known without seeing it, so a policy that withholds more can be judged from any log; one that shows more only where the
log showed some of its like. Propensities are the log's own, never cut: what is rare weighs much, which the effective
sample size and the largest weight tell.
"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from tactful_models.clusters import Interval, jackknife, log_odds, places, ratio, sums
from tactful_models.dataset import Bools, Floats
from tactful_models.metrics import effective_size
from tactful_models.paths import Paths
from tactful_models.promise import upper_bound

_ALMOST: Final = 1e-12


@dataclass(frozen=True, slots=True)
class Target:
    """A policy to be judged, by what it would do on each path."""

    name: str
    """What it is called."""
    stage1: Floats
    """(n,) probability with which it lets the model be asked."""
    stage2: Floats
    """(n,) probability with which it shows what came, had its stage 1 let it; of no account where nothing came."""


@dataclass(frozen=True, slots=True)
class Guess:
    """The reward expected of each path if it is shown, by a model of it: it may be wrong, estimates stay unbiased."""

    stage1: Floats
    """(n,) before the model is asked."""
    stage2: Floats
    """(n,) with the suggestion known; of no account where nothing came."""


@dataclass(frozen=True, slots=True)
class Worth:
    """What a policy is worth per path, three ways."""

    ips: Interval
    """Inverse propensity score."""
    snips: Interval
    """Self-normalised."""
    dr: Interval
    """Doubly robust."""


@dataclass(frozen=True, slots=True)
class Support:
    """How far the log bears judging a policy."""

    unsupported: float
    """Share of the paths that the policy would show and that the log had no chance of showing."""
    effective: float
    """Kish's effective number of shown paths that the estimates rest on."""
    largest_weight: float
    """What the weightiest of them stands for."""
    clusters: int
    """Sessions, or users, that the intervals rest on."""

    @property
    def is_given(self) -> bool:
        """Whether there is anything to estimate from: nothing without support, and something shown."""
        return self.unsupported == 0.0


@dataclass(frozen=True, slots=True)
class Ratios:
    """How much likelier the target was to do what was done."""

    first: Floats
    """(n,) of letting the model be asked; 0 where the log did not."""
    both: Floats
    """(n,) of showing, both stages' product; 0 where the log did not."""


def everything(n: int) -> Target:
    """The policy that withholds nothing."""
    return Target("show everything", np.ones(n), np.ones(n))


def logged(paths: Paths) -> Target:
    """The policy of the log itself: its own propensities."""
    return Target("as it was", *_chances(paths))


def ratios(paths: Paths, target: Target) -> Ratios:
    """The weights of the paths under a target; a path's is the product over its stages (Precup, Sutton and Singh,
    Eligibility Traces for Off-Policy Policy Evaluation, ICML 2000)."""
    first = np.where(paths.called, target.stage1 / paths.propensity1, 0.0)
    second = np.where(paths.shown, target.stage2 / paths.propensity2, 0.0)
    return Ratios(first, first * second)


def support(paths: Paths, target: Target) -> Support:
    """What the log bears of judging a target."""
    chance1, chance2 = _chances(paths)
    wanted1 = target.stage1 > 0.0
    blind = wanted1 & (chance1 <= _ALMOST)
    blind |= wanted1 & paths.called & (target.stage2 > 0.0) & (chance2 <= _ALMOST)
    weight = ratios(paths, target).both
    square = float((weight**2).sum())
    return Support(
        unsupported=float((paths.stands_for * blind).sum() / max(paths.stands_for.sum(), _ALMOST)),
        effective=float(weight.sum()) ** 2 / square if square else 0.0,
        largest_weight=float(weight.max(initial=0.0)),
        clusters=len(set(places(paths.group, paths.session_id).tolist())),
    )


def worth(paths: Paths, target: Target, guess: Guess, reward: Floats) -> Worth:
    """The value of a target per path, in units of the reward (n,), with 95 % intervals by session or user.

    For a target without `support` the figures mean nothing; ask that first.

    - IPS weighs each reward by how much likelier the target was to have shown it (Horvitz and Thompson, Journal of the
      American Statistical Association 47:663, 1952).
    - SNIPS divides by the sum of the weights (Swaminathan and Joachims, NeurIPS 2015), here stage by stage: what is
      withheld is known to earn 0, so only what is shown needs weighing. It is the share the target lets be asked, times
      the weighted share it then shows, times the weighted reward of what it shows.
    - DR corrects a model of the reward by what it got wrong (Dudík, Langford and Li, ICML 2011), in the sequential form
      of Jiang and Li (ICML 2016): π1 q1 + ρ1 (π2 q2 − q1) + ρ1 ρ2 (r − q2), where ρ1 and ρ1 ρ2 are 0 after a stage that
      withheld, q1 is what is expected at stage 1 of the target going on, and π its chance to show.
    """
    weights = ratios(paths, target)
    clusters = places(paths.group, paths.session_id)
    stands = paths.stands_for
    columns = [
        stands,
        stands * target.stage1,
        stands * weights.first,
        stands * weights.first * target.stage2,
        stands * weights.both,
        stands * weights.both * reward,
        stands * _robust(paths, target, (guess, reward)),
    ]
    totals = sums(np.stack(columns), clusters)
    return Worth(
        ips=jackknife(lambda each: ratio(each[:, 5], each[:, 0]), totals),
        snips=jackknife(_self_normalised, totals),
        dr=jackknife(lambda each: ratio(each[:, 6], each[:, 0]), totals),
    )


def shown_share(paths: Paths, target: Target) -> float | None:
    """Share of the paths that a target shows: of stage 1 known for each, of stage 2 for those that were called."""
    weights, stands = ratios(paths, target), paths.stands_for
    called = float((stands * weights.first).sum())
    if not called:
        return 0.0 if not (target.stage1 * stands).any() else None
    passing = float((stands * weights.first * target.stage2).sum()) / called
    return float((stands * target.stage1).sum() / stands.sum()) * passing


def lost_share(paths: Paths, target: Target, reward: Floats) -> Interval:
    """Share of the reward of showing everything that a target gives up; None without support for showing everything.

    The quotient of two IPS estimates whose numerator is part of its denominator, so that what is common cancels.
    """
    all_shown = everything(len(paths))
    if not support(paths, all_shown).is_given:
        return Interval(None)
    weight = paths.stands_for * ratios(paths, all_shown).both * reward
    given_up = 1.0 - target.stage1 * np.where(paths.called, target.stage2, 1.0)
    found = log_odds(sums(np.stack([weight * given_up, weight]), places(paths.group, paths.session_id)))
    if found.value is None or found.low is not None or not given_up.any():
        return found if given_up.any() else Interval(found.value, found.value, found.value)
    return _exact(found.value, weight[weight > 0.0])


def _exact(share: float, weight: Floats) -> Interval:
    """Clopper and Pearson's interval of a share near 0 or 1, for as many rewards as the weights are worth."""
    size, _ = effective_size(weight)
    if not size:
        return Interval(share)
    lost = share * size
    low = 1.0 - upper_bound(math.ceil(size - lost), size, 0.975)
    return Interval(share, low, upper_bound(math.ceil(lost), size, 0.975))


def _chances(paths: Paths) -> tuple[Floats, Floats]:
    """The log's own probabilities of letting a path pass, by stage."""
    first = np.where(paths.called, paths.propensity1, 1.0 - paths.propensity1)
    return first, np.where(paths.shown | ~paths.called, paths.propensity2, 1.0 - paths.propensity2)


def _self_normalised(each: Floats) -> Floats:
    asked = ratio(each[:, 1], each[:, 0])
    passing = np.where(each[:, 2] > 0.0, ratio(each[:, 3], each[:, 2]), 0.0)
    # nothing asked for, or nothing shown, is worth nothing; what cannot be told is NaN
    found = asked * passing * ratio(each[:, 5], each[:, 4])
    return np.where((asked == 0.0) | ((each[:, 2] > 0.0) & (passing == 0.0)), 0.0, found)


def _robust(paths: Paths, target: Target, told: tuple[Guess, Floats]) -> Floats:
    guess, reward = told
    weights = ratios(paths, target)
    second = np.where(paths.called, np.nan_to_num(guess.stage2), 0.0)
    going_on = np.where(paths.called, target.stage2 * second, 0.0)
    first = guess.stage1 * _share_going_on((paths.called, weights.first), going_on, guess.stage1)
    return target.stage1 * first + weights.first * (going_on - first) + weights.both * (reward - second)


def _share_going_on(called: tuple[Bools, Floats], going_on: Floats, first: Floats) -> float:
    """What stage 1's expectation has to be scaled by for what stage 2 of the target withholds."""
    mask, weight = called
    expected = float((weight * first)[mask].sum())
    return float((weight * going_on)[mask].sum()) / expected if expected > 0.0 else 1.0
