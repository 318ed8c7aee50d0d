"""Why a request ended as it did: by the gate that judged it, off the event loop."""

import asyncio
import json
import math
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from making_gates import MODEL, artifact, rows
from tactful_models.artifact import GateArtifact
from tactful_models.events import (
    Action,
    ContextFacts,
    Decided,
    End,
    Known,
    OutcomeSeen,
    PersistenceSeen,
    RequestEnded,
    Result,
    Trigger,
)
from tactful_models.facts import CaretView
from tactful_models.features import FEATURES_VERSION, Opportunity, as_float32, names
from tactful_models.history import History
from tactful_models.promise import Promise, Thresholds
from tactful_models.reasons import MOST
from tactful_models.registry import Registry
from tactful_server.ask import Ask
from tactful_server.card import Card
from tactful_server.ends import Ended, Offer, Produced, Withheld
from tactful_server.explaining import Explaining
from tactful_server.gatekeeper import Gatekeeper
from tactful_server.settings import GateSettings
from tactful_server.trace import Trace


@pytest.fixture(scope="module")
def made() -> Iterator[GateArtifact]:
    fitted = artifact(n_trees=5)
    promise = Promise(kind="bound", met=True)
    yield replace(fitted, data=replace(fitted.data, sources=("live",)), thresholds=Thresholds(0.2, 0.4, promise))


class Room:
    """A registry, its keeper, a card, and who explains."""

    def __init__(self, path: Path, eagerness: str = "balanced") -> None:
        self.registry = Registry(path)
        self.keeper = Gatekeeper(self.registry, lambda: GateSettings(eagerness=eagerness), 7)
        self.card = Card()
        self.explaining = Explaining(self.card, self.keeper)

    async def promoted(self, made: GateArtifact, at: float = 1_700_000_000.0) -> str:
        version = self.registry.save(replace(made, created_at=at))
        self.registry.promote(version)
        await self.keeper.look()
        return version

    def ended(self, ended: Ended, *decisions: Decided, trigger: Trigger = Trigger.AUTOMATIC) -> None:
        ask = Ask("r1", "file:///a.py", 1, CaretView("x =", "", "python"), trigger, 0.0)
        trace = Trace(ask, Opportunity(ContextFacts(), "python", "f", "p", MODEL, 0.0), 0.0, list(decisions))
        trace.ended = ended
        self.card.keep(trace)


def decided(version: str, stage: int = 2, features: bool = True) -> Decided:
    vector = tuple(float(value) for value in rows(stage, 1, seed=9)[0]) if features else ()
    withhold = Action.WITHHOLD
    return Decided(
        f"d{stage}", "r1", "s", 0.0, stage, 0.12, 0.4, withhold, withhold, 0.98, "on", False, version,
        "below_threshold", 1, vector, "g1",
    )  # fmt: skip


async def test_before_anything_happened_it_says_so_and_of_the_forgotten_too(tmp_path: Path) -> None:
    explaining = Room(tmp_path).explaining

    assert await explaining.explain() == {
        "found": False, "sentence": "Nothing has been asked in this session yet: type a little, then look again."
    }  # fmt: skip
    assert (await explaining.explain("r9"))["sentence"] == "That is not remembered any more."


async def test_a_withheld_suggestion_is_explained_with_reasons_and_the_promise(
    tmp_path: Path, made: GateArtifact
) -> None:
    room = Room(tmp_path)
    version = await room.promoted(made)
    room.ended(Withheld("stage2", "g1"), decided(version, 1), decided(version, 2))
    told = await room.explaining.explain("g1")

    assert told["sentence"].startswith("Not shown: the gate gives it a 12 % chance of being taken; from 40 %")
    assert told["promise"].startswith("Of the suggestions that you would take, at most 5 %")
    assert (told["result"], told["reason"], told["suggestionId"]) == ("withheld", "stage2", "g1")
    assert [one["stage"] for one in told["decisions"]] == [1, 2]
    for decision in told["decisions"]:
        assert decision["note"] == ""
        for side, sign in (("for", 1), ("against", -1)):
            reasons = decision["reasons"][side]
            assert len(reasons) <= MOST
            assert all(set(one) == {"feature", "value", "weight", "words"} for one in reasons)
            assert all(one["weight"] * sign > 0 for one in reasons)
            weights = [abs(one["weight"]) for one in reasons]
            assert weights == sorted(weights, reverse=True)
        assert decision["reasons"]["for"] or decision["reasons"]["against"]
    json.dumps(told, allow_nan=False)


