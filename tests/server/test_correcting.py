"""A gate at work is corrected by what came of its decisions, and the log replays to the same corrections."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from making_gates import MODEL, artifact
from tactful_models import replay
from tactful_models.events import (
    Action,
    ContextFacts,
    Decided,
    End,
    Event,
    Known,
    OutcomeSeen,
    RequestEnded,
    Result,
    SessionStarted,
    SuggestionFacts,
    SuggestionMade,
)
from tactful_models.features import Opportunity
from tactful_models.feedback import FeedbackLog
from tactful_models.gate import Gate, LearnedGate
from tactful_models.policy import Policy
from tactful_models.promise import Thresholds
from tactful_models.registry import Registry
from tactful_models.tracking import DRIFTED, Standing
from tactful_server.gatekeeper import Gatekeeper
from tactful_server.judging import Bench, Case, Judge
from tactful_server.session import Session
from tactful_server.settings import GateSettings
from tactful_server.status import gate_status
from tactful_server.warming import Warming


@pytest.fixture(scope="module")
def gate() -> LearnedGate:
    return LearnedGate(artifact(n_trees=5), "v1")


@pytest.fixture
def log() -> Iterator[FeedbackLog]:
    with FeedbackLog.open(":memory:") as opened:
        yield opened


class Serving:
    """One session of a server with a gate: the judge, the history and the log, without an editor."""

    def __init__(self, log: FeedbackLog, gate: Gate, name: str = "s1", mode: str = "shadow") -> None:
        through = log.last_seq()
        started = SessionStarted(name, 0.0, "me", history_through=through)
        self.session = Session(started, lambda event: log.append([event]), lambda text: text)
        warming = Warming()
        warming.ask(self.session.warm)
        while warming.is_wanted:
            warming.step(log, through)
        policy = Policy(mode, Thresholds(0.2, 0.2), 0.0)
        self.judge = Judge(self.session, lambda: Bench(gate, policy), lambda: self.now)
        self.now, self._rng = 0.0, np.random.default_rng(len(name) + through)
        self.session.begin()

    def live(self, n: int, end: End) -> list[Decided]:
        """So many suggestions, each of which that is shown comes to that end; what the second stage said of them."""
        return [self._one(f"{self.session.session_id}-{self.now + 1}", end) for _ in range(n)]

    def _one(self, name: str, end: End) -> Decided:
        self.now += 1.0
        context = ContextFacts("python", document_chars=int(self._rng.integers(10, 9000)), typed_2s=self._rng.random())
        opportunity = Opportunity(context, "python", "f", "p", MODEL, self.now)
        self.judge.decide(Case(f"r{name}", opportunity, name))
        facts = SuggestionFacts(int(self._rng.integers(1, 90)), 1, logprob_mean=-float(self._rng.random()))
        record = self.session.record
        record(SuggestionMade(name, f"r{name}", self.session.session_id, self.now, facts, "python", "f", "p", MODEL))
        verdict, decided = self.judge.decide(Case(f"r{name}", opportunity, name, name, facts))
        record(self._asked(name, opportunity))
        if verdict.action is Action.SHOW:
            record(OutcomeSeen(name, self.session.session_id, self.now, End.SHOWN, Known.CLIENT))
            record(OutcomeSeen(name, self.session.session_id, self.now + 0.5, end, Known.CLIENT, 0.5))
        return decided

    def _asked(self, name: str, at: Opportunity) -> Event:
        return RequestEnded(
            f"r{name}", self.session.session_id, at.at, at.facts, Result.PRODUCED, "", "f", "p", MODEL, name
        )


def test_rejections_lower_the_chances_and_the_thresholds_with_them(log: FeedbackLog, gate: LearnedGate) -> None:
    serving = Serving(log, gate)
    first, last = serving.live(1, End.REJECTED)[0], serving.live(150, End.REJECTED)[-1]
    assert (first.probability, first.intercept, first.threshold) == (first.own_probability, 0.0, 0.2)
    assert first.label == "accepted"
    assert last.probability is not None
    assert last.own_probability is not None
    assert last.probability < last.own_probability
    assert last.intercept < -0.5
    assert last.threshold < 0.2


def test_accepts_raise_the_chances_and_leave_the_thresholds(log: FeedbackLog, gate: LearnedGate) -> None:
    serving = Serving(log, gate)
    last = serving.live(150, End.ACCEPTED)[-1]
    assert last.probability is not None
    assert last.own_probability is not None
    assert last.probability > last.own_probability
    assert last.threshold == 0.2


def test_the_log_replays_to_the_corrections_that_were_served_in_this_session_and_the_next(
    log: FeedbackLog, gate: LearnedGate
) -> None:
    Serving(log, gate).live(60, End.REJECTED)
    later = Serving(log, gate, "s2", mode="on").live(60, End.ACCEPTED)
    assert later[0].intercept < 0.0
    assert later[-1].intercept > later[0].intercept
    found = replay.check(log.events())
    assert (found.n_checked, found.mismatches, found.unchecked) == (240, (), ())


def test_a_correction_that_was_not_made_of_this_log_is_found(log: FeedbackLog, gate: LearnedGate) -> None:
    Serving(log, gate).live(20, End.REJECTED)
    events = [stored.event for stored in log.events()]
    places = [at for at, event in enumerate(events) if isinstance(event, Decided)]
    told = events[places[-1]]
    assert isinstance(told, Decided)
    events[places[-1]] = replace(told, intercept=told.intercept + 1e-9)
    with FeedbackLog.open(":memory:") as other:
        other.append(events)
        found = replay.check(other.events())
    assert [each.decision_id for each in found.mismatches] == [told.decision_id]


async def test_a_gate_that_drifted_is_told_of_once_and_in_the_status(
    tmp_path: Path, log: FeedbackLog, caplog: pytest.LogCaptureFixture
) -> None:
    registry = Registry(tmp_path)
    told: list[Standing] = []
    fitted = artifact(n_trees=5)
    version = registry.save(replace(fitted, data=replace(fitted.data, sources=("live",))))
    registry.promote(version)
    keeper = Gatekeeper(registry, GateSettings, 7)
    await keeper.look()
    serving = Serving(log, keeper.in_force.gate)
    keeper.history, keeper.on_alarm = lambda: serving.session.history, told.append
    keeper.listen()
    assert gate_status(keeper)["calibration"]["state"] == ""
    serving.live(400, End.REJECTED)
    keeper.listen()
    keeper.listen()
    assert [(each.version, each.alarm) for each in told] == [(version, DRIFTED)]
    assert [record.message for record in caplog.records if "has drifted" in record.message] == [
        f"gate {version} has drifted: {told[0].words}"
    ]
    strange = replace(keeper.in_force, own=False)
    status = gate_status(keeper)["calibration"]
    assert (status["state"], status["outcomes"], status["words"]) == (DRIFTED, 400, told[0].words)
    assert status["found"] < status["corrected"] < status["expected"]
    keeper.in_force = strange
    assert gate_status(keeper)["calibration"]["state"] == "", "one that others taught is no reason to train"


def test_the_prior_is_not_corrected(log: FeedbackLog, tmp_path: Path) -> None:
    keeper = Gatekeeper(Registry(tmp_path), GateSettings, 7)
    last = Serving(log, keeper.in_force.gate).live(30, End.REJECTED)[-1]
    assert (last.probability, last.own_probability, last.label) == (0.3, None, "")
