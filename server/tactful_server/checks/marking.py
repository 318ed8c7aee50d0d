"""What an editor is told of places: where something that was taken stands, and what a check of it found.

What the tools said is kept here for the session, in memory, whatever the log may keep of it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Protocol

from tactful_models.bounded import Bounded
from tactful_models.checked import Checked, Stands
from tactful_server.buffers import Buffer
from tactful_server.checks import finding_words
from tactful_server.checks.queue import Wanted
from tactful_server.persistence import Persistence, kept_ratio

LOOK_AFTER_S: Final = 0.5
"""Seconds from the word that a suggestion was taken to where it stands in the document for certain."""
_STILL_THERE: Final = 0.5
"""Share of a suggestion that must be there for its place to be told."""
_REMEMBERED: Final = 256
_UNKNOWN: Final = "No check is remembered. What the tools say is kept until the server ends, and not in the log.\n"


@dataclass(frozen=True, slots=True)
class MarkedPlace:
    """Where a suggestion that was taken stands in a document."""

    suggestion_id: str
    uri: str
    version: int
    """The document's."""
    text: str
    """The whole document, with plain line ends."""
    start: int
    """Offset at which it begins, in code points."""
    end: int
    taken: str
    """What was taken."""

    @property
    def now(self) -> str:
        """What has become of it."""
        return self.text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found, as it is told."""

    checked: Checked
    """With what the tools said."""
    is_whole: bool
    """Whether nothing is broken: neither now, nor of what was found broken before and has not been looked at since."""

    @property
    def sentence(self) -> str:
        """What broke, or that nothing did."""
        return finding_words.sentence(self.checked)


class Marker(Protocol):
    """Tells the editor."""

    def taken(self, place: MarkedPlace) -> None:
        """Something was taken and stands there."""

    def checked(self, place: MarkedPlace, found: Finding) -> None:
        """A check of what stands there came to its end."""


class Marking:
    """Knows the places and what was found at them."""

    def __init__(self, persistence: Persistence, buffer: Callable[[str], Buffer | None], marker: Marker) -> None:
        self._persistence = persistence
        self._buffer = buffer
        self._marker = marker
        self._findings: Bounded[str, Finding] = Bounded(_REMEMBERED)
        self._broken: Bounded[str, frozenset[str]] = Bounded(_REMEMBERED)
        self._last_id = ""

    def taken(self, suggestion_id: str) -> None:
        """A suggestion was taken, and the document has come to rest since (`LOOK_AFTER_S`)."""
        place = self._place(suggestion_id)
        if place is not None and kept_ratio(place.taken, place.now) >= _STILL_THERE:
            self._marker.taken(place)

    def checked(self, wanted: Wanted, checked: Checked) -> None:
        """A check came to its end; of a text that has been changed meanwhile nothing is told."""
        found = self._finding(checked)
        if found.checked.broke or found.is_whole:
            self._findings.put(checked.suggestion_id, found)
            self._last_id = checked.suggestion_id
        place, job = self._place(checked.suggestion_id), wanted.job
        if place is not None and _lines(place.text, place.start, place.end) == _lines(job.text, job.start, job.end):
            self._marker.checked(place, found)

    def show(self, suggestion_id: str) -> dict[str, Any]:
        """What was found of a suggestion, or without an id in the last check, as the answer to `tactful/check`."""
        found = self._findings.get(suggestion_id or self._last_id)
        if found is None:
            return {"found": False, "text": _UNKNOWN}
        named = {"found": True, "id": found.checked.suggestion_id, "broke": list(found.checked.broke)}
        return {**named, "sentence": found.sentence, "text": finding_words.page(found.checked)}

    def _place(self, suggestion_id: str) -> MarkedPlace | None:
        kept = self._persistence.of(suggestion_id)
        buffer = self._buffer(kept.uri) if kept else None
        if kept is None or buffer is None:
            return None
        return MarkedPlace(suggestion_id, kept.uri, buffer.version, buffer.text, kept.start, kept.end, kept.text)

    def _finding(self, checked: Checked) -> Finding:
        before = self._broken.get(checked.suggestion_id) or frozenset()
        stands = checked.standings()
        broken = frozenset(checked.broke) | {rung for rung in before if stands[rung] is Stands.UNKNOWN}
        self._broken.put(checked.suggestion_id, broken)
        return Finding(checked, not broken and Stands.HELD in stands.values())


def _lines(text: str, start: int, end: int) -> str:
    """The whole lines that a part of a text stands on."""
    after = text.find("\n", max(start, end - 1))
    return text[text.rfind("\n", 0, start) + 1 : after if after >= 0 else len(text)]
