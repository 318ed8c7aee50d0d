"""What a gate's thresholds promise, and the exact bound behind it. Plain Python: this is on the served path."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final

BALANCED: Final = "balanced"
"""The eagerness at which thresholds are as they were tuned."""
COST_RATIOS: Final[Mapping[str, float]] = MappingProxyType({"quiet": 3.0, BALANCED: 1.0, "eager": 1 / 3, "always": 0.0})
"""By eagerness: how bad an unwanted suggestion is, against how bad it was taken to be in tuning."""


@dataclass(frozen=True, slots=True)
class Constraint:
    """What the user allows a gate to cost."""

    accepts_lost: float = 0.05
    """Largest share of the accepts that may be withheld, in (0, 1)."""
    confidence: float = 0.90
    """Probability with which that share must hold on new data, in (0, 1)."""
    kind: str = "bound"
    """`bound` holds the share with the confidence; `plain` only as a ratio on the tuning data."""
    call_worth: float = 0.1
    """What a call to the model spared is worth, in rejections withheld."""


@dataclass(frozen=True, slots=True)
class Promise:
    """What is known of the accepts a pair of thresholds loses."""

    kind: str = "none"
    """`bound`, `plain`, or `none` where nothing was tuned."""
    met: bool = False
    """Whether thresholds were found that keep to it; if not, they are 0 and everything is shown."""
    accepts_lost: float = 0.05
    """The share of accepts that may be lost."""
    confidence: float = 0.90
    """With which confidence; meaningless when `kind` is `plain`."""
    accepts: int = 0
    """Accepts in the tuning data."""
    lost: int = 0
    """Of those, how many the thresholds withhold."""
    upper: float = 1.0
    """Upper confidence bound of the share lost on new data (Clopper–Pearson), in [0, 1]."""
    more_accepts: int = 0
    """How many more accepts would be needed at least, were none of them lost; 0 when the promise is met."""
    exact: bool = True
    """False when rows weighed differently or hang together, so that the bound rests on an effective sample size."""
    effective: int = 0
    """What the accepts count as in the bound: fewer where some stand for many, or several people's differ."""
    reason: str = "nothing was tuned: everything is shown"
    """The same as a sentence."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Withhold below these calibrated probabilities; 0 withholds nothing."""

    stage1: float = 0.0
    stage2: float = 0.0
    promise: Promise = field(default_factory=Promise)

    def of(self, stage: int) -> float:
        """The threshold of stage 1 or 2."""
        return self.stage1 if stage == 1 else self.stage2

    @property
    def withhold(self) -> bool:
        """Whether anything can fall below them."""
        return self.stage1 > 0.0 or self.stage2 > 0.0

    def with_eagerness(self, word: str) -> "Thresholds":
        """These thresholds for someone to whom an unwanted suggestion costs `COST_RATIOS[word]` times as much.

        Whoever shows at odds o when wrong and missed cost alike shows at k · o when wrong costs k times as much. Where
        that raises them, the promise no longer holds, which its sentence says. Raises KeyError for another word.

        >>> Thresholds(0.25, 0.5).with_eagerness("quiet").of(1)
        0.5
        """
        ratio = COST_RATIOS[word]
        if ratio == 1.0:
            return self
        stage1, stage2 = _at_odds(self.stage1, ratio), _at_odds(self.stage2, ratio)
        broken = ratio > 1.0 and self.withhold and self.promise.met
        promise = replace(self.promise, met=False, reason=_BROKEN) if broken else self.promise
        return Thresholds(stage1, stage2, promise)


_BROKEN: Final = "quiet was chosen: more may be withheld than was promised"


def _at_odds(threshold: float, ratio: float) -> float:
    """The probability with `ratio` times the odds; 0 stays 0, and 1 stays 1 unless the ratio is 0."""
    raised = threshold * ratio
    return raised / (1.0 - threshold + raised) if raised else 0.0


SHOW_ALL = Thresholds()


def binomial_cdf(k: int, n: int, p: float) -> float:
    """P(X ≤ k) for X ~ Binomial(n, p), summed in logarithms.

    >>> round(binomial_cdf(1, 3, 0.5), 3)
    0.5
    """
    if k < 0 or k >= n:
        return 0.0 if k < 0 else 1.0
    if p <= 0.0 or p >= 1.0:
        return 1.0 if p <= 0.0 else 0.0
    log_p, log_q, start = math.log(p), math.log1p(-p), math.lgamma(n + 1)
    terms = (start - math.lgamma(i + 1) - math.lgamma(n - i + 1) + i * log_p + (n - i) * log_q for i in range(k + 1))
    return min(1.0, math.fsum(math.exp(term) for term in terms))


def upper_bound(k: int, n: int, confidence: float) -> float:
    """One-sided Clopper–Pearson upper bound of a share of which k in n were seen (Biometrika 26:404, 1934).

    The p at which P(X ≤ k) falls to 1 − confidence, by bisection to the last bit that matters.

    >>> round(upper_bound(0, 45, 0.90), 4)
    0.0499
    """
    if n == 0 or k >= n:
        return 1.0
    low, high = k / n, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if binomial_cdf(k, n, middle) > 1.0 - confidence else (low, middle)
    return high


def most_lost(n: int, constraint: Constraint) -> int:
    """The largest number of n accepts that may be lost with the bound still kept; -1 when not even 0 may.

    >>> most_lost(44, Constraint()), most_lost(45, Constraint())
    (-1, 0)
    """
    low, high = -1, n
    while high - low > 1:
        middle = (low + high) // 2
        kept = binomial_cdf(middle, n, constraint.accepts_lost) <= 1.0 - constraint.confidence
        low, high = (middle, high) if kept else (low, middle)
    return low


def fewest_accepts(constraint: Constraint) -> int:
    """Accepts needed before the bound can be kept at all, none of them lost.

    The least n with (1 − share)^n ≤ 1 − confidence.

    >>> fewest_accepts(Constraint())
    45
    """
    return math.ceil(math.log(1.0 - constraint.confidence) / math.log1p(-constraint.accepts_lost))
