"""A gate's probabilities corrected between trainings by what came of the newest suggestions. Plain Python: it serves.

The corrected probability is σ(intercept + slope · logit p), p being the gate's own calibrated one (Platt 1999). What is
known of (intercept, slope) is a normal distribution that begins at (0, 1), where nothing is corrected. Each outcome is
taken in by one step of a logistic regression (Spiegelhalter and Lauritzen, Networks 20:579, 1990), made implicit, so
that no single outcome oversteps whatever its weight (Kulis and Bartlett, ICML 2010). Before it, what was learned fades
a little towards the beginning (stabilised forgetting: Kulhavý and Zarrop, International Journal of Control 58:905,
1993): of an outcome n outcomes ago e^(−n / `MEMORY`) is left, and a gate that is right stays as it is.

**Thresholds keep their promise**, since they move along: a probability p was to be withheld below a threshold t; it is
withheld when its corrected one is below `lowered(t)`, the smaller of t and of t corrected. As corrections only rise
with p, that is where both the gate's own word and the corrected one are below t. So a correction may show more than the
thresholds were tuned for and never less: whatever the promise is worth without corrections, it is worth with them.
"""

import math
from dataclasses import dataclass
from typing import Final

MEMORY: Final = 100.0
"""Outcomes after which e⁻¹ of one is left: about half of what one person brings forth in a day."""
LARGEST_WEIGHT: Final = 3.0
"""Most that one outcome counts for; one shown by exploration stands for fifty, which would be a leap of faith."""
_SPREAD_INTERCEPT: Final = 1.0
_SPREAD_SLOPE: Final = 0.3
"""Standard deviations of the beginning: what correction is believable before anything is seen."""
_LEAST_SLOPE: Final = 0.05
"""A correction never turns the order round."""
_EDGE: Final = 1e-6
"""Probabilities nearer to 0 or 1 are taken as this far from it."""
_HALVINGS: Final = 40


@dataclass(frozen=True, slots=True)
class Correction:
    """A map from a gate's own probability to the one that is served; it never decreases."""

    intercept: float = 0.0
    slope: float = 1.0

    def __call__(self, probability: float) -> float:
        """The corrected probability; NaN stays NaN.

        >>> Correction()(0.3), round(Correction(intercept=1.0)(0.5), 4)
        (0.3, 0.7311)
        """
        if probability != probability or (self.intercept == 0.0 and self.slope == 1.0):
            return probability
        return _logistic(self.intercept + self.slope * _log_odds(probability))

    def lowered(self, threshold: float) -> float:
        """Where the corrected probabilities have to be below, that nothing more is withheld than below `threshold`.

        >>> Correction(intercept=2.0).lowered(0.25), Correction(intercept=-2.0).lowered(0.25) < 0.05
        (0.25, True)
        """
        return min(threshold, self(threshold)) if threshold > 0.0 else threshold


UNCORRECTED: Final = Correction()


class Recalibrator:
    """Follows one stage of one gate. A function of what it has seen alone: the same outcomes make the same numbers."""

    __slots__ = ("_intercept", "_p00", "_p01", "_p11", "_slope", "n_seen")

    def __init__(self) -> None:
        self.n_seen = 0
        """Outcomes taken in."""
        self._intercept = self._slope = 0.0
        """Mean, as the difference from the beginning."""
        self._p00, self._p01, self._p11 = _BEGIN00, 0.0, _BEGIN11
        """Precision matrix."""

    @property
    def correction(self) -> Correction:
        """As things stand."""
        if not self.n_seen:
            return UNCORRECTED
        return Correction(self._intercept, max(1.0 + self._slope, _LEAST_SLOPE))

    def learn(self, probability: float, good: float, weight: float) -> None:
        """Takes in one outcome.

        `probability`: the gate's own, in [0, 1]; `good`: 1 or 0, or how likely that is; `weight`: how much the label
        says, over the propensity of its having been shown; cut at `LARGEST_WEIGHT`.
        """
        self._fade()
        self._step(_log_odds(probability), good, min(weight, LARGEST_WEIGHT))
        self.n_seen += 1

    def _fade(self) -> None:
        left = math.exp(-1.0 / MEMORY)
        pull0 = left * (self._p00 * self._intercept + self._p01 * self._slope)
        pull1 = left * (self._p01 * self._intercept + self._p11 * self._slope)
        self._p00 = left * self._p00 + (1.0 - left) * _BEGIN00
        self._p01 = left * self._p01
        self._p11 = left * self._p11 + (1.0 - left) * _BEGIN11
        self._intercept, self._slope = self._solved(pull0, pull1)

    def _step(self, x: float, label: float, weight: float) -> None:
        """The mean goes along P⁻¹(1, x) by `force`, the weighted residual after the step; then the precision grows."""
        along0, along1 = self._solved(1.0, x)
        variance = along0 + x * along1
        margin = x + self._intercept + self._slope * x
        force = _residual(margin, variance, (label, weight))
        self._intercept += force * along0
        self._slope += force * along1
        chance = _logistic(margin + variance * force)
        grown = weight * chance * (1.0 - chance)
        self._p00, self._p01, self._p11 = self._p00 + grown, self._p01 + grown * x, self._p11 + grown * x * x

    def _solved(self, right0: float, right1: float) -> tuple[float, float]:
        """P⁻¹ times a vector."""
        determinant = self._p00 * self._p11 - self._p01 * self._p01
        return (
            (self._p11 * right0 - self._p01 * right1) / determinant,
            (self._p00 * right1 - self._p01 * right0) / determinant,
        )


_BEGIN00: Final = 1.0 / _SPREAD_INTERCEPT**2
_BEGIN11: Final = 1.0 / _SPREAD_SLOPE**2


def _residual(margin: float, variance: float, outcome: tuple[float, float]) -> float:
    """The f with f = weight · (label − σ(margin + variance · f)), by bisection: the right side falls with f."""
    label, weight = outcome
    low, high = -weight, weight
    for _ in range(_HALVINGS):
        middle = (low + high) / 2.0
        if middle < weight * (label - _logistic(margin + variance * middle)):
            low = middle
        else:
            high = middle
    return (low + high) / 2.0


def _log_odds(probability: float) -> float:
    held = min(max(probability, _EDGE), 1.0 - _EDGE)
    return math.log(held / (1.0 - held))


def _logistic(margin: float) -> float:
    return 1.0 / (1.0 + math.exp(-margin)) if margin > -700.0 else 0.0
