"""The door: what pygls does with a message, and what it keeps of it."""

import gc
import io
from concurrent.futures import Future
from pathlib import Path
from typing import Any

from pygls.io_ import StdoutWriter

from tactful_server.lsp import TactfulServer, create_server
from tactful_server.starting import Options

URI = "file:///project/example.py"


def hand(server: TactfulServer, method: str, params: dict[str, Any], **more: Any) -> None:
    """Hands the server a message, as read from the wire."""
    message = {"jsonrpc": "2.0", "method": method, "params": params, **more}
    server.protocol.handle_message(server.protocol.structure_message(message))


def n_futures() -> int:
    gc.collect()
    return sum(isinstance(one, Future) for one in gc.get_objects())


async def test_nothing_is_kept_of_the_keys_that_have_been_handled(tmp_path: Path) -> None:
    server = create_server(Options(db=tmp_path / "feedback.db", registry=tmp_path / "gates"))
    server.protocol.set_writer(StdoutWriter(io.BytesIO()))
    hand(server, "initialize", {"capabilities": {}}, id=1)
    before = n_futures()
    for turn in range(20):
        document = {"uri": URI, "languageId": "python", "version": 1, "text": "x"}
        hand(server, "textDocument/didOpen", {"textDocument": document})
        changed = {"textDocument": {"uri": URI, "version": 2}, "contentChanges": [{"text": f"x = {turn}"}]}
        hand(server, "textDocument/didChange", changed)
        buffer = server.desk.documents.get(URI)
        assert buffer is not None
        assert buffer.text == f"x = {turn}"
        hand(server, "textDocument/didClose", {"textDocument": {"uri": URI}})

    assert server.desk.documents.get(URI) is None
    assert n_futures() <= before + 2
