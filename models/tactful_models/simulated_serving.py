"""A gate that serves simulated users: what it decides depends on what came before, as it does in a running server.

The events are those of a log as far as `tracking` looks at them; `policy.decide` decides. So what is shown here of
corrections, thresholds and alarms is shown of the very code that serves.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from tactful_models.dataset import Bools, Floats
from tactful_models.events import (
    Action,
    Decided,
    End,
    Event,
    Known,
    OutcomeSeen,
    PersistenceSeen,
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
    own: Floats
    """The gate's own at stage 2."""
    shown: Bools
    """Whether both stages let it pass."""
    alarm: np.ndarray[tuple[int], np.dtype[np.object_]]
    """The alarm after it, as `tracking.Standing` names it."""


def serve(drawn: Drawn, logging: Logging, seed: int, corrects: bool = True) -> Served:
    """One log of one gate, opportunity after opportunity; `corrects`: whether the newest outcomes correct it."""
    tracking, n = Tracking(), len(drawn)
    probability, shown, alarm = np.full(n, np.nan), np.zeros(n, np.bool_), np.full(n, "", np.object_)
    policy = Policy("on", Thresholds(logging.stage1, logging.stage2), logging.exploration, seed)
    for at in range(n):
        decisions = list(_decisions(drawn, at, (policy, tracking, corrects)))
        shown[at] = len(decisions) == 2 and decisions[-1].action is Action.SHOW
        if len(decisions) == 2:
            probability[at] = decisions[-1].probability
        for event in _events(drawn, at, decisions):
            tracking.observe(event)
        alarm[at] = tracking.standing(VERSION).alarm
    return Served(probability, drawn.probability2, shown, alarm)


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


def _events(drawn: Drawn, at: int, decisions: list[Decided]) -> Iterator[Event]:
    name, session_id, moment = f"g{at}", _session(drawn, at), float(at)
    yield decisions[0]
    if len(decisions) == 2:
        facts = SuggestionFacts(int(drawn.chars[at]), 1)
        yield SuggestionMade(name, f"r{at}", session_id, moment, facts)
        yield decisions[1]
    if decisions[-1].action is Action.SHOW:
        yield OutcomeSeen(name, session_id, moment, End.SHOWN, Known.CLIENT)
        end = End.ACCEPTED if drawn.good[at] else End.REJECTED
        yield OutcomeSeen(name, session_id, moment, end, Known.COMMAND)
        if end is End.ACCEPTED:
            yield PersistenceSeen(name, session_id, moment + _PERIOD_S, _PERIOD_S, 1.0)


def _session(drawn: Drawn, at: int) -> str:
    return f"s{int(drawn.session[at])}"
