"""From a probability to an action, with the propensity of that action. Pure and fast; the draw is a keyed hash."""

import hashlib
import math
from dataclasses import dataclass, replace

from tactful_models.events import Action
from tactful_models.promise import SHOW_ALL, Thresholds
from tactful_models.recalibration import Correction


@dataclass(frozen=True, slots=True)
class Policy:
    """What turns probabilities into actions."""

    mode: str
    """`off` asks nothing and shows everything, `shadow` decides and shows everything, `on` acts."""
    thresholds: Thresholds = SHOW_ALL
    """Withhold below these."""
    exploration_rate: float = 0.02
    """Share of what would be withheld that is shown all the same, in [0, 1]."""
    seed: int = 0
    """Seed of the session's exploration."""

    def corrected(self, stage: int, correction: Correction) -> "Policy":
        """For corrected probabilities of one stage: its threshold moves so that no more is withheld than was tuned."""
        at = self.thresholds.of(stage)
        if (lowered := correction.lowered(at)) == at:
            return self
        tuned = self.thresholds
        moved = replace(tuned, stage1=lowered) if stage == 1 else replace(tuned, stage2=lowered)
        return replace(self, thresholds=moved)


@dataclass(frozen=True, slots=True)
class Verdict:
    """One stage's decision."""

    action: Action
    """What is done."""
    would: Action
    """What the thresholds alone say."""
    propensity: float
    """Probability in (0, 1] with which this policy takes `action` here."""
    exploring: bool
    """Whether `action` differs from `would` because of exploration."""
    threshold: float
    """The stage's threshold."""
    reason: str
    """`off`, `no_gate`, `above_threshold`, `below_threshold`, `exploring` or `shadow`."""


def decide(policy: Policy, stage: int, probability: float | None, place_key: str) -> Verdict:
    """The verdict for one opportunity at a place; the same place of the same session always has the same draw.

    `probability` is the stage's calibrated one, or None (or NaN) when there is no gate to ask: that shows.

    >>> decide(Policy("on", Thresholds(0.1, 0.3), 0.0), 2, 0.2, "here").reason
    'below_threshold'
    """
    threshold = policy.thresholds.of(stage)
    if policy.mode == "off":
        return _shown(threshold, "off")
    if probability is None or math.isnan(probability):
        return _shown(threshold, "no_gate")
    if probability >= threshold:
        return _shown(threshold, "above_threshold")
    if policy.mode == "shadow":
        return Verdict(Action.SHOW, Action.WITHHOLD, 1.0, False, threshold, "shadow")
    return _below(policy, threshold, draw(policy.seed, stage, place_key))


def draw(seed: int, stage: int, place_key: str) -> float:
    """A number in [0, 1) that is uniform over places and fixed for one place of one session (BLAKE2b, keyed)."""
    digest = hashlib.blake2b(f"{stage}\x1f{place_key}".encode(), key=str(seed).encode()[:64], digest_size=8)
    return (int.from_bytes(digest.digest(), "little") >> 11) / (1 << 53)


def _below(policy: Policy, threshold: float, drawn: float) -> Verdict:
    rate = policy.exploration_rate
    if drawn < rate:
        return Verdict(Action.SHOW, Action.WITHHOLD, rate, True, threshold, "exploring")
    return Verdict(Action.WITHHOLD, Action.WITHHOLD, 1.0 - rate, False, threshold, "below_threshold")


def _shown(threshold: float, reason: str) -> Verdict:
    return Verdict(Action.SHOW, Action.SHOW, 1.0, False, threshold, reason)
