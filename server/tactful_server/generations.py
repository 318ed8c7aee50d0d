"""The stream under way and the last ones before it: a cache of what the model need not be asked again."""

from collections import deque
from collections.abc import Iterator

from tactful_server.generation import Generation

MOST_CHARS = 4_000_000
"""Of documents that the remembered streams hold on to, all together."""


class Generations:
    """There is one caret, so at most one stream is under way; those before it are remembered."""

    def __init__(self, size: int = 24) -> None:
        self._kept: deque[Generation] = deque(maxlen=size)

    def add(self, generation: Generation) -> None:
        """Keeps it, and stops every other: there is one caret, and it is here."""
        self.stop_all()
        self._kept.appendleft(generation)
        while len(self._kept) > 1 and sum(one.origin.n_chars for one in self._kept) > MOST_CHARS:
            self._kept.pop()

    def find(self, uri: str, before: str, after: str) -> Generation | None:
        """The newest stream that has, or may yet have, something to say at the caret."""
        return next((one for one in self._at(uri) if _can_answer(one, before, after)), None)

    def changed(self, uri: str, text: str) -> None:
        """Stops the streams at the document that its new text disagrees with."""
        for one in self._at(uri):
            if not one.done and not one.agrees_with(text):
                one.stop()

    def stop_all(self) -> None:
        """Stops every stream under way."""
        for one in self._kept:
            one.stop()

    def forget(self, uri: str) -> None:
        """Drops what is known of a document."""
        kept = [one for one in self._kept if one.origin.uri != uri]
        for one in self._at(uri):
            one.stop()
        self._kept.clear()
        self._kept.extend(kept)

    def clear(self) -> None:
        """Drops everything, for instance when the model has changed."""
        self.stop_all()
        self._kept.clear()

    async def close(self) -> None:
        """Stops every stream and waits for the ends."""
        self.stop_all()
        for one in list(self._kept):
            await one.closed()

    def _at(self, uri: str) -> Iterator[Generation]:
        return (one for one in list(self._kept) if one.origin.uri == uri)


def _can_answer(one: Generation, before: str, after: str) -> bool:
    rest = one.rest(before, after)
    if rest is None or one.fault is not None:
        return False
    if not one.done:
        return True
    return bool(rest.strip()) and (one.complete or "\n" in rest.lstrip("\n"))
