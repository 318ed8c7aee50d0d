"""Asks the model at places of code whose continuation is known, on the path that an editor's request takes.

Rules, prompt, stream, filters, facts, features and both stages are the served ones; the gate watches and withholds
nothing. What the code went on to say stands for the person: a suggestion that says the same is accepted and was kept,
any other is rejected. Nobody typed, so there is no rhythm: what cannot be known is not in the facts.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from ulid import ULID

from tactful_models.events import End, Known, OutcomeSeen, PersistenceSeen, Trigger
from tactful_models.facts import CaretView, RecentTexts, context_facts
from tactful_models.gate import ConstantGate
from tactful_models.policy import Policy
from tactful_models.typing_rhythm import RhythmFacts
from tactful_server.ask import Ask
from tactful_server.bootstrap.labelling import is_right
from tactful_server.bootstrap.positions import Piece, Spot
from tactful_server.bootstrap.typed_clock import TypedClock
from tactful_server.completion import Completer, Model, Place, Surroundings
from tactful_server.ends import Ended, Offer, Produced
from tactful_server.generations import Generations
from tactful_server.judging import Bench, Judge
from tactful_server.persistence import HORIZONS_S
from tactful_server.rules import Excluded, Situation
from tactful_server.session import Session
from tactful_server.settings import Settings
from tactful_server.suggesting import Suggesting


@dataclass(frozen=True, slots=True)
class Replayed:
    """What came of one spot."""

    ended: Ended
    """How the request ended."""
    right: bool = False
    """Whether there was a suggestion and it said what the code went on to say."""

    @property
    def produced(self) -> bool:
        """Whether there was a suggestion."""
        return isinstance(self.ended, Produced)


@dataclass(frozen=True, slots=True)
class Desk:
    """What a replay needs beside its session."""

    settings: Settings
    """The user's own; the rules of `request` hold as they do while typing."""
    model: Model
    """Who is asked."""
    excluded: Excluded
    """Whether the file at a URI is left alone."""
    project: str = ""
    """The folder that the code is in."""
    wrote: Callable[[Piece], None] = lambda piece: None
    """Told which code was written last."""
    monotonic: Callable[[], float] = field(default=time.monotonic)
    """With which the model's answers are timed."""


class Replay:
    """One session of a replay. The session's history has to be there: vectors are empty until then."""

    def __init__(self, session: Session, desk: Desk, clock: TypedClock) -> None:
        self._session = session
        self._desk = desk
        self._clock = clock
        self._recent = RecentTexts()
        self._generations = Generations()
        self._completer = self._made()

    async def ask(self, spot: Spot, typed_chars: int = 0) -> Replayed:
        """Asks at the spot, after so many characters were typed since the one before, and logs what came of it.

        A fault of the model server is an end like any other.
        """
        self._clock.typed(typed_chars)
        view = CaretView(spot.before, spot.after, spot.piece.language)
        ask = Ask(str(ULID()), spot.piece.uri, 0, view, Trigger.AUTOMATIC, self._clock.now())
        facts = context_facts(view, Trigger.AUTOMATIC, RhythmFacts())
        try:
            trace = await self._completer.complete(ask, Place(self._desk.project, facts))
        finally:
            await self._generations.close()
            self._generations.clear()
        self._desk.wrote(spot.piece)
        if not isinstance(trace.ended, Produced):
            return Replayed(trace.ended)
        return Replayed(trace.ended, self._told(trace.ended.offer, spot.truth))

    def _told(self, offer: Offer, truth: str) -> bool:
        """Logs what became of a suggestion; whether it was right."""
        self._outcome(offer, End.SHOWN)
        self._recent.shown(offer.text)
        self._clock.looked()
        right = is_right(offer.text, truth)
        self._outcome(offer, End.ACCEPTED if right else End.REJECTED)
        if right:
            self._recent.accepted(offer.text)
            self._kept(offer)
        else:
            self._recent.rejected(offer.text)
        return right

    def _outcome(self, offer: Offer, end: End) -> None:
        n_chars = len(offer.text) if end is End.ACCEPTED else None
        ids = (offer.suggestion_id, self._session.session_id)
        self._session.record(OutcomeSeen(*ids, self._clock.now(), end, Known.REPLAY, accepted_chars=n_chars))

    def _kept(self, offer: Offer) -> None:
        """What stands in the code was kept."""
        ids, at = (offer.suggestion_id, self._session.session_id), self._clock.now()
        for after_s in HORIZONS_S:
            self._session.record(PersistenceSeen(*ids, at + after_s, after_s, 1.0))

    def _made(self) -> Completer:
        bench = Bench(ConstantGate(), Policy("shadow", exploration_rate=0.0))
        judge = Judge(self._session, lambda: bench, self._clock.now)
        suggesting = Suggesting(self._session, judge, self._recent, self._clock.now)
        situation = Situation(self._desk.settings, self._desk.excluded)
        around = Surroundings(
            situation=lambda: situation,
            model=lambda: self._desk.model,
            generations=self._generations,
            monotonic=self._desk.monotonic,
            is_current=lambda ask: True,
            is_over=lambda suggestion_id: True,
            growing=lambda *_: None,
        )
        return Completer(self._session, judge, suggesting, around)


def typed_between(spots: Sequence[Spot]) -> list[int]:
    """Characters written from each spot's predecessor to it: from the piece's beginning where there is none.

    >>> from tactful_server.bootstrap.positions import Piece
    >>> piece = Piece("file:///a.py", "python", "", "x = 1\\ny = 2\\n")
    >>> typed_between([Spot(piece, 4, "1", True), Spot(piece, 6, "y = 2", False)])
    [4, 2]
    """
    starts = [0] + [one.offset if one.piece is spot.piece else 0 for one, spot in pairwise(spots)]
    return [spot.offset - start for spot, start in zip(spots, starts, strict=True)]
