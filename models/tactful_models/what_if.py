"""What if other thresholds had served: the answer from the log, beside the baselines.

The baselines withhold as much as the thresholds asked about, so that like is compared with like: by the user's own
rate of late, by the log-probability alone; beside them showing everything, and what was really done.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from tactful_models import ope
from tactful_models.artifact import session_digest
from tactful_models.clusters import Interval
from tactful_models.dataset import Floats
from tactful_models.features import names
from tactful_models.gate import LearnedGate
from tactful_models.ope import Guess, Support, Target, Worth
from tactful_models.paths import Paths

_EFFECTIVE_ENOUGH: Final = 30.0
"""Fewer effective paths are pointed out."""


@dataclass(frozen=True, slots=True)
class Scores:
    """Calibrated probabilities of the paths, by one gate or as they stand in the log."""

    stage1: Floats
    """(n,) NaN where there is none: such a one is shown."""
    stage2: Floats
    """(n,) NaN also where nothing came."""

    @property
    def are_unknown(self) -> bool:
        """Whether there is no probability at all."""
        return bool(np.isnan(self.stage1).all() and np.isnan(self.stage2).all())


@dataclass(frozen=True, slots=True)
class Answer:
    """What one policy would have done, and been worth."""

    name: str
    """What it is called."""
    shown: float | None
    """Share of the opportunities that end in a suggestion shown; None where that cannot be told."""
    calls_avoided: float
    """Share that stage 1 withholds."""
    accepts_lost: Interval
    """Share of the good ones that showing everything would bring, not shown."""
    value: Worth | None
    """Good suggestions shown, per opportunity; None where `reason` says why."""
    chars: Worth | None
    """Characters of them kept, per opportunity."""
    support: Support
    """How far the log bears it."""
    reason: str = ""
    """Why there is no value, or how far it is to be trusted; empty where there is nothing to say."""

    def to_json(self) -> dict[str, object]:
        """As plain values."""
        return {
            "name": self.name,
            "shown": self.shown,
            "withheld": None if self.shown is None else 1.0 - self.shown,
            "calls_avoided": self.calls_avoided,
            "accepts_lost": self.accepts_lost.to_json(),
            "value": _worth_json(self.value),
            "kept_chars": _worth_json(self.chars),
            "unsupported": self.support.unsupported,
            "effective": self.support.effective,
            "largest_weight": self.support.largest_weight,
            "clusters": self.support.clusters,
            "reason": self.reason,
        }


def _worth_json(found: Worth | None) -> dict[str, object] | None:
    if found is None:
        return None
    return {"ips": found.ips.to_json(), "snips": found.snips.to_json(), "dr": found.dr.to_json()}


def logged_scores(paths: Paths) -> Scores:
    """The probabilities that the gates then in force gave."""
    return Scores(paths.probability1, paths.probability2)


def scores_of(gate: LearnedGate, paths: Paths) -> Scores:
    """What a gate says of the paths; NaN where the log has no vector of this version."""
    return Scores(_scored(gate, paths, 1), _scored(gate, paths, 2))


def _scored(gate: LearnedGate, paths: Paths, stage: int) -> Floats:
    table = paths.stage1 if stage == 1 else paths.stage2
    known = ~np.isnan(table).all(axis=1)
    found = np.full(len(paths), np.nan)
    found[known] = gate.probabilities(stage, table[known].astype(np.float64), list(paths.model_key[known]))
    return found


def familiar(gate: LearnedGate, paths: Paths) -> float:
    """Share of the paths from sessions that the gate learned from: there it looks better than it is."""
    known = frozenset(gate.artifact.data.session_digests)
    learned = {name for name in set(paths.session_id) if session_digest(str(name)) in known}
    return sum(name in learned for name in paths.session_id) / max(len(paths), 1)


def thresholds(scores: Scores, pair: tuple[float, float], name: str) -> Target:
    """The policy that withholds below the thresholds (stage 1, stage 2) and does not explore."""
    first, second = (~(each < at) for each, at in zip((scores.stage1, scores.stage2), pair, strict=True))
    return Target(name, first.astype(np.float64), second.astype(np.float64))


def answers(paths: Paths, scores: Scores, asked: Target) -> tuple[Answer, ...]:
    """The answer to what was asked, then the baselines. `paths`: one at least."""
    guesses = _guesses(paths, scores)
    withheld = 1.0 - (ope.shown_share(paths, asked) or 0.0)
    targets = [asked, ope.everything(len(paths)), ope.logged(paths)]
    for build in (_by_own_rate, _by_logprob):
        if (target := build(paths, withheld)) is not None:
            targets.append(target)
    return tuple(_answer(paths, target, guesses) for target in targets)


def _answer(paths: Paths, target: Target, guesses: tuple[Guess, Guess]) -> Answer:
    support = ope.support(paths, target)
    value = chars = None
    if support.is_given:
        value = ope.worth(paths, target, guesses[0], paths.reward)
        chars = ope.worth(paths, target, guesses[1], paths.kept_chars)
    return Answer(
        name=target.name,
        shown=ope.shown_share(paths, target) if support.is_given else None,
        calls_avoided=1.0 - float((paths.stands_for * target.stage1).sum() / paths.stands_for.sum()),
        accepts_lost=ope.lost_share(paths, target, paths.reward),
        value=value,
        chars=chars,
        support=support,
        reason=_reason(support),
    )


def _reason(support: Support) -> str:
    if not support.is_given:
        return (
            f"it would show {support.unsupported:.1%} that was withheld without any chance of being shown; exploration"
            " gives them one"
        )
    if 0.0 < support.effective < _EFFECTIVE_ENOUGH:
        counted, heaviest = support.effective, support.largest_weight
        return f"rests on what counts as {counted:.0f} suggestions, the heaviest of them as {heaviest:.0f}"
    return "" if support.clusters > 1 else "from one session no interval can be made"


def _guesses(paths: Paths, scores: Scores) -> tuple[Guess, Guess]:
    """What is expected of each path if shown: good or not, and in characters kept."""
    shown, kept = paths.shown, paths.kept_chars
    rate = float(paths.reward[shown].mean()) if shown.any() else 0.0
    first, second = (np.where(np.isnan(each), rate, each) for each in (scores.stage1, scores.stage2))
    offered = float((paths.chars * paths.reward)[shown].sum())
    ratio = float(kept[shown].sum()) / offered if offered else 0.0
    length = float(np.nanmean(paths.chars)) if paths.called.any() else 0.0
    chars = np.where(np.isnan(paths.chars), length, paths.chars)
    return Guess(first, second), Guess(first * ratio * length, second * ratio * chars)


def _by_own_rate(paths: Paths, withheld: float) -> Target | None:
    rate = paths.stage1[:, names(1).index("recent_rate")].astype(np.float64)
    passing = _passing(rate, paths.stands_for, withheld)
    return None if passing is None else Target("own rate, last k", passing, np.ones(len(paths)))


def _by_logprob(paths: Paths, withheld: float) -> Target | None:
    """By the first line's summed log-probability, or the mean where that is never known."""
    for name in ("logprob_line_sum", "logprob_mean"):
        told = paths.stage2[:, names(2).index(name)].astype(np.float64)
        weight = paths.stands_for * ope.ratios(paths, ope.everything(len(paths))).first
        passing = _passing(told, weight, withheld)
        if passing is not None:
            return Target("log-probability", np.ones(len(paths)), passing)
    return None


def _passing(scores: Floats, weight: Floats, withheld: float) -> Floats | None:
    """(n,) probability to pass so that the lowest share of the weight does not; by lot among equals.

    One without a score passes. None where none has one.
    """
    known = ~np.isnan(scores)
    if not known.any():
        return None
    values, places = np.unique(scores[known], return_inverse=True)
    mass = np.bincount(places, weight[known], len(values))
    before = np.cumsum(mass) - mass
    left = np.clip(withheld * float(weight.sum()) - before, 0.0, mass)
    kept_out = np.divide(left, mass, out=np.zeros(len(values)), where=mass > 0.0)
    found = np.ones(len(scores))
    found[known] = 1.0 - kept_out[places]
    return found
