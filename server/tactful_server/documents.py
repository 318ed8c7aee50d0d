"""The open documents, and who has to hear when one changes."""

from collections import OrderedDict, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from tactful_models.names import plain_name
from tactful_models.typing_rhythm import RhythmFacts, TypingRhythm
from tactful_server.buffers import Buffer, Edit, Encoding, Splice

Listener = Callable[[Buffer, list[Splice]], None]

_LEFT_KEPT = 4
_TYPED_AT_ONCE = 20
"""Characters in one change up to which it counts as typing; more is a paste or a reload."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A document as the editor opened it."""

    uri: str
    language: str
    version: int
    text: str


class Documents:
    """Keeps the text, the typing rhythm, and the order in which documents were last edited."""

    def __init__(self, now: Callable[[], float]) -> None:
        self.buffers: OrderedDict[str, Buffer] = OrderedDict()
        """By URI, the last edited last."""
        self._edited: set[str] = set()
        self._left: deque[Buffer] = deque(maxlen=_LEFT_KEPT)
        self._now = now
        self._rhythm = TypingRhythm()
        self._listeners: list[Listener] = []
        self.is_taken: Callable[[str, Splice], bool] = _never
        """Whether a change takes a suggestion, whole or in part, rather than being typed."""

    def on_change(self, listener: Listener) -> None:
        """Calls the listener after each change, with the buffer as it is then."""
        self._listeners.append(listener)

    def open(self, opened: Opened) -> None:
        """A document was opened, or opened again."""
        language = plain_name(opened.language.lower())
        self.buffers[opened.uri] = Buffer(opened.uri, language, opened.version, opened.text)

    def change(self, uri: str, version: int, edits: Iterable[Edit], coding: Encoding) -> None:
        """A document changed. One that was never opened is none of ours."""
        if (buffer := self.buffers.get(uri)) is None:
            return
        self.buffers.move_to_end(uri)
        self._edited.add(uri)
        splices = buffer.apply(edits, version, coding)
        for splice in splices:
            if not self.is_taken(uri, splice):
                self._observe(splice)
        for listener in self._listeners:
            listener(buffer, splices)

    def close(self, uri: str) -> None:
        """A document was closed; one that had been edited is remembered for a while."""
        buffer = self.buffers.pop(uri, None)
        if buffer is not None and uri in self._edited:
            self._edited.discard(uri)
            self._left.append(buffer)

    def others(self, uri: str) -> list[Buffer]:
        """The other documents, open or lately closed after edits, the last edited first."""
        open_ones = [buffer for buffer in reversed(self.buffers.values()) if buffer.uri != uri]
        return open_ones + [buffer for buffer in reversed(self._left) if buffer.uri not in (uri, *self.buffers)]

    def get(self, uri: str) -> Buffer | None:
        """The open document."""
        return self.buffers.get(uri)

    def rhythm(self) -> RhythmFacts:
        """The typing rhythm as of now."""
        return self._rhythm.facts(self._now())

    def mark_shown(self) -> None:
        """A suggestion came on screen: what is typed since then counts anew."""
        self._rhythm.mark_shown(self._now())

    def _observe(self, splice: Splice) -> None:
        typed, deleted = len(splice.inserted), len(splice.removed)
        if typed <= _TYPED_AT_ONCE and deleted <= _TYPED_AT_ONCE:
            self._rhythm.observe(self._now(), typed, deleted)


def _never(uri: str, splice: Splice) -> bool:
    return False
