"""A workspace with a file in which suggestions were accepted, and the log that knows of them by hashes alone."""

from dataclasses import dataclass, replace
from pathlib import Path

from logged import started
from tactful_models.events import (
    ContextFacts,
    End,
    Event,
    Known,
    OutcomeSeen,
    PersistenceSeen,
    RequestEnded,
    Result,
    SuggestionFacts,
    SuggestionMade,
)
from tactful_models.feedback import FeedbackLog
from tactful_server.install import file_key, keyed_hash
from tactful_server.landing import landed
from tactful_server.screen import Live, Told

CODE = """import math


def area(radius):
    return math.pi * radius ** 2


def volume(radius):
    third = 4 / 3
    return third * math.pi * radius ** 3
"""
AREA = "return math.pi * radius ** 2"
VOLUME = "third = 4 / 3\n    return third * math.pi * radius ** 3"


@dataclass(slots=True)
class Desk:
    """Where things were accepted."""

    folder: Path
    db: Path
    at: float = 1000.0
    """When the next one is accepted."""

    def begin(self, text: str = CODE) -> Path:
        """The file as it was, and a log with a session."""
        with FeedbackLog.open(self.db) as log:
            log.append([started("s1", self.at - 10.0)])
        return self.write(text)

    def write(self, text: str, name: str = "shapes.py") -> Path:
        """The file as it is now."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        return path

    def accept(self, suggestion_id: str, text: str, name: str = "shapes.py", noted: bool = True) -> None:
        """A text that stands in the file now was accepted; `noted` says whether it was noted where it stands."""
        with FeedbackLog.open(self.db) as log:
            log.append(self._events(suggestion_id, text, name, noted))
        self.at += 100.0

    def _events(self, name: str, text: str, file: str, noted: bool) -> list[Event]:
        path = self.folder / file
        document = path.read_text("utf-8")
        start, at = document.index(text), self.at
        facts = ContextFacts("python", line_index=document.count("\n", 0, start))
        facts = replace(facts, line_before_chars=start - document.rfind("\n", 0, start) - 1)
        made = SuggestionMade(
            name,
            f"r-{name}",
            "s1",
            at - 2,
            SuggestionFacts(len(text), text.count("\n") + 1),
            "python",
            file_key(str(path)),
        )
        outcome = OutcomeSeen(name, "s1", at, End.ACCEPTED, Known.COMMAND, 1.0, len(text))
        place = landed(Told(outcome, Live(name, path.as_uri(), text, start, start, "", 1)), document, keyed_hash)
        events: list[Event | None] = [
            RequestEnded(f"r-{name}", "s1", at - 2, facts, Result.PRODUCED, suggestion_id=name),
            replace(made, text_hash=keyed_hash(text)),
            outcome,
            place if noted else None,
            PersistenceSeen(name, "s1", at + 30, 30, 0.75),
        ]
        return [event for event in events if event is not None]
