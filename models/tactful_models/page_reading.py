"""Measured values from JSON that someone else wrote: what is not as it should be is taken for not there."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from tactful_models.metrics import Estimate

_MOST: Final = 1e12
"""Nothing that is measured here comes near; NaN is not within."""

Values = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Named:
    """One predictor, or one thing that was tried, with its figures."""

    name: str
    values: Values

    def estimate(self, *path: str) -> Estimate:
        """The figure at a path."""
        return estimate(self.values, *path)


def parsed(text: str) -> Values:
    """A JSON object; an empty one where the text is none."""
    try:
        found = json.loads(text)
    except (RecursionError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def at(values: object, *path: str) -> object:
    """What stands at a path of names; None where nothing does."""
    for name in path:
        values = values.get(name) if isinstance(values, Mapping) else None
    return values


def real(value: object) -> float | None:
    """A number that something may have measured, else None."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number:
        return None
    try:
        found = float(value)  # type: ignore[arg-type]
    except OverflowError:
        return None
    return found if abs(found) <= _MOST else None


def estimate(values: object, *path: str) -> Estimate:
    """`{"value": …, "low": …, "high": …}` at a path, or a bare number there."""
    found = at(values, *path)
    if not isinstance(found, Mapping):
        return Estimate(real(found))
    return Estimate(real(found.get("value")), real(found.get("low")), real(found.get("high")))


def entries(values: object, *path: str) -> Sequence[Values]:
    """The objects of a list at a path; none where there is no list."""
    found = at(values, *path)
    return [each for each in found if isinstance(each, Mapping)] if isinstance(found, list | tuple) else []


def words(values: object, *path: str) -> str:
    """Text at a path; empty where there is none."""
    found = at(values, *path)
    return found if isinstance(found, str) else ""
