"""A session of a replay in the log: begun, remembered, and safe on disk when it is left."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from ulid import ULID

from tactful_models.artifact import BOOTSTRAP
from tactful_models.errors import LogError
from tactful_models.events import SessionStarted
from tactful_models.history import History
from tactful_server import __version__, install
from tactful_server.session import Session
from tactful_server.writer import Writer

CLOSE_S = 30.0
"""Seconds that the end may take to write what waits."""


def started(at: float, privacy: str) -> SessionStarted:
    """The first record of a replay of the user's own code, which begins at `at` by its own clock.

    Its record is kept apart from the user's: a suggestion that an old line did not agree with was not refused by them.
    """
    return SessionStarted(
        session_id=str(ULID()),
        at=at,
        user_key=install.keyed_hash(f"user:{BOOTSTRAP}"),
        client="tactful bootstrap",
        source=BOOTSTRAP,
        server_version=__version__,
        privacy_level=privacy,
    )


def own_hash(text: str) -> str:
    """The replay's keyed hash of texts and places: not the one that the user's own refusals are remembered by."""
    return install.keyed_hash(f"{BOOTSTRAP}:{text}")


@asynccontextmanager
async def recording(db: Path, begun: SessionStarted) -> AsyncIterator[Session]:
    """A session in the log at `db`, with the history of what the log held before; all is on disk at the end.

    Raises:
        LogError: not everything could be written.
    """
    writer = Writer(db, begun.privacy_level, _said_already)
    warmed: asyncio.Future[History] = asyncio.get_running_loop().create_future()
    loop = asyncio.get_running_loop()
    writer.load_history(lambda history: _hand_over(loop, warmed, history))
    writer.start()
    session = Session(begun, writer.record, own_hash)
    try:
        session.warm(await warmed)
        session.begin()
        yield session
    finally:
        status = await asyncio.to_thread(writer.close, CLOSE_S)
    if status.dropped:
        raise LogError(f"{status.dropped} of {status.recorded} events could not be written to {db}: {status.message}")


def _hand_over(loop: asyncio.AbstractEventLoop, warmed: "asyncio.Future[History]", history: History) -> None:
    """From the writer's thread."""
    loop.call_soon_threadsafe(warmed.set_result, history)


def _said_already(trouble: str) -> None:
    """The writer has logged it."""
