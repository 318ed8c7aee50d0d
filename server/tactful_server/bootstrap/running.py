"""One spot after the other, until the budget is spent, the code is at its end, or the model gives no more answers."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tactful_models.errors import TactfulError
from tactful_server.asking import ModelDesk
from tactful_server.bootstrap.positions import Spot
from tactful_server.bootstrap.replaying import Replay, Replayed, typed_between
from tactful_server.ends import Failed

MOST_FAILURES = 4
"""In a row, after which the model is given up."""
HOPELESS = frozenset({"unreachable", "unauthorized", "misconfigured", "unsupported"})
"""Faults that no waiting mends while nothing was answered yet."""
PAUSE_S = 2.0
"""After a failure."""


@dataclass(frozen=True, slots=True)
class Budget:
    """How long a replay may go on."""

    minutes: float
    suggestions: int
    monotonic: Callable[[], float] = time.monotonic


class Spending:
    """How much of a budget is spent, told in suggestions: by those that came, or by the time where that runs sooner."""

    def __init__(self, budget: Budget, progress: Callable[[int], None]) -> None:
        """`progress` is told by how many more, of as many as the budget allows."""
        self._budget = budget
        self._progress = progress
        self._began = budget.monotonic()
        self._came = self._told = 0

    def __call__(self, n_suggestions: int) -> None:
        """So many more came."""
        self._came += n_suggestions
        past = (self._budget.monotonic() - self._began) / (60 * self._budget.minutes)
        spent = min(max(self._came, int(past * self._budget.suggestions)), self._budget.suggestions)
        self._progress(spent - self._told)
        self._told = spent


@dataclass(slots=True)
class Tally:
    """What has been done so far."""

    asked: int = 0
    """Requests, however they ended."""
    suggestions: int = 0
    """Those that had a suggestion."""
    right: int = 0
    """Suggestions that said what the code went on to say."""
    ended: str = "code"
    """What ended it: `code` when there was no more, `minutes` or `suggestions` for the budget, `interrupted`."""

    def see(self, replayed: Replayed) -> None:
        """Counts one."""
        self.asked += 1
        self.suggestions += replayed.produced
        self.right += replayed.right


class Runner:
    """Drives a replay."""

    def __init__(self, replay: Replay, model: ModelDesk, budget: Budget, progress: Callable[[int], None]) -> None:
        """`progress` is told of each suggestion."""
        self._replay = replay
        self._model = model
        self._budget = budget
        self._progress = progress
        self._failures = 0
        self.tally = Tally()
        """Also while it runs, and after it was cancelled."""

    async def run(self, spots: Sequence[Spot]) -> Tally:
        """Asks at the spots in their order.

        Raises:
            TactfulError: the model cannot be asked; its sentence.
        """
        until = self._budget.monotonic() + 60 * self._budget.minutes
        for spot, n_chars in zip(spots, typed_between(spots), strict=True):
            if (spent := self._spent(until)) is not None:
                self.tally.ended = spent
                break
            replayed = await self._replay.ask(spot, n_chars)
            self.tally.see(replayed)
            self._progress(int(replayed.produced))
            await self._weigh(replayed)
        return self.tally

    def _spent(self, until: float) -> str | None:
        if self.tally.suggestions >= self._budget.suggestions:
            return "suggestions"
        return "minutes" if self._budget.monotonic() >= until else None

    async def _weigh(self, replayed: Replayed) -> None:
        """A failure is waited out; several in a row, or one that says that nobody is there to answer, end it."""
        if not isinstance(replayed.ended, Failed):
            self._failures = 0
            return
        self._failures += 1
        is_first = self.tally.asked == self._failures
        if self._failures >= MOST_FAILURES or (is_first and replayed.ended.reason in HOPELESS):
            raise TactfulError(self._model.status.message or f"The model gave no answer ({replayed.ended.reason}).")
        await asyncio.sleep(PAUSE_S)
        self._model.forgive()