async def test_a_gate_that_was_replaced_since_is_loaded_to_explain_what_it_decided(
    tmp_path: Path, made: GateArtifact
) -> None:
    room = Room(tmp_path)
    former = await room.promoted(made)
    room.ended(Withheld("stage2", "g1"), decided(former))
    before = await room.explaining.explain()
    await room.promoted(made, at=1_700_000_100.0)
    after = await room.explaining.explain()

    assert after == before


async def test_a_gate_that_is_gone_is_said_to_be_gone_and_the_rest_is_told(tmp_path: Path, made: GateArtifact) -> None:
    room = Room(tmp_path)
    former = await room.promoted(made)
    room.ended(Withheld("stage2", "g1"), decided(former))
    await room.promoted(made, at=1_700_000_100.0)
    shutil.rmtree(tmp_path / former)
    told = await room.explaining.explain()

    [decision] = told["decisions"]
    assert decision["reasons"] == {"for": [], "against": []}
    assert former in decision["note"]
    assert told["sentence"].startswith("Not shown: the gate gives it a 12 % chance")


async def test_without_a_learned_gate_there_are_no_reasons_and_nothing_is_promised(tmp_path: Path) -> None:
    room = Room(tmp_path)
    shown = replace(decided("prior"), action=Action.SHOW, would=Action.SHOW, threshold=0.0, reason="above_threshold")
    room.ended(Produced(Offer("g1", "file:///a.py", 0, "x", 1)), shown)
    told = await room.explaining.explain()

    assert told["sentence"] == "Shown: no gate has been trained yet, so everything is shown."
    assert told["promise"].startswith("Nothing is promised")
    assert [(one["reasons"], one["note"]) for one in told["decisions"]] == [({"for": [], "against": []}, "")]


async def test_a_decision_made_before_the_history_was_read_has_no_reasons(tmp_path: Path, made: GateArtifact) -> None:
    room = Room(tmp_path)
    version = await room.promoted(made)
    room.ended(Withheld("stage2", "g1"), decided(version, features=False))

    assert (await room.explaining.explain())["decisions"][0]["reasons"] == {"for": [], "against": []}


async def test_a_request_by_hand_is_told_as_one(tmp_path: Path, made: GateArtifact) -> None:
    room = Room(tmp_path)
    version = await room.promoted(made)
    room.ended(
        Produced(Offer("g1", "file:///a.py", 0, "x", 1)), decided(version, 1), trigger=Trigger.MANUAL
    )  # a stream that was opened automatically

    assert "asked for it" in (await room.explaining.explain())["sentence"]


def lived_in() -> History:
    """What tells how fast one types, how long one looks and how much stays: a little of each."""
    history = History()
    for at in range(400):
        facts = ContextFacts(offset_chars=at)
        history.observe(RequestEnded(f"q{at}", "s", 0.25 * at, facts, Result.EMPTY, file_key="f"))
    for at, end in enumerate((End.REJECTED, End.ACCEPTED)):
        history.observe(OutcomeSeen(f"g{at}", "s", 900.0, end, Known.CLIENT, 0.9))
    history.observe(PersistenceSeen("g1", "s", 930.0, 30, 1.0))
    return history


@pytest.mark.parametrize(("eagerness", "look"), [("balanced", 1), ("quiet", 3)])
async def test_the_card_tells_what_it_was_worth_in_the_users_seconds(
    tmp_path: Path, made: GateArtifact, eagerness: str, look: int
) -> None:
    room = Room(tmp_path, eagerness)
    version = await room.promoted(made)
    judged = replace(decided(version), label="kept_30", features_version=FEATURES_VERSION)
    vector = list(judged.features)
    vector[names(2).index("n_chars")] = math.log1p(41)
    room.ended(Withheld("stage2", "g1"), replace(judged, features=as_float32(vector)))
    assert (await room.explaining.explain())["worth"] is None

    history = lived_in()
    room.keeper.history = lambda: history
    told = await room.explaining.explain()
    assert told["worth"]["chars"] == 41
    assert told["worth"]["lookS"] == pytest.approx(look * history.pace.terms().look_s)
    assert f"Worth about {told['worth']['s']:+.1f} s: 12 % of 41 characters" in told["sentence"]
    assert "of 41 characters at your 4.0 a second" in told["sentence"]


async def test_the_event_loop_goes_on_while_a_gate_is_loaded_to_explain(tmp_path: Path, made: GateArtifact) -> None:
    room = Room(tmp_path)
    former = await room.promoted(made)
    await room.promoted(made, at=1_700_000_100.0)
    room.ended(Withheld("stage2", "g1"), decided(former))
    explaining = asyncio.create_task(room.explaining.explain())
    turns = 0
    while not explaining.done():
        await asyncio.sleep(0)
        turns += 1

    assert turns > 1, "what is done on the loop itself is done in one turn"
    assert (await explaining)["found"]
