"""Replays a log through a history of its own and checks that every stored vector comes out the same, to the bit.

A session began with the history of the log up to `SessionStarted.history_through`, then took in its own events in
the order recorded. Each vector is extracted from the facts stored with its request and suggestion, as of the moment
`RequestEnded.at`, from the history just before the decision.
"""

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final, Protocol

from tactful_models.events import (
    Decided,
    Event,
    GateChanged,
    RequestEnded,
    SessionStarted,
    SuggestionMade,
)
from tactful_models.features import FEATURES_VERSION, Opportunity, extract_stage1, extract_stage2
from tactful_models.history import History

LOST: Final = -1
"""`SessionStarted.history_through` of a session whose beginning cannot be made again: what it rests on is gone."""


class Numbered(Protocol):
    """An event as a log gives it (`feedback.Stored`)."""

    @property
    def seq(self) -> int:
        """Its number in the log."""

    @property
    def event(self) -> Event:
        """The event."""


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A stored vector that does not come out again."""

    decision_id: str
    """Whose."""
    stored: tuple[float, ...]
    """As it stands in the log."""
    replayed: tuple[float, ...]
    """As it comes out; empty where the facts to extract it from are missing."""


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a replay found."""

    n_checked: int
    """Vectors of this features version compared."""
    mismatches: tuple[Mismatch, ...]
    """Those that differ."""


@dataclass(slots=True)
class _Session:
    started: SessionStarted
    events: list[Event] = field(default_factory=list)


def check(stored: Iterable[Numbered]) -> Replayed:
    """Compares every vector of this version in a log; `stored`: all its events, in the order of their numbers."""
    log = list(stored)
    n_checked, wrong = 0, []
    for session, history in _warmed(log):
        for decision, replayed in vectors(session.events, history):
            n_checked += 1
            if not same(decision.features, replayed):
                wrong.append(Mismatch(decision.decision_id, decision.features, replayed))
    return Replayed(n_checked, tuple(wrong))


def same(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    """Whether two vectors are equal to the bit as float32, NaN to NaN."""
    return len(one) == len(other) and _bits(one) == _bits(other)


def _bits(vector: tuple[float, ...]) -> bytes:
    return struct.pack(f"<{len(vector)}f", *vector)


def _warmed(log: list[Numbered]) -> Iterator[tuple[_Session, History]]:
    """Each session with the history it began from, in the order of how far that went."""
    base, position = History(), 0
    for session in sorted(_sessions(log), key=lambda each: each.started.history_through):
        while position < len(log) and log[position].seq <= session.started.history_through:
            base.observe(log[position].event)
            position += 1
        yield session, base.copy()


def _sessions(log: list[Numbered]) -> list[_Session]:
    found: dict[str, _Session] = {}
    for numbered in log:
        event = numbered.event
        if isinstance(event, SessionStarted):
            found[event.session_id] = _Session(event)
        if not isinstance(event, GateChanged) and event.session_id in found:
            found[event.session_id].events.append(event)
    return list(found.values())


def vectors(events: Iterable[Event], history: History) -> Iterator[tuple[Decided, tuple[float, ...]]]:
    """Each decision of one session that has a vector of this version, with the vector extracted again.

    `history` is what the session began with; it is carried on.
    """
    told = list(events)
    requests = {event.request_id: event for event in told if isinstance(event, RequestEnded)}
    made = {event.suggestion_id: event for event in told if isinstance(event, SuggestionMade)}
    for event in told:
        if isinstance(event, Decided) and event.features and event.features_version == FEATURES_VERSION:
            yield event, _extract(event, (requests.get(event.request_id), made.get(event.suggestion_id)), history)
        history.observe(event)


def _extract(
    decision: Decided, facts: tuple[RequestEnded | None, SuggestionMade | None], history: History
) -> tuple[float, ...]:
    request, made = facts
    if request is None:
        return ()
    opportunity = _opportunity(request)
    if decision.stage == 1:
        return extract_stage1(opportunity, history)
    return () if made is None else extract_stage2(opportunity, made.facts, history)


def _opportunity(request: RequestEnded) -> Opportunity:
    facts = request.facts
    return Opportunity(facts, facts.language, request.file_key, request.project_key, request.model_key, request.at)
