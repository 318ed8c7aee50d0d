"""Replays a log through a history of its own and checks that every stored vector comes out the same, to the bit.

A session began with the history of the log up to `SessionStarted.history_through`, then took in its own events in
the order recorded. Each vector is extracted from the facts stored with its request and suggestion, as of the moment
`RequestEnded.at`, from the history just before the decision. Both stages' facts are those of the request that the
decision names. How the newest outcomes corrected the gate's own probability comes of the same events and is compared
too.

What a vector was made of is not always there: a killed server leaves decisions whose request never ended, a purge takes
out what the history was made of, another version measured other things. Such a vector is not checkable, which is said
apart: it speaks neither for the log nor against it. Numbers of the log that are missing tell of a purge.
"""

import struct
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Protocol

from tactful_models.checked import Checked
from tactful_models.events import (
    Decided,
    Event,
    GateChanged,
    OutcomeSeen,
    PersistenceSeen,
    RequestEnded,
    Reviewed,
    SessionStarted,
    SuggestionMade,
    TextPlaced,
)
from tactful_models.features import FEATURES_VERSION, Opportunity, extract_stage1, extract_stage2
from tactful_models.history import History
from tactful_models.recalibration import Correction
from tactful_models.tracking import RECALL, TRACKED, tracked

LOST: Final = -1
"""`SessionStarted.history_through` of a session whose beginning cannot be made again: what it rests on is gone."""


SessionEvent = (
    SessionStarted
    | RequestEnded
    | SuggestionMade
    | Decided
    | OutcomeSeen
    | PersistenceSeen
    | TextPlaced
    | Reviewed
    | Checked
)
"""What belongs to a session."""


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
    """A stored vector, or correction of a probability, that does not come out again."""

    decision_id: str
    """Whose."""
    stored: tuple[float, ...]
    """As it stands in the log: the vector; or intercept, slope and the probability corrected by them."""
    replayed: tuple[float, ...]
    """As it comes out."""


class Obstacle(StrEnum):
    """Why a vector cannot be checked."""

    OTHER_VERSION = "features_version"  # made by another version of the features
    NO_SESSION = "session_missing"  # its session's start is not in the log
    NO_FACTS = "facts_missing"  # its request never ended, or its suggestion is gone
    NO_HISTORY = "history_missing"  # of what its history was made of, something is not in the log


@dataclass(frozen=True, slots=True)
class Unchecked:
    """A stored vector that cannot be made again from this log."""

    decision_id: str
    """Whose."""
    obstacle: Obstacle
    """Why not."""


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a replay found."""

    n_checked: int
    """Vectors of this features version compared."""
    mismatches: tuple[Mismatch, ...]
    """Those that differ."""
    unchecked: tuple[Unchecked, ...] = ()
    """Vectors that could not be compared."""


@dataclass(slots=True)
class _Session:
    started: SessionStarted
    seq: int
    has_base: bool
    """Whether all that its history began with is in the log."""
    events: list[Event] = field(default_factory=list)
    after_gap: set[str] = field(default_factory=set)
    """Decisions before which something of the session may be missing."""

    def obstacle(self, decision: Decided, replayed: tuple[float, ...]) -> Obstacle | None:
        """What stands against comparing a decision of this version."""
        if not replayed:
            return Obstacle.NO_FACTS
        is_whole = self.has_base and decision.decision_id not in self.after_gap
        return None if is_whole else Obstacle.NO_HISTORY


@dataclass(slots=True)
class _Reader:
    """Sorts a log's events by session and watches for numbers that are missing."""

    sessions: dict[str, _Session] = field(default_factory=dict)
    unchecked: list[Unchecked] = field(default_factory=list)
    last_seq: int = 0
    whole_through: int = 0
    """All events up to this number are there."""
    gap_at: int = 0
    """The last number before which one is missing."""

    def see(self, numbered: Numbered) -> None:
        """Takes in the next event."""
        self._count(numbered.seq)
        event = numbered.event
        if isinstance(event, SessionStarted):
            base = event.history_through
            has_base = LOST < base <= self.whole_through and base < numbered.seq
            self.sessions[event.session_id] = _Session(event, numbered.seq, has_base)
        if not isinstance(event, GateChanged):
            self._place(event)

    def _count(self, seq: int) -> None:
        if seq != self.last_seq + 1:
            self.gap_at = seq
        elif self.whole_through == self.last_seq:
            self.whole_through = seq
        self.last_seq = seq

    def _place(self, event: SessionEvent) -> None:
        session = self.sessions.get(event.session_id)
        if session is not None:
            session.events.append(event)
        if not isinstance(event, Decided) or not event.features:
            return
        if session is not None and self.gap_at > session.seq:
            session.after_gap.add(event.decision_id)
        if event.features_version != FEATURES_VERSION:
            self.unchecked.append(Unchecked(event.decision_id, Obstacle.OTHER_VERSION))
        elif session is None:
            self.unchecked.append(Unchecked(event.decision_id, Obstacle.NO_SESSION))


