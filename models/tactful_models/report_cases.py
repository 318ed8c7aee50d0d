"""The log folded into what a report counts: one case a suggestion, and tallies of requests, decisions and calls."""

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Self

from tactful_models.events import (
    Action,
    Decided,
    End,
    Event,
    GateChanged,
    OutcomeSeen,
    PersistenceSeen,
    RequestEnded,
    Result,
    Reviewed,
    SessionStarted,
    SuggestionMade,
    Trigger,
)
from tactful_models.reviewers import voter
from tactful_models.tracking import Tracking
from tactful_models.utility_terms import Pace


@dataclass(slots=True)
class Case:
    """One suggestion and all that became of it."""

    session_id: str
    language: str
    model_key: str
    chars: int
    generation_s: float | None
    at: float = 0.0
    """When it was made, UTC seconds."""
    lines: int = 1
    withheld: bool = False
    """Whether stage 2 held it back."""
    manual: bool = False
    shown: bool = False
    end: End | None = None
    """Its final end; None while that is open."""
    taken_chars: int = 0
    """Characters accepted, whole or in parts."""
    kept: dict[int, float | None] = field(default_factory=dict)
    """Share still there, by seconds after; None where censored."""

    @property
    def accepted(self) -> bool:
        """Taken whole."""
        return self.end is End.ACCEPTED

    @property
    def was_judged(self) -> bool:
        """Whether it came to an end that says something."""
        return self.end is not None and self.end is not End.SUPERSEDED

    @property
    def taken_ratio(self) -> float:
        """Share of it that was taken, in [0, 1]."""
        return 1.0 if self.accepted else min(self.taken_chars / max(self.chars, 1), 1.0)

    def see(self, outcome: OutcomeSeen) -> None:
        """Takes in what became of it."""
        unseen = outcome.end in (End.IGNORED, End.SUPERSEDED) and outcome.shown_s is None
        self.shown = self.shown or not unseen
        if outcome.end.is_final:
            self.end = outcome.end
        self.taken_chars = max(self.taken_chars, outcome.accepted_chars or 0)


@dataclass(slots=True)
class Tallies:
    """Everything a report counts, while the log is read."""

    sessions: dict[str, SessionStarted] = field(default_factory=dict)
    cases: dict[str, Case] = field(default_factory=dict)
    """By suggestion id."""
    results: Counter[str] = field(default_factory=Counter)
    """Automatic requests by result."""
    reasons: Counter[str] = field(default_factory=Counter)
    """Automatic requests that were not answered, by result and named reason: `withheld: stage1`."""
    manual: int = 0
    """Requests made by hand."""
    calls: int = 0
    """Calls opened to the model."""
    tokens: int = 0
    """Tokens generated for them."""
    withheld: Counter[int] = field(default_factory=Counter)
    """Decisions to withhold, by stage."""
    would_withhold: Counter[int] = field(default_factory=Counter)
    """Decisions that showed what the thresholds would have withheld, by stage (shadow, exploration)."""
    explored: Counter[int] = field(default_factory=Counter)
    """Those of them that explored."""
    held_back: dict[str, bool] = field(default_factory=dict)
    """By suggestion id, whether stage 2 held it back when last asked."""
    chances: dict[str, float] = field(default_factory=dict)
    """By suggestion id, the chance that stage 2 gave to what it held back."""
    days: set[int] = field(default_factory=set)
    """Days since the epoch, UTC, on which anything was asked."""
    tracking: Tracking = field(default_factory=Tracking)
    """How the gates' probabilities came out."""
    pace: Pace = field(default_factory=Pace)
    """How fast is typed, how long is looked, how much stays."""
    reviews: dict[tuple[str, str], Reviewed] = field(default_factory=dict)
    """By suggestion and `voter`, whose last word counts."""
    gates: list[GateChanged] = field(default_factory=list)
    first_at: float | None = None
    last_at: float | None = None

    def see(self, event: Event) -> None:
        """Takes in one event, in the log's order."""
        self.pace.observe(event)
        self.tracking.observe(event)
        match event:
            case SessionStarted():
                self.sessions[event.session_id] = event
            case RequestEnded():
                self._request(event)
            case SuggestionMade():
                self._suggestion(event)
            case Decided():
                self._decision(event)
            case OutcomeSeen() if event.suggestion_id in self.cases:
                self.cases[event.suggestion_id].see(event)
            case PersistenceSeen() if event.suggestion_id in self.cases:
                self.cases[event.suggestion_id].kept[event.after_s] = event.kept_ratio
            case Reviewed():
                self.reviews[event.suggestion_id, voter(event)] = event
            case GateChanged():
                self.gates.append(event)

    def closed(self) -> Self:
        """The same once all is read: what was decided is told of the suggestions that it was decided of."""
        for suggestion_id, withheld in self.held_back.items():
            if suggestion_id in self.cases:
                self.cases[suggestion_id].withheld = withheld
        return self

    def _request(self, event: RequestEnded) -> None:
        if math.isfinite(event.at):
            self.days.add(int(event.at // 86_400.0))
        self.first_at = event.at if self.first_at is None else min(self.first_at, event.at)
        self.last_at = event.at if self.last_at is None else max(self.last_at, event.at)
        self.calls += event.model_called
        self.tokens += event.n_tokens
        if event.facts.trigger is Trigger.MANUAL:
            self.manual += 1
            self._mark_manual(event.suggestion_id)
            return
        self.results[event.result] += 1
        if event.reason and event.result is not Result.PRODUCED:
            self.reasons[f"{event.result}: {event.reason}"] += 1

    def _mark_manual(self, suggestion_id: str) -> None:
        if suggestion_id in self.cases:
            self.cases[suggestion_id].manual = True

    def _suggestion(self, event: SuggestionMade) -> None:
        self.cases[event.suggestion_id] = Case(
            session_id=event.session_id,
            language=event.language or "unknown",
            model_key=event.model_key or "unknown",
            chars=event.facts.n_chars,
            generation_s=event.facts.generation_s,
            at=event.at,
            lines=event.facts.n_lines,
        )

    def _decision(self, event: Decided) -> None:
        if event.stage == 2 and event.suggestion_id:
            self.held_back[event.suggestion_id] = event.action is Action.WITHHOLD
            if event.action is Action.WITHHOLD and event.probability is not None:
                self.chances[event.suggestion_id] = event.probability
        if event.action is Action.WITHHOLD:
            self.withheld[event.stage] += 1
        elif event.would is Action.WITHHOLD:
            self.would_withhold[event.stage] += 1
            self.explored[event.stage] += event.exploring


def gather(events: Iterable[Event]) -> Tallies:
    """The tallies of events in the log's order."""
    tallies = Tallies()
    for event in events:
        tallies.see(event)
    return tallies.closed()
