"""The way to one model server: a body goes in, lines come out, and closing the generator closes the connection.

Each conversation has an HTTP client to itself. One whose answer was read to its end is kept, with its connection, for
the next; any other is thrown away with whatever it holds open. (A pool shared by all forgets connections whose request
was cancelled a second time while it was closing, and an editor cancels nearly every request.)

No redirect is followed, what is packed is not unpacked (little would do to fill the memory), and for loopback no proxy
of the environment is asked. The HTTP library takes 0.2 s to import and is imported in a thread at the first request.
"""

import asyncio
import ssl
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Mapping
from contextlib import aclosing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tactful_server.providers.addresses import Endpoint
from tactful_server.providers.faults import ConnectTimeoutError, CutError, GarbageError, RefusedError
from tactful_server.providers.keys import KeyName, Secret
from tactful_server.providers.statuses import Refusal, fault_of
from tactful_server.tasks import Tasks

if TYPE_CHECKING:
    import httpx

MOST_KEPT = 4
"""Clients that are kept for later, each with one idle connection."""
_EXPLAINING_S = 0.3
_EXPLAINING_BYTES = 4096


@dataclass(frozen=True, slots=True)
class _Credentials:
    """What takes long to get and is the same for all conversations."""

    trust: ssl.SSLContext
    headers: Mapping[str, str]


class Wire:
    """The connections to one model server."""

    def __init__(self, endpoint: Endpoint, keeps_connections: bool = True) -> None:
        self._endpoint = endpoint
        self._keeps_connections = keeps_connections or not endpoint.is_loopback  # a proxy before it may keep them
        self._credentials: _Credentials | None = None
        self._opening = asyncio.Lock()
        self._urls: dict[str, httpx.URL] = {}
        self._kept: deque[httpx.AsyncClient] = deque()
        self._speaking: set[httpx.AsyncClient] = set()
        self._closing = Tasks()
        self._spoken = False

    async def lines(self, path: str, body: Mapping[str, object]) -> AsyncGenerator[bytes, None]:
        """Post the body as JSON and yield the answer's lines without their ends; blank ones too.

        Raises:
            ModelServerError: the server cannot be reached, refuses, or breaks off.
        """
        client, is_whole = await self._taken(), False
        try:
            with faults_mapped(self._endpoint):
                response = await self._sent(client, self._request(path, body))
                await self._check(response)
                async with aclosing(split_lines(response.aiter_raw(), self._endpoint)) as lines:
                    async for line in lines:
                        yield line
                is_whole = True
        finally:
            self._give_back(client, is_whole and self._keeps_connections)

    def _request(self, path: str, body: Mapping[str, object]) -> "httpx.Request":
        """Made here and not by the client, which would read the address and merge the headers anew for each."""
        import httpx

        assert self._credentials is not None
        if path not in self._urls:
            self._urls[path] = httpx.URL(self._endpoint.url(path))
        patience = {"timeout": {"connect": self._endpoint.limits.connect_s, "read": None, "write": None, "pool": None}}
        headers = self._credentials.headers
        return httpx.Request("POST", self._urls[path], headers=headers, json=body, extensions=patience)

    async def aclose(self) -> None:
        """Close all connections."""
        while self._kept or self._speaking:
            self._discard(self._kept.pop() if self._kept else self._speaking.pop())
        await self._closing.finish()

    async def _taken(self) -> "httpx.AsyncClient":
        """A client for one conversation: the one used last, whose connection is the freshest, or a new one."""
        if self._credentials is None:
            await self._introduced()
        client = self._kept.pop() if self._kept else self._opened()
        self._speaking.add(client)
        return client

    def _give_back(self, client: "httpx.AsyncClient", is_good: bool) -> None:
        if client not in self._speaking:  # everything was closed meanwhile
            return
        self._speaking.discard(client)
        if is_good and len(self._kept) < MOST_KEPT:
            self._kept.append(client)
        else:
            self._discard(client)
        if not self._kept:
            self._kept.append(self._opened())  # now, rather than while somebody waits for an answer

    def _discard(self, client: "httpx.AsyncClient") -> None:
        """Closes a client and its connection in a task of its own, which nobody's cancelling reaches."""
        self._closing.spawn(client.aclose(), "closing a connection")

    async def _check(self, response: "httpx.Response") -> None:
        self._spoken = True
        if response.status_code != 200:
            refusal = Refusal(response.status_code, response.headers, await _beginning(response.aiter_raw()))
            raise fault_of(refusal, self._endpoint, datetime.now(UTC))
        if response.headers.get("content-encoding", "").strip().lower() not in ("", "identity"):
            raise GarbageError(
                f"The model server at {self._endpoint.shown} packs its answers, though asked not to; "
                "see whether something stands between."
            )

    async def _sent(self, client: "httpx.AsyncClient", request: "httpx.Request") -> "httpx.Response":
        """Send it; once more when a kept connection turns out to have been closed by the server meanwhile."""
        import httpx

        try:
            return await client.send(request, stream=True)
        except (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError):
            if not self._spoken:
                raise
            return await client.send(request, stream=True)

    async def _introduced(self) -> None:
        async with self._opening:
            if self._credentials is None:
                headers = _headers(await _key_of(self._endpoint), self._keeps_connections)
                self._credentials = _Credentials(await asyncio.to_thread(_trust, self._endpoint), headers)

    def _opened(self) -> "httpx.AsyncClient":
        import httpx

        assert self._credentials is not None
        return httpx.AsyncClient(
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=1, keepalive_expiry=60.0),
            trust_env=not self._endpoint.is_loopback,
            follow_redirects=False,
            verify=self._credentials.trust,
        )


