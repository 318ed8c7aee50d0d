"""A model server that fails in every way: no suggestion, one line in the log, a word in the status, never a popup."""

from dataclasses import replace
from typing import Any

import pytest

from e2e.conftest import Home, Serve, scripted
from e2e.desktop import eventually
from model_server import ModelServer, Script, refused_address, saying

pytestmark = pytest.mark.e2e

URI = "file:///project/example.py"
START = "def add(a, b):\n    return"
SOON = {"timeoutMs": 500}

FAULTS: dict[str, tuple[str, dict[str, Any]]] = {
    "stall": ("timeout", SOON),
    "401": ("unauthorized", {}),
    "404": ("not_found", {}),
    "429": ("rate_limited", {}),
    "500": ("server_error", {}),
    "302": ("redirected", {}),
    "400": ("bad_request", {}),
    "cut": ("cut", {}),
    "hang_up": ("cut", {}),
    "garbage": ("garbage", {}),
    "html": ("garbage", {}),
    "error_object": ("server_error", {}),
    "endless": ("endless", {}),
    "huge_line": ("garbage", {}),
    "drip": ("slow", SOON),
}
"""How the server fails → the word for it, and settings that make it fail soon."""


async def test_each_fault_has_its_word_and_one_line_and_no_popup(serve: Serve, home: Home, model: ModelServer) -> None:
    said = {}
    async with serve() as editor:
        editor.open(URI, START)
        for number, (fault, (_, settings)) in enumerate(FAULTS.items()):
            model.script = Script(answer=saying("xyz"), fault=fault)
            editor.configure({"tactful": {"model": scripted(model, name=f"model-{number}", **settings)}})
            assert await editor.ask() is None
            n_records = len(model.records)
            assert await editor.ask() is None
            assert len(model.records) == n_records, f"{fault}: asked again at once"
            status = await editor.status()
            assert status.state == f"model_{status.model.state}"
            said[fault] = (status.model.state, status.model.message)
            await eventually(lambda: said[fault][1] in editor.stderr)  # noqa: B023 (awaited in the loop)

    assert {fault: word for fault, (word, _) in said.items()} == {fault: word for fault, (word, _) in FAULTS.items()}
    expected = [f"failed/{word}" for word, _ in FAULTS.values()]
    assert home.results()[::2] == expected
    assert set(home.results()[1::2]) == {"failed/resting"}
    warnings = [line for line in editor.stderr.splitlines() if "WARNING" in line]
    assert len(warnings) == len(FAULTS), warnings
    assert editor.messages == []
    assert "Traceback" not in editor.stderr


async def test_a_refused_connection_is_said_with_its_address(serve: Serve, home: Home, model: ModelServer) -> None:
    address = refused_address()
    async with serve(model=scripted(model, address=address)) as editor:
        editor.open(URI, START)
        assert await editor.ask() is None
        status = await editor.status()

    assert status.model.state == "unreachable"
    assert address in status.model.message
    assert status.model.retryInS > 0
    assert home.results() == ["failed/unreachable"]


async def test_the_server_is_asked_again_after_a_while_and_serves_when_it_answers(
    serve: Serve, home: Home, model: ModelServer
) -> None:
    healthy = model.script
    model.script = replace(healthy, fault="500")
    async with serve() as editor:
        editor.open(URI, START)
        assert await editor.ask() is None
        model.script = healthy
        await editor.until(lambda status: status.model.retryInS == 0)
        ghost = await editor.must()
        status = await editor.status()

    assert ghost.text == " a + b"
    assert status.model.state == "ready"
    assert status.state == "shadow"
    assert home.results() == ["failed/server_error", "produced"]
    assert "answers again" in editor.stderr


async def test_a_server_that_gives_no_log_probabilities_is_served_without(
    serve: Serve, home: Home, model: ModelServer
) -> None:
    model.script = replace(model.script, fault="no_logprobs")
    async with serve() as editor:
        editor.open(URI, START)
        ghost = await editor.must()

    assert ghost.text == " a + b"
    assert home.results() == ["produced"]
