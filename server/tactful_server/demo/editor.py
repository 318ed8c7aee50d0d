"""A minimal editor: one document at a time, one caret, spoken over LSP from the client's side of the door."""

import asyncio
from dataclasses import dataclass
from itertools import count
from typing import Any

from lsprotocol import types
from pygls.lsp.client import LanguageClient


@dataclass(frozen=True, slots=True)
class Ghost:
    """A suggestion as the editor got it."""

    suggestion_id: str
    text: str
    latency_s: float
    """From asking to the answer."""


class Editor:
    """Types, asks and accepts as VS Code does: each keystroke changes the document."""

    def __init__(self, client: LanguageClient) -> None:
        self.client = client
        self.uri = ""
        self.text = ""
        self.caret = 0
        self._version = 0
        self._numbers = count()

    async def initialize(self, options: dict[str, Any], folder: str = "") -> None:
        """Introduces itself."""
        await self.client.initialize_async(introduction(options, folder))
        self.client.initialized(types.InitializedParams())

    def open(self, uri: str, text: str, language: str = "python") -> None:
        """Opens a document with the caret at its end."""
        if self.uri:
            self.close()
        self.uri, self.text, self.caret, self._version = uri, text, len(text), 1
        item = types.TextDocumentItem(uri, language, self._version, text)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(item))

    def close(self) -> None:
        """Closes it."""
        self.client.text_document_did_close(types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(self.uri)))
        self.uri = ""

    def insert(self, text: str) -> None:
        """One change at the caret: a keystroke, or an accepted suggestion."""
        self.replace(self.caret, self.caret, text)

    def backspace(self, n_chars: int = 1) -> None:
        """Deletes before the caret."""
        self.replace(self.caret - n_chars, self.caret, "")

    def replace(self, start: int, end: int, text: str) -> None:
        """Any change; the caret goes behind what was put in."""
        changed = types.TextDocumentContentChangePartial(types.Range(self.spot(start), self.spot(end)), text)
        self.text = self.text[:start] + text + self.text[end:]
        self.caret, self._version = start + len(text), self._version + 1
        self.client.text_document_did_change(
            types.DidChangeTextDocumentParams(types.VersionedTextDocumentIdentifier(self._version, self.uri), [changed])
        )

    async def ask(self, *, manual: bool = False) -> Ghost | None:
        """Asks at the caret; cancelling the task cancels the request."""
        kind = types.InlineCompletionTriggerKind
        began = asyncio.get_running_loop().time()
        params = types.InlineCompletionParams(
            context=types.InlineCompletionContext(kind.Invoked if manual else kind.Automatic),
            text_document=types.TextDocumentIdentifier(self.uri),
            position=self.spot(self.caret),
        )
        request_id = f"ask-{next(self._numbers)}"
        future = self.client.protocol.send_request(types.TEXT_DOCUMENT_INLINE_COMPLETION, params, msg_id=request_id)
        answering = asyncio.wrap_future(future)
        try:
            answer = await asyncio.shield(answering)
        except asyncio.CancelledError:
            answering.add_done_callback(_heard)
            self.client.cancel_request(types.CancelParams(request_id))
            raise
        return _ghost(answer, asyncio.get_running_loop().time() - began)

    async def accept(self, ghost: Ghost) -> None:
        """Tab: the text goes in, and the item's command runs."""
        self.insert(ghost.text)
        await self.client.workspace_execute_command_async(
            types.ExecuteCommandParams("tactful.accept", [ghost.suggestion_id])
        )

    def tell_shown(self, ghost: Ghost) -> None:
        """It is on screen."""
        self.client.protocol.notify("textDocument/didShowCompletion", {"id": ghost.suggestion_id})

    def tell_end(self, ghost: Ghost, kind: str, reason: str = "") -> None:
        """It has ended, and how."""
        told = {"id": ghost.suggestion_id, "kind": kind, "reason": reason}
        self.client.protocol.notify("tactful/didEndCompletion", told)

    async def request(self, method: str, **params: Any) -> Any:
        """One of Tactful's own requests, `tactful/status` or `tactful/explain`, answered as attributes."""
        return await self.client.protocol.send_request_async(method, params)

    async def leave(self) -> None:
        """Shuts the server down."""
        await self.client.shutdown_async(None)
        self.client.exit(None)

    def spot(self, offset: int) -> types.Position:
        """An offset as UTF-16 line and character."""
        start = self.text.rfind("\n", 0, offset) + 1
        units = len(self.text[start:offset].encode("utf-16-le")) // 2
        return types.Position(self.text.count("\n", 0, offset), units)


def introduction(options: dict[str, Any], folder: str = "") -> types.InitializeParams:
    """What the editor says of itself."""
    general = types.GeneralClientCapabilities(position_encodings=[types.PositionEncodingKind.Utf16])
    inline = types.InlineCompletionClientCapabilities()
    return types.InitializeParams(
        capabilities=types.ClientCapabilities(
            general=general, text_document=types.TextDocumentClientCapabilities(inline_completion=inline)
        ),
        client_info=types.ClientInfo("tactful-demo", "1"),
        root_uri=folder or None,
        initialization_options=options,
    )


def _heard(answering: "asyncio.Future[Any]") -> None:
    """A cancelled request is still answered, with an error that nobody waits for."""
    if not answering.cancelled():
        answering.exception()


def _ghost(answer: Any, latency_s: float) -> Ghost | None:
    for item in answer.items if answer else ():
        return Ghost(item.command.arguments[0], str(item.insert_text), latency_s)
    return None
