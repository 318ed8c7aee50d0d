"""Training in the background: when enough suggestions have ended since the last time, and nobody types.

Everything is as with `tactful train`, in a process of its own at the lowest priority; the gate it promotes is taken up
as any other is. Of several servers on one log only one trains: the process that does it takes the turn, or lets it be.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tactful_models import turns
from tactful_models.errors import TactfulError
from tactful_models.feedback import FeedbackLog
from tactful_server.errands import Errands
from tactful_server.settings import TrainingSettings

logger = logging.getLogger(__name__)

LOOK_EVERY_S = 1.0
"""How often the clock is looked at."""
ENOUGH_IN_HASTE = 50
"""Suggestions that must have ended since the last time where the gate in force was found to have drifted."""


@dataclass(frozen=True, slots=True)
class Learned:
    """What came of training in the background."""

    at: float
    """When it ended, seconds since the epoch."""
    promoted: bool
    """Whether its gate serves now."""
    version: str | None
    """The gate; None when none could be trained."""
    reason: str
    """Why, as a sentence."""


@dataclass(frozen=True, slots=True)
class Ways:
    """What a learner needs of the server."""

    settings: Callable[[], TrainingSettings]
    new_labels: Callable[[], int]
    """Suggestions that ended since the last time; touches the disk, and may raise a TactfulError."""
    changed: Callable[[], None]
    """Told when there is something new to be seen."""
    monotonic: Callable[[], float] = time.monotonic


class Learner:
    """Looks whether it is time, and has a gate trained."""

    def __init__(self, errands: Errands, ways: Ways) -> None:
        self._errands = errands
        self._ways = ways
        self._stirred_at = ways.monotonic()
        self._counted_at = float("-inf")
        self._hastens = False
        self.last: Learned | None = None
        """The latest result of this server; None before the first."""

    def hasten(self) -> None:
        """The gate in force was found to have drifted: the next training waits for fewer suggestions."""
        self._hastens = True

    def stirred(self) -> None:
        """Somebody types."""
        self._stirred_at = self._ways.monotonic()

    @property
    def status(self) -> dict[str, Any] | None:
        """The latest result as plain values."""
        return None if self.last is None else asdict(self.last)

    async def watch(self) -> None:
        """Looks until cancelled."""
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            await self.look()

    async def look(self) -> None:
        """Has a gate trained if it is time, and waits for it."""
        wanted = self._ways.settings().after_labels
        if not wanted or not self._is_time():
            return
        wanted = min(wanted, ENOUGH_IN_HASTE) if self._hastens else wanted
        self._counted_at = self._ways.monotonic()
        try:
            found = await asyncio.to_thread(self._ways.new_labels)
        except TactfulError as error:
            logger.info("how much is new cannot be told: %s", error)
            return
        if found >= wanted:
            self._hastens = False
            gives_way = self._ways.settings().priority == "idle"
            self._tell(await self._errands.train(wanted, gives_way))

    def _is_time(self) -> bool:
        now = self._ways.monotonic()
        idle_s = self._ways.settings().idle_s
        return now - self._stirred_at >= idle_s and now - self._counted_at >= idle_s

    def _tell(self, told: dict[str, Any]) -> None:
        """Quietly: in the log and the status."""
        version = told.get("version")
        if version is None and "failed" not in told:
            return  # another server's turn
        reason = str(told.get("failed") or told.get("reason"))
        self.last = Learned(time.time(), told.get("promoted") is True, version, reason)
        logger.info("trained in the background: gate %s, promoted: %s. %s", version, self.last.promoted, reason)
        self._ways.changed()


def counting(db: Path, registry: Path) -> Callable[[], int]:
    """What `Ways.new_labels` is for a log and a registry; 0 where there is no log yet."""

    def count() -> int:
        if not db.is_file():
            return 0
        with FeedbackLog.open(db, read_only=True) as log:
            return turns.new_labels(registry, log)

    return count
