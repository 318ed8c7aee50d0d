"""The plain alternative: pygls and one streamed HTTP call, as a sensible person would write it in an hour.

It asks at every request, shows what comes, and closes the connection when the editor cancels. No gate, log or cache.
"""

import json
import os
from collections.abc import AsyncIterator

import httpx
from lsprotocol import types
from pygls.lsp.server import LanguageServer

ADDRESS = os.environ.get("MODEL_URL", "http://127.0.0.1:8080")
PREFIX_CHARS = 4000

server = LanguageServer("plain", "1", text_document_sync_kind=types.TextDocumentSyncKind.Incremental)
client = httpx.AsyncClient(trust_env=False, timeout=30)


@server.feature(types.TEXT_DOCUMENT_INLINE_COMPLETION, types.InlineCompletionOptions())
async def inline_completion(params: types.InlineCompletionParams) -> types.InlineCompletionList:
    """What the model says, whole. A cancelled request ends here too, and with it the stream."""
    document = server.workspace.get_text_document(params.text_document.uri)
    prefix = document.source[: document.offset_at_position(params.position)]
    text = "".join([piece async for piece in _stream(prefix[-PREFIX_CHARS:])])
    at = types.Range(params.position, params.position)
    return types.InlineCompletionList(items=[types.InlineCompletionItem(text, range=at)] if text else [])


async def _stream(prompt: str) -> AsyncIterator[str]:
    body = {"model": "bench", "prompt": prompt, "max_tokens": 64, "stream": True, "stop": ["\n"]}
    async with client.stream("POST", f"{ADDRESS}/v1/completions", json=body) as answer:
        async for line in answer.aiter_lines():
            if line.startswith("data: {"):
                yield json.loads(line[6:])["choices"][0]["text"]


if __name__ == "__main__":
    server.start_io()
