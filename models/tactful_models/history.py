"""What the user did so far, as a state that a live server and a replay of its log build alike.

The state is a function of the observed events alone, in the order observed: no clock, no randomness, no text.
Each user's record is kept apart, so that a log holding imported telemetry says nothing of its owner.
"""

import copy
import math
from collections import deque
from dataclasses import dataclass, field

from tactful_models.bounded import Bounded
from tactful_models.events import End, Event, OutcomeSeen, SessionStarted, SuggestionMade
from tactful_models.standing import CROWD_TAU_S, LAST_ENDS, RECENT, Standing, Tally, rate_toward, shrunk, usual_length
from tactful_models.tracking import Tracking
from tactful_models.typing_rhythm import FadingSum
from tactful_models.utility_terms import Pace

_LANGUAGES, _FILES, _PROJECTS, _USERS, _SESSIONS, _MODELS = 64, 512, 128, 64, 1024, 16
_PENDING, _REJECTED_PLACES = 2048, 1024
_MOSTLY = 0.5
"""Of what at least so much was taken, the length counts as wanted."""


@dataclass(frozen=True, slots=True)
class Where:
    """The place and moment that a question about the history concerns."""

    at: float
    """Now, seconds since the epoch."""
    language: str = ""
    file_key: str = ""
    project_key: str = ""
    model_key: str = ""


@dataclass(slots=True)
class _User:
    overall: Tally = field(default_factory=Tally)
    languages: Bounded[str, Tally] = field(default_factory=lambda: Bounded(_LANGUAGES))
    files: Bounded[str, Tally] = field(default_factory=lambda: Bounded(_FILES))
    projects: Bounded[str, Tally] = field(default_factory=lambda: Bounded(_PROJECTS))
    recent: deque[float] = field(default_factory=lambda: deque(maxlen=RECENT))
    refused_in_a_row: int = 0
    last_at: dict[End, float] = field(default_factory=dict)
    last_shown_s: float | None = None
    showings: FadingSum = field(default_factory=lambda: FadingSum(CROWD_TAU_S))
    lengths: Tally = field(default_factory=Tally)
    logprobs: Bounded[str, deque[float]] = field(default_factory=lambda: Bounded(_MODELS))


@dataclass(slots=True)
class _Session:
    user_key: str
    started_at: float
    n_shown: int = 0
    since_end: int = 0
    tally: Tally = field(default_factory=Tally)


