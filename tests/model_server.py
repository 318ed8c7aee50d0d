"""A model server that says what it is told, as slowly and as wrongly as it is told, and notes when the client hung up.

In process it runs on a thread of its own: `with ModelServer(Script(answer=lambda prompt: "x")) as server: …`.
As a process, `python -m model_server` writes its address as one line of JSON; `POST /_script` changes the script and
`GET /_records` tells what came. All times are of the monotonic clock, which on Linux all processes share.
"""

import asyncio
import contextlib
import json
import re
import socket
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Self

from model_wire import PATHS, Asked, Spoken, content_type, ended, said

Answer = Callable[[str], str | Sequence[Spoken]]

STATUSES = frozenset({"200", "302", "400", "401", "404", "429", "500", "501", "503"})
FAULTS = STATUSES | {"stall", "hang_up", "cut", "cut_clean", "garbage", "html", "endless", "drip", "huge_line"}
FAULTS |= {"error_object", "no_logprobs", "no_middle"}


def saying(text: str) -> Answer:
    """Always the same."""
    return lambda _: text


def continuing(document: str, since: int = 0) -> Answer:
    """What the document goes on to say where it last contains the prompt's end; nothing where it does not.

    Before `since` characters of it are there it says nothing: what is still being typed is not shown by the way.
    """

    def answer(prompt: str) -> str:
        for n_chars in (200, 100, 50, 25, 12):
            tail = prompt[-n_chars:]
            if tail and (at := document.rfind(tail)) >= 0:
                return document[at + len(tail) :] if at + len(tail) >= since else ""
        return ""

    return answer


def marking(prompt: str) -> str:
    """A word that depends on nothing but the prompt's last line, so that one can tell whose answer it is."""
    hashed = 0x811C9DC5
    for sign in prompt.rpartition("\n")[2]:
        hashed = (hashed ^ ord(sign)) * 0x01000193 & 0xFFFFFFFF
    return f"zq{hashed:08x}_ = value\n"


@dataclass(frozen=True, slots=True)
class Script:
    """How the server behaves."""

    answer: Answer = field(default_factory=lambda: saying("pass\n"))
    """From the prompt to the text or its tokens; stop strings and the token limit are applied to it."""
    first_token_s: float = 0.0
    per_token_s: float = 0.0
    logprobs: bool = True
    fault: str = ""
    """One of FAULTS, or empty."""
    retry_after: str = ""
    """Value of the Retry-After header of an error."""
    redirect_to: str = "http://127.0.0.1:1/elsewhere"
    key: str = ""
    """The bearer token it insists on; empty for none."""
    refusal: str = '{"error": "told so"}'
    """What comes with a status other than 200."""
    slow_pages: frozenset[str] = frozenset()
    """Paths at which a GET is never answered."""
    pages: Mapping[str, Any] = field(default_factory=dict)
    """What is answered to a GET, by path: JSON, bytes as they are, or a status alone."""


@dataclass(slots=True)
class Record:
    """One request, as it went."""

    path: str
    prompt: str
    suffix: str
    model: str
    max_tokens: int
    authorization: str
    connection: int
    """Number of the connection it came on."""
    came_at: float
    first_sent_at: float | None = None
    ended_at: float | None = None
    """When the answer was whole."""
    closed_at: float | None = None
    """When the client was seen to have closed the connection before the answer was whole."""
    n_tokens: int = 0


class ModelServer:
    """The server. `script` may be replaced at any time and holds for the requests that come after."""

    def __init__(self, script: Script | None = None, port: int = 0) -> None:
        self.script = script or Script()
        self.records: list[Record] = []
        self.looked: list[str] = []
        """Paths of the pages that were asked for."""
        self.n_connections = 0
        self.n_open = 0
        self._loop = asyncio.new_event_loop()
        self._socket = socket.create_server(("127.0.0.1", port))
        self._port = int(self._socket.getsockname()[1])
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._listens = threading.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self.open: set[asyncio.Transport] = set()
        """Connections that stand."""
        self.ends = False
        """Whether it is about to stop, and a connection that comes is ended at once."""

    @property
    def address(self) -> str:
        """`http://127.0.0.1:PORT`."""
        return f"http://127.0.0.1:{self._port}"

    def __enter__(self) -> Self:
        self._thread.start()
        self._listens.wait(5)  # stopped before, it would leave half a server behind
        return self

    def __exit__(self, *_: object) -> None:
        if self._loop.is_closed():
            return  # a test has ended it before
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._socket.close()

    def wait_for(self, what: Callable[[Record], object], timeout_s: float = 30.0) -> Record:
        """The latest record once `what` holds of it; raises TimeoutError otherwise. Not for the server's own thread."""
        until = time.monotonic() + timeout_s
        while time.monotonic() < until:
            if self.records and what(self.records[-1]):
                return self.records[-1]
            time.sleep(0.0005)
        raise TimeoutError(f"not seen: {self.records[-1:]}")

    def serve_forever(self) -> None:
        """Run in the calling thread until interrupted."""
        self._run()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        listening = self._loop.create_server(lambda: _Connection(self), sock=self._socket)
        server = self._loop.run_until_complete(listening)
        self._listens.set()
        try:
            self._loop.run_forever()
        finally:
            self._loop.run_until_complete(self._end(server))
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())
            self._loop.close()

    async def _end(self, server: asyncio.Server) -> None:
        """Ends every connection as the end of a process would, and waits for what comes of that."""
        self.ends = True
        server.close()
        for transport in self.open:
            transport.abort()
        for task in self._tasks:
            task.cancel()
        # asyncio's own are among them: of connections that were taken and not yet made
        others = asyncio.all_tasks() - {asyncio.current_task()}
        await asyncio.gather(*others, return_exceptions=True)

    def keep(self, task: asyncio.Task[None]) -> None:
        """Hold on to a task until it is done."""
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


