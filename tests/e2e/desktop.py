"""The editor's side of the door for tests: the demo's editor, with ears for all that the server says."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from lsprotocol import types
from pygls.protocol import default_converter
from pytest_lsp import LanguageClient
from pytest_lsp.client import register_lsp_features

from tactful_server.demo.editor import Editor, Ghost, introduction

Found = TypeVar("Found")

PATIENCE_S = 60.0
"""Longest wait for something that must come; generous, for a noisy machine."""
TRAINED_S = 150.0
"""The same for a gate that is trained: a heavy piece of work at a low priority."""


async def eventually(what: Callable[[], Found], timeout_s: float = PATIENCE_S) -> Found:
    """Waits until `what` gives something true, and gives it back."""
    async with asyncio.timeout(timeout_s):
        while not (found := what()):  # noqa: ASYNC110 (what is waited for happens in another process)
            await asyncio.sleep(0.01)
    return found


class Listener(LanguageClient):
    """A client that keeps what the server writes to its standard error, and what it sends unasked."""

    def __init__(self) -> None:
        super().__init__(converter_factory=default_converter)
        register_lsp_features(self)
        self.stderr = ""
        self.partials: list[Any] = []
        self.taken: list[Any] = []
        self.findings: list[Any] = []
        self.statuses: list[Any] = []
        self._ears: asyncio.Task[None] | None = None
        self.feature("tactful/partialCompletion")(lambda partial: self.partials.append(partial))
        self.feature("tactful/didTake")(lambda place: self.taken.append(place))
        self.feature("tactful/didCheck")(lambda finding: self.findings.append(finding))
        self.feature("tactful/didChangeStatus")(lambda status: self.statuses.append(status))

    async def start_io(self, cmd: str, *args: Any, **kwargs: Any) -> None:
        await super(LanguageClient, self).start_io(cmd, *args, **kwargs)
        self._ears = asyncio.create_task(self._listen())

    async def hung_up(self) -> None:
        """Waits until the server has closed its standard error."""
        if self._ears is not None:
            await self._ears

    async def send_raw(self, method: str, params: object, request_id: str = "") -> None:
        """A notification, or with an id a request, of any shape, past the protocol's types."""
        assert self._server is not None
        assert self._server.stdin is not None
        named = {"id": request_id} if request_id else {}
        body = json.dumps({"jsonrpc": "2.0", **named, "method": method, "params": params}).encode()
        self._server.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        await self._server.stdin.drain()

    @property
    def pid(self) -> int:
        assert self._server is not None
        return self._server.pid

    async def gone(self) -> int:
        """Waits for the server's end; its exit code."""
        assert self._server is not None
        return await self._server.wait()

    async def _listen(self) -> None:
        assert self._server is not None
        assert self._server.stderr is not None
        while line := await self._server.stderr.readline():
            self.stderr += line.decode("utf-8", "replace")


@dataclass(frozen=True, slots=True)
class Launch:
    """How a server is started and who introduces itself to it."""

    home: Path
    options: dict[str, Any] = field(default_factory=dict)
    """The initialization options."""
    folder: str = ""
    """URI of the workspace folder."""
    encodings: tuple[types.PositionEncodingKind | str, ...] = (types.PositionEncodingKind.Utf16,)
    configuration: dict[str, Any] | None = None
    """What the client answers to `workspace/configuration`; None for one that cannot be asked."""
    arguments: tuple[str, ...] = ("--seed", "7", "--no-prior")

    def introduction(self) -> types.InitializeParams:
        params = introduction(self.options, self.folder)
        assert params.capabilities.general is not None
        params.capabilities.general.position_encodings = list(self.encodings)
        asked = self.configuration is not None
        params.capabilities.workspace = types.WorkspaceClientCapabilities(configuration=asked)
        return params


class Desktop(Editor):
    """An editor connected to a server of its own."""

    client: Listener

    def __init__(self, client: Listener, capabilities: types.ServerCapabilities) -> None:
        super().__init__(client)
        self.capabilities = capabilities

    @property
    def version(self) -> int:
        return self._version

    @property
    def stderr(self) -> str:
        return self.client.stderr

    @property
    def messages(self) -> list[str]:
        """What the user was shown in a popup."""
        return [shown.message for shown in self.client.messages]

    async def status(self) -> Any:
        return await self.request("tactful/status")

    async def until(self, what: Callable[[Any], Found], timeout_s: float = PATIENCE_S) -> Found:
        """Waits until `what` holds of the status."""
        async with asyncio.timeout(timeout_s):
            while not (found := what(await self.status())):  # noqa: ASYNC110 (happens in another process)
                await asyncio.sleep(0.02)
        return found

    async def settled(self, timeout_s: float = PATIENCE_S) -> Any:
        """Waits until everything recorded is durable; the status then."""
        return await self.until(lambda status: status.log.durable == status.log.recorded and status, timeout_s)

    async def type(self, text: str) -> list[Ghost | None]:
        """Key by key, asking after each and waiting for the answer."""
        ghosts = []
        for char in text:
            self.insert(char)
            ghosts.append(await self.ask())
        return ghosts

    async def must(self, *, manual: bool = False) -> Ghost:
        """Asks, and there has to be an answer."""
        ghost = await self.ask(manual=manual)
        assert ghost is not None, await self.request("tactful/explain")
        return ghost

    async def complete(self, at: types.Position, widget: types.SelectedCompletionInfo | None = None) -> Any:
        """Asks anywhere, with a suggest widget if need be; the raw answer."""
        automatic = types.InlineCompletionTriggerKind.Automatic
        context = types.InlineCompletionContext(automatic, widget)
        params = types.InlineCompletionParams(context, types.TextDocumentIdentifier(self.uri), at)
        return await self.client.text_document_inline_completion_async(params)

    def tell(self, method: str, **params: Any) -> None:
        """Any notification."""
        self.client.protocol.notify(method, params)

    def configure(self, settings: object) -> None:
        """Pushes settings."""
        self.client.workspace_did_change_configuration(types.DidChangeConfigurationParams(settings))

    async def command(self, name: str, *arguments: Any) -> Any:
        return await self.client.workspace_execute_command_async(types.ExecuteCommandParams(name, list(arguments)))


async def start(launch: Launch) -> Desktop:
    """A fresh server with an editor that has introduced itself."""
    client = Listener()
    client.set_configuration({"tactful": launch.configuration or {}})
    command = [sys.executable, "-P", "-m", "tactful_server", "serve", *launch.arguments]
    await client.start_io(*command, env={**os.environ, "TACTFUL_HOME": str(launch.home)})
    answer = await client.initialize_session(launch.introduction())
    return Desktop(client, answer.capabilities)


async def stop(desktop: Desktop) -> None:
    """Shuts the server down; what it wrote to its standard error stays readable. One that hangs is killed."""
    client = desktop.client
    try:
        async with asyncio.timeout(PATIENCE_S):
            await client.shutdown_session()
            await client.hung_up()
    except TimeoutError:
        os.kill(client.pid, signal.SIGKILL)
        raise
    finally:
        await client.stop()  # type: ignore[no-untyped-call]
