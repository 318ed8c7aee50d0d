"""Token healing: the prompt was cut back by a blank, so the answer has to begin with it.

A byte-level BPE writes a blank together with the word that follows. A prompt that ends in one leads the model where it
was never trained; taking the blank off and requiring it of the answer leads it back.
"""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace

from tactful_models.facts import Token
from tactful_server.providers import Chunk


async def heal(stream: AsyncGenerator[Chunk, None], required_start: str) -> AsyncGenerator[Chunk, None]:
    """The stream without `required_start` at its beginning, or nothing (and the stream closed) if it begins otherwise.

    Raises:
        ProviderError: whatever the stream raises.
    """
    wanted = required_start
    async with aclosing(stream):
        async for chunk in stream:
            n = min(len(wanted), len(chunk.text))
            if chunk.text[:n] != wanted[:n]:
                return
            wanted = wanted[n:]
            if n < len(chunk.text) or not n:
                yield without_start(chunk, n)


def without_start(chunk: Chunk, n_chars: int) -> Chunk:
    """The chunk without its first characters; a token cut through keeps its log-probability."""
    if not n_chars:
        return chunk
    tokens: list[Token] = []
    left = n_chars
    for token in chunk.tokens:
        cut = min(left, len(token.text))
        left -= cut
        if cut < len(token.text):
            tokens.append(replace(token, text=token.text[cut:]))
    return Chunk(chunk.text[n_chars:], tuple(tokens))