class _Connection(asyncio.Protocol):
    """One client connection; answers one request after the other."""

    def __init__(self, server: ModelServer) -> None:
        self._server = server
        self._buffer = b""
        self._answering: asyncio.Task[None] | None = None
        self._record: Record | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        # asyncio does so by itself only for sockets made with the protocol's number; without it each answer waits 40 ms
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._server.n_connections += 1
        self._server.open.add(transport)
        self._server.n_open += 1
        self._number = self._server.n_connections
        if self._server.ends:
            transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        self._server.open.discard(self._transport)
        self._server.n_open -= 1
        if self._answering is not None and not self._answering.done():
            self._answering.cancel()
        if self._record is not None and self._record.ended_at is None:
            self._record.closed_at = self._record.closed_at or time.monotonic()

    def eof_received(self) -> bool:
        return False  # closes, which calls connection_lost at once

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, found, rest = self._buffer.partition(b"\r\n\r\n")
        length = re.search(rb"(?i)content-length: *(\d+)", head)
        n_bytes = int(length[1]) if length else 0
        if not found or len(rest) < n_bytes:
            return
        self._buffer = rest[n_bytes:]
        self._answering = asyncio.get_running_loop().create_task(self._answer(head.decode("latin-1"), rest[:n_bytes]))
        self._server.keep(self._answering)

    async def _answer(self, head: str, body: bytes) -> None:
        path = head.split(" ", 2)[1].partition("?")[0]
        if path.startswith("/_"):
            return self._control(path, body)
        if head.startswith("GET "):
            return self._page(path)
        asked = Asked(path, json.loads(body or b"{}"))
        bearer = re.search(r"(?im)^authorization: *(.*?)\r?$", head)
        record = Record(
            path=path,
            prompt=asked.prompt,
            suffix=asked.suffix,
            model=str(asked.body.get("model", "")),
            max_tokens=asked.max_tokens,
            authorization=bearer[1] if bearer else "",
            connection=self._number,
            came_at=time.monotonic(),
        )
        self._record = record
        self._server.records.append(record)
        await self._perform(asked, record, self._server.script)
        return None

    async def _perform(self, asked: Asked, record: Record, script: Script) -> None:
        if status := _status(asked, record, script):
            retry = f"Retry-After: {script.retry_after}\r\n" if script.retry_after else ""
            location = f"Location: {script.redirect_to}\r\n" if status == 302 else ""
            self._whole(f"{status} Told So", retry + location, script.refusal.encode())
            record.ended_at = time.monotonic()
            return
        if script.fault == "hang_up":
            self._transport.abort()
            return
        if script.fault == "html":
            self._whole("200 OK", "Content-Type: text/html\r\n", b"<!doctype html>\n<html>\n</html>\n")
            return
        head = f"HTTP/1.1 200 OK\r\nContent-Type: {content_type(asked.path)}\r\nTransfer-Encoding: chunked\r\n\r\n"
        self._transport.write(head.encode())
        async for piece in _pieces(asked, record, script):
            self._transport.write(b"%x\r\n%b\r\n" % (len(piece), piece))
        if script.fault == "cut":
            self._transport.abort()
            return
        self._transport.write(b"0\r\n\r\n")
        record.ended_at = time.monotonic()

    def _whole(self, status: str, headers: str, body: bytes) -> None:
        head = f"HTTP/1.1 {status}\r\n{headers}Content-Length: {len(body)}\r\n\r\n"
        self._transport.write(head.encode() + body)

    def _page(self, path: str) -> None:
        self._server.looked.append(path)
        page = self._server.script.pages.get(path)
        if path in self._server.script.slow_pages:
            return None
        if page is None:
            return self._whole("404 Not Found", "Content-Type: text/plain\r\n", b"404 page not found")
        if isinstance(page, int):
            return self._whole(f"{page} Told So", f"Location: {self._server.script.redirect_to}\r\n", b"{}")
        body = page if isinstance(page, bytes) else json.dumps(page).encode()
        return self._whole("200 OK", "Content-Type: application/json\r\n", body)

    def _control(self, path: str, body: bytes) -> None:
        if path == "/_script":
            self._server.script = script_of(json.loads(body))
        answer = json.dumps([asdict(record) for record in self._server.records]).encode()
        self._whole("200 OK", "Content-Type: application/json\r\n", answer)


