"""Providers of every kind, asked and closed again."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tactful_server.providers import Chunk, Prompt, Provider
from tactful_server.providers.addresses import Endpoint, Limits
from tactful_server.providers.connect import connect

PATIENT = Limits()
QUICK = Limits(connect_s=0.5, first_token_s=1.0, overall_s=1.5)
"""For what is tested by running into them; anything else gets the time it takes on a busy machine."""


@asynccontextmanager
async def provider_of(kind: str, address: str, limits: Limits = PATIENT) -> AsyncIterator[Provider]:
    """Of a model called `m`; closed at the end."""
    provider = connect(kind, Endpoint(address, model="m", limits=limits))
    try:
        yield provider
    finally:
        await provider.aclose()


async def whole(provider: Provider, prompt: Prompt | None = None) -> Chunk:
    """The answer put together."""
    chunks = [chunk async for chunk in provider.stream(prompt or Prompt("def add(a, b):\n    "))]
    return Chunk("".join(chunk.text for chunk in chunks), tuple(token for chunk in chunks for token in chunk.tokens))
