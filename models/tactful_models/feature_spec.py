"""What a feature is: a name, a reason, and how it is read from what was known at the moment."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from tactful_models.events import ContextFacts, SuggestionFacts
from tactful_models.standing import Standing


@dataclass(frozen=True, slots=True)
class Scene:
    """All that features may look at."""

    context: ContextFacts
    """The place and moment of the request."""
    standing: Standing
    """What the user did before."""
    suggestion: SuggestionFacts | None = None
    """The suggested text; None at stage 1."""


Reading = Callable[[Scene], float | None]


@dataclass(frozen=True, slots=True)
class FeatureSpec:
    """One feature. `read` gives None (or NaN) where the value is unknown."""

    name: str
    unit: str
    """`chars`, `s`, `chars/s`, `nats`, `probability`, `share`, `flag`, `count`; `log1p` before it for the logarithm."""
    why: str
    """Why it should say something about acceptance."""
    read: Reading
    sign: int = 0
    """+1 where acceptance can only rise with it, -1 where it can only fall, 0 where nothing is known beforehand."""
    group: str = ""
    """What it belongs to on a why-card: `place`, `rhythm`, `record`, `text`, `model`."""


def log1p(value: float | None) -> float | None:
    """ln(1 + value) of a count or duration; a negative one counts as 0."""
    return None if value is None else math.log1p(max(value, 0.0))


def number(value: float | None) -> float | None:
    """A flag or count as a float."""
    return None if value is None else float(value)


def part(value: float | None, other: float | None) -> float | None:
    """The share of the first in both; None where one is unknown, or there is nothing of either."""
    if value is None or other is None or value + other <= 0.0:
        return None
    return value / (value + other)


def one_of(value: str | None, members: frozenset[str]) -> float | None:
    """Whether a class or keyword is one of `members`; None when it is unknown."""
    return None if value is None else float(value in members)
