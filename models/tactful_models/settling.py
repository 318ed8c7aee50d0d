"""From events to what came of each suggestion that a gate let pass, in the order in which they came on screen.

A rejection is known at once, an accept only when it has been looked at again, so in the order of news rejections come
too early. Here each waits for those shown before it in its session, and nothing is counted before it is due. What has
no label (superseded, censored) is let go, as in training.
"""

from collections import deque
from dataclasses import dataclass, field
from typing import Final

from tactful_models import labels
from tactful_models.bounded import Bounded
from tactful_models.errors import TrainingError
from tactful_models.events import Action, Decided, End, Event, Known, OutcomeSeen, PersistenceSeen, SuggestionMade
from tactful_models.labels import Fate, Label, Told

_AT_ONCE: Final = 256
"""Decisions and suggestions remembered that nothing has come of yet."""
_SESSIONS: Final = 16
_QUEUE: Final = 64
"""Suggestions of one session that wait; beyond that the oldest is let go."""
_HALF: Final = 0.5
"""Of its characters: of what was taken less of it matters no more what is left of that."""
_LATE_S: Final = 60.0
"""After which a look at what was taken in parts is awaited no more: records from before know of none."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """What one stage of a gate said of a suggestion that it let pass."""

    version: str
    """The gate's."""
    own: float
    """The gate's own probability."""
    served: float
    """The probability served, which is the corrected one."""
    propensity: float
    """Of letting it pass."""


@dataclass(frozen=True, slots=True)
class Settled:
    """A suggestion that has its label."""

    stage1: Spoken | None
    """None where the first stage was not asked."""
    stage2: Spoken
    good: bool
    """By the label that the gate was trained for."""
    says: float = 1.0
    """How much the label counts beside a plain one, in (0, 1]: less where about half was taken."""

    @property
    def propensity(self) -> float:
        """Of its having been shown: both stages' together."""
        return self.stage2.propensity * (1.0 if self.stage1 is None else self.stage1.propensity)


@dataclass(slots=True)
class _Waiting:
    """A suggestion that has come on screen."""

    suggestion_id: str
    stage1: Spoken | None
    stage2: Spoken
    label: Label
    chars: int
    end: End | None = None
    ended_at: float = 0.0
    """When, seconds since the epoch."""
    taken_chars: int = 0
    kept: dict[int, float | None] = field(default_factory=dict)

    def see(self, event: OutcomeSeen | PersistenceSeen) -> None:
        if isinstance(event, PersistenceSeen):
            self.kept[event.after_s] = event.kept_ratio
        elif event.end.is_final:
            self.end, self.ended_at = event.end, event.at
        elif event.end is End.PARTIAL:
            self.taken_chars = max(self.taken_chars, event.accepted_chars or 0)

    @property
    def taken_ratio(self) -> float:
        """Share of its characters that was taken."""
        return 1.0 if self.end is End.ACCEPTED else min(self.taken_chars / max(self.chars, 1), 1.0)

    def is_settled(self, at: float) -> bool:
        """Whether nothing more is awaited at a time, in seconds since the epoch."""
        if self.end is None or self.label.after_s is None or self.label.after_s in self.kept:
            return self.end is not None
        if self.end is not End.ACCEPTED and at > self.ended_at + self.label.after_s + _LATE_S:
            return True
        return self.taken_ratio <= _HALF

    def told(self) -> Told | None:
        """Its label; None where there will be none."""
        assert self.end is not None
        return self.label.told(Fate(self.end, Known.CLIENT, self.taken_ratio, self.kept))


@dataclass(frozen=True, slots=True)
class Judged:
    """A suggestion that the second stage has just judged, of which nothing is known yet."""

    stage1: Spoken | None
    version: str
    """Of the gate."""
    shown: bool
    """Whether the second stage let it pass."""
    chance: float
    """What was served of it."""


class Settling:
    """Observes events in the log's order. Bounded in memory."""

    def __init__(self) -> None:
        self._made: Bounded[str, tuple[str, int]] = Bounded(_AT_ONCE)
        self._first: Bounded[str, Spoken] = Bounded(_AT_ONCE)
        self._second: Bounded[str, tuple[Spoken, Label]] = Bounded(_AT_ONCE)
        self._queues: Bounded[str, deque[_Waiting]] = Bounded(_SESSIONS)

    def observe(self, event: Event) -> tuple[Settled | Judged, ...]:
        """Takes in one event; returns what it judges, or those that have their label by it, the first shown first."""
        if isinstance(event, Decided):
            return self._decided(event)
        if isinstance(event, SuggestionMade):
            self._made.put(event.suggestion_id, (event.request_id, event.facts.n_chars))
        elif isinstance(event, OutcomeSeen | PersistenceSeen):
            return self._seen(event)
        return ()

    def _decided(self, event: Decided) -> tuple[Judged, ...]:
        if event.own_probability is None or event.probability is None:
            return ()
        shown = event.action is Action.SHOW
        spoken = Spoken(event.gate_version, event.own_probability, event.probability, event.propensity)
        if event.stage == 1:
            if shown:
                self._first.put(event.request_id, spoken)
            return ()
        if shown and (label := _label(event.label)) is not None:
            self._second.put(event.suggestion_id, (spoken, label))
        made = self._made.get(event.suggestion_id)
        return (Judged(self._first.get(made[0]) if made else None, event.gate_version, shown, event.probability),)

    def _seen(self, event: OutcomeSeen | PersistenceSeen) -> tuple[Settled, ...]:
        if isinstance(event, OutcomeSeen):
            self._begin(event)
        queue = self._queues.get(event.session_id)
        if queue is None:
            return ()
        for waiting in queue:
            if waiting.suggestion_id == event.suggestion_id:
                waiting.see(event)
        return tuple(self._drained(queue, event.at))

    def _begin(self, event: OutcomeSeen) -> None:
        """The first that is heard of a suggestion puts it in the queue."""
        said, made = self._second.pop(event.suggestion_id), self._made.get(event.suggestion_id)
        if said is None or made is None:
            return
        queue = self._queues.get(event.session_id) or deque(maxlen=_QUEUE)
        self._queues.put(event.session_id, queue)
        request_id, chars = made
        queue.append(_Waiting(event.suggestion_id, self._first.get(request_id), *said, chars))

    def _drained(self, queue: deque[_Waiting], at: float) -> list[Settled]:
        found = []
        while queue and queue[0].is_settled(at):
            done = queue.popleft()
            if (told := done.told()) is not None:
                found.append(Settled(done.stage1, done.stage2, told.good, told.weight))
        return found


def _label(name: str) -> Label | None:
    try:
        return labels.find(name or labels.DEFAULT)
    except TrainingError:
        return None
