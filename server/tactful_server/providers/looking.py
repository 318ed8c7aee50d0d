"""Looking at servers without asking them for anything: all at once, briefly, with no redirect and little memory."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from tactful_server.providers.addresses import Endpoint
from tactful_server.providers.keys import KeyName, Secret
from tactful_server.providers.recognising import PAGES, Recognised, recognised

if TYPE_CHECKING:
    import httpx

MOST_BYTES = 2_000_000
"""Read of one page; a longer one is no list of models."""
LEAST_S = 0.4
"""What servers get to answer, however long the library took to load."""


async def look(endpoints: Sequence[Endpoint], limit_s: float) -> list[Recognised | None]:
    """What is found at each endpoint within that time; None where nothing answers like a model server.

    A key is sent only to an endpoint that has one. What has not answered in time is left; what has still counts.
    """
    ends_at = asyncio.get_running_loop().time() + limit_s
    keys = [await _key_of(endpoint) for endpoint in endpoints]
    client = await asyncio.to_thread(_client, endpoints)
    try:
        return await _looked(client, list(zip(endpoints, keys, strict=True)), ends_at)
    finally:
        await client.aclose()


async def _looked(
    client: "httpx.AsyncClient", places: Sequence[tuple[Endpoint, Secret | None]], ends_at: float
) -> list[Recognised | None]:
    looks = {
        (number, page): asyncio.create_task(_page(client, endpoint.url(page), key))
        for number, (endpoint, key) in enumerate(places)
        for page in PAGES
    }
    try:
        left_s = ends_at - asyncio.get_running_loop().time()
        await asyncio.wait(looks.values(), timeout=max(LEAST_S, left_s))
        seen = {at: task.result() for at, task in looks.items() if task.done()}
    finally:
        for task in looks.values():
            task.cancel()
        await asyncio.gather(*looks.values(), return_exceptions=True)
    return [recognised({page: seen.get((number, page)) for page in PAGES}) for number in range(len(places))]


async def _page(client: "httpx.AsyncClient", url: str, key: Secret | None) -> object:
    """What stands there as JSON; None for anything else, whatever it is."""
    import httpx

    headers: Mapping[str, str] = {"Authorization": f"Bearer {key.reveal()}"} if key is not None else {}
    data = bytearray()
    try:
        async with client.stream("GET", url, headers=headers) as response:
            if response.status_code != 200:
                return None
            async for piece in response.aiter_raw():
                data += piece
                if len(data) > MOST_BYTES:
                    return None
        return json.loads(data)
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, RecursionError):
        return None


async def _key_of(endpoint: Endpoint) -> Secret | None:
    if isinstance(endpoint.key, KeyName):
        return await asyncio.to_thread(endpoint.key.read)
    return endpoint.key


def _client(endpoints: Sequence[Endpoint]) -> "httpx.AsyncClient":
    """In a thread: importing takes 0.2 s, reading whom to trust over TLS another 0.1, which only TLS needs."""
    import httpx

    return httpx.AsyncClient(
        headers={"Accept-Encoding": "identity", "Accept": "application/json", "User-Agent": "tactful"},
        timeout=None,
        trust_env=not any(endpoint.is_loopback for endpoint in endpoints),
        follow_redirects=False,
        verify=any(endpoint.address.startswith("https") for endpoint in endpoints),
    )
