"""The alternative: a pygls server whose handler does nothing but answer a constant."""

from lsprotocol import types
from pygls.lsp.server import LanguageServer

server = LanguageServer("empty", "1")


@server.feature(types.TEXT_DOCUMENT_INLINE_COMPLETION, types.InlineCompletionOptions())
async def inline_completion(params: types.InlineCompletionParams) -> types.InlineCompletionList:
    """A constant."""
    command = types.Command(title="Accepted", command="accept", arguments=["1"])
    return types.InlineCompletionList(items=[types.InlineCompletionItem("x", command=command)])


if __name__ == "__main__":
    server.start_io()
