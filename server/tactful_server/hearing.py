"""What the client says, as bytes.

pygls reads standard input on a thread, and a message takes several trips to it: each line of its header, a blank one,
the body. Where the event loop can wait for a pipe by itself there are none: a quarter of what a key costs.
"""

import asyncio
import stat
import sys
from contextlib import suppress
from os import fstat
from typing import BinaryIO


class Pipe:
    """A pipe or socket that the event loop waits for."""

    def __init__(self, reader: asyncio.StreamReader) -> None:
        self._reader = reader

    async def readline(self) -> bytes:
        """A line with its end. One that is too long to be a header's is passed over."""
        while True:
            with suppress(ValueError):
                return await self._reader.readline()

    async def readexactly(self, n: int) -> bytes:
        """So many bytes; empty where the client has gone in the middle of them.

        What the messages before have begun goes on first, so that a flood of them starves nothing.
        """
        await asyncio.sleep(0)
        try:
            return await self._reader.readexactly(n)
        except asyncio.IncompleteReadError:
            return b""


async def hearing(stdin: BinaryIO) -> Pipe | None:
    """The client, heard without threads; None where the system cannot wait for it. Called on the event loop."""
    if sys.platform == "win32" or not _can_be_waited_for(stdin):
        return None
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), stdin)
    return Pipe(reader)


def _can_be_waited_for(stdin: BinaryIO) -> bool:
    """Not a file, for which nobody waits, nor a terminal, which would stay changed when we are gone."""
    mode = fstat(stdin.fileno()).st_mode
    return stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)
