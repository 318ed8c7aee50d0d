"""What each feature says, in words for the person it is about: the fact with its value, for a why-card.

Features that say nearly the same share a topic, so that a card does not give one reason three times.
"""

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from tactful_models.phrases import Phrase
from tactful_models.phrases_context import PLACE, RHYTHM
from tactful_models.phrases_record import RECORD
from tactful_models.phrases_suggestion import MODEL, TEXT

PHRASES: Final[Mapping[str, Phrase]] = MappingProxyType(PLACE | RHYTHM | RECORD | TEXT | MODEL)
"""By the feature's name."""


def words(feature: str, value: float, speaks_for: bool) -> str:
    """The phrase of a feature; `value` as in the vector, NaN for unknown. Raises KeyError for an unknown feature.

    >>> words("refused_in_a_row", math.log1p(3), False)
    'you took none of the last 3 suggestions'
    """
    phrase = PHRASES[feature]
    return phrase.unknown if math.isnan(value) else phrase.known(value, speaks_for)


def topic(feature: str, value: float) -> str:
    """What a feature is about at a value: those that are unknown for the same cause are about that."""
    phrase = PHRASES[feature]
    return phrase.unknown if math.isnan(value) else phrase.topic
