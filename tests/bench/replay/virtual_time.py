"""A clock that a simulated person moves: seconds pass as they would, and nobody waits for them."""

from tactful_server.starting import Clock


class VirtualTime:
    """Seconds since the epoch, moved by hand."""

    def __init__(self, at: float) -> None:
        self.at = at
        self._began = at

    def passes(self, seconds: float) -> None:
        """So much later."""
        self.at += seconds

    def clock(self) -> Clock:
        """As the server reads it."""
        return Clock(now=lambda: self.at, monotonic=lambda: self.at - self._began)
