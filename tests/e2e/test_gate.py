"""The gate over LSP: picked up while the server runs, at work in both stages, refused when broken, rolled back."""

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest

from e2e.conftest import Home, Serve
from e2e.desktop import eventually
from making_gates import artifact
from model_server import ModelServer, Script, saying
from tactful_models import features
from tactful_models.artifact import GateArtifact
from tactful_models.events import Action, Decided, RequestEnded, SuggestionMade
from tactful_models.promise import Thresholds
from tactful_models.registry import Registry

pytestmark = pytest.mark.e2e

URI = "file:///project/example.py"
START = "def add(a, b):\n    return"
OPEN, CLOSED = 0.0, 1.0
"""Thresholds that withhold nothing and everything."""


@pytest.fixture(scope="module")
def made() -> Iterator[GateArtifact]:
    """A gate of the user's own record."""
    fitted = artifact(n_trees=3)
    yield replace(fitted, data=replace(fitted.data, sources=("live",)))


def promoted(home: Home, made: GateArtifact, stage1: float, stage2: float, at: float = 1_700_000_000.0) -> str:
    registry = Registry(home.registry)
    version = registry.save(replace(made, thresholds=Thresholds(stage1, stage2), created_at=at))
    registry.promote(version)
    return version


async def test_a_promoted_gate_is_picked_up_and_withholds_before_the_model_is_asked(
    serve: Serve, home: Home, model: ModelServer, made: GateArtifact
) -> None:
    async with serve(gate={"exploration": 0}) as editor:
        assert (await editor.status()).gate.version == "prior"
        assert (await editor.status()).state == "shadow"
        version = promoted(home, made, CLOSED, OPEN)
        status = await editor.until(lambda status: status.gate.version == version and status)
        assert (status.gate.own, status.gate.mode, status.state) == (True, "on", "on")
        editor.open(URI, START)
        assert await editor.ask() is None
        explained = await editor.request("tactful/explain")
        assert model.records == []
        await editor.must(manual=True)

    assert home.results() == ["withheld/stage1", "produced"]
    [decided] = home.events(Decided)
    assert (decided.stage, decided.action, decided.would) == (1, Action.WITHHOLD, Action.WITHHOLD)
    assert (decided.propensity, decided.mode, decided.gate_version) == (1.0, "on", version)
    assert len(decided.features) == len(features.names(1))
    assert decided.probability is not None
    assert [one.reason for one in explained.decisions] == ["below_threshold"]


async def test_the_second_stage_withholds_and_stops_the_stream(
    serve: Serve, home: Home, model: ModelServer, made: GateArtifact
) -> None:
    version = promoted(home, made, OPEN, CLOSED)
    model.script = Script(answer=saying(" a + b\n    print(a, a, a, a, a, a, a, a)\n"), per_token_s=0.1)
    async with serve(gate={"exploration": 0}) as editor:
        await editor.until(lambda status: status.gate.version == version)
        editor.open(URI, START)
        assert await editor.ask() is None
        await eventually(lambda: model.records[0].closed_at)
        assert await editor.ask() is None

    assert home.results() == ["withheld/stage2", "withheld/stage2"]
    first, second = home.events(RequestEnded)
    [made_once] = home.events(SuggestionMade)
    assert first.suggestion_id == second.suggestion_id == made_once.suggestion_id
    assert first.model_called
    assert [(one.stage, one.action.value) for one in home.events(Decided)][:2] == [(1, "show"), (2, "withhold")]
    assert len(model.records) == 1


async def test_exploration_shows_some_of_what_would_be_withheld_with_its_propensity(
    serve: Serve, home: Home, made: GateArtifact
) -> None:
    version = promoted(home, made, CLOSED, OPEN)
    async with serve(gate={"mode": "on", "exploration": 0.5}) as editor:
        await editor.until(lambda status: status.gate.version == version)
        editor.open(URI, "\n".join(f"x{line} =" for line in range(24)))
        for line in range(24):
            editor.caret = editor.text.index(f"x{line} =") + len(f"x{line} =")
            await editor.ask()

    firsts = [one for one in home.events(Decided) if one.stage == 1]
    shown = [one for one in firsts if one.action is Action.SHOW]
    assert len(firsts) == 24
    assert 3 <= len(shown) <= 21
    assert all(one.exploring and one.reason == "exploring" and one.would is Action.WITHHOLD for one in shown)
    assert {one.propensity for one in firsts} == {0.5}


async def test_shadow_withholds_nothing_and_logs_what_it_would_have_done(
    serve: Serve, home: Home, made: GateArtifact
) -> None:
    version = promoted(home, made, CLOSED, CLOSED)
    async with serve(gate={"mode": "shadow"}) as editor:
        await editor.until(lambda status: status.gate.version == version)
        editor.open(URI, START)
        await editor.must()

    assert [(one.action.value, one.would.value, one.propensity, one.reason) for one in home.events(Decided)] == [
        ("show", "withhold", 1.0, "shadow"),
        ("show", "withhold", 1.0, "shadow"),
    ]


async def test_off_shows_everything_and_says_so(serve: Serve, home: Home, made: GateArtifact) -> None:
    version = promoted(home, made, CLOSED, CLOSED)
    async with serve(gate={"mode": "off"}) as editor:
        await editor.until(lambda status: status.gate.version == version)
        editor.open(URI, START)
        await editor.must()

    assert {(one.action.value, one.would.value, one.reason) for one in home.events(Decided)} == {
        ("show", "show", "off")
    }


async def test_a_gate_of_other_peoples_telemetry_leaves_auto_in_shadow(
    serve: Serve, home: Home, made: GateArtifact
) -> None:
    version = promoted(home, replace(made, data=replace(made.data, sources=("cups",))), CLOSED, CLOSED)
    async with serve() as editor:
        status = await editor.until(lambda status: status.gate.version == version and status)

    assert (status.gate.own, status.state) == (False, "shadow")


async def test_a_rollback_is_picked_up_and_a_broken_gate_is_refused_while_the_former_serves(
    serve: Serve, home: Home, made: GateArtifact
) -> None:
    first = promoted(home, made, OPEN, OPEN)
    second = promoted(home, made, CLOSED, CLOSED, at=1_700_000_100.0)
    registry = Registry(home.registry)
    async with serve(gate={"exploration": 0}) as editor:
        await editor.until(lambda status: status.gate.version == second)
        registry.rollback()
        await editor.until(lambda status: status.gate.version == first)
        broken = registry.save(replace(made, created_at=1_700_000_200.0))
        (home.registry / broken / "stage1-0.txt").write_text("tree\nbroken\n")
        pointer = json.loads((home.registry / "current").read_text())
        (home.registry / "current").write_text(json.dumps({**pointer, "version": broken}))
        status = await editor.until(lambda status: status.gate.refused and status)
        editor.open(URI, START)
        await editor.must()

    assert status.gate.version == first
    assert broken in status.gate.refused
    assert editor.stderr.count("gate refused") == 1
    assert editor.messages == []
    assert {one.gate_version for one in home.events(Decided)} == {first}
