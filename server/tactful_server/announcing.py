"""Says when the status has changed in a way that a person would see, and is quiet otherwise."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

LOOK_EVERY_S = 0.5
"""How often the status is looked at: no disk and no network."""

Status = Mapping[str, Any]


def seen(status: Status) -> tuple[object, ...]:
    """What of a status a person sees change: no counters, no clocks, no sentences that count down.

    >>> seen({"state": "on", "requests": {"produced": 1}}) == seen({"state": "on", "requests": {"produced": 2}})
    True
    """
    gate, model, log = (status.get(part, {}) for part in ("gate", "model", "log"))
    return (
        *(status.get(name) for name in ("state", "learning", "eagerness")),
        status.get("state") == "snoozed" or bool(status.get("snoozedS")),
        *(gate.get(name) for name in ("version", "mode", "refused")),
        gate.get("calibration", {}).get("state"),
        *(model.get(name) for name in ("key", "state")),
        log.get("state") == "troubled",
        str(status.get("learned")),
        tuple(status.get("problems", ())),
    )


class Announcer:
    """Looks now and then, and tells the whole status when something is to be seen."""

    def __init__(self, status: Callable[[], Status], tell: Callable[[Status], None]) -> None:
        self._status = status
        self._tell = tell
        self._told: tuple[object, ...] = ()

    def look(self) -> None:
        """Tells the status if it is to be seen that it changed since the last time it was told."""
        status = self._status()
        if (now := seen(status)) != self._told:
            self._told = now
            self._tell(status)

    async def watch(self) -> None:
        """Looks until cancelled."""
        while True:
            self.look()
            await asyncio.sleep(LOOK_EVERY_S)
