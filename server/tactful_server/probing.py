"""Asking the model server for a few tokens, to see whether and how it answers, and looking for others."""

import asyncio
import time
from collections.abc import Sequence
from contextlib import aclosing

from tactful_models.errors import TactfulError
from tactful_server.detecting import USUAL, found_models
from tactful_server.examination import Finding, Level
from tactful_server.providers import Chunk, Prompt, Provider
from tactful_server.providing import provider_of
from tactful_server.settings import ModelSettings

_MOST_TOLD = 5
_PROMPT = Prompt("def add(a, b):\n    return", max_tokens=6)


def probe(settings: ModelSettings) -> Finding:
    """Ask the provider that the settings name; the embedded one is started for it and ended again."""
    try:
        return asyncio.run(_asked(provider_of(settings)))
    except TactfulError as error:
        found, _, advice = str(error).partition("; ")
        return Finding("model server", Level.FAIL, found, advice[:1].upper() + advice[1:])


def running(addresses: Sequence[str] = USUAL) -> Finding:
    """What model servers listen at the usual ports of this machine; none is right too."""
    models = asyncio.run(found_models(addresses))
    told = [f"{model.label} at {model.address}" for model in models[:_MOST_TOLD]]
    more = [f"{len(models) - _MOST_TOLD} more"] if len(models) > _MOST_TOLD else []
    return Finding("models on this machine", Level.OK, "; ".join(told + more) or "none at the usual ports")


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
