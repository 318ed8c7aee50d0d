"""The whole path with the real embedded model."""

import os
import signal
import sys

import pytest

import processes
from e2e.conftest import Home, Serve
from e2e.desktop import eventually
from small_model import LINES, WHERE_INSTALLED
from tactful_models import replay
from tactful_models.events import RequestEnded, SuggestionMade

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.model,
    WHERE_INSTALLED,
]

CODE = f"{LINES}("


async def test_the_embedded_model_suggests_and_its_log_probabilities_are_logged(serve: Serve, home: Home) -> None:
    async with serve(model={"provider": "embedded", "timeoutMs": 60_000}) as editor:
        editor.open("file:///project/lines.py", CODE)
        ghost = await editor.must()
        along = await editor.type(ghost.text[:2])
        status = await editor.status()
        await editor.accept(ghost)

    assert ghost.text.startswith("path")
    assert all(one is not None and one.suggestion_id == ghost.suggestion_id for one in along)
    assert status.model.state == "ready"
    [made] = home.events(SuggestionMade)
    assert made.model_key.startswith("llamacpp:SmolLM2")
    assert made.facts.logprob_mean is not None
    assert made.facts.first_token_s is not None
    assert [one.model_called for one in home.events(RequestEnded)] == [True, False, False]
    assert replay.check(home.stored()).mismatches == ()


@pytest.mark.skipif(sys.platform != "linux", reason="children are looked up in /proc")
@pytest.mark.parametrize("number", [None, signal.SIGTERM, signal.SIGKILL])
async def test_the_embedded_model_ends_with_the_server(serve: Serve, number: signal.Signals | None) -> None:
    async with serve(model={"provider": "embedded", "timeoutMs": 60_000}) as editor:
        editor.open("file:///project/lines.py", CODE)
        await editor.must()
        children = processes.children_of(editor.client.pid)
        if number is not None:
            os.kill(editor.client.pid, number)
            assert await editor.client.gone() == -number
            editor.client.error = ConnectionError("ended on purpose")

    assert children
    await eventually(lambda: not any(processes.is_alive(child) for child in children))
