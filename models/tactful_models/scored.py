"""Labelled decisions with the probabilities that were logged with them, made before anyone knew the outcome.

However the gate in force was trained, these are probabilities of what it had not seen. A log made without a gate, such
as imported telemetry, has none; what the simple baselines go by is there all the same.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, fields
from itertools import islice
from typing import Final, Self

import numpy as np

from tactful_models.cases import Judgement, Reader
from tactful_models.dataset import LARGEST_WEIGHT, Bools, Floats, Strings, strings
from tactful_models.features import names
from tactful_models.judging import Judged
from tactful_models.labels import Label

FEWEST_DECISIONS: Final = 100
"""With fewer there is nothing to be seen but noise."""
FEWEST_OF_EACH: Final = 20
"""The same of the good ones, and of the others."""
MOST_DECISIONS: Final = 50_000
"""The latest so many are looked at: more cost minutes of resampling and narrow nothing that could be seen."""


@dataclass(frozen=True, slots=True)
class Scored:
    """Decisions that were shown and have a label, in order of time; every array has one entry a decision."""

    stage1: Floats
    """Calibrated P(good) as logged; NaN where there was no gate to ask."""
    stage2: Floats
    logprob_mean: Floats
    """Of the suggestion's tokens, raw; NaN where the model gave none."""
    recent_rate: Floats
    """Share taken of the user's last ones."""
    label: Bools
    weight: Floats
    """1 / propensity of having been shown, at most `LARGEST_WEIGHT`."""
    group: Strings
    """Who."""
    session_id: Strings

    def __len__(self) -> int:
        return len(self.label)

    def take(self, mask: Bools) -> Self:
        """The masked decisions."""
        return type(self)(**{spec.name: getattr(self, spec.name)[mask] for spec in fields(self)})

    @property
    def is_enough(self) -> bool:
        """Whether they are enough to show something."""
        good = int(self.label.sum())
        return len(self) >= FEWEST_DECISIONS and min(good, len(self) - good) >= FEWEST_OF_EACH


def read(reader: Reader, label: Label) -> Scored:
    """The latest decisions of a log that a reader has seen, at most `MOST_DECISIONS`."""
    found = list(islice(_latest(reader, label), MOST_DECISIONS))[::-1]
    judged = [each for each, _ in found]
    sessions = [each.case.session_id for each in judged]
    return Scored(
        stage1=_floats([math.nan if each.stage1 is None else each.stage1.probability for each in judged]),
        stage2=_floats([each.stage2.probability for each in judged]),
        logprob_mean=_column(judged, "logprob_mean"),
        recent_rate=_column(judged, "recent_rate"),
        label=np.array([told for _, told in found], np.bool_),
        weight=_floats([_weight(each) for each in judged]),
        group=strings([reader.users.get(name, "") for name in sessions]),
        session_id=strings(sessions),
    )


def _latest(reader: Reader, label: Label) -> Iterator[tuple[Judgement, bool]]:
    """What has a label, the latest first."""
    judged = reader.judged()
    order = np.argsort(reader.suggestions.at.take(judged.suggestion), kind="stable")
    for each in reader.judgements(judged.take(order[::-1])):
        told = _told(each, label)
        if told is not None:
            yield each, told


def of_judged(judged: Judged) -> Scored:
    """The same of decisions judged by gates that did not learn from them, the latest, at most `MOST_DECISIONS`."""
    oldest = np.sort(judged.rows.at)[-MOST_DECISIONS:][:1]
    latest = judged.take(judged.rows.at >= oldest) if len(oldest) else judged
    rows = latest.rows
    return Scored(
        stage1=latest.stage1,
        stage2=latest.stage2,
        logprob_mean=rows.stage2[:, names(2).index("logprob_mean")],
        recent_rate=rows.stage2[:, names(2).index("recent_rate")],
        label=rows.label,
        weight=rows.weight,
        group=rows.group,
        session_id=rows.session_id,
    )


def _told(judgement: Judgement, label: Label) -> bool | None:
    fate = judgement.case.fate() if judgement.shown else None
    return None if fate is None else label.of(fate)


def _weight(judgement: Judgement) -> float:
    propensity = judgement.propensity1 * judgement.stage2.propensity
    return min(1.0 / propensity, LARGEST_WEIGHT) if propensity > 0.0 else LARGEST_WEIGHT


def _column(judged: list[Judgement], name: str) -> Floats:
    place = names(2).index(name)
    vectors = [each.stage2.features for each in judged]
    return _floats([math.nan if vector is None else vector[place] for vector in vectors])


def _floats(values: list[float]) -> Floats:
    return np.array(values, np.float64)
