"""What is left of accepted text after a while: each is followed through the changes and looked at when due."""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from tactful_models.events import PersistenceSeen
from tactful_server.buffers import Buffer, Splice, shared_start

HORIZONS_S = (30, 120, 300, 600)
"""Seconds after acceptance at which it is looked at."""
MAX_FOLLOWED = 500
"""Accepted texts followed at once; the oldest give way."""
_SHORT_CHARS = 200
_PIECES = re.compile(r"\w+|[^\w\s]|\s")
_REPLACED_SHARE = 0.5


@dataclass(slots=True)
class Kept:
    """An accepted text on its way through the document's changes."""

    suggestion_id: str
    uri: str
    start: int
    """Offset at which it begins now."""
    end: int
    text: str
    """As it was accepted."""
    at: float
    """When it was accepted, seconds since the epoch."""
    in_parts: bool = False
    """Whether it is what was taken so far of a suggestion that was not taken whole."""
    due: list[int] = field(default_factory=lambda: list(HORIZONS_S))
    """Horizons still to come."""


class Persistence:
    """Follows accepted texts; `record` takes each finding."""

    def __init__(self, session_id: str, record: Callable[[PersistenceSeen], None]) -> None:
        self._session_id = session_id
        self._record = record
        self._kept: list[Kept] = []

    def follow(self, kept: Kept) -> None:
        """Begins to follow an accepted text, in the place of what was taken of the same suggestion before."""
        self._kept = [one for one in self._kept if one.suggestion_id != kept.suggestion_id]
        self._kept.append(kept)
        for oldest in self._kept[:-MAX_FOLLOWED]:
            self._censor(oldest, "too_many", oldest.at)
        self._kept = self._kept[-MAX_FOLLOWED:]

    def newest(self, uri: str) -> Kept | None:
        """The text followed in the document that was accepted last, and whole; None where there is none."""
        return next((kept for kept in reversed(self._kept) if kept.uri == uri and not kept.in_parts), None)

    def of(self, suggestion_id: str) -> Kept | None:
        """The text of a suggestion, as long as it is followed."""
        return next((kept for kept in self._kept if kept.suggestion_id == suggestion_id), None)

    def changed(self, buffer: Buffer, splices: list[Splice], at: float) -> None:
        """Moves what is followed in the document; a change of most of it at once says nothing about the text."""
        for splice in splices:
            if _replaces_document(splice, buffer):
                self.lost(buffer.uri, "replaced", at)
            for kept in self._at(buffer.uri):
                _move(kept, splice)

    def check(self, buffers: Mapping[str, Buffer], at: float) -> None:
        """Looks at all that is due."""
        for kept in list(self._kept):
            while kept.due and at - kept.at >= kept.due[0]:
                self._look(kept, buffers.get(kept.uri), at)
        self._kept = [kept for kept in self._kept if kept.due]

    def lost(self, uri: str, reason: str, at: float) -> None:
        """Nothing more can be said of texts in this document."""
        for kept in self._at(uri):
            self._censor(kept, reason, at)
        self._kept = [kept for kept in self._kept if kept.due]

    def close(self, at: float) -> None:
        """The session ends: what is not due yet will never be known."""
        for kept in self._kept:
            self._censor(kept, "shutdown", at)
        self._kept = []

    def _at(self, uri: str) -> list[Kept]:
        return [kept for kept in self._kept if kept.uri == uri]

    def _look(self, kept: Kept, buffer: Buffer | None, at: float) -> None:
        horizon = kept.due.pop(0)
        if buffer is None:
            self._record(PersistenceSeen(kept.suggestion_id, self._session_id, at, horizon, None, "closed"))
        else:
            ratio = kept_ratio(kept.text, buffer.text[kept.start : kept.end])
            self._record(PersistenceSeen(kept.suggestion_id, self._session_id, at, horizon, ratio))

    def _censor(self, kept: Kept, reason: str, at: float) -> None:
        for horizon in kept.due:
            self._record(PersistenceSeen(kept.suggestion_id, self._session_id, at, horizon, None, reason))
        kept.due = []


def kept_ratio(accepted: str, now: str) -> float:
    """Share of the accepted text still there, by characters: what both begin and end with, and what matches between.

    >>> kept_ratio("total = a + b", "total = a * b")
    0.9230769230769231
    """
    if accepted == now:
        return 1.0
    head = shared_start(accepted, now)
    tail = shared_start(accepted[head:][::-1], now[head:][::-1])
    left, there = accepted[head : len(accepted) - tail], now[head : len(now) - tail]
    return (head + tail + _matching(left, there)) / len(accepted)


def _matching(left: str, there: str) -> int:
    """Characters of one text found in the other: in order where both are short, else by the words they share.

    Matching in order takes time in the square of the length and more, and this runs while somebody types.
    """
    if len(left) <= _SHORT_CHARS and len(there) <= 2 * _SHORT_CHARS:
        blocks = SequenceMatcher(None, left, there, autojunk=False).get_matching_blocks()
        return sum(block.size for block in blocks)
    shared = Counter(_PIECES.findall(left)) & Counter(_PIECES.findall(there))
    return sum(len(piece) * n for piece, n in shared.items())


def _move(kept: Kept, splice: Splice) -> None:
    """Shifts the range by a change before it; stretches or shrinks it by one inside it.

    What is inserted just before or just behind does not belong to it.
    """
    removed_end, delta = splice.start + len(splice.removed), len(splice.inserted) - len(splice.removed)
    if splice.start >= kept.end:
        return
    if removed_end <= kept.start:
        kept.start, kept.end = kept.start + delta, kept.end + delta
        return
    end = max(kept.end, removed_end) + delta
    kept.start = min(kept.start, splice.start)
    kept.end = max(kept.start, end)


def _replaces_document(splice: Splice, buffer: Buffer) -> bool:
    """Whether a change took out more than half of what the document was: a reload or another branch, not an edit."""
    length_before = len(buffer.text) - len(splice.inserted) + len(splice.removed)
    return len(splice.removed) > 200 and len(splice.removed) > _REPLACED_SHARE * length_before
