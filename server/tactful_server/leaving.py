"""The ways in which a server ends that nobody told to shut down: a signal, or the death of whoever started it.

Both stop serving as a closed standard input does, so that what waits is written. A thread may go on waiting for that
input, to which nobody will ever write, so the process then has to be ended rather than left.
"""

import asyncio
import contextlib
import logging
import os
import signal
import threading
from collections.abc import Callable

logger = logging.getLogger(__name__)

LOOK_EVERY_S = 2.0
"""How often the parent is looked for."""
MOST_S = 15.0
"""How long ending may take; a thread that waits longer, as for a name server, is not waited for."""
SIGNALS = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP", "SIGINT") if hasattr(signal, name))


class Leaving:
    """Watches for both, and remembers which it was."""

    def __init__(self, stop: Callable[[], None]) -> None:
        """`stop` makes the server stop serving."""
        self._stop = stop
        self._parent = os.getppid()
        self._client: int | None = None
        self._signal: int | None = None
        self._orphaned = False

    def watch(self, client: int | None) -> None:
        """Begins; `client` is the process that introduced itself as the editor. Called with the event loop running."""
        self._client = client
        loop = asyncio.get_running_loop()
        for number in SIGNALS:
            with contextlib.suppress(NotImplementedError):  # Windows
                loop.add_signal_handler(number, self._told, number)
        loop.call_later(LOOK_EVERY_S, self._look)

    def finish(self) -> None:
        """Ends the process as it would have ended by itself; returns where it was left in the ordinary way."""
        if self._signal is not None:
            logging.shutdown()
            signal.signal(self._signal, signal.SIG_DFL)
            os.kill(os.getpid(), self._signal)
        if self._orphaned:
            logging.shutdown()
            os._exit(0)

    def _told(self, number: int) -> None:
        self._signal = number
        self._leave(signal.Signals(number).name)

    def _look(self) -> None:
        """Whoever started this may only have handed it on: it is left alone while the editor lives."""
        if os.getppid() != self._parent and not _lives(self._client):
            self._orphaned = True
            self._leave("nobody is there any more who started it")
        else:
            asyncio.get_running_loop().call_later(LOOK_EVERY_S, self._look)

    def _leave(self, why: str) -> None:
        logger.info("ends: %s", why)
        deadline = threading.Timer(MOST_S, os._exit, (1,))
        deadline.daemon = True
        deadline.start()
        self._stop()


def _lives(process: int | None) -> bool:
    """Whether there is such a process; one that may not be signalled is there."""
    if not process or process <= 0:
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
