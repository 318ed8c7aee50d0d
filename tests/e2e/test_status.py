"""The status that talks: told when a person would see it change, and true of a model that goes and comes back."""

import asyncio
from contextlib import ExitStack
from typing import Any

import pytest

from e2e.conftest import Home, Serve, scripted
from e2e.desktop import Desktop, eventually
from e2e.protocol import names, protocol_example, shape
from model_server import ModelServer, Script, saying
from tactful_server.convert import mapping

pytestmark = pytest.mark.e2e

URI = "file:///project/example.py"
START = "def add(a, b):\n    return"
TOLD = {"status": True}


async def told(editor: Desktop, state: str) -> Any:
    """Waits until the newest status that was told has the state."""
    return await eventually(lambda: editor.client.statuses and editor.client.statuses[-1].state == state)


async def test_what_the_user_says_is_told_at_once_and_nothing_else_is_told(serve: Serve, model: ModelServer) -> None:
    async with serve(TOLD) as editor:
        await told(editor, "shadow")
        n_told = len(editor.client.statuses)
        editor.open(URI, START)
        for _ in range(3):
            await editor.must()
            await asyncio.sleep(0.6)  # a look or two
        assert len(editor.client.statuses) == n_told

        for command, arguments, state in (
            ("snooze", [5], "snoozed"),
            ("snooze", [0], "shadow"),
            ("pause", [], "paused"),
            ("resume", [], "shadow"),
        ):
            await editor.command(f"tactful.{command}", *arguments)
            assert editor.client.statuses[-1].state == state, "it comes before the answer"
        await editor.command("tactful.snooze", 0.01)
        await told(editor, "snoozed")
        await told(editor, "shadow")
        editor.configure({"tactful": {"enabled": False}})
        await told(editor, "switched_off")
        editor.configure({"tactful": {"model": scripted(model), "gate": {"mode": "off"}}})
        await told(editor, "off")

    states = [status.state for status in editor.client.statuses]
    assert states[:2] == ["starting", "shadow"]
    assert states[2:8] == ["snoozed", "shadow", "paused", "shadow", "snoozed", "shadow"]
    assert states[8:] == ["switched_off", "off"]


async def test_the_protocols_example_has_what_the_status_has(serve: Serve) -> None:
    async with serve() as editor:
        status = mapping(await editor.status())

    example = protocol_example("Status")
    assert "_" not in "".join(names({**status, "requests": {}})), "the protocol spells names as editors do"
    assert shape({**status, "requests": {}}) == shape({**example, "requests": {}})


async def test_a_client_that_did_not_ask_is_told_nothing(serve: Serve) -> None:
    async with serve() as editor:
        await editor.command("tactful.pause")
        await editor.until(lambda status: status.state == "paused")

    assert editor.client.statuses == []


async def test_a_model_that_comes_back_is_noticed_while_nobody_types(serve: Serve, home: Home) -> None:
    script = Script(answer=saying(" a + b\n"))
    with ExitStack() as first_life, ExitStack() as second_life:
        first = first_life.enter_context(ModelServer(script))
        async with serve(TOLD, model=scripted(first)) as editor:
            editor.open(URI, START)
            await editor.must()
            editor.open("file:///project/other.py", START)
            first_life.close()
            assert await editor.ask() is None
            await told(editor, "model_unreachable")
            assert (await editor.status()).state == "model_unreachable"
            port = int(first.address.rpartition(":")[2])
            second = second_life.enter_context(ModelServer(script, port=port))
            await told(editor, "shadow")
            assert second.records == []
            await editor.must()

    assert home.results() == ["produced", "failed/unreachable", "produced"]
    assert editor.stderr.count("WARNING") == 1
    assert "listens again" in editor.stderr