class History:
    """Observes events and answers questions about the current session's user. Bounded in memory.

    The current session is that of the last `SessionStarted`. It takes in `SessionStarted`, `SuggestionMade` and
    `OutcomeSeen` and ignores the rest, but for what `tracking` and `pace` make of it.
    """

    def __init__(self) -> None:
        self.tracking = Tracking()
        """How the gates' probabilities came out."""
        self.pace = Pace()
        """How fast is typed, how long is looked at a suggestion, how much of one stays."""
        self._users: Bounded[str, _User] = Bounded(_USERS)
        self._sessions: Bounded[str, _Session] = Bounded(_SESSIONS)
        self._current = _Session("", math.nan)
        self._pending: Bounded[str, SuggestionMade] = Bounded(_PENDING)
        self._taken: Bounded[str, float] = Bounded(_PENDING)
        self._rejected_places: Bounded[str, bool] = Bounded(_REJECTED_PLACES)

    def observe(self, event: Event) -> None:
        """Takes in one event; its order among the others matters."""
        self.remember(event)
        self.track(event)

    def track(self, event: Event) -> None:
        """Takes in one event for `tracking` and `pace` alone."""
        self.tracking.observe(event)
        self.pace.observe(event)

    def remember(self, event: Event) -> None:
        """Takes in one event without those: what lies too far back to tell of them."""
        if isinstance(event, OutcomeSeen):
            self._outcome(event)
        elif isinstance(event, SuggestionMade):
            self._pending.put(event.suggestion_id, event)
        elif isinstance(event, SessionStarted):
            self._current = _Session(event.user_key, event.at)
            self._sessions.put(event.session_id, self._current)

    def copy(self) -> "History":
        """An independent history in the same state."""
        return copy.deepcopy(self)

    def was_rejected_here(self, place_key: str) -> bool:
        """Whether the suggestion with this `SuggestionMade.place_key` was rejected before."""
        return place_key in self._rejected_places

    def standing(self, where: Where) -> Standing:
        """Everything the features ask of the history, at one place and moment."""
        user = self._users.get(self._current.user_key) or _User()
        own = shrunk(user.overall)
        recent = tuple(user.recent)
        session = self._current
        return Standing(
            n_ended=user.overall.n,
            own_rate=own,
            recent_rate=rate_toward(own, Tally(len(recent), math.fsum(recent))),
            language_rate=_rate(own, user.languages, where.language),
            file_rate=_rate(own, user.files, where.file_key),
            project_rate=_rate(own, user.projects, where.project_key),
            last_ends=(*reversed(recent[-LAST_ENDS:]), *(None,) * (LAST_ENDS - len(recent))),
            refused_in_a_row=user.refused_in_a_row,
            since_shown_s=_since(user, End.SHOWN, where.at),
            since_accepted_s=_since(user, End.ACCEPTED, where.at),
            since_rejected_s=_since(user, End.REJECTED, where.at),
            last_shown_s=user.last_shown_s,
            recently_shown=user.showings.value(where.at),
            session_shown=session.n_shown,
            session_rate=rate_toward(own, session.tally) if session.tally.n else None,
            session_age_s=None if math.isnan(session.started_at) else max(where.at - session.started_at, 0.0),
            shown_since_end=session.since_end,
            usual_ln_chars=usual_length(user.lengths),
            recent_logprob=_tally(user.logprobs.get(where.model_key)),
        )

    def _session_of(self, session_id: str) -> _Session:
        return self._sessions.get(session_id) or self._current

    def _user_of(self, session: _Session) -> _User:
        user = self._users.get(session.user_key)
        if user is None:
            user = _User()
            self._users.put(session.user_key, user)
        return user

    def _outcome(self, event: OutcomeSeen) -> None:
        session = self._session_of(event.session_id)
        user = self._user_of(session)
        if event.end is End.SHOWN:
            session.n_shown += 1
            session.since_end += 1
            user.showings.add(event.at, 1.0)
            _remember_logprob(user, self._pending.get(event.suggestion_id))
        elif event.end is End.PARTIAL:
            self._taken.put(event.suggestion_id, float(event.accepted_chars or 0))
        else:
            self._final(event, session, user)
        user.last_at[event.end] = event.at

    def _final(self, event: OutcomeSeen, session: _Session, user: _User) -> None:
        made = self._pending.pop(event.suggestion_id)
        value = _taken_share(event, made, self._taken.pop(event.suggestion_id))
        if event.end is End.REJECTED and made is not None and made.place_key:
            self._rejected_places.put(made.place_key, True)
        if event.end is End.SUPERSEDED and value == 0.0:
            return
        user.last_shown_s = event.shown_s
        session.since_end = 0
        session.tally = session.tally.plus(value)
        _remember(user, value, made)


def _taken_share(event: OutcomeSeen, made: SuggestionMade | None, taken_chars: float | None) -> float:
    """1 for an accepted suggestion, otherwise the share of its characters that was taken in parts."""
    if event.end is End.ACCEPTED:
        return 1.0
    if not taken_chars or made is None:
        return 0.0
    return min(taken_chars / max(made.facts.n_chars, 1), 1.0)


def _remember(user: _User, value: float, made: SuggestionMade | None) -> None:
    user.overall = user.overall.plus(value)
    user.recent.append(value)
    user.refused_in_a_row = 0 if value else user.refused_in_a_row + 1
    if made is None:
        return
    if value >= _MOSTLY:
        user.lengths = user.lengths.plus(math.log1p(max(made.facts.n_chars, 0)))
    for tallies, key in (
        (user.languages, made.language),
        (user.files, made.file_key),
        (user.projects, made.project_key),
    ):
        if key:
            tallies.put(key, (tallies.get(key) or Tally()).plus(value))


def _remember_logprob(user: _User, made: SuggestionMade | None) -> None:
    if made is None or made.facts.logprob_mean is None:
        return
    told = user.logprobs.get(made.model_key) or deque(maxlen=RECENT)
    told.append(made.facts.logprob_mean)
    user.logprobs.put(made.model_key, told)


def _tally(told: deque[float] | None) -> Tally:
    return Tally() if told is None else Tally(len(told), math.fsum(told))


def _rate(own: float, tallies: Bounded[str, Tally], key: str) -> float | None:
    tally = tallies.get(key) if key else None
    return None if tally is None else rate_toward(own, tally)


def _since(user: _User, end: End, at: float) -> float | None:
    last = user.last_at.get(end)
    return None if last is None else max(at - last, 0.0)
