"""Reliability and trade-off of decisions judged out of sample, as an evaluation's JSON keeps them, and back.

Beside an evaluation's figures stand `reliability`, one object a stage, and `tradeoff`: the fields of `Reliability` and
of `Tradeoff`. What is not as it should be is taken for not there.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from tactful_models import scored
from tactful_models.judging import Judged
from tactful_models.metrics import Estimate
from tactful_models.page_reading import Values, at, entries, estimate, real, words
from tactful_models.reliability import Bin, Reliability, reliability
from tactful_models.report_rates import Rate
from tactful_models.tradeoff import NAMES, Curve, InForce, Tradeoff, tradeoff


@dataclass(frozen=True, slots=True)
class Stored:
    """What an evaluation has kept."""

    stages: tuple[Reliability, ...]
    tradeoff: Tradeoff | None


def to_json(judged: Judged) -> dict[str, object]:
    """Of decisions with the probabilities of gates that did not learn from them."""
    decisions = scored.of_judged(judged)
    withheld = judged.withheld if len(decisions) == len(judged.rows) else None
    found = [asdict(reliability(decisions, stage)) for stage in (1, 2)]
    return {"reliability": found, "tradeoff": asdict(tradeoff(decisions, withheld))}


def from_json(values: Values | None) -> Stored:
    """What is there."""
    stages = [found for each in entries(values, "reliability") if (found := _stage(each)) is not None]
    return Stored(tuple(stages), _tradeoff(at(values, "tradeoff")))


def _stage(values: Values) -> Reliability | None:
    stage = values.get("stage")
    bins = [found for each in entries(values, "bins") if (found := _bin(each)) is not None]
    if stage not in (1, 2) or not bins:
        return None
    figures = [estimate(values, name) for name in ("auc", "brier", "ece")]
    return Reliability(1 if stage == 1 else 2, _count(values, "n"), tuple(bins), *figures)


def _bin(values: Values) -> Bin | None:
    numbers = [real(values.get(name)) for name in ("low", "high", "mean")]
    good, n = estimate(values, "good"), _count(values, "n")
    low, high, mean = (_share(each) for each in numbers)
    if low is None or high is None or mean is None or good.value is None:
        return None
    weight = real(at(values, "good", "n"))
    return Bin(low, high, mean, Rate(good.value, good.low, good.high, float(n) if weight is None else weight), n)


def _tradeoff(values: object) -> Tradeoff | None:
    curves = [found for each in entries(values, "curves") if (found := _curve(each)) is not None]
    if not isinstance(values, Mapping) or not curves:
        return None
    counts = (_count(values, "n"), _count(values, "n_good"))
    return Tradeoff(*counts, has_gate=True, curves=tuple(curves), in_force=_in_force(values.get("in_force")))


def _curve(values: Values) -> Curve | None:
    name, found = words(values, "name"), values.get("points")
    pairs = [_pair(each) for each in found] if isinstance(found, list | tuple) else []
    points = tuple(pair for pair in pairs if pair is not None)
    if name not in NAMES or len(points) < 2 or len(points) < len(pairs):
        return None
    return Curve(name, points, *(estimate(values, figure) for figure in ("at_95", "at_90", "auc")))


def _pair(value: object) -> tuple[float, float] | None:
    if not isinstance(value, list | tuple) or len(value) != 2:
        return None
    x, y = _share(real(value[0])), _share(real(value[1]))
    return None if x is None or y is None else (x, y)


def _in_force(values: object) -> InForce | None:
    lost, spared = (estimate(values, name) for name in ("accepts_lost", "rejections_withheld"))
    return None if Estimate(None) in (lost, spared) else InForce(lost, spared)


def _count(values: Values, name: str) -> int:
    found = real(values.get(name))
    return max(0, int(found)) if found is not None else 0


def _share(value: float | None) -> float | None:
    return value if value is not None and 0.0 <= value <= 1.0 else None
