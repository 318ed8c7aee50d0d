"""What becomes of suggestions, with a clock that is moved by hand."""

from collections.abc import Callable

from tactful_models.events import End, Known
from tactful_server.buffers import Splice
from tactful_server.ends import Offer
from tactful_server.outcomes import SETTLE_S, Outcomes
from tactful_server.screen import Told, Wiring

URI = "file:///a.py"


class Screen:
    """Outcomes with a clock that is moved by hand."""

    def __init__(self) -> None:
        self.told: list[Told] = []
        self.at = 100.0
        self._due: list[tuple[float, Callable[[], None]]] = []
        self.outcomes = Outcomes(Wiring("session", self.told.append, lambda: self.at, self._later))

    def _later(self, delay_s: float, call: Callable[[], None]) -> None:
        self._due.append((self.at + delay_s, call))

    def wait(self, seconds: float) -> None:
        self.at += seconds
        ready = [call for due, call in self._due if due <= self.at + 1e-9]
        self._due = [(due, call) for due, call in self._due if due > self.at + 1e-9]
        for call in ready:
            call()

    def offer(self, text: str = "return x", named: str = "s1", caret: int = 10) -> None:
        self.outcomes.offered(Offer(named, URI, caret, text, version=1))

    def show(self, text: str = "return x") -> None:
        self.offer(text)
        self.wait(SETTLE_S)

    def type(self, at: int, inserted: str, removed: str = "") -> None:
        self.outcomes.changed(URI, [Splice(at, removed, inserted)])

    @property
    def ends(self) -> list[tuple[End, Known, str]]:
        return [(told.outcome.end, told.outcome.known, told.outcome.reason) for told in self.told]
