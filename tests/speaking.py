"""A model at the seam where the server asks one: says what it is given, as fast as it is let."""

import asyncio
from collections.abc import AsyncGenerator, Sequence

from tactful_models.errors import ProviderError
from tactful_models.facts import CaretView, Token
from tactful_server.providers import Chunk


class Speaker:
    """Says its pieces; with `held` it waits before each until `say` lets one go."""

    key = "fake:speaker"
    specials: tuple[str, ...] = ()

    def __init__(self, *pieces: str, held: bool = False, fault: ProviderError | None = None) -> None:
        self.pieces: Sequence[str] = pieces
        self.fault = fault
        self.asked: list[CaretView] = []
        self.n_closed = 0
        """Streams that were closed before they had ended."""
        self._let = asyncio.Semaphore(0) if held else None

    def say(self, n_pieces: int = 1) -> None:
        """Lets so many pieces go."""
        assert self._let is not None
        for _ in range(n_pieces):
            self._let.release()

    async def ask(self, uri: str, view: CaretView) -> AsyncGenerator[Chunk, None]:
        self.asked.append(view)
        ended = False
        try:
            for piece in self.pieces:
                if self._let is not None:
                    await self._let.acquire()
                yield Chunk(piece, (Token(piece, -0.5, -2.0),))
            ended = True
            if self.fault is not None:
                raise self.fault
        finally:
            self.n_closed += not ended


async def turns(n: int = 20) -> None:
    """Lets everything that is ready run."""
    for _ in range(n):
        await asyncio.sleep(0)
