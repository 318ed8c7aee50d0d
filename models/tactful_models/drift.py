"""Whether probabilities still fit what comes of them: a test that may be looked at after every outcome.

The hypothesis is that whatever has happened, the chance that a suggestion is good lies within `TOLERANCE` of the
probability said of it. Gamblers bet against it, each with one direction (more come out good than was said, fewer, the
likely and the unlikely ones further apart than was said, or closer together) and one stake λ: an outcome y multiplies
their money by 1 + λ (s · (y − p) − tolerance), s = ±1. Where the hypothesis holds, none can expect to win. Each puts in
one unit before every outcome, so that a change at any time is betted on from its beginning: an e-detector of the
Shiryaev–Roberts kind (Shin, Ramdas and Rinaldo, arXiv 2203.03532). While the hypothesis holds, the gamblers' mean money
less the number of outcomes is a supermartingale, so by optional stopping it takes `ONE_FALSE_IN` outcomes at least, on
average, before it reaches `ONE_FALSE_IN`.

Only what is shown has an outcome. Whether it was is decided by the probability and a lot, neither of which says more of
the outcome than the probability does: no weights are needed.
"""

from typing import Final

TOLERANCE: Final = 0.05
"""How far off a probability may be before it counts."""
ONE_FALSE_IN: Final = 20_000
"""Outcomes between two false alarms, on average, at least."""
_STAKES: Final = (0.125, 0.25, 0.5)
_RICHEST: Final = 1e12
_FIRST_MIDDLE: Final = 0.3


class Detector:
    """Watches one kind of probability of one gate."""

    __slots__ = ("_money", "_n", "_sum")

    def __init__(self) -> None:
        self._money = [0.0] * (4 * len(_STAKES))
        self._n, self._sum = 0, 0.0

    @property
    def evidence(self) -> float:
        """The gamblers' mean money; from `ONE_FALSE_IN` on it is an alarm."""
        return sum(self._money) / len(self._money)

    def see(self, probability: float, good: bool) -> None:
        """Takes in one outcome of what was said to have this probability."""
        middle = self._sum / self._n if self._n else _FIRST_MIDDLE
        self._n, self._sum = self._n + 1, self._sum + probability
        residual = float(good) - probability
        outward = residual if probability >= middle else -residual
        gains = (residual, -residual, outward, -outward)
        factors = [1.0 + stake * (gain - TOLERANCE) for gain in gains for stake in _STAKES]
        self._money = [
            min((money + 1.0) * factor, _RICHEST) for money, factor in zip(self._money, factors, strict=True)
        ]
