"""The terms of the utility, estimated from the log.

- **Typing speed**: characters by which the caret advanced from one request to the next at most `PAUSE_S` later in the
  same file, over the seconds between; pauses are for thinking, which a suggestion does not save. Not over an accept.
- **What stays**: of each accepted suggestion that the label calls good, the share still there when last looked (30 to
  600 s after).
- **On screen**: how long what was not taken stayed on screen, each at most `LONGEST_LOOK_S`: beyond that one has turned
  to something else.

Each is a ratio Σ numerators / Σ denominators, to which what is usual is added with the weight of so many denominators.
The interval is normal, from the spread over observations or, from five sessions on, over sessions, whichever is wider.
"""

import math
from dataclasses import dataclass, field
from typing import Final

from tactful_models import labels
from tactful_models.bounded import Bounded
from tactful_models.events import (
    End,
    Event,
    Known,
    OutcomeSeen,
    PersistenceSeen,
    RequestEnded,
    Trigger,
)
from tactful_models.labels import Fate, Label
from tactful_models.utility import NORMAL_95, Term, Terms

PAUSE_S: Final = 2.0
"""Longer between two keys is thinking, not typing."""
LONGEST_LOOK_S: Final = 5.0
MOST_CHARS: Final = 12
"""More characters from one request to the next were not typed."""
FEWEST_SESSIONS: Final = 5
_ACCEPTS: Final = 1024


@dataclass(frozen=True, slots=True)
class Usual:
    """Where a term starts."""

    value: float
    weight: float
    """How many units of the denominator it counts for."""
    spread: float
    """Standard deviation of one unit around it."""
    most: float = math.inf
    """More it cannot be."""


SPEED: Final = Usual(4.0, 30.0, 2.0)
"""52 words a minute are 4.3 characters a second (Dhakal, Feit, Kristensson and Oulasvirta, CHI 2018)."""
STAYS: Final = Usual(0.86, 10.0, 0.3, most=1.0)
"""The mean over 239 accepts of the CUPS telemetry."""
ON_SCREEN: Final = Usual(2.7, 20.0, 1.8)
"""The mean over 468 suggestions of the CUPS telemetry that were not taken."""


@dataclass(slots=True)
class Ratio:
    """A ratio of sums, by session."""

    usual: Usual
    n: int = 0
    squares: list[float] = field(default_factory=lambda: [0.0, 0.0, 0.0])
    """Over observations: of the numerator, of the product, of the denominator."""
    sessions: dict[str, tuple[float, float]] = field(default_factory=dict)

    def add(self, session_id: str, above: float, below: float = 1.0, times: int = 1) -> None:
        """One observation; `times` −1 takes it back."""
        self.n += times
        for at, product in enumerate((above * above, above * below, below * below)):
            self.squares[at] += times * product
        was = self.sessions.get(session_id, (0.0, 0.0))
        self.sessions[session_id] = (was[0] + times * above, was[1] + times * below)

    def term(self) -> Term:
        """As it stands."""
        usual, parts = self.usual, list(self.sessions.values())
        below = usual.weight + math.fsum(part[1] for part in parts)
        value = (usual.weight * usual.value + math.fsum(part[0] for part in parts)) / below
        single = self.squares[0] - 2.0 * value * self.squares[1] + value * value * self.squares[2]
        between = math.fsum((part[0] - value * part[1]) ** 2 for part in parts)
        spread = max(single, between if len(parts) >= FEWEST_SESSIONS else 0.0, 0.0)
        half = NORMAL_95 * math.sqrt(usual.weight * usual.spread**2 + spread) / below
        return Term(value, max(value - half, 0.0), min(value + half, usual.most), self.n, usual.value)


@dataclass(slots=True)
class _Accepted:
    """An accepted suggestion and what has been seen of it since."""

    session_id: str
    kept: dict[int, float | None] = field(default_factory=dict)


class Pace:
    """Observes events in the log's order and knows the terms. Bounded in memory but for one entry a session."""

    def __init__(self, label: str = labels.DEFAULT) -> None:
        """`label`: what counts as good; raises TrainingError for an unknown one."""
        self._label: Label = labels.find(label)
        self._speed, self._on_screen = Ratio(SPEED), Ratio(ON_SCREEN)
        self._stays = Ratio(STAYS)
        self._last: Bounded[str, RequestEnded] = Bounded(64)
        self._accepted: Bounded[str, _Accepted] = Bounded(_ACCEPTS)

    def terms(self) -> Terms:
        """As they stand."""
        return Terms(self._speed.term(), self._stays.term(), self._on_screen.term())

    def observe(self, event: Event) -> None:
        """Takes in one event."""
        match event:
            case RequestEnded():
                self._request(event)
            case OutcomeSeen():
                self._outcome(event)
            case PersistenceSeen():
                self._persistence(event)

    def _request(self, event: RequestEnded) -> None:
        last, at = self._last.get(event.session_id), event.facts.offset_chars
        if event.facts.trigger is Trigger.MANUAL or at is None or (last is not None and event.at <= last.at):
            return
        self._last.put(event.session_id, event)
        if last is None or last.facts.offset_chars is None or last.file_key != event.file_key:
            return
        typed, took_s = at - last.facts.offset_chars, event.at - last.at
        if 0 < typed <= MOST_CHARS and took_s <= PAUSE_S:
            self._speed.add(event.session_id, float(typed), took_s)

    def _outcome(self, event: OutcomeSeen) -> None:
        if event.end in (End.ACCEPTED, End.PARTIAL):
            self._last.pop(event.session_id)
        if event.end is End.ACCEPTED:
            self._accepted.put(event.suggestion_id, _Accepted(event.session_id))
        elif event.end in (End.REJECTED, End.IGNORED) and event.shown_s is not None:
            self._on_screen.add(event.session_id, min(max(event.shown_s, 0.0), LONGEST_LOOK_S))

    def _persistence(self, event: PersistenceSeen) -> None:
        """The last look counts: a later one takes the place of the one before."""
        accepted = self._accepted.get(event.suggestion_id)
        if accepted is None or event.kept_ratio is None:
            return
        before = self._staying(accepted)
        accepted.kept[event.after_s] = event.kept_ratio
        after = self._staying(accepted)
        if after is None:
            return
        if before is not None:
            self._stays.add(accepted.session_id, before, times=-1)
        self._stays.add(accepted.session_id, after)

    def _staying(self, accepted: _Accepted) -> float | None:
        """What is left of it by the last look; None unless it is good."""
        if self._label.of(Fate(End.ACCEPTED, Known.CLIENT, 1.0, accepted.kept)) is not True:
            return None
        known = {after_s: kept for after_s, kept in accepted.kept.items() if kept is not None}
        return known[max(known)] if known else None
