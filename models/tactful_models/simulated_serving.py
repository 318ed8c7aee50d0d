"""A gate that serves simulated users: what it decides depends on what came before, as it does in a running server.

The events are those of a log as far as `tracking` looks at them; `policy.decide` decides. So what is shown here of
corrections, thresholds and alarms is shown of the very code that serves.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from tactful_models.dataset import Bools, Floats, Strings, strings
from tactful_models.events import (
    Action,
    ContextFacts,
    Decided,
    End,
    Event,
    Known,
    OutcomeSeen,
    PersistenceSeen,
    RequestEnded,
    Result,
    SessionStarted,
    SuggestionFacts,
    SuggestionMade,
)
from tactful_models.labels import DEFAULT
from tactful_models.policy import Policy, decide
from tactful_models.promise import Thresholds
from tactful_models.recalibration import UNCORRECTED
from tactful_models.simulation import Drawn, Logging
from tactful_models.tracking import Tracking

VERSION: Final = "simulated"
_PERIOD_S: Final = 30


@dataclass(frozen=True, slots=True)
class Served:
    """What was served; every array (n,), one entry an opportunity."""

    probability: Floats
    """Served at stage 2; NaN where stage 1 withheld."""
    shown: Bools
    """Whether both stages let it pass."""
    alarm: Strings
    """The alarm after it, as `tracking.Standing` names it."""


@dataclass(frozen=True, slots=True)
class Moment:
    """One opportunity as it went."""

    decisions: tuple[Decided, ...]
    """The first stage's and, where that let it pass, the second's."""
    events: tuple[Event, ...]
    """All that the log says of it, the decisions among it."""
    alarm: str
    """The alarm after it, as `tracking.Standing` names it."""

    @property
    def shown(self) -> bool:
        """Whether both stages let it pass."""
        return self.decisions[-1].action is Action.SHOW


def lived(drawn: Drawn, logging: Logging, seed: int, corrects: bool = True) -> Iterator[Moment]:
    """One log of one gate, opportunity after opportunity; `corrects`: whether the newest outcomes correct it."""
    tracking = Tracking()
    policy = Policy("on", Thresholds(logging.stage1, logging.stage2), logging.exploration, seed)
    for at in range(len(drawn)):
        decisions = tuple(_decisions(drawn, at, (policy, tracking, corrects)))
        events = tuple(_events(drawn, at, decisions))
        for event in events:
            tracking.observe(event)
        yield Moment(decisions, events, tracking.standing(VERSION).alarm)


def serve(drawn: Drawn, logging: Logging, seed: int, corrects: bool = True) -> Served:
    """The same as arrays."""
    moments = list(lived(drawn, logging, seed, corrects))
    told = [each.decisions[1].probability if len(each.decisions) == 2 else None for each in moments]
    return Served(
        probability=np.array([math.nan if each is None else each for each in told], np.float64),
        shown=np.array([each.shown for each in moments], np.bool_),
        alarm=strings([each.alarm for each in moments]),
    )


def _decisions(drawn: Drawn, at: int, by: tuple[Policy, Tracking, bool]) -> Iterator[Decided]:
    """The first stage's and, where that lets it pass, the second's."""
    policy, tracking, corrects = by
    for stage, own in ((1, float(drawn.probability1[at])), (2, float(drawn.probability2[at]))):
        correction = tracking.correction(VERSION, stage) if corrects else UNCORRECTED
        verdict = decide(policy.corrected(stage, correction), stage, correction(own), str(at))
        yield Decided(
            decision_id=f"d{at}-{stage}",
            request_id=f"r{at}",
            session_id=_session(drawn, at),
            at=float(at),
            stage=stage,
            probability=correction(own),
            threshold=verdict.threshold,
            action=verdict.action,
            would=verdict.would,
            propensity=verdict.propensity,
            mode=policy.mode,
            exploring=verdict.exploring,
            gate_version=VERSION,
            suggestion_id=f"g{at}" if stage == 2 else "",
            own_probability=own,
            intercept=correction.intercept,
            slope=correction.slope,
            label=DEFAULT,
        )
        if verdict.action is Action.WITHHOLD:
            return


def _events(drawn: Drawn, at: int, decisions: Sequence[Decided]) -> Iterator[Event]:
    name, session_id, moment = f"g{at}", _session(drawn, at), float(at)
    shown, made = decisions[-1].action is Action.SHOW, len(decisions) == 2
    if at == 0 or session_id != _session(drawn, at - 1):
        yield SessionStarted(session_id, moment, f"user-{int(drawn.user[at])}", source="demo")
    yield decisions[0]
    if made:
        yield SuggestionMade(name, f"r{at}", session_id, moment, SuggestionFacts(int(drawn.chars[at]), 1), "python")
        yield decisions[1]
    result = Result.PRODUCED if shown else Result.WITHHELD
    yield RequestEnded(f"r{at}", session_id, moment, ContextFacts("python"), result, suggestion_id=name if made else "")
    if shown:
        yield from _outcome(drawn, at)


def _outcome(drawn: Drawn, at: int) -> Iterator[Event]:
    name, session_id, moment, chars = f"g{at}", _session(drawn, at), float(at), int(drawn.chars[at])
    yield OutcomeSeen(name, session_id, moment, End.SHOWN, Known.CLIENT)
    if drawn.good[at]:
        yield OutcomeSeen(name, session_id, moment, End.ACCEPTED, Known.COMMAND, 0.9, chars)
        yield PersistenceSeen(name, session_id, moment + _PERIOD_S, _PERIOD_S, 1.0)
    else:
        yield OutcomeSeen(name, session_id, moment, End.REJECTED, Known.COMMAND, 0.9)


def _session(drawn: Drawn, at: int) -> str:
    return f"s{int(drawn.session[at])}"
