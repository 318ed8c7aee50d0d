"""Notices that a model server which could not be reached is there again, without asking it anything."""

import asyncio
import contextlib
from collections.abc import Callable
from urllib.parse import urlsplit

LOOK_EVERY_S = 2.0
"""How often the address is looked at while it cannot be reached."""
CONNECT_S = 1.0
"""How long a look may take."""
WELL_LOOKS = 30
"""After so many looks without anything amiss, a server is believed as if for the first time."""


class Returning:
    """Believes an address once that it answers again. Where it answers all along it is something else that is wrong,
    and what rests after a fault goes on resting."""

    def __init__(self, missed: Callable[[], str], back: Callable[[], None]) -> None:
        """`missed` gives the address of a server that could not be reached, empty where there is none; `back` is told
        that somebody listens there."""
        self._missed = missed
        self._back = back
        self._believes = True
        self._n_well = 0

    async def watch(self) -> None:
        """Looks until cancelled."""
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            await self.look()

    async def look(self) -> None:
        """Looks at the address, if one is missed."""
        if not (address := self._missed()):
            self._n_well += 1
            self._believes = self._believes or self._n_well >= WELL_LOOKS
            return
        self._n_well = 0
        if not await listens(address):
            self._believes = True
        elif self._believes and self._missed() == address:
            self._believes = False
            self._back()


async def listens(address: str) -> bool:
    """Whether somebody takes a connection at a URL's host and port; it is closed without a word."""
    parts = urlsplit(address)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        async with asyncio.timeout(CONNECT_S):
            _, writer = await asyncio.open_connection(parts.hostname, port)
    except (OSError, TimeoutError, UnicodeError):  # the last: no host can have such a name
        return False
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()
    return True
