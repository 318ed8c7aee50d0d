"""One HTTP client per model server: a body goes in, lines come out, and closing the generator closes the connection.

Idle connections are kept and used again. No redirect is followed, and for loopback no proxy of the environment is
asked. The HTTP library takes 0.2 s to import and is imported in a thread at the first request.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tactful_server.providers.addresses import Endpoint
from tactful_server.providers.faults import ConnectTimeoutError, CutError, GarbageError, RefusedError
from tactful_server.providers.keys import KeyName, Secret
from tactful_server.providers.statuses import Refusal, fault_of

if TYPE_CHECKING:
    import httpx


class Wire:
    """The connections to one model server."""

    def __init__(self, endpoint: Endpoint, keeps_connections: bool = True) -> None:
        self._endpoint = endpoint
        self._keeps_connections = keeps_connections or not endpoint.is_loopback  # a proxy before it may keep them
        self._client: httpx.AsyncClient | None = None
        self._opening = asyncio.Lock()
        self._spoken = False

    async def lines(self, path: str, body: Mapping[str, object]) -> AsyncGenerator[bytes, None]:
        """Post the body as JSON and yield the answer's lines without their ends; blank ones too.

        Raises:
            ModelServerError: the server cannot be reached, refuses, or breaks off.
        """
        client = await self._opened()
        with faults_mapped(self._endpoint):
            response = await self._sent(client, client.build_request("POST", self._endpoint.url(path), json=body))
            try:
                self._check(response)
                async for line in split_lines(response.aiter_bytes(), self._endpoint):
                    yield line
            finally:
                await response.aclose()

    async def aclose(self) -> None:
        """Close all connections."""
        if self._client is not None:
            await self._client.aclose()

    def _check(self, response: "httpx.Response") -> None:
        self._spoken = True
        if response.status_code != 200:
            raise fault_of(Refusal(response.status_code, response.headers), self._endpoint, datetime.now(UTC))

    async def _sent(self, client: "httpx.AsyncClient", request: "httpx.Request") -> "httpx.Response":
        """Send it; once more when a kept connection turns out to have been closed by the server meanwhile."""
        import httpx

        try:
            return await client.send(request, stream=True)
        except (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError):
            if not self._spoken:
                raise
            return await client.send(request, stream=True)

    async def _opened(self) -> "httpx.AsyncClient":
        async with self._opening:
            if self._client is None:
                key = await _key_of(self._endpoint)
                self._client = await asyncio.to_thread(_open, self._endpoint, key, self._keeps_connections)
            return self._client


async def _key_of(endpoint: Endpoint) -> Secret | None:
    if isinstance(endpoint.key, KeyName):
        return await asyncio.to_thread(endpoint.key.read)
    return endpoint.key


def _open(endpoint: Endpoint, key: Secret | None, keeps_connections: bool) -> "httpx.AsyncClient":
    import httpx

    headers = {"Accept-Encoding": "identity", "User-Agent": "tactful"}
    if not keeps_connections:
        headers["Connection"] = "close"
    if key is not None:
        headers["Authorization"] = f"Bearer {key.reveal()}"
    return httpx.AsyncClient(
        headers=headers,
        timeout=httpx.Timeout(None, connect=endpoint.limits.connect_s),
        limits=httpx.Limits(max_connections=None, max_keepalive_connections=4, keepalive_expiry=60.0),
        trust_env=not endpoint.is_loopback,
        follow_redirects=False,
        verify=True,
    )


async def split_lines(pieces: AsyncIterator[bytes], endpoint: Endpoint) -> AsyncIterator[bytes]:
    """Cut a stream of bytes at line feeds; what follows the last one is a line if it is not empty.

    Raises:
        GarbageError: a line grows beyond `limits.line_bytes`.
    """
    rest = bytearray()
    async for piece in pieces:
        rest += piece
        *whole, last = rest.split(b"\n")
        for line in whole:
            yield bytes(line.removesuffix(b"\r"))
        rest = last
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
