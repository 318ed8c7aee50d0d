"""Who is right, when nobody knows the truth: each reviewer's error rates and each suggestion's chance of being good.

Dawid and Skene (Applied Statistics 28:20, 1979), with Dirichlet priors so that a few verdicts prove little. Hidden is
whether a suggestion is good; each reviewer says keep, rewrite or revert with probabilities that depend on it. Checks
are reviewers of another kind: what they reach they judge by their own, small error rates, and of the rest a pass says
nothing:

    P(fails | good) = false alarms        P(fails | bad) = reach · found + (1 − reach) · false alarms

Both are fitted together by expectation maximisation, which starts from the priors and draws nothing at random. So a
reviewer whom checks contradict loses weight, and one who always says the opposite is understood as that. A majority
that lies where no check reaches cannot be found out.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tactful_models.reviewers import COVERS, VERDICTS, CheckRates, Estimate, Expected, Priors, Rates, Trial, Vote

Floats = NDArray[np.float64]
Places = NDArray[np.intp]

_YIELDS: Final = 0.9
"""Of what speaks for a suggestion whose tests pass, so much at most is taken back by one reviewer."""
_MOST_LOG_ODDS: Final = 700.0
"""Beyond, its exponential is none that a float holds."""
_MOST_ROUNDS: Final = 500
_SETTLED: Final = 1e-8


def estimate(votes: Sequence[Vote], trials: Sequence[Trial] = (), priors: Priors | None = None) -> Estimate:
    """The estimate; of several votes of one reviewer on one suggestion each counts, so give the last alone.

    >>> from tactful_models.events import Verdict
    >>> found = estimate([Vote("s1", "ada", Verdict.KEEP), Vote("s2", "ada", Verdict.REVERT)])
    >>> found.good["s1"] > 0.5 > found.good["s2"]
    True
    """
    priors = priors or Priors()
    record = _record(votes, trials, priors)
    belief = record.start()
    good = record.expected(belief)
    rounds, moved = 0, math.inf
    while moved >= _SETTLED and rounds < _MOST_ROUNDS:
        belief = record.maximised(belief, good)
        former, good = good, record.expected(belief)
        rounds, moved = rounds + 1, float(np.abs(good - former).max(initial=0.0))
    return record.told(belief, good, rounds)


@dataclass(frozen=True, slots=True)
class _Belief:
    share: float
    reviewers: Floats
    """(reviewers, 2, 3): P(verdict | good), P(verdict | bad)."""
    found: Floats
    """(checks,)."""
    alarms: Floats
    """(checks,)."""


@dataclass(frozen=True, slots=True)
class _Said:
    """The votes; every array (votes,)."""

    item: Places
    reviewer: Places
    verdict: Places


@dataclass(frozen=True, slots=True)
class _Tried:
    """The trials; every array (trials,)."""

    item: Places
    check: Places
    failed: Floats
    """1.0 or 0.0."""
    reach: Floats
    stands: NDArray[np.bool_]
    """Whether it is a test's pass that covers the lines."""