def check(stored: Iterable[Numbered]) -> Replayed:
    """Compares every vector of this version in a log; `stored`: all its events, in the order of their numbers."""
    log = list(stored)
    reader = _Reader()
    for numbered in log:
        reader.see(numbered)
    n_checked, wrong, unchecked = 0, [], list(reader.unchecked)
    for session, (decision, replayed, correction) in _replayed(log, reader):
        if (obstacle := session.obstacle(decision, replayed)) is not None:
            unchecked.append(Unchecked(decision.decision_id, obstacle))
            continue
        n_checked += 1
        if not same(decision.features, replayed):
            wrong.append(Mismatch(decision.decision_id, decision.features, replayed))
        served, corrected = _corrections(decision, correction)
        if served != corrected:
            wrong.append(Mismatch(decision.decision_id, served, corrected))
    return Replayed(n_checked, tuple(wrong), tuple(unchecked))


def again(stored: Iterable[Numbered], which: Callable[[Decided], bool]) -> Iterator[tuple[Decided, tuple[float, ...]]]:
    """The decisions meant, each with the vector that this version makes of the facts logged for it.

    Those of which something is missing are left out. `stored`: all events of the log, in the order of their numbers.
    """
    log = list(stored)
    reader = _Reader()
    for numbered in log:
        reader.see(numbered)
    for session, history in _warmed(log, list(reader.sessions.values())):
        for decision, vector, _ in vectors(session.events, history, which):
            if session.obstacle(decision, vector) is None:
                yield decision, vector


def same(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    """Whether two vectors are equal to the bit as float32, NaN to NaN."""
    return len(one) == len(other) and _bits(one) == _bits(other)


def _bits(vector: tuple[float, ...]) -> bytes:
    return struct.pack(f"<{len(vector)}f", *vector)


def _corrections(decision: Decided, correction: Correction) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Intercept, slope and corrected probability as they stand in the log, and as they come out."""
    own = decision.own_probability
    if own is None or own != own or decision.probability is None:
        return (), ()
    stored = (decision.intercept, decision.slope, decision.probability)
    return stored, (correction.intercept, correction.slope, correction(own))


Again = tuple[Decided, tuple[float, ...], Correction]
"""A decision, its vector made again, and how its gate's probabilities were corrected just then."""


def _replayed(log: list[Numbered], reader: _Reader) -> Iterator[tuple[_Session, Again]]:
    for session, history in _warmed(log, list(reader.sessions.values())):
        for again in vectors(session.events, history):
            yield session, again


def _warmed(log: list[Numbered], sessions: list[_Session]) -> Iterator[tuple[_Session, History]]:
    """Each session with the history it began from, in the order of how far that went."""
    base, position = History(), 0
    telling = [numbered for numbered in log if isinstance(numbered.event, TRACKED)]
    for session in sorted(sessions, key=lambda each: each.started.history_through):
        through = session.started.history_through
        while position < len(log) and log[position].seq <= through:
            base.remember(log[position].event)
            position += 1
        history = base.copy()
        first, last = (bisect_right(telling, seq, key=_seq) for seq in (through - RECALL, through))
        history.tracking = tracked(telling[first:last])
        yield session, history


def _seq(numbered: Numbered) -> int:
    return numbered.seq


def is_current(decision: Decided) -> bool:
    """Whether this version of the features made its vector."""
    return bool(decision.features) and decision.features_version == FEATURES_VERSION


def vectors(
    events: Iterable[Event], history: History, which: Callable[[Decided], bool] = is_current
) -> Iterator[Again]:
    """Each decision of one session that is meant, with its vector extracted again.

    The vector is empty where the facts to extract it from are missing. `history` is what the session began with; it is
    carried on.
    """
    told = list(events)
    requests = {event.request_id: event for event in told if isinstance(event, RequestEnded)}
    made = {event.suggestion_id: event for event in told if isinstance(event, SuggestionMade)}
    for event in told:
        if isinstance(event, Decided) and which(event):
            vector = _extract(event, (requests.get(event.request_id), made.get(event.suggestion_id)), history)
            yield event, vector, history.tracking.correction(event.gate_version, event.stage)
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
