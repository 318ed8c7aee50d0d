"""How readily the user wants suggestions, changed while the server runs."""

from dataclasses import replace
from typing import Any

import pytest

from e2e.conftest import Home, Serve, scripted
from e2e.desktop import Desktop
from making_gates import artifact
from model_server import ModelServer, Script, saying
from tactful_models.events import Decided
from tactful_models.promise import Promise, Thresholds
from tactful_models.registry import Registry

pytestmark = pytest.mark.e2e

URI = "file:///project/example.py"
START = "def add(a, b):\n    return"
THRESHOLD = 0.3
"""Near what the made-up gate says anywhere: three times its odds are above that, a third of them below."""


def promoted(home: Home) -> str:
    fitted = artifact(n_trees=1)
    data, promise = replace(fitted.data, sources=("live",)), Promise(kind="bound", met=True)
    registry = Registry(home.registry)
    version = registry.save(replace(fitted, data=data, thresholds=Thresholds(THRESHOLD, 0.0, promise)))
    registry.promote(version)
    return version


async def eager(editor: Desktop, eagerness: str, model: ModelServer) -> Any:
    """Changes the setting and waits until it is in force; the status then."""
    editor.configure({"tactful": {"gate": {"exploration": 0, "eagerness": eagerness}, "model": scripted(model)}})
    return await editor.until(lambda status: status.eagerness == eagerness and status)


async def test_a_changed_eagerness_changes_what_is_withheld_and_the_row_has_the_threshold_in_force(
    serve: Serve, home: Home, model: ModelServer
) -> None:
    version = promoted(home)
    async with serve(gate={"exploration": 0}) as editor:
        await editor.until(lambda status: status.gate.version == version)
        editor.open(URI, START)
        status = await eager(editor, "quiet", model)
        assert await editor.ask() is None
        assert not status.gate.promise.met
        status = await eager(editor, "eager", model)
        await editor.must()
        assert status.gate.promise.met
        status = await eager(editor, "always", model)
        await editor.must()
        assert (status.gate.thresholds.stage1, status.eagernessNow) == (0.0, "Always: nothing is held back.")

    firsts = [one for one in home.events(Decided) if one.stage == 1]
    in_force = [Thresholds(THRESHOLD).with_eagerness(word).stage1 for word in ("quiet", "eager", "always")]
    assert [(one.action.value, one.threshold) for one in firsts] == list(
        zip(("withhold", "show", "show"), in_force, strict=True)
    )


async def test_quiet_without_a_gate_waits_for_a_pause_and_offers_a_line(
    serve: Serve, home: Home, model: ModelServer
) -> None:
    model.script = Script(answer=saying(" a\n    b = a\n    return b\n"))
    block = "def add(a, b):"
    async with serve(gate={"eagerness": "quiet"}) as editor:
        editor.open(URI, block)
        ghost = await editor.must()
        assert "\n" not in ghost.text.strip("\n")
        explained = await editor.request("tactful/explain")
        status = await editor.status()

    assert explained.latencyMs >= 400
    assert "pause" in status.eagernessNow
    assert home.results() == ["produced"]
