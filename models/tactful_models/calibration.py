"""Maps from a raw score to a calibrated probability, as numbers that go to JSON and back exactly.

Plain Python on one value, since this is served; `calibration_fitting.py` fits them. Both maps never decrease.
"""

import math
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from tactful_models.errors import UnknownFormatError


@dataclass(frozen=True, slots=True)
class Sigmoid:
    """P = 1 / (1 + exp(−(slope · score + intercept))) (Platt 1999)."""

    slope: float
    """At least 0."""
    intercept: float

    def __call__(self, score: float) -> float:
        """The probability at one raw score.

        >>> Sigmoid(1.0, 0.0)(0.0)
        0.5
        """
        margin = self.slope * score + self.intercept
        if margin >= 0:
            return 1.0 / (1.0 + math.exp(-margin)) if margin < 700 else 1.0
        return math.exp(margin) / (1.0 + math.exp(margin)) if margin > -700 else 0.0

    def to_json(self) -> dict[str, object]:
        """As plain numbers."""
        return {"kind": "sigmoid", "slope": self.slope, "intercept": self.intercept}


@dataclass(frozen=True, slots=True)
class Isotonic:
    """A rising broken line through (scores, probabilities), flat beyond its ends."""

    scores: tuple[float, ...]
    """Knots, strictly increasing, at least one."""
    probabilities: tuple[float, ...]
    """As many, in [0, 1], never decreasing."""

    def __call__(self, score: float) -> float:
        """The probability at one raw score.

        >>> Isotonic((0.0, 1.0), (0.2, 0.4))(0.5)
        0.30000000000000004
        """
        right = bisect_right(self.scores, score)
        if right == 0:
            return self.probabilities[0]
        if right == len(self.scores):
            return self.probabilities[-1]
        low, high = self.probabilities[right - 1], self.probabilities[right]
        share = (score - self.scores[right - 1]) / (self.scores[right] - self.scores[right - 1])
        return min(high, low + share * (high - low))

    def to_json(self) -> dict[str, object]:
        """As plain numbers."""
        return {"kind": "isotonic", "scores": list(self.scores), "probabilities": list(self.probabilities)}


Calibration = Sigmoid | Isotonic


def from_json(value: Mapping[str, object]) -> Calibration:
    """The map that `to_json` wrote; raises UnknownFormatError on any other kind or on values that make none."""
    try:
        match value:
            case {"kind": "sigmoid", "slope": float() | int() as slope, "intercept": float() | int() as intercept}:
                return _checked(Sigmoid(float(slope), float(intercept)), slope >= 0 and _finite(slope, intercept))
            case {"kind": "isotonic", "scores": list() as scores, "probabilities": list() as found} if scores:
                isotonic = Isotonic(tuple(map(float, scores)), tuple(map(float, found)))
                return _checked(isotonic, _rises(isotonic))
    except (OverflowError, TypeError, ValueError) as exc:
        raise UnknownFormatError(f"the gate's calibration holds something that is no number: {exc}") from exc
    raise UnknownFormatError(f"the gate's calibration is of a kind unknown here: {value.get('kind')!r}")


def _rises(found: Isotonic) -> bool:
    told = found.probabilities
    return (
        len(found.scores) == len(told)
        and _finite(*found.scores, *told)
        and all(low < high for low, high in pairwise(found.scores))
        and all(low <= high for low, high in pairwise(told))
        and 0.0 <= told[0] <= told[-1] <= 1.0
    )


def _finite(*numbers: float) -> bool:
    return all(math.isfinite(number) for number in numbers)


def _checked(found: Calibration, sound: bool) -> Calibration:
    if not sound:
        raise UnknownFormatError("the gate's calibration is no rising map")
    return found
