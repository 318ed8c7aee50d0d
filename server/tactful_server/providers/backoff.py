"""When to leave a failing server alone, and for how long."""

from collections.abc import Callable
from dataclasses import dataclass

from tactful_server.providers.faults import ModelServerError


@dataclass(frozen=True, slots=True)
class Plan:
    """How waiting grows."""

    first_s: float = 1.0
    """After the first fault."""
    factor: float = 2.0
    """Each further fault in a row waits so many times longer."""
    most_s: float = 60.0
    """Never longer than this, unless the server asks for it."""
    lasting_s: float = 300.0
    """After a fault that the user has to mend (a wrong key, an unknown model)."""


class Backoff:
    """One server's episodes of failure. An episode begins with a fault and ends with a success.

    Faults of streams that were under way when the waiting began don't make it longer.
    """

    def __init__(self, clock: Callable[[], float], plan: Plan | None = None) -> None:
        self._clock = clock
        self._plan = plan or Plan()
        self._faults_in_row = 0
        self._until = 0.0
        self._last: ModelServerError | None = None
        self._told: frozenset[str] = frozenset()

    @property
    def last(self) -> ModelServerError | None:
        """The episode's latest fault; None when all is well."""
        return self._last

    def wait_s(self) -> float:
        """Seconds until the server may be asked again; 0 when it may be now."""
        return max(0.0, self._until - self._clock())

    def failed(self, fault: ModelServerError) -> bool:
        """Take note of a fault. Returns whether to log it: once for each kind in an episode."""
        if not fault.backs_off:
            return False
        if not self.wait_s():
            self._until = self._clock() + self._length_s(fault)
            self._faults_in_row += 1
        self._last = fault
        is_news = fault.state not in self._told
        self._told |= {fault.state}
        return is_news

    def succeeded(self) -> bool:
        """Take note of an answer. Returns whether it ended an episode."""
        ended = self._last is not None
        self.forgive()
        return ended

    def forgive(self) -> None:
        """Forget everything, as after the settings have changed."""
        self._faults_in_row, self._until, self._last, self._told = 0, 0.0, None, frozenset()

    def _length_s(self, fault: ModelServerError) -> float:
        if fault.lasting:
            return max(self._plan.lasting_s, fault.retry_after_s or 0.0)
        doublings = min(self._faults_in_row, 32)
        grown = min(self._plan.first_s * self._plan.factor**doublings, self._plan.most_s)
        return max(grown, fault.retry_after_s or 0.0)
