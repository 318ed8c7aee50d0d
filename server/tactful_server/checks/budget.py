"""How much checking may cost: so many seconds an hour, and suites that are slow now and then instead of always."""

import math
import random
from collections.abc import Callable
from typing import Final

from tactful_server.checks.job import Climb

BURST_SHARE: Final = 0.25
"""Of an hour's seconds that may be saved up and spent at once."""
SLOW_S: Final = 20.0
"""Tests that take longer than this are run for one suggestion in several."""
_RAREST: Final = 20
_HOUR_S: Final = 3600.0


class Budget:
    """Seconds of checking, refilled with time."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._at = monotonic()
        self._spent_s = 0.0

    def left_s(self, per_hour_s: float) -> float:
        """Seconds that may be spent now."""
        now = self._monotonic()
        self._spent_s = max(self._spent_s - (now - self._at) * per_hour_s / _HOUR_S, 0.0)
        self._at = now
        return per_hour_s * BURST_SHARE - self._spent_s

    def spend(self, seconds: float) -> None:
        """So much has been spent."""
        self._spent_s += seconds


class Suites:
    """What is known of each project's tests: how long they take."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._took_s: dict[str, float] = {}

    def one_in(self, folder: str) -> int:
        """Of how many suggestions one has the project's tests run."""
        return min(max(math.ceil(self._took_s.get(folder, 0.0) / SLOW_S), 1), _RAREST)

    def runs(self, folder: str) -> bool:
        """Whether the tests are run this time."""
        return self._random.random() * self.one_in(folder) < 1.0

    def learn(self, folder: str, climb: Climb) -> None:
        """A check has shown how long the tests take; one that was ended by its time took at least that."""
        took_s = climb.duration_s if climb.stopped == "slow" else climb.tests_s
        if took_s:
            before = self._took_s.get(folder, took_s)
            self._took_s[folder] = max(took_s, before) if climb.stopped == "slow" else (took_s + before) / 2