def _status(asked: Asked, record: Record, script: Script) -> int:
    if script.key and record.authorization != f"Bearer {script.key}":
        return 401
    if script.fault == "no_logprobs" and asked.wants_logprobs:
        return 400
    if script.fault == "no_middle" and asked.suffix:
        return 501 if asked.path == "/infill" else 400
    if asked.path not in PATHS:
        return 404
    return int(script.fault) if script.fault.isdigit() else 0


async def _pieces(asked: Asked, record: Record, script: Script) -> AsyncIterator[bytes]:
    """The answer's parts as they go on the wire."""
    if script.fault == "stall":
        await asyncio.sleep(3600)
    await asyncio.sleep(script.first_token_s)
    for token in _tokens(asked, script):
        record.first_sent_at = record.first_sent_at or time.monotonic()
        record.n_tokens += 1
        yield said(asked, token)
        await asyncio.sleep(0.05 if script.fault == "drip" else script.per_token_s)
        if script.fault in ("cut", "cut_clean", "garbage", "huge_line", "error_object"):
            break
    if script.fault == "garbage":
        yield b"{]\xff\xfe}\n\ndata: {]\n\n"
    elif script.fault == "error_object":
        event = json.dumps({"error": {"message": "told so"}}).encode()
        yield event + b"\n" if asked.path == "/api/generate" else b"data: " + event + b"\n\n"
    elif script.fault == "huge_line":
        for _ in range(4096):
            yield b"x" * 65536
            await asyncio.sleep(0)
    elif script.fault not in ("cut", "cut_clean"):
        yield ended(asked)


def _tokens(asked: Asked, script: Script) -> Iterator[Spoken]:
    answer = script.answer(asked.prompt)
    tokens = _split(answer) if isinstance(answer, str) else answer
    if script.fault in ("endless", "drip"):
        while True:
            yield from tokens or [Spoken("x")]
    sent = ""
    for token in tokens[: asked.max_tokens]:
        whole = sent + token.text
        ends = [at for stop in asked.stop if (at := whole.find(stop)) >= 0]
        if ends:
            if rest := whole[len(sent) : min(ends)]:
                yield replace(token, text=rest)
            return
        sent = whole
        yield token if script.logprobs else replace(token, logprob=None, other=None)


def _split(text: str) -> list[Spoken]:
    """A word with the blank before it is a token, as with byte-level BPE; everything else stands alone."""
    return [Spoken(piece) for piece in re.findall(r" ?\w+|\s|[^\w\s]", text)]


def script_of(words: dict[str, Any]) -> Script:
    """A script from JSON: `text`, `document` or `marks` instead of `answer`, the other fields by their names."""
    if words.get("fault", "") not in FAULTS | {""}:
        raise ValueError(f"no fault is called {words['fault']}; there are {sorted(FAULTS)}")
    text, document, marks = words.pop("text", None), words.pop("document", None), words.pop("marks", False)
    answer = continuing(document) if document is not None else saying("pass\n" if text is None else text)
    return Script(answer=marking if marks else answer, **words)


def refused_address() -> str:
    """An address at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as held:
        return f"http://127.0.0.1:{held.getsockname()[1]}"


@contextlib.contextmanager
def deaf_address() -> Iterator[str]:
    """An address that takes no connection and refuses none: its queue is full."""
    with contextlib.ExitStack() as stack:
        held = stack.enter_context(socket.socket())
        held.bind(("127.0.0.1", 0))
        held.listen(0)
        for _ in range(4):
            filler = stack.enter_context(socket.socket())
            filler.setblocking(False)
            filler.connect_ex(held.getsockname())
        time.sleep(0.05)
        yield f"http://127.0.0.1:{held.getsockname()[1]}"


def main() -> None:
    """Serve until killed; the script may be given as one JSON argument."""
    server = ModelServer(script_of(json.loads(sys.argv[1])) if len(sys.argv) > 1 else None)
    print(json.dumps({"address": server.address}), flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
