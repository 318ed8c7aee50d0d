"""Tasks that are kept until they end, and whose failure is heard of."""

import asyncio
import logging
from collections.abc import Coroutine

logger = logging.getLogger(__name__)


class Tasks:
    """Keeps every task started through it; asyncio itself would let them be collected in mid-flight."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[None]] = set()

    def spawn(self, work: Coroutine[object, object, None], name: str) -> asyncio.Task[None]:
        """Starts the work in the background."""
        task = asyncio.create_task(work, name=name)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        task.add_done_callback(log_failure)
        return task

    async def finish(self) -> None:
        """Waits for what runs to end by itself."""
        while self._running:
            await asyncio.wait(list(self._running))

    async def close(self) -> None:
        """Cancels what runs and waits for it to end."""
        running = list(self._running)
        for task in running:
            task.cancel()
        if running:
            await asyncio.wait(running)


def log_failure(task: asyncio.Task[None]) -> None:
    """A done-callback: an exception nobody awaits is logged, not lost."""
    if not task.cancelled() and (error := task.exception()) is not None:
        logger.error("background task %s failed", task.get_name(), exc_info=error)
