"""Any client with plain LSP and nothing else: the very messages of server/EDITORS.md are sent, byte for byte."""

import asyncio
import json
import os
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from e2e.conftest import Home, comes, scripted
from e2e.desktop import PATIENCE_S
from model_server import ModelServer

pytestmark = pytest.mark.e2e

GUIDE = (Path(__file__).parents[2] / "server" / "EDITORS.md").read_text("utf-8")
MESSAGES: list[dict[str, Any]] = [
    json.loads(line) for block in re.findall(r"```json\n(.*?)```", GUIDE, re.DOTALL) for line in block.splitlines()
]
SHOWN_ID = "01KAQ3…"
"""How the guide writes a suggestion's id."""


class Bare:
    """Standard input and output of a server, and nothing that knows LSP."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._out, self._in = process.stdin, process.stdout
        self._number = 0

    async def send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self._out.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        await self._out.drain()

    async def ask(self, message: dict[str, Any]) -> Any:
        """Sends it as a request; its result."""
        self._number += 1
        await self.send({**message, "id": self._number})
        async with asyncio.timeout(PATIENCE_S):
            while (answer := await self._read()).get("id") != self._number:
                assert "id" not in answer, f"the server asks a client that offers nothing: {answer}"
        return answer["result"]

    async def _read(self) -> dict[str, Any]:
        head = await self._in.readuntil(b"\r\n\r\n")
        length = re.search(rb"Content-Length: (\d+)", head)
        assert length is not None
        return dict(json.loads(await self._in.readexactly(int(length[1]))))


@asynccontextmanager
async def bare(home: Home) -> AsyncIterator[Bare]:
    """A fresh server; at the end it is shut down as LSP wants it."""
    command = ["-P", "-m", "tactful_server", "serve", "--seed", "7"]
    environment = {**os.environ, "TACTFUL_HOME": str(home.path)}
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(sys.executable, *command, stdin=pipe, stdout=pipe, env=environment)
    client = Bare(process)
    try:
        yield client
        assert await client.ask({"method": "shutdown"}) is None
        await client.send({"method": "exit"})
        assert await asyncio.wait_for(process.wait(), PATIENCE_S) == 0
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def begun(client: Bare, model: ModelServer) -> Any:
    """The guide's session up to the answer: what the server says it can do, and the answer.

    Only the model is the scripted one, which the guide knows nothing of.
    """
    initialize, opened, asked = MESSAGES[:3]
    able = await client.ask(initialize)
    await client.send({"method": "initialized", "params": {}})
    settings = {"settings": {"tactful": {"model": scripted(model)}}}
    await client.send({"method": "workspace/didChangeConfiguration", "params": settings})
    await client.send(opened)
    return able, await client.ask(asked)


async def test_the_guides_session_is_answered_as_the_guide_says(home: Home, model: ModelServer) -> None:
    _, _, _, promised, changed, accepted = MESSAGES
    async with bare(home) as client:
        able, answer = await begun(client, model)
        [item] = answer["items"]
        [suggestion_id] = item["command"]["arguments"]
        await client.send(changed)
        assert (
            await client.ask(json.loads(json.dumps(accepted).replace(json.dumps(SHOWN_ID)[1:-1], suggestion_id)))
            is None
        )

    assert able["capabilities"]["positionEncoding"] == "utf-16"
    assert able["capabilities"]["inlineCompletionProvider"] is not None
    item["command"]["arguments"] = [SHOWN_ID]
    assert answer == promised
    assert [end for end in home.ends() if not end.startswith("shown")] == ["accepted/command"]


async def test_a_client_that_never_runs_the_command_is_understood_from_its_changes(
    home: Home, model: ModelServer
) -> None:
    _, _, _, _, changed, _ = MESSAGES
    async with bare(home) as client:
        await begun(client, model)
        await client.send(changed)

    assert [end for end in home.ends() if not end.startswith("shown")] == ["accepted/change"]
    assert home.results() == ["produced"]


async def test_a_client_that_only_asks_leaves_a_record_of_what_stood_on_screen(home: Home, model: ModelServer) -> None:
    async with bare(home) as client:
        await begun(client, model)
        await comes(home.ends, ["shown/answer"])

    assert home.ends() == ["shown/answer", "ignored/change/shutdown"]
