"""A server that nobody told to shut down: what was on screen has an end in the log, and no process is left over."""

import asyncio
import os
import signal

import pytest

from e2e.conftest import Home, Serve
from e2e.desktop import Desktop

pytestmark = pytest.mark.e2e

URI = "file:///project/example.py"
START = "def add(a, b):\n    return"
TELLS = {"tells": ["shown", "partially_accepted"]}


async def hang_up(editor: Desktop) -> None:
    """The client is gone without a word."""
    assert editor.client._server is not None
    assert editor.client._server.stdin is not None
    editor.client._server.stdin.close()


async def show(editor: Desktop) -> None:
    editor.open(URI, START)
    editor.tell_shown(await editor.must())
    await editor.status()


async def test_a_client_that_vanishes_leaves_an_end_for_what_was_on_screen(serve: Serve, home: Home) -> None:
    async with serve(TELLS) as editor:
        await show(editor)
        await hang_up(editor)
        assert await editor.client.gone() == 0
        editor.client.error = ConnectionError("hung up on purpose")

    assert home.ends() == ["shown/client", "ignored/change/shutdown"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
async def test_a_signal_ends_the_server_at_once_with_everything_written(
    serve: Serve, home: Home, number: signal.Signals
) -> None:
    async with serve(TELLS) as editor:
        await show(editor)
        os.kill(editor.client.pid, number)
        async with asyncio.timeout(10):
            assert await editor.client.gone() == -number
        editor.client.error = ConnectionError("ended on purpose")

    assert home.ends() == ["shown/client", "ignored/change/shutdown"]
    assert f"ends: {number.name}" in editor.stderr
    assert "Traceback" not in editor.stderr
