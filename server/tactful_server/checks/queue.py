"""Checks that wait for their turn: one at a time, the newest of each file, given up when the file has moved on.

Each is made by a process of its own (`making.py`); here nothing is done but waiting for it.
"""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Final

from ulid import ULID

from tactful_models.checked import RUNGS, Checked, Stands, climbed, credit
from tactful_server.checks.budget import Budget, Suites
from tactful_server.checks.job import Climb, Job
from tactful_server.checks.making import made

logger = logging.getLogger(__name__)

SETTLE_S: Final = 1.0
"""Seconds that a check waits for the next one in the same file, which would take its place."""
OUTPUT_CHARS: Final = 4000
"""Of what broke that is kept."""
_LEAST_S: Final = 5.0
"""Seconds that must be left of the budget for the project's code to be run."""
WHY: Final = MappingProxyType(
    {
        "no_sandbox": "Tests are run only in a sandbox: install bubblewrap (Linux).",
        "untrusted": "No code is run in a workspace that is not trusted.",
        "no_interpreter": "No Python was found for the project: name one in tactful.checks.python.",
        "no_pytest": "The project's Python has no pytest, so no tests are run.",
        "too_large": "The project is too large for a copy in memory, so no tests are run.",
        "slow": "The tests took longer than they were given.",
        "slow_suite": "The tests are slow and were not run this time.",
        "budget": "Checks have had their time for this hour.",
    }
)
"""Why a check went no further, for people, by the names in the log."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A check that somebody wants."""

    suggestion_id: str
    session_id: str
    uri: str
    trigger: str
    job: Job


def _unheard(wanted: Wanted, checked: Checked) -> None:
    """Nobody wants to know."""


@dataclass(frozen=True, slots=True)
class Means:
    """What the queue needs of the server."""

    record: Callable[[Checked], object]
    """Takes each result."""
    now: Callable[[], float]
    """Seconds since the epoch."""
    monotonic: Callable[[], float]
    changed: Callable[[], None]
    """Is called when the queue's state has changed."""
    per_hour_s: Callable[[], float]
    """Seconds of checking in an hour that the settings allow."""
    told: Callable[[Wanted, Checked], object] = _unheard
    """Hears of each result after it was recorded."""
    seed: int = 0
    """Of the choice when the tests of a slow suite are run."""
    make: Callable[[Job], Awaitable[Climb | None]] = made
    """Makes one check; cancelled, it leaves nothing behind."""
    settle_s: float = SETTLE_S


class CheckQueue:
    """Makes the checks."""

    def __init__(self, means: Means) -> None:
        self._means = means
        self._waiting: OrderedDict[str, Wanted] = OrderedDict()
        self._running: Wanted | None = None
        self._making: asyncio.Task[None] | None = None
        self._news = asyncio.Event()
        self._budget = Budget(means.monotonic)
        self._suites = Suites(means.seed)
        self.n_done = 0
        self.n_broke = 0
        """Checks that found something broken that had been whole."""
        self.stopped: str = ""
        """Why the last one went no further, named; empty where it went all the way."""

    def want(self, wanted: Wanted) -> None:
        """Puts a check in the queue, in the place of one that waits or runs for the same file."""
        self.moved_on(wanted.uri)
        self._waiting[wanted.uri] = wanted
        self._news.set()
        self._means.changed()

    def moved_on(self, uri: str) -> None:
        """What waits or runs for the file is wanted no more."""
        self._waiting.pop(uri, None)
        if self._running is not None and self._running.uri == uri:
            self._give_up()

    def is_busy_with(self, uri: str) -> bool:
        """Whether a check of the file waits or runs."""
        return uri in self._waiting or (self._running is not None and self._running.uri == uri)

    def clear(self) -> None:
        """Nothing is wanted any more."""
        self._waiting.clear()
        self._give_up()

    @property
    def waiting(self) -> tuple[Wanted, ...]:
        """What waits, the oldest first."""
        return tuple(self._waiting.values())

    def status(self) -> dict[str, Any]:
        """How it stands."""
        return {
            "waiting": len(self._waiting),
            "running": self._running is not None,
            "done": self.n_done,
            "broke": self.n_broke,
            "stopped": self.stopped,
            "why": WHY.get(self.stopped, ""),
        }

    async def work(self) -> None:
        """Makes what is wanted, as long as it is not cancelled."""
        while True:
            await self._news.wait()
            self._news.clear()
            while self._waiting:
                await asyncio.sleep(self._means.settle_s)
                await self._next()

    async def _next(self) -> None:
        if not self._waiting:
            return
        _, self._running = self._waiting.popitem(last=False)
        self._means.changed()
        self._making = asyncio.create_task(self._make(self._running), name="check")
        try:
            await asyncio.wait([self._making])
            if not self._making.cancelled() and (error := self._making.exception()) is not None:
                logger.error("a check failed", exc_info=error)
        finally:
            self._give_up()
            self._running = self._making = None
            self._means.changed()

    def _give_up(self) -> None:
        if self._making is not None:
            self._making.cancel()

    async def _make(self, wanted: Wanted) -> None:
        job = self._fitted(wanted.job)
        found = await self._means.make(job)
        if found is None:
            return
        if wanted.job.runs_code and not job.runs_code:
            found.stopped = "budget"
        self._suites.learn(job.folder, found)
        self._budget.spend(found.duration_s)
        self._tell(wanted, found)

    def _fitted(self, job: Job) -> Job:
        """The job as far as the budget and the suite's slowness allow."""
        left_s = self._budget.left_s(self._means.per_hour_s())
        return replace(
            job,
            runs_code=job.runs_code and left_s >= _LEAST_S,
            runs_tests=job.runs_tests and self._suites.runs(job.folder),
            budget_s=min(job.budget_s, max(left_s, _LEAST_S)),
        )

    def _tell(self, wanted: Wanted, found: Climb) -> None:
        checked = checked_of(wanted, found, self._means.now())
        self.n_done += 1
        self.n_broke += bool(checked.broke)
        if checked.stopped != self.stopped and checked.stopped in WHY:
            logger.info("checks go no further: %s", WHY[checked.stopped])
        self.stopped = checked.stopped
        self._means.record(checked)
        self._means.told(wanted, checked)


def checked_of(wanted: Wanted, found: Climb, at: float) -> Checked:
    """The event that a check's findings are; `at` in seconds since the epoch."""
    stands = {rung: found.standings.get(rung, Stands.UNKNOWN) for rung in RUNGS}
    return Checked(
        check_id=str(ULID()),
        suggestion_id=wanted.suggestion_id,
        session_id=wanted.session_id,
        at=at,
        trigger=wanted.trigger,
        **stands,
        climbed=climbed(list(stands.values())),
        credit=credit(found.standings, found.parts),
        n_findings=found.n_findings,
        n_passed=found.n_passed,
        n_broke=found.n_broke,
        n_reached=found.n_reached,
        ran_ratio=found.ran_ratio,
        duration_s=round(found.duration_s, 3),
        baseline=found.baseline,
        stopped=found.stopped,
        output="\n".join(found.notes)[:OUTPUT_CHARS],
    )
