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
from tactful_models.case_columns import KNOWN
from tactful_models.cases import Judged, Reader
from tactful_models.errors import TrainingError
from tactful_models.events import Event
from tactful_models.features import names
from tactful_models.labels import EVERYONE, Hearing, Label

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
    evidence: Floats
    """Of what was taken whole and kept, the log-odds by which checks and reviewers speak for it, 0 where nothing was
    said; NaN of all others."""

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
    definition, reader = labels.find(label), Reader()
    for event in events:
        reader.see(event)
    return rows(reader, definition, hearing)


def rows(reader: Reader, definition: Label, hearing: Hearing = EVERYONE) -> Rows:
    """The same of what a reader has seen."""
    decisions, judged = reader.decisions, reader.judged()
    shown = (decisions.shown.take(judged.stage2) != 0) & (decisions.shown.take(judged.stage1) != 0)
    judged = judged.take(shown & (decisions.vector.take(judged.stage2) >= 0))
    told = _told(reader, judged.suggestion, definition, hearing)
    known = np.flatnonzero(told.weight > 0.0)
    at = reader.suggestions.at.take(judged.suggestion)
    order = known[np.argsort(at[known], kind="stable")]
    return _rows(reader, judged.take(order), told.take(order))


@dataclass(frozen=True, slots=True)
class _Told:
    """What is said of suggestions; every array has one entry a suggestion."""

    good: Bools
    weight: Floats
    """0 where nothing can be said."""
    taken_ratio: Floats
    kept_chars: Floats
    obtained: Strings
    evidence: Floats

    def take(self, which: NDArray[np.intp]) -> "_Told":
        """Those at places."""
        return _Told(**{spec.name: getattr(self, spec.name)[which] for spec in fields(self)})


def _told(reader: Reader, suggestions: NDArray[np.intp], definition: Label, hearing: Hearing) -> _Told:
    n, zeros = len(suggestions), np.zeros(len(suggestions))
    by = np.full(n, "", np.object_)
    found = _Told(zeros > 0.0, zeros, zeros.copy(), zeros.copy(), by, np.full(n, np.nan))
    for at, number in enumerate(suggestions.tolist()):
        case = reader.case(number)
        fate = case.fate()
        said = None if fate is None else definition.told(fate, hearing, case.suggestion_id)
        if fate is not None and said is not None:
            found.good[at], found.weight[at], found.obtained[at] = said.good, said.weight, said.obtained.value
            found.taken_ratio[at], found.kept_chars[at] = fate.taken_ratio, definition.kept_chars(fate, case.chars)
            if hearing.usual is not None and definition.is_kept(fate):
                found.evidence[at] = hearing.evidence.get(case.suggestion_id, 0.0)
    return found


def _rows(reader: Reader, judged: Judged, told: _Told) -> Rows:
    of, decisions = reader.suggestions, reader.decisions
    propensity = decisions.propensity.take(judged.stage1) * decisions.propensity.take(judged.stage2)
    if (propensity <= 0.0).any():
        raise TrainingError("a shown suggestion has a propensity of 0; the log contradicts itself")
    session_id = reader.sessions.take(of.session.places(judged.suggestion))
    return Rows(
        stage1=reader.stage1_table(judged),
        stage2=reader.vectors[2].table(decisions.vector.places(judged.stage2)),
        label=told.good,
        accepted=told.taken_ratio > 0.5,
        weight=np.minimum(1.0 / propensity, LARGEST_WEIGHT) * told.weight,
        propensity=propensity,
        group=strings([reader.users.get(name, "") for name in session_id]),
        session_id=session_id,
        at=of.at.take(judged.suggestion),
        model_key=reader.models.take(of.model.places(judged.suggestion)),
        suggestion_id=of.names.take(judged.suggestion),
        chars=of.chars.take(judged.suggestion),
        kept_chars=told.kept_chars,
        known=strings([KNOWN[number].value for number in of.known.places(judged.suggestion).tolist()]),
        signs=reader.signs(judged.stage2),
        obtained=told.obtained,
        evidence=told.evidence,
    )


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