async def _key_of(endpoint: Endpoint) -> Secret | None:
    if isinstance(endpoint.key, KeyName):
        return await asyncio.to_thread(endpoint.key.read)
    return endpoint.key


def _headers(key: Secret | None, keeps_connections: bool) -> dict[str, str]:
    connection = "keep-alive" if keeps_connections else "close"
    headers = {"Accept": "*/*", "Accept-Encoding": "identity", "Connection": connection, "User-Agent": "tactful"}
    if key is not None:
        headers["Authorization"] = f"Bearer {key.reveal()}"
    return headers


def _trust(endpoint: Endpoint) -> ssl.SSLContext:
    """Whom to trust over TLS. Reading the certificates takes 0.1 s and is left out where nothing is encrypted."""
    import httpx

    is_plain = endpoint.is_loopback and not endpoint.is_encrypted
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT) if is_plain else httpx.create_ssl_context()


async def _beginning(pieces: AsyncIterator[bytes]) -> str:
    """What a server says to explain a refusal, as much as comes soon."""
    import httpx

    said = bytearray()
    with suppress(TimeoutError, httpx.HTTPError):
        async with asyncio.timeout(_EXPLAINING_S):
            async for piece in pieces:
                said += piece
                if len(said) >= _EXPLAINING_BYTES:
                    break
    return said[:_EXPLAINING_BYTES].decode("utf-8", "replace")


async def split_lines(pieces: AsyncIterator[bytes], endpoint: Endpoint) -> AsyncGenerator[bytes, None]:
    """Cut a stream of bytes at line feeds; what follows the last one is a line if it is not empty.

    Raises:
        GarbageError: a line grows beyond `limits.line_bytes`.
    """
    rest = bytearray()
    async for piece in pieces:
        begun, *more = piece.split(b"\n")
        rest += begun
        for line in more:
            yield bytes(rest.removesuffix(b"\r"))
            rest = bytearray(line)
        if len(rest) > endpoint.limits.line_bytes:
            raise GarbageError(f"The model server at {endpoint.shown} sends a line without end; check the address.")
    if rest:
        yield bytes(rest)


@contextmanager
def faults_mapped(endpoint: Endpoint) -> Iterator[None]:
    """Turn what the HTTP library raises into this package's faults.

    Raises:
        RefusedError, ConnectTimeoutError, CutError, GarbageError: as the library's error says.
    """
    import httpx

    where = endpoint.shown
    try:
        yield
    except httpx.ConnectTimeout as error:
        raise ConnectTimeoutError(f"The model server at {where} does not answer; check the address.") from error
    except httpx.ConnectError as error:
        raise RefusedError(f"No model server can be reached at {where}; start it or check the address.") from error
    except httpx.DecodingError as error:
        raise GarbageError(f"The model server at {where} sent what cannot be decoded.") from error
    except httpx.TransportError as error:
        raise CutError(f"The model server at {where} broke off its answer; see its log.") from error
