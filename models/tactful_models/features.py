"""The one place a feature is born: the same pure function for the server, the trainer and a replay of the log.

The table has one row a feature and stands in `features_context.py`, `features_rhythm.py`, `features_record.py` and
`features_suggestion.py`. Changing a value, a name or the order bumps `FEATURES_VERSION` and the golden vectors.
"""

import hashlib
import math
import struct
from collections.abc import Iterable
from dataclasses import dataclass

from tactful_models.events import ContextFacts, SuggestionFacts
from tactful_models.feature_spec import FeatureSpec, Scene
from tactful_models.features_context import PLACE
from tactful_models.features_record import RECORD
from tactful_models.features_rhythm import RHYTHM
from tactful_models.features_suggestion import LOGPROB_COLUMNS, MODEL, TEXT
from tactful_models.history import History, Where

FEATURES_VERSION = 3
"""Raised whenever a vector would come out differently for the same facts and history."""

_STAGE_1: tuple[FeatureSpec, ...] = PLACE + RHYTHM + RECORD
_STAGE_2: tuple[FeatureSpec, ...] = _STAGE_1 + TEXT + MODEL
_LARGEST = 3.4e38
"""Nearly the largest float32."""


@dataclass(frozen=True, slots=True)
class Opportunity:
    """One moment at which a suggestion could be made."""

    facts: ContextFacts
    """What was measured of the place."""
    language: str = ""
    """The editor's language id."""
    file_key: str = ""
    project_key: str = ""
    model_key: str = ""
    """Of the model that would be asked: whose log-probabilities are compared, and by which the gate normalises."""
    at: float = 0.0
    """When the editor asked, seconds since the epoch: the same as `RequestEnded.at`, for both stages."""


def specs(stage: int) -> tuple[FeatureSpec, ...]:
    """The features of a stage (1 or 2) in the order of its vector; raises ValueError for another stage."""
    if stage not in (1, 2):
        raise ValueError(f"there is no stage {stage}")
    return _STAGE_1 if stage == 1 else _STAGE_2


def names(stage: int) -> tuple[str, ...]:
    """The names of a stage's features in the order of its vector."""
    return tuple(spec.name for spec in specs(stage))


def logprob_columns() -> tuple[str, ...]:
    """The stage-2 features that depend on which model speaks."""
    return LOGPROB_COLUMNS


def fingerprint() -> str:
    """Stands for the version, names, units and order of both vectors: 16 hexadecimal digits."""
    table = [f"{spec.name}:{spec.unit}" for spec in _STAGE_2]
    told = "\n".join([str(FEATURES_VERSION), str(len(_STAGE_1)), *table])
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def extract_stage1(opportunity: Opportunity, history: History) -> tuple[float, ...]:
    """The vector before the model is asked: `len(names(1))` float32 values, NaN where unknown."""
    return _extract(_STAGE_1, Scene(opportunity.facts, history.standing(_where(opportunity))))


def extract_stage2(opportunity: Opportunity, suggestion: SuggestionFacts, history: History) -> tuple[float, ...]:
    """The vector with the text at hand: `len(names(2))` float32 values, NaN where unknown."""
    return _extract(_STAGE_2, Scene(opportunity.facts, history.standing(_where(opportunity)), suggestion))


def _where(opportunity: Opportunity) -> Where:
    keys = (opportunity.language, opportunity.file_key, opportunity.project_key, opportunity.model_key)
    return Where(opportunity.at, *keys)


def _extract(table: Iterable[FeatureSpec], scene: Scene) -> tuple[float, ...]:
    return as_float32([spec.read(scene) for spec in table])


def as_float32(values: Iterable[float | None]) -> tuple[float, ...]:
    """The values as float32 holds them, so that storing them loses nothing; None becomes NaN, infinities are cut."""
    known = [math.nan if value is None else value for value in values]
    try:
        packed = struct.pack(f"<{len(known)}f", *known)
    except OverflowError:
        return as_float32(map(_cut, known))
    found = struct.unpack(f"<{len(known)}f", packed)
    return as_float32(map(_cut, known)) if math.inf in found or -math.inf in found else found


def _cut(value: float) -> float:
    return value if value != value else min(max(value, -_LARGEST), _LARGEST)
