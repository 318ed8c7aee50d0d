"""Asking the model server for a few tokens, to see whether and how it answers."""

import asyncio
import time
from contextlib import aclosing
from pathlib import Path

from tactful_models.errors import TactfulError
from tactful_server.embedded import embedded
from tactful_server.examination import Finding, Level
from tactful_server.providers import Chunk, Prompt, Provider
from tactful_server.providers.addresses import Endpoint, Limits
from tactful_server.providers.connect import connect
from tactful_server.providers.keys import parse_key

_PROMPT = Prompt("def add(a, b):\n    return", max_tokens=6)


def probe(kind: str, endpoint: Endpoint | None, model_file: Path | None, data_dir: Path) -> Finding:
    """Ask the provider of that kind; the embedded one is started for it and ended again."""
    try:
        provider = _provider(kind, endpoint, model_file, data_dir)
        return asyncio.run(_asked(provider))
    except TactfulError as error:
        found, _, advice = str(error).partition("; ")
        return Finding("model server", Level.FAIL, found, advice[:1].upper() + advice[1:])


def endpoint_of(address: str, model: str, key: str) -> Endpoint:
    """An endpoint from options.

    Raises:
        SettingsError: the address or the key cannot be used.
    """
    return Endpoint(address, model, parse_key(key), Limits(first_token_s=30.0, overall_s=60.0))


def _provider(kind: str, endpoint: Endpoint | None, model_file: Path | None, data_dir: Path) -> Provider:
    if endpoint is None:
        return embedded(model_file, data_dir)
    return connect(kind, endpoint)


async def _asked(provider: Provider) -> Finding:
    began_at, first_at = time.monotonic(), None
    chunks: list[Chunk] = []
    try:
        async with aclosing(provider.stream(_PROMPT)) as stream:
            async for chunk in stream:
                first_at = first_at or time.monotonic()
                chunks.append(chunk)
    finally:
        await provider.aclose()
    return _judged(provider.key, chunks, (first_at or began_at) - began_at)


def _judged(key: str, chunks: list[Chunk], first_s: float) -> Finding:
    text = "".join(chunk.text for chunk in chunks)
    tokens = [token for chunk in chunks for token in chunk.tokens]
    if not text:
        advice = "Check that it is a model for code completion, not for chat alone."
        return Finding("model server", Level.WARN, f"{key} answers with nothing", advice)
    found = f"{key} answers, first token after {first_s:.2f} s"
    if any(token.logprob is None for token in tokens) or not tokens:
        advice = "The gate judges better with them; llama.cpp and vLLM have them, Ollama from 0.12.11."
        return Finding("model server", Level.WARN, f"{found}, without log-probabilities", advice)
    return Finding("model server", Level.OK, f"{found}, with log-probabilities")
