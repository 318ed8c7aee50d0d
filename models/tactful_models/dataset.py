"""From the log to arrays: one row a labelled decision that was shown without being asked for.

Left out are manual requests (a population apart), decisions without a vector of this features version, and whatever
the label definition says nothing of.
"""

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from typing import Self

import numpy as np
from numpy.typing import NDArray

from tactful_models import labels
from tactful_models.cases import Case, Judgement, Reader
from tactful_models.errors import TrainingError
from tactful_models.events import Event
from tactful_models.features import names
from tactful_models.labels import EVERYONE, Hearing, Label, Told

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Strings = NDArray[np.object_]

LARGEST_WEIGHT = 50.0
"""Weights are cut here, so that one explored case does not outweigh a day. One stage that explores 2 % of what it
withholds just reaches it. A case that both stages explored has a propensity of 0.02² = 0.0004 and would weigh 2,500;
cut to 50 it counts for less than it stands for, so what both stages withhold is under-represented. That bias is
accepted for the smaller variance (truncated importance sampling, Ionides 2008); `propensity` keeps what was not cut."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Labelled decisions, in order of time; every array has one entry (or row) a decision."""

    stage1: Floats
    """(n, len(names(1))) vectors, NaN where unknown."""
    stage2: Floats
    """(n, len(names(2))) vectors, log-probabilities raw."""
    label: Bools
    """By the definition asked for."""
    accepted: Bools
    """Accepted, or more than half of it taken in parts."""
    weight: Floats
    """1 / propensity of having been shown, at most `LARGEST_WEIGHT`, times the weight of the label."""
    propensity: Floats
    """Probability with which the policy in force showed it: both stages' together."""
    group: Strings
    """Who: the session's `user_key`."""
    session_id: Strings
    """Of which session."""
    at: Floats
    """When, seconds since the epoch."""
    model_key: Strings
    """Which model spoke."""
    suggestion_id: Strings
    """Of which suggestion."""
    chars: Floats
    """Length of the suggestion."""
    kept_chars: Floats
    """Of those, taken and kept, as the label's horizon has it."""
    known: Strings
    """How the end was known (`events.Known`)."""
    signs: Strings
    """What only words tell of the place (`cases.Signs`); None where the log has not the request."""
    obtained: Strings
    """How the label was obtained (`labels.Obtained`)."""

    def __len__(self) -> int:
        return len(self.label)

    def take(self, which: NDArray[np.bool_] | NDArray[np.intp]) -> Self:
        """The rows of a mask or of indices, in that order."""
        return type(self)(**{spec.name: getattr(self, spec.name)[which] for spec in fields(self)})

    @classmethod
    def joined(cls, parts: "Sequence[Rows]") -> "Rows":
        """One after the other; at least one part."""
        return cls(**{spec.name: np.concatenate([getattr(part, spec.name) for part in parts]) for spec in fields(cls)})

    @property
    def groups(self) -> tuple[str, ...]:
        """The distinct users, sorted."""
        return tuple(sorted(set(self.group)))


def read(events: Iterable[Event], label: str = labels.DEFAULT, hearing: Hearing = EVERYONE) -> Rows:
    """The labelled decisions of events in the log's order; `hearing` says whose word on them counts.

    An empty `Rows` when there is none. Raises TrainingError for an unknown label.
    """
    definition = labels.find(label)
    reader = Reader()
    for event in events:
        reader.see(event)
    told = ((each, _told(each, definition, hearing)) for each in reader.judgements())
    found = sorted(((each, said) for each, said in told if said is not None), key=lambda pair: pair[0].case.at)
    return _rows(found, definition, reader)


def _told(judgement: Judgement, definition: Label, hearing: Hearing) -> Told | None:
    if not judgement.shown or judgement.stage2.features is None:
        return None
    fate = judgement.case.fate()
    return None if fate is None else definition.told(fate, hearing)


def _rows(found: list[tuple[Judgement, Told]], definition: Label, reader: Reader) -> Rows:
    judged, told = [each for each, _ in found], [said for _, said in found]
    cases = [each.case for each in judged]
    propensity = np.array([each.propensity1 * each.stage2.propensity for each in judged], np.float64)
    if (propensity <= 0.0).any():
        raise TrainingError("a shown suggestion has a propensity of 0; the log contradicts itself")
    return Rows(
        stage1=table([each.stage1_vector() for each in judged], 1).astype(np.float64),
        stage2=table([each.stage2.features for each in judged], 2).astype(np.float64),
        label=np.array([said.good for said in told], np.bool_),
        accepted=np.array([case.taken_ratio() > 0.5 for case in cases], np.bool_),
        weight=np.minimum(1.0 / propensity, LARGEST_WEIGHT) * np.array([said.weight for said in told], np.float64),
        propensity=propensity,
        group=strings([reader.users.get(case.session_id, "") for case in cases]),
        session_id=strings([case.session_id for case in cases]),
        at=np.array([case.at for case in cases], np.float64),
        model_key=strings([case.model_key for case in cases]),
        suggestion_id=strings([case.suggestion_id for case in cases]),
        chars=np.array([case.chars for case in cases], np.float64),
        kept_chars=np.array([_kept_chars(case, definition) for case in cases], np.float64),
        known=strings([str(case.known or "") for case in cases]),
        signs=strings([reader.signs(each) for each in judged]),
        obtained=strings([str(said.obtained) for said in told]),
    )


def _kept_chars(case: Case, definition: Label) -> float:
    fate = case.fate()
    return 0.0 if fate is None else definition.kept_chars(fate, case.chars)


def table(vectors: "Sequence[array[float] | None]", stage: int) -> NDArray[np.float32]:
    """(n, len(names(stage))) vectors, NaN throughout where there is none."""
    found = np.full((len(vectors), len(names(stage))), np.nan, np.float32)
    for at, vector in enumerate(vectors):
        if vector is not None:
            found[at] = vector
    return found


def strings(values: Sequence[object]) -> Strings:
    """(n,) objects."""
    found = np.empty(len(values), np.object_)
    found[:] = values
    return found
