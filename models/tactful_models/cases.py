"""What the log says of each suggestion, gathered compactly: a million of them have to fit in memory.

Vectors are kept as float32, decisions without what nobody asks of them, and each session's name once.
"""

import math
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field

from tactful_models.events import (
    Action,
    Decided,
    End,
    Event,
    Known,
    OutcomeSeen,
    PersistenceSeen,
    RequestEnded,
    Reviewed,
    SessionStarted,
    SuggestionMade,
    Trigger,
)
from tactful_models.features import FEATURES_VERSION, names
from tactful_models.labels import Fate, Ran, Said
from tactful_models.reviewers import voter


@dataclass(frozen=True, slots=True)
class Signs:
    """What the vectors do not tell of the place: words, which the forms of others take one by one."""

    language: str
    """The editor's language id."""
    last_char: str | None
    """Class of the character before the caret (`ContextFacts.last_char`)."""
    last_visible_char: str | None
    last_keyword: str | None


@dataclass(slots=True)
class Case:
    """All that the log says of one suggestion, while it is read."""

    suggestion_id: str
    request_id: str
    """Of the request that opened the call to the model."""
    session_id: str
    at: float
    chars: int
    model_key: str
    end: End | None = None
    """Its final end; None while that is open."""
    known: Known | None = None
    """How the end was known."""
    taken_chars: int = 0
    """Characters taken in parts."""
    kept: dict[int, float | None] | None = None
    """Share still there, by seconds after; None where nothing was checked."""
    said: dict[str, Said] | None = None
    """What was said of it, by reviewer; None where nothing was."""
    ran: Ran | None = None
    """What checks of it showed; None where none was made."""

    def fate(self) -> Fate | None:
        """What became of it; None while that is open."""
        if self.end is None or self.known is None:
            return None
        said = () if self.said is None else tuple(self.said.values())
        return Fate(self.end, self.known, self.taken_ratio(), self.kept or {}, self.ran, said)

    def taken_ratio(self) -> float:
        """Share of its characters that was taken, in [0, 1]."""
        return 1.0 if self.end is End.ACCEPTED else min(self.taken_chars / max(self.chars, 1), 1.0)


@dataclass(frozen=True, slots=True)
class Decision:
    """One stage's decision, as far as it matters afterwards."""

    request_id: str
    session_id: str
    at: float
    shown: bool
    """Whether it let the call be made, or the suggestion be shown."""
    propensity: float
    """Of what it did."""
    probability: float
    """Calibrated; NaN where there was no gate to ask."""
    features: "array[float] | None"
    """The stage's vector; None where it has none of this version."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """How one suggestion was judged."""

    case: Case
    stage1: Decision | None
    """Of the request that opened the call to the model; None where it was not asked."""
    stage2: Decision
    """Of the suggestion, asked by that request or by one that joined its stream."""

    @property
    def propensity1(self) -> float:
        """Of what stage 1 did; 1 where it was not asked."""
        return 1.0 if self.stage1 is None else self.stage1.propensity

    @property
    def shown(self) -> bool:
        """Whether both stages let it pass."""
        return self.stage2.shown and (self.stage1 is None or self.stage1.shown)

    def stage1_vector(self) -> "array[float] | None":
        """Where the request that opened the call had none, stage 2 begins with the same."""
        if self.stage1 is not None and self.stage1.features is not None:
            return self.stage1.features
        return None if self.stage2.features is None else self.stage2.features[: len(names(1))]


@dataclass(slots=True)
class Reader:
    """Gathers cases from events in the log's order."""

    cases: dict[str, Case] = field(default_factory=dict)
    """By suggestion id."""
    users: dict[str, str] = field(default_factory=dict)
    """By session id."""
    of_request: dict[tuple[str, int], Decision] = field(default_factory=dict)
    """By request id and stage."""
    _of_suggestion: dict[str, Decision] = field(default_factory=dict)
    _asked: dict[str, tuple[bool, Signs]] = field(default_factory=dict)
    _signs: dict[Signs, Signs] = field(default_factory=dict)
    _names: dict[str, str] = field(default_factory=dict)

    def see(self, event: Event) -> None:
        """Takes in one event."""
        match event:
            case SessionStarted():
                self.users[self.once(event.session_id)] = event.user_key
            case Decided():
                self._decision(event)
            case SuggestionMade():
                self._suggestion(event)
            case RequestEnded():
                self._request(event)
            case OutcomeSeen():
                self._outcome(event)
            case PersistenceSeen():
                self._persistence(event)
            case Reviewed():
                self._review(event)

    def judgements(self) -> Iterator[Judgement]:
        """Each suggestion that the second stage judged for a request that nobody made by hand."""
        for case in self.cases.values():
            stage2 = self._of_suggestion.get(case.suggestion_id)
            if stage2 is None:  # from a log whose second decisions name only their request
                stage2 = self.of_request.get((case.request_id, 2))
            if stage2 is not None and not self._is_manual(case, stage2):
                yield Judgement(case, self.of_request.get((case.request_id, 1)), stage2)

    def once(self, name: str) -> str:
        """The same string for the same name, so that it is kept once."""
        return self._names.setdefault(name, name)

    def _is_manual(self, case: Case, stage2: Decision) -> bool:
        """By the request that opened the call, whoever joined later; by the one judged where the log has not that."""
        asked = self._asked.get(case.request_id) or self._asked.get(stage2.request_id)
        return asked is not None and asked[0]

    def signs(self, judgement: Judgement) -> Signs | None:
        """Those of the place it was judged at; None where the log has not that request."""
        asked = self._asked.get(judgement.stage2.request_id)
        return None if asked is None else asked[1]

    def _request(self, event: RequestEnded) -> None:
        facts = event.facts
        found = Signs(facts.language, facts.last_char, facts.last_visible_char, facts.last_keyword)
        manual = facts.trigger is Trigger.MANUAL
        self._asked[event.request_id] = (manual, self._signs.setdefault(found, found))

    def _suggestion(self, event: SuggestionMade) -> None:
        names = (event.suggestion_id, event.request_id, self.once(event.session_id))
        self.cases[event.suggestion_id] = Case(*names, event.at, event.facts.n_chars, self.once(event.model_key))

    def _decision(self, event: Decided) -> None:
        found = Decision(
            request_id=event.request_id,
            session_id=self.once(event.session_id),
            at=event.at,
            shown=event.action is Action.SHOW,
            propensity=event.propensity,
            probability=math.nan if event.probability is None else event.probability,
            features=array("f", event.features) if _is_current(event) else None,
        )
        if event.stage == 2 and event.suggestion_id:
            self._of_suggestion[event.suggestion_id] = found
        else:
            self.of_request[event.request_id, event.stage] = found

    def _outcome(self, event: OutcomeSeen) -> None:
        case = self.cases.get(event.suggestion_id)
        if case is not None and event.end.is_final:
            case.end, case.known = event.end, event.known
        if case is not None and event.end is End.PARTIAL:
            case.taken_chars = max(case.taken_chars, event.accepted_chars or 0)

    def _persistence(self, event: PersistenceSeen) -> None:
        case = self.cases.get(event.suggestion_id)
        if case is not None:
            case.kept = {**(case.kept or {}), event.after_s: event.kept_ratio}

    def _review(self, event: Reviewed) -> None:
        case = self.cases.get(event.suggestion_id)
        if case is not None:
            said = Said(event.verdict, self.once(voter(event)), event.reviewer_kind)
            case.said = {**(case.said or {}), said.reviewer: said}


def _is_current(decision: Decided) -> bool:
    return decision.features_version == FEATURES_VERSION and len(decision.features) == len(names(decision.stage))
