"""A provider over HTTP: one dialect, one endpoint, every bound on an answer."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, replace

from tactful_server.providers import Chunk, Prompt
from tactful_server.providers.addresses import Endpoint
from tactful_server.providers.dialect import Dialect, Piece, Wish
from tactful_server.providers.faults import (
    BadRequestError,
    CutError,
    EndlessError,
    FirstTokenTimeoutError,
    GarbageError,
    ModelServerError,
    NotFoundError,
    ServerError,
    SlowError,
)
from tactful_server.providers.http import Wire
from tactful_server.providers.looking import look
from tactful_server.providers.mistaken import mistaken
from tactful_server.providers.recognising import Recognised, bare

_DRAIN_S = 0.2
_LOOK_S = 1.0
_MOST_LINES_PER_TOKEN = 8


@dataclass(slots=True)
class _Meter:
    """What one answer has cost so far."""

    prompt: Prompt
    began_at: float
    lines: int = 0
    chars: int = 0
    tokens: int = 0
    pieces: int = 0


class HttpProvider:
    """Implements `Provider` for any server that a dialect describes."""

    def __init__(self, dialect: Dialect, endpoint: Endpoint) -> None:
        self._dialect = dialect
        self._endpoint = endpoint
        self._wish = Wish(endpoint.model, logprobs=dialect.tells_logprobs)
        self._wire = Wire(endpoint, dialect.keeps_connections)

    @property
    def key(self) -> str:
        """`llamacpp:SmolLM2-135M`."""
        return f"{self._dialect.kind}:{bare(self._wish.model) or 'unnamed'}"

    def call(self, name: str) -> None:
        """Name the model, where the settings don't."""
        self._wish = replace(self._wish, model=name)

    async def names(self) -> tuple[str, ...] | None:
        """The models that the server says it has; None where it does not say within a second. Never raises."""
        seen = await self._seen()
        return seen.names if seen is not None else None

    async def stream(self, prompt: Prompt) -> AsyncGenerator[Chunk, None]:
        """Ask and yield; a server that does not know log-probabilities is asked again without, once and for all.

        Raises:
            ModelServerError: any of the faults but the embedded model's and resting.
        """
        try:
            async with aclosing(self._asked(prompt, self._wish)) as chunks:
                async for chunk in chunks:
                    yield chunk
        except BadRequestError:
            if not self._wish.logprobs:
                raise
            plainer = replace(self._wish, logprobs=False)
        except (NotFoundError, GarbageError) as fault:
            raise mistaken(fault, self._dialect.kind, self._endpoint, await self._seen()) from fault
        else:
            return
        async with aclosing(self._asked(prompt, plainer)) as chunks:
            async for chunk in chunks:
                self._wish = plainer
                yield chunk

    async def aclose(self) -> None:
        """Close every connection."""
        await self._wire.aclose()

    async def _seen(self) -> Recognised | None:
        try:
            [seen] = await look([self._endpoint], _LOOK_S)
        except ModelServerError:  # its key cannot be read, which asking will say
            return None
        return seen

    async def _asked(self, prompt: Prompt, wish: Wish) -> AsyncGenerator[Chunk, None]:
        meter = _Meter(prompt, asyncio.get_running_loop().time())
        path, body = self._dialect.path_for(prompt), self._dialect.body(prompt, wish)
        async with aclosing(self._wire.lines(path, body)) as lines:
            while (line := await self._next(lines, meter)) is not None:
                piece = self._understood(line)
                self._bound(meter, piece)
                if piece is None:
                    continue
                if piece.chunk.text or piece.chunk.tokens:
                    yield piece.chunk
                if piece.last:
                    await _drained(lines)
                    return
        raise CutError(f"The model server at {self._endpoint.shown} ended its answer too early; see its log.")

    async def _next(self, lines: AsyncGenerator[bytes, None], meter: _Meter) -> bytes | None:
        """The next line, None at the end.

        Raises:
            FirstTokenTimeoutError, SlowError: it did not come in time.
        """
        limits = self._endpoint.limits
        allowed_s = limits.overall_s if meter.chars else min(limits.first_token_s, limits.overall_s)
        try:
            async with asyncio.timeout_at(meter.began_at + allowed_s):
                return await anext(lines, None)
        except TimeoutError as error:
            where = self._endpoint.shown
            if meter.chars:
                raise SlowError(f"The model server at {where} took over {allowed_s:g} s for one answer.") from error
            raise FirstTokenTimeoutError(f"The model server at {where} said nothing for {allowed_s:g} s.") from error

    def _understood(self, line: bytes) -> Piece | None:
        try:
            piece = self._dialect.read(line)
        except Exception as error:
            raise GarbageError(
                f"What the server at {self._endpoint.shown} says is not the {self._dialect.kind} protocol; "
                "check the address and the provider's kind."
            ) from error
        if piece is not None and piece.error:
            raise ServerError(f"The model server at {self._endpoint.shown} broke off with an error; see its log.")
        return piece

    def _bound(self, meter: _Meter, piece: Piece | None) -> None:
        """Count a line.

        Raises:
            EndlessError: more has come than was asked for.
        """
        most = meter.prompt.max_tokens + 8
        meter.lines += 1
        if piece is not None:
            meter.pieces += bool(piece.chunk.text)
            meter.chars += len(piece.chunk.text)
            meter.tokens += len(piece.chunk.tokens)
        too_much = meter.chars > most * self._endpoint.limits.chars_per_token
        too_many = max(meter.tokens, meter.pieces) > most or meter.lines > most * _MOST_LINES_PER_TOKEN
        if too_much or too_many:
            raise EndlessError(f"The model server at {self._endpoint.shown} does not stop when asked to.")


async def _drained(lines: AsyncGenerator[bytes, None]) -> None:
    """Read to the response's end, which lets the connection be used again; a server that dawdles loses it."""
    try:
        async with asyncio.timeout(_DRAIN_S):
            async for line in lines:
                if line.strip() and not line.startswith(b"data:"):
                    return
    except TimeoutError:
        return
