"""A writer at work, for the tests of what it does."""

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Self

from tactful_models.events import Event, SuggestionMade
from tactful_models.feedback import FeedbackLog
from tactful_server.writer import Writer, WriterLimits

QUICK = WriterLimits(waiting=50_000, first_pause_s=0.02, longest_pause_s=0.1)


class Desk:
    """A writer and what it complained of; at work inside `with`."""

    def __init__(self, path: Path, privacy: str = "features", limits: WriterLimits = QUICK) -> None:
        self.path = path
        self.complaints: list[str] = []
        self.writer = Writer(path, privacy, self.complaints.append, limits)

    def __enter__(self) -> Self:
        self.writer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.writer.close(5)

    def record(self, *events: Event) -> list[int]:
        return [self.writer.record(event) for event in events]

    def stored(self) -> list[Event]:
        with FeedbackLog.open(self.path, read_only=True) as log:
            return [one.event for one in log.events()]


def eventually(holds: Callable[[], bool], timeout_s: float = 30) -> bool:
    end = time.monotonic() + timeout_s
    while not holds():
        if time.monotonic() > end:
            return False
        time.sleep(0.005)
    return True


def without_text(events: list[Event]) -> list[Event]:
    return [replace(event, text="") if isinstance(event, SuggestionMade) else event for event in events]
