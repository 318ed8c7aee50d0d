"""Training, report and health check as an editor asks for them, while one types and however the server ends."""

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable

import pytest

import processes
from e2e.conftest import Home, Serve
from e2e.desktop import Desktop, eventually
from killing import Seen, check
from making_logs import Shape, events
from model_server import ModelServer
from tactful_models.feedback import FeedbackLog

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(sys.platform != "linux", reason="processes are looked up in /proc"),
]

START = "def add(a, b):\n    return"
ALONE = Shape(users=1, sessions=4, decisions=200)
"""Enough for a gate of one's own."""


@pytest.fixture
def used(home: Home) -> Home:
    """A home whose owner has been at it for a while."""
    home.path.mkdir()
    with FeedbackLog.open(home.db) as log:
        log.append(list(events(ALONE)))
    return home


async def test_training_while_one_types_loses_nothing_and_its_gate_takes_over(
    serve: Serve, used: Home, model: ModelServer
) -> None:
    async with serve({"tells": ["shown"], "status": True}) as editor:
        training = asyncio.create_task(editor.request("tactful/train"))
        await eventually(lambda: any(status.learning for status in editor.client.statuses))
        n_typed = 0
        while not training.done():
            n_typed += 1
            editor.open(f"file:///project/{n_typed % 7}.py", START)
            editor.tell_shown(await editor.must(manual=True))
        told = await training
        await editor.until(lambda status: status.gate.version == told.version)
        status = await editor.settled()
        await eventually(lambda: not editor.client.statuses[-1].learning)

    assert told.promoted, told
    assert n_typed > 3
    assert status.state == "on"
    assert check(used.db, Seen(status.sessionId, status.log.durable, status.log.recorded)) == []
    assert (status.log.dropped, status.log.durable) == (0, status.log.recorded)
    assert "WARNING" not in editor.stderr


async def test_the_health_check_asks_the_model_in_use(serve: Serve, model: ModelServer) -> None:
    async with serve() as editor:
        health = await editor.request("tactful/doctor")
        report = await editor.request("tactful/report")

    assert "openai:scripted answers" in health.text
    assert len(model.records) == 1
    assert "requests" in report.text


async def hang_up(editor: Desktop) -> None:
    assert editor.client._server is not None
    assert editor.client._server.stdin is not None
    editor.client._server.stdin.close()


async def shut_down(editor: Desktop) -> None:
    await editor.leave()


def kill(number: signal.Signals) -> Callable[[Desktop], Awaitable[None]]:
    async def killed(editor: Desktop) -> None:
        os.kill(editor.client.pid, number)

    return killed


ENDS = {"SIGKILL": kill(signal.SIGKILL), "SIGTERM": kill(signal.SIGTERM), "hung up": hang_up, "shut down": shut_down}


@pytest.mark.parametrize("end", ENDS)
async def test_training_ends_with_the_server_however_that_ends(serve: Serve, used: Home, end: str) -> None:
    async with serve(ready=False) as editor:
        training = asyncio.create_task(editor.request("tactful/train"))
        [child] = await processes.seen(lambda: processes.naming(str(used.db)))
        await ENDS[end](editor)
        await editor.client.gone()
        editor.client.error = ConnectionError("ended on purpose")
        await eventually(lambda: not processes.is_alive(child) and not processes.naming(str(used.db)))
        training.cancel()
        await asyncio.gather(training, return_exceptions=True)
