"""The why-card over LSP: a sentence for whatever became of a request, with reasons where a gate judged it."""

from dataclasses import replace

import pytest

from e2e.conftest import Home, Serve, scripted
from e2e.protocol import protocol_example, shape
from making_gates import artifact
from model_server import ModelServer
from tactful_models.promise import Promise, Thresholds
from tactful_models.registry import Registry
from tactful_server.convert import mapping

pytestmark = pytest.mark.e2e

URI = "file:///project/example.py"
START = "def add(a, b):\n    return"


def promoted(home: Home, stage1: float, stage2: float) -> str:
    fitted = artifact(n_trees=5)
    promise = Promise(kind="bound", met=True)
    data = replace(fitted.data, sources=("live",))
    registry = Registry(home.registry)
    version = registry.save(replace(fitted, data=data, thresholds=Thresholds(stage1, stage2, promise)))
    registry.promote(version)
    return version


async def test_what_the_gate_withheld_is_told_with_what_spoke_for_and_against(serve: Serve, home: Home) -> None:
    version = promoted(home, 0.0, 0.99)
    async with serve(gate={"exploration": 0}) as editor:
        await editor.until(lambda status: status.gate.version == version)
        editor.open(URI, START)
        assert await editor.ask() is None
        told = await editor.request("tactful/explain")
        status = await editor.status()

    assert told.sentence.startswith("Not shown: the gate gives it a")
    assert told.sentence.endswith("from 99 % it would have been shown.")
    assert told.promise == status.gate.promise.words
    assert told.promise.startswith("Of the suggestions that you would take, at most 5 %")
    assert [one.stage for one in told.decisions] == [1, 2]
    for decision in told.decisions:
        speaking_for, against = decision.reasons
        reasons = [*speaking_for, *against]
        assert reasons
        assert all(one.words and one.feature for one in reasons)
    answered, example = mapping(told), protocol_example("Why")
    answered["decisions"] = answered["decisions"][-1:]
    for one in (answered, example):
        del one["decisions"][0]["reasons"]  # whose `for` is no name to Python's client
    assert shape(answered) == shape(example)


async def test_each_end_has_its_sentence(serve: Serve, model: ModelServer) -> None:
    async with serve() as editor:
        said = [(await editor.request("tactful/explain")).sentence]
        editor.open(URI, START)
        ghost = await editor.must()
        said.append((await editor.request("tactful/explain", id=ghost.suggestion_id)).sentence)
        await editor.must(manual=True)
        said.append((await editor.request("tactful/explain")).sentence)
        await editor.command("tactful.pause")
        await editor.ask()
        said.append((await editor.request("tactful/explain")).sentence)
        await editor.command("tactful.resume")
        nobody = scripted(model, address="http://127.0.0.1:9")
        editor.configure({"tactful": {"model": nobody}})
        await editor.until(lambda status: status.model.state == "ready" or status.model.state == "idle")
        await editor.ask()
        said.append((await editor.request("tactful/explain")).sentence)
        said.append((await editor.request("tactful/explain", id="nonsense")).sentence)

    assert said == [
        "Nothing has been asked in this session yet: type a little, then look again.",
        "Shown: no gate has been trained yet, so everything is shown.",
        "Shown: you asked for it, and then the gate has no say.",
        "Not asked: you have paused suggestions.",
        "Nothing came: no model server answers at its address. Start it, or correct the address.",
        "That is not remembered any more.",
    ]
