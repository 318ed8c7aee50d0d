"""What the log says of each suggestion, gathered compactly: a million of them have to fit in memory.

A reader keeps columns (`case_columns.py`), from which values are made when they are asked for, one at a time.
"""

import math
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from tactful_models.case_columns import ENDS, KNOWN, Decisions, Requests, Suggestions
from tactful_models.checked import Checked
from tactful_models.columns import Names, Places, Vectors
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
from tactful_models.trials import trials


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


@dataclass(frozen=True, slots=True)
class Judged:
    """Which suggestions the second stage judged, by the numbers under which a reader keeps them; in the log's order."""

    suggestion: Places
    """(n,)"""
    stage1: Places
    """(n,) the decision on the request that opened the call to the model; -1 where it was not asked."""
    stage2: Places
    """(n,) the decision on the suggestion."""

    def take(self, which: NDArray[np.bool_] | Places) -> Self:
        """Those of a mask, or of places in that order."""
        return type(self)(self.suggestion[which], self.stage1[which], self.stage2[which])


class Reader:
    """Gathers cases from events in the log's order."""

    def __init__(self) -> None:
        self.users: dict[str, str] = {}
        """By session id."""
        self.suggestions, self.decisions, self.requests = Suggestions(), Decisions(), Requests()
        self.sessions, self.models = Names(), Names()
        self.vectors = {stage: Vectors(len(names(stage))) for stage in (1, 2)}
        self._signs: dict[Signs, int] = {}
        self._names: dict[str, str] = {}

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
            case Checked():
                self._check(event)

    def judged(self) -> Judged:
        """Each suggestion that the second stage judged for a request that nobody made by hand.

        By hand is what the request that opened the call was, whoever joined later; where the log has not that, what the
        one judged was. In a log whose second decisions name only their request, that of the opening one counts.
        """
        made = self.suggestions.made.places(np.arange(len(self.suggestions.made)))
        request, stage2 = self.suggestions.request.places(made), self.suggestions.judged.places(made)
        stage2 = np.where(stage2 < 0, self.requests.stage2.places(request), stage2)
        manual = self.requests.manual.take(request)
        manual = np.where(manual < 0, self.requests.manual.take(self.decisions.request.places(stage2)), manual)
        return Judged(made, self.requests.stage1.places(request), stage2).take((stage2 >= 0) & (manual != 1))

    def judgements(self, judged: Judged | None = None) -> Iterator[Judgement]:
        """The same, or those given, as values, one at a time."""
        every = self.judged() if judged is None else judged
        places = zip(every.suggestion.tolist(), every.stage1.tolist(), every.stage2.tolist(), strict=True)
        for suggestion, stage1, stage2 in places:
            first = None if stage1 < 0 else self._decided(stage1, 1)
            yield Judgement(self.case(suggestion), first, self._decided(stage2, 2))

    def case(self, number: int) -> Case:
        """All that the log says of one suggestion."""
        of = self.suggestions
        return Case(
            suggestion_id=of.names.name(number),
            request_id=self.requests.names.name(of.request.whole(number)),
            session_id=self.sessions.name(of.session.whole(number)),
            at=of.at[number],
            chars=of.chars.whole(number),
            model_key=self.models.name(of.model.whole(number)),
            end=None if of.end[number] < 0 else ENDS[of.end.whole(number)],
            known=None if of.end[number] < 0 else KNOWN[of.known.whole(number)],
            taken_chars=of.taken_chars.whole(number),
            kept=of.kept_of(number),
            said=of.said.get(number),
            ran=of.ran.get(number),
        )

    def decision(self, request_id: str, stage: int) -> Decision | None:
        """The last one of a stage on a request, of those of the second stage that name no suggestion."""
        place = self.requests.decided(stage).whole(self.requests.names.find(request_id))
        return None if place < 0 else self._decided(place, stage)

    def signs(self, places: Places) -> NDArray[np.object_]:
        """(n,) the signs of where decisions were made; None where the log has not the request."""
        every = [*self._signs, None]
        found = np.empty(len(places), np.object_)
        numbers = self.requests.signs.places(self.decisions.request.places(places))
        found[:] = [every[number] for number in numbers.tolist()]
        return found

    def stage1_table(self, judged: Judged) -> NDArray[np.float64]:
        """(n, len(names(1))) vectors; where the request that opened the call had none, stage 2 begins with the same."""
        first = self.decisions.vector.places(judged.stage1)
        found, missing = self.vectors[1].table(first), first < 0
        second = self.decisions.vector.places(judged.stage2[missing])
        found[missing] = self.vectors[2].table(second)[:, : len(names(1))]
        return found

    def once(self, name: str) -> str:
        """The same string for the same name, so that it is kept once."""
        return self._names.setdefault(name, name)

    def _decided(self, place: int, stage: int) -> Decision:
        of = self.decisions
        vector = of.vector.whole(place)
        return Decision(
            request_id=self.requests.names.name(of.request.whole(place)),
            session_id=self.sessions.name(of.session.whole(place)),
            at=of.at[place],
            shown=bool(of.shown[place]),
            propensity=of.propensity[place],
            probability=of.probability[place],
            features=None if vector < 0 else self.vectors[stage].one(vector),
        )

    def _request(self, event: RequestEnded) -> None:
        facts = event.facts
        signs = Signs(facts.language, facts.last_char, facts.last_visible_char, facts.last_keyword)
        self.asked(event.request_id, facts.trigger is Trigger.MANUAL, signs)

    def asked(self, request_id: str, is_manual: bool, signs: Signs) -> None:
        """A request ended."""
        number = self.requests.names.number(request_id)
        self.requests.manual[number] = is_manual
        self.requests.signs[number] = self._signs.setdefault(signs, len(self._signs))

    def _suggestion(self, event: SuggestionMade) -> None:
        names = (event.suggestion_id, event.request_id, event.session_id, event.model_key)
        self.made(names, event.at, event.facts.n_chars)

    def made(self, names: tuple[str, str, str, str], at: float, chars: int) -> None:
        """A suggestion was made; the names are its own, its request's, its session's and its model's."""
        of = self.suggestions
        number = of.names.number(names[0])
        of.make(number)
        of.request[number] = self.requests.names.number(names[1])
        of.session[number] = self.sessions.number(names[2])
        of.model[number] = self.models.number(names[3])
        of.at[number] = at
        of.chars[number] = chars

    def _decision(self, event: Decided) -> None:
        chance = math.nan if event.probability is None else event.probability
        is_current = event.features_version == FEATURES_VERSION and len(event.features) == len(names(event.stage))
        vector = self.vectors[event.stage].add(event.features) if is_current else -1
        did = (event.action is Action.SHOW, event.propensity, chance, vector)
        self.decided((event.request_id, event.session_id, event.suggestion_id), event.at, event.stage, did)

    def decided(self, names: tuple[str, str, str], at: float, stage: int, did: tuple[bool, float, float, int]) -> None:
        """A stage decided; the names are its request's, its session's and its suggestion's.

        `did`: whether it let pass, the propensity of that, the probability, and the place of its vector, -1 for none.
        """
        of, request = self.decisions, self.requests.names.number(names[0])
        place = of.request.append(request)
        of.session.append(self.sessions.number(names[1]))
        of.at.append(at)
        for column, value in zip((of.shown, of.propensity, of.probability, of.vector), did, strict=True):
            column.append(value)
        if stage == 2 and names[2]:
            self.suggestions.judged[self.suggestions.names.number(names[2])] = place
        else:
            self.requests.decided(stage)[request] = place

    def _outcome(self, event: OutcomeSeen) -> None:
        self.became(event.suggestion_id, event.end, event.known, event.accepted_chars)

    def became(self, suggestion_id: str, end: End, known: Known, accepted_chars: int | None) -> None:
        """Something became of a suggestion."""
        of, number = self.suggestions, self.suggestions.find(suggestion_id)
        if number >= 0 and end.is_final:
            of.end[number], of.known[number] = ENDS.index(end), KNOWN.index(known)
        if number >= 0 and end is End.PARTIAL:
            of.taken_chars[number] = max(of.taken_chars.whole(number), accepted_chars or 0)

    def _persistence(self, event: PersistenceSeen) -> None:
        self.remained(event.suggestion_id, event.after_s, event.kept_ratio)

    def remained(self, suggestion_id: str, after_s: int, kept_ratio: float | None) -> None:
        """So much was still there then; None where that is censored."""
        number = self.suggestions.find(suggestion_id)
        if number >= 0:
            self.suggestions.keep(number, after_s, kept_ratio)

    def _review(self, event: Reviewed) -> None:
        number = self.suggestions.find(event.suggestion_id)
        if number >= 0:
            said = Said(event.verdict, self.once(voter(event)), event.reviewer_kind)
            self.suggestions.said.setdefault(number, {})[said.reviewer] = said

    def _check(self, event: Checked) -> None:
        """The last one that says anything counts."""
        number, ran = self.suggestions.find(event.suggestion_id), Ran.of(trials(event))
        if number >= 0 and ran is not None:
            self.suggestions.ran[number] = ran