@dataclass(frozen=True, slots=True)
class _Record:
    items: tuple[str, ...]
    reviewers: tuple[str, ...]
    checks: tuple[str, ...]
    said: _Said
    tried: _Tried
    pseudo: Floats
    """(reviewers, 2, 3): the priors as counts."""
    priors: Priors

    def start(self) -> _Belief:
        """What the priors say."""
        (found, missed), (alarms, calm), (good, bad) = self.priors.found, self.priors.alarms, self.priors.good
        each = np.ones(len(self.checks))
        rates = self.pseudo / self.pseudo.sum(axis=2, keepdims=True)
        return _Belief(good / (good + bad), rates, each * found / (found + missed), each * alarms / (alarms + calm))

    def expected(self, belief: _Belief) -> Floats:
        """(items,) P(good)."""
        said, tried = self.said, self.tried
        fails_bad = _fails_bad(tried, belief)
        alarms = belief.alarms[tried.check]
        told = np.where(tried.failed > 0, np.log(alarms / fails_bad), np.log((1.0 - alarms) / (1.0 - fails_bad)))
        by_checks = np.log(belief.share / (1.0 - belief.share)) + self._sums(tried.item, told)
        rates = belief.reviewers
        votes = np.log(rates[said.reviewer, 0, said.verdict] / rates[said.reviewer, 1, said.verdict])
        votes = np.maximum(votes, self._least(by_checks)[said.item])
        told = np.clip(by_checks + self._sums(said.item, votes), -_MOST_LOG_ODDS, _MOST_LOG_ODDS)
        return np.asarray(1.0 / (1.0 + np.exp(-told)), np.float64)

    def maximised(self, belief: _Belief, good: Floats) -> _Belief:
        """The rates that these chances make likeliest, priors included."""
        counts = self.pseudo + np.stack([self._said_of(good), self._said_of(1.0 - good)], axis=1)
        found, alarms = self._check_rates(belief, good)
        (one, other), n = self.priors.good, len(good)
        share = (float(good.sum()) + one) / (n + one + other)
        return _Belief(share, counts / counts.sum(axis=2, keepdims=True), found, alarms)

    def told(self, belief: _Belief, good: Floats, rounds: int) -> Estimate:
        """In words of the outside."""
        n_votes = np.bincount(self.said.reviewer, minlength=len(self.reviewers))
        n_trials = np.bincount(self.tried.check, minlength=len(self.checks))
        reviewers = {
            name: Rates(int(n_votes[at]), *(tuple(map(float, row)) for row in belief.reviewers[at]))
            for at, name in enumerate(self.reviewers)
        }
        checks = {
            name: CheckRates(int(n_trials[at]), float(belief.found[at]), float(belief.alarms[at]))
            for at, name in enumerate(self.checks)
        }
        chances = dict(zip(self.items, map(float, good), strict=True))
        return Estimate(chances, belief.share, reviewers, checks, rounds)

    def _least(self, by_checks: Floats) -> Floats:
        """(items,) the most that one reviewer may say against each: less than what a covering test's pass says for it.

        Two who agree may; one alone does not overturn it.
        """
        stands = np.zeros(len(self.items), np.bool_)
        stands[self.tried.item[self.tried.stands]] = True
        return np.where(stands & (by_checks > 0.0), -_YIELDS * by_checks, -np.inf)

    def _check_rates(self, belief: _Belief, good: Floats) -> tuple[Floats, Floats]:
        """Of a bad suggestion it is hidden, too, whether the check reached what is bad in it."""
        tried = self.tried
        fails_bad, bad = _fails_bad(tried, belief), 1.0 - good[tried.item]
        found = belief.found[tried.check]
        reached = np.where(
            tried.failed > 0, tried.reach * found / fails_bad, tried.reach * (1.0 - found) / (1.0 - fails_bad)
        )
        hit, blind = bad * reached, good[tried.item] + bad * (1.0 - reached)
        return self._ratio(hit, self.priors.found), self._ratio(blind, self.priors.alarms)

    def _ratio(self, weight: Floats, prior: tuple[float, float]) -> Floats:
        """(checks,) the weighted share of failures, with a prior of failures and passes."""
        n, check = len(self.checks), self.tried.check
        failed = np.bincount(check, weight * self.tried.failed, minlength=n) + prior[0]
        return np.asarray(failed / (np.bincount(check, weight, minlength=n) + sum(prior)), np.float64)

    def _said_of(self, weight: Floats) -> Floats:
        """(reviewers, 3) verdicts, each counted by the weight (items,) of what it is about."""
        said, shape = self.said, (len(self.reviewers), len(VERDICTS))
        counts = np.bincount(said.reviewer * shape[1] + said.verdict, weight[said.item], minlength=shape[0] * shape[1])
        return np.asarray(counts.reshape(shape), np.float64)

    def _sums(self, item: Places, values: Floats) -> Floats:
        return np.asarray(np.bincount(item, values, minlength=len(self.items)), np.float64)


def _fails_bad(tried: _Tried, belief: _Belief) -> Floats:
    """(trials,) P(fails | bad)."""
    return tried.reach * belief.found[tried.check] + (1.0 - tried.reach) * belief.alarms[tried.check]


def _record(votes: Sequence[Vote], trials: Sequence[Trial], priors: Priors) -> _Record:
    items = _numbered([vote.suggestion_id for vote in votes] + [trial.suggestion_id for trial in trials])
    reviewers = _numbered(vote.reviewer for vote in votes)
    checks = _numbered(trial.check for trial in trials)
    kinds = {vote.reviewer: vote.kind for vote in votes}
    said = _Said(
        _places(items[vote.suggestion_id] for vote in votes),
        _places(reviewers[vote.reviewer] for vote in votes),
        _places(VERDICTS.index(vote.verdict) for vote in votes),
    )
    tried = _Tried(
        _places(items[trial.suggestion_id] for trial in trials),
        _places(checks[trial.check] for trial in trials),
        np.array([not trial.passed for trial in trials], np.float64),
        np.clip(np.array([trial.reach for trial in trials], np.float64), 0.0, 1.0),
        np.array([one.is_test and one.passed and one.reach >= COVERS for one in trials], np.bool_),
    )
    pseudo = np.array([_counts(priors.of(kinds[name])) for name in reviewers], np.float64).reshape(-1, 2, 3)
    return _Record(tuple(items), tuple(reviewers), tuple(checks), said, tried, pseudo, priors)


def _counts(expected: Expected) -> Floats:
    return expected.strength * np.array([expected.given_good, expected.given_bad])


def _numbered(names: Iterable[str]) -> dict[str, int]:
    return {name: at for at, name in enumerate(dict.fromkeys(names))}


def _places(values: Iterable[int]) -> Places:
    return np.fromiter(values, np.intp)
