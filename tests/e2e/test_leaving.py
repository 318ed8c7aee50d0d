"""A server that nobody told to shut down: what was on screen has an end in the log, and no process is left over."""

import asyncio
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

import pytest

import processes
from e2e.conftest import Home, Serve
from e2e.desktop import PATIENCE_S, Desktop

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


STARTER = """
import subprocess, sys
subprocess.Popen([sys.executable, "-P", "-m", "tactful_server", "serve"]).wait()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="processes are looked up in /proc")
async def test_a_server_whose_parent_dies_ends_although_nobody_closes_its_input(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    environment = {**os.environ, "TACTFUL_HOME": str(tmp_path)}
    starter = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", STARTER), stdin=reading, stdout=asyncio.subprocess.PIPE, env=environment
    )
    os.close(reading)
    try:
        os.write(writing, framed("initialize", {"processId": starter.pid, "capabilities": {}}))
        assert starter.stdout is not None
        async with asyncio.timeout(PATIENCE_S):
            await starter.stdout.readuntil(b"capabilities")
        [server] = processes.children_of(starter.pid)
        starter.kill()
        await starter.wait()
        await processes.seen(lambda: not processes.is_alive(server))
    finally:
        os.close(writing)


def framed(method: str, params: dict[str, Any]) -> bytes:
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).encode()
    return b"Content-Length: %d\r\n\r\n%b" % (len(body), body)
