"""From the log to arrays: one row a labelled decision that was shown without being asked for.

Left out are manual requests (a population apart), decisions without a vector of this features version, and whatever
the label definition says nothing of.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, fields
from typing import Self

import numpy as np
from numpy.typing import NDArray

from tactful_models import labels
from tactful_models.errors import TrainingError
from tactful_models.events import (
    Action,
    Decided,
    End,
    Event,
    OutcomeSeen,
    PersistenceSeen,
    RequestEnded,
    SessionStarted,
    SuggestionMade,
    Trigger,
)
from tactful_models.features import FEATURES_VERSION, names
from tactful_models.labels import Fate, Label

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
    """Accepted, or at least half of it taken in parts."""
    weight: Floats
    """1 / propensity of having been shown, at most `LARGEST_WEIGHT`."""
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
    known: Strings
    """How the end was known (`events.Known`)."""

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


@dataclass(slots=True)
class _Case:
    """All that the log says of one suggestion, while it is read."""

    made: SuggestionMade
    end: OutcomeSeen | None = None
    taken_chars: int = 0
    kept: dict[int, float | None] = field(default_factory=dict)

    def fate(self) -> Fate | None:
        """What became of it; None while that is open."""
        if self.end is None:
            return None
        taken = 1.0 if self.end.end is End.ACCEPTED else self.taken_chars / max(self.made.facts.n_chars, 1)
        return Fate(self.end.end, self.end.known, min(taken, 1.0), self.kept)


@dataclass(frozen=True, slots=True)
class _Path:
    """How a suggestion came to be shown."""

    case: _Case
    stage1: Decided | None
    """Of the request that opened the call to the model; None where it was not asked."""
    stage2: Decided
    """Of the suggestion, asked by that request or by one that joined its stream."""

    def propensity(self) -> float:
        """Probability of having been shown: of stage 1 and, given that, of stage 2."""
        return self.stage2.propensity * (1.0 if self.stage1 is None else self.stage1.propensity)

    def is_usable(self) -> bool:
        """Whether it was shown, with a vector of this version."""
        stages = (self.stage2,) if self.stage1 is None else (self.stage1, self.stage2)
        return all(each.action is Action.SHOW for each in stages) and _is_current(self.stage2)

    def stage1_vector(self) -> tuple[float, ...]:
        """Where the request that opened the call had none, stage 2 begins with the same."""
        if self.stage1 is not None and _is_current(self.stage1):
            return self.stage1.features
        return self.stage2.features[: len(names(1))]


def _is_current(decision: Decided) -> bool:
    return decision.features_version == FEATURES_VERSION and len(decision.features) == len(names(decision.stage))


class _Reader:
    """Gathers cases from events in the log's order."""

    def __init__(self) -> None:
        self.cases: dict[str, _Case] = {}
        self.users: dict[str, str] = {}
        self._of_request: dict[tuple[str, int], Decided] = {}
        self._of_suggestion: dict[str, Decided] = {}
        self._manual: dict[str, bool] = {}

    def see(self, event: Event) -> None:
        """Takes in one event."""
        match event:
            case SessionStarted():
                self.users[event.session_id] = event.user_key
            case Decided():
                self._decision(event)
            case SuggestionMade():
                self.cases[event.suggestion_id] = _Case(event)
            case RequestEnded():
                self._manual[event.request_id] = event.facts.trigger is Trigger.MANUAL
            case OutcomeSeen():
                self._outcome(event)
            case PersistenceSeen():
                self._persistence(event)

    def paths(self) -> Iterator[_Path]:
        """Each suggestion that the second stage judged for a request that nobody made by hand."""
        for case in self.cases.values():
            stage2 = self._of_suggestion.get(case.made.suggestion_id)
            if stage2 is None:  # from a log whose second decisions name only their request
                stage2 = self._of_request.get((case.made.request_id, 2))
            if stage2 is not None and not self._is_manual(case.made, stage2):
                yield _Path(case, self._of_request.get((case.made.request_id, 1)), stage2)

    def _is_manual(self, made: SuggestionMade, stage2: Decided) -> bool:
        """By the request that opened the call, whoever joined later; by the one judged where the log has not that."""
        return self._manual.get(made.request_id, self._manual.get(stage2.request_id, False))

    def _decision(self, event: Decided) -> None:
        if event.stage == 2 and event.suggestion_id:
            self._of_suggestion[event.suggestion_id] = event
        else:
            self._of_request[event.request_id, event.stage] = event

    def _outcome(self, event: OutcomeSeen) -> None:
        case = self.cases.get(event.suggestion_id)
        if case is not None and event.end.is_final:
            case.end = event
        if case is not None and event.end is End.PARTIAL:
            case.taken_chars = max(case.taken_chars, event.accepted_chars or 0)

    def _persistence(self, event: PersistenceSeen) -> None:
        case = self.cases.get(event.suggestion_id)
        if case is not None:
            case.kept[event.after_s] = event.kept_ratio


def read(events: Iterable[Event], label: str = labels.DEFAULT) -> Rows:
    """The labelled decisions of events in the log's order; raises TrainingError for an unknown label.

    An empty `Rows` when there is none.
    """
    definition = labels.find(label)
    reader = _Reader()
    for event in events:
        reader.see(event)
    found = [(path, told) for path in reader.paths() if (told := _told(path, definition)) is not None]
    found.sort(key=lambda pair: pair[0].case.made.at)
    return _rows([path for path, _ in found], [told for _, told in found], reader.users)


def _told(path: _Path, definition: Label) -> bool | None:
    fate = path.case.fate() if path.is_usable() else None
    return None if fate is None else definition.of(fate)


def _rows(paths: list[_Path], told: list[bool], users: dict[str, str]) -> Rows:
    cases = [path.case for path in paths]
    propensity = np.array([path.propensity() for path in paths], np.float64)
    if (propensity <= 0.0).any():
        raise TrainingError("a shown suggestion has a propensity of 0; the log contradicts itself")
    return Rows(
        stage1=_table([path.stage1_vector() for path in paths], 1),
        stage2=_table([path.stage2.features for path in paths], 2),
        label=np.array(told, np.bool_),
        accepted=np.array([_accepted(case) for case in cases], np.bool_),
        weight=np.minimum(1.0 / propensity, LARGEST_WEIGHT),
        propensity=propensity,
        group=_strings([users.get(case.made.session_id, "") for case in cases]),
        session_id=_strings([case.made.session_id for case in cases]),
        at=np.array([case.made.at for case in cases], np.float64),
        model_key=_strings([case.made.model_key for case in cases]),
        suggestion_id=_strings([case.made.suggestion_id for case in cases]),
        chars=np.array([case.made.facts.n_chars for case in cases], np.float64),
        known=_strings([str(case.end.known) if case.end else "" for case in cases]),
    )


def _accepted(case: _Case) -> bool:
    fate = case.fate()
    return fate is not None and labels.find("accepted").of(fate) is True


def _table(vectors: list[tuple[float, ...]], stage: int) -> Floats:
    return np.array(vectors, np.float64).reshape(len(vectors), len(names(stage)))


def _strings(values: list[str]) -> Strings:
    found = np.empty(len(values), np.object_)
    found[:] = values
    return found
