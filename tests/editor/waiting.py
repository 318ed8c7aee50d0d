"""Waiting for what must come: by looking again and again, never by guessing how long it takes."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

Found = TypeVar("Found")

PATIENCE_S = 60.0
"""Longest wait for something that must come; generous, for a noisy machine."""
PAUSE_S = 0.05
"""Between two looks."""


async def until(what: str, look: Callable[[], Found], timeout_s: float = PATIENCE_S) -> Found:
    """Looks until something true is seen, and gives it back; fails with `what` and what was seen last."""

    async def looked() -> Found:
        return look()

    return await until_there(what, looked, timeout_s)


async def until_there(what: str, look: Callable[[], Awaitable[Found]], timeout_s: float = PATIENCE_S) -> Found:
    """The same with a look that has to be awaited, as one into the page."""
    end = time.monotonic() + timeout_s
    while not (found := await look()):
        if time.monotonic() > end:
            raise AssertionError(f"within {timeout_s:.0f} s there was never {what}; last seen: {found!r}")
        await asyncio.sleep(PAUSE_S)
    return found
