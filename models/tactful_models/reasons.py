"""Why a learned gate gave a probability: what spoke for showing and what against, in words.

Not for the served path: a card takes milliseconds.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from tactful_models import features as born
from tactful_models.feature_words import topic, words
from tactful_models.gate import LearnedGate

MOST = 3
"""Reasons a side."""
FAINTEST = 0.1
"""Of the strongest reason's weight: what weighs less is not worth telling."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that spoke for or against."""

    feature: str
    """Name of the feature that said it loudest."""
    value: float | None
    """Its value in the vector; None for unknown."""
    weight: float
    """What all features of its topic add to the raw score (log-odds before calibration); above 0 speaks for showing."""
    words: str
    """The same for a person, without a full stop."""


def reasons(gate: LearnedGate, stage: int, features: Sequence[float], model_key: str) -> tuple[Reason, ...]:
    """Every reason of one decision, the strongest first: one a topic, without those that weigh nothing.

    With the expected score (`Trees.contributions`) the weights sum to the raw score.
    """
    added, _ = gate.trees(stage, features, model_key).contributions(features, model_key)
    names = born.names(stage)
    topics: dict[str, dict[int, float]] = {}
    for at, weight in added.items():
        topics.setdefault(topic(names[at], features[at]), {})[at] = weight
    found = [_reason(parts, names, features) for parts in topics.values() if any(parts.values())]
    return tuple(sorted(found, key=lambda reason: -abs(reason.weight)))


def for_and_against(found: Sequence[Reason]) -> tuple[tuple[Reason, ...], tuple[Reason, ...]]:
    """The strongest of each side, at most `MOST`, without the faint."""
    loud = [one for one in found if abs(one.weight) >= FAINTEST * abs(found[0].weight)]
    speaking_for = tuple(one for one in loud if one.weight > 0)
    speaking_against = tuple(one for one in loud if one.weight < 0)
    return speaking_for[:MOST], speaking_against[:MOST]


def _reason(parts: dict[int, float], names: Sequence[str], features: Sequence[float]) -> Reason:
    weight = math.fsum(parts.values())
    loudest = max(parts, key=lambda at: math.copysign(1.0, weight) * parts[at])
    value = features[loudest]
    told = words(names[loudest], value, weight > 0)
    return Reason(names[loudest], None if math.isnan(value) else value, weight, told)
