"""A stream from the model, owned by a task of its own.

A request does not own the stream it started: typing cancels requests all the time, and mostly what is typed agrees with
what is being generated. So a stream goes on while the text agrees with it, later requests join it, and it ends as soon
as the text diverges, another place is asked about, or nobody waits and enough is known.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import aclosing
from dataclasses import dataclass, field

from tactful_models.errors import ProviderError
from tactful_models.events import Decided
from tactful_models.facts import Token
from tactful_models.policy import Verdict
from tactful_server.providers import Chunk
from tactful_server.tasks import log_failure

CLOSERS = frozenset(")]}>\"'`;,")
"""Signs that editors put right of the caret by themselves while one types."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a stream began: the text it continues."""

    uri: str
    before: str
    after: str
    n_ahead: int = 0
    """Characters at the end of `before` that only a suggest widget's entry has, and the document not yet."""

    @property
    def n_chars(self) -> int:
        """Length of the document it holds on to."""
        return len(self.before) + len(self.after)

    def typed(self, before: str, after: str) -> str | None:
        """What was typed there since; None when the caret is elsewhere or something else changed."""
        if not before.startswith(self.before) or not _is_tail(after, self.after):
            return None
        return before[len(self.before) :]

    def typed_in(self, text: str) -> str | None:
        """The same from the whole document, where the caret is not known; auto-closed signs are left in."""
        if not text.startswith(self.before) or not text.endswith(self.after):
            return None
        end = len(text) - len(self.after)
        return text[len(self.before) : end] if end >= len(self.before) else None

    def is_approached_by(self, text: str) -> bool:
        """Whether the document lacks nothing but some of the widget's entry, as while that is typed out."""
        end = len(text) - len(self.after)
        in_entry = len(self.before) - self.n_ahead <= end < len(self.before)
        return in_entry and text.endswith(self.after) and self.before.startswith(text[:end])


@dataclass(frozen=True, slots=True)
class Judged:
    """A piece of a stream that has become a suggestion, with the second stage's word on it."""

    suggestion_id: str
    verdict: Verdict | None
    """None where it was asked for by hand, so that no gate was asked."""
    rejected_before: bool = False
    """Whether the same text was rejected at the same place."""
    decided: Decided | None = None
    """The verdict as it went into the log."""


@dataclass(slots=True)
class Clocks:
    """Monotonic times of one stream, in seconds."""

    asked: float
    first_token: float | None = None
    ended: float | None = None


@dataclass(slots=True)
class Growth:
    """What has come so far."""

    text: str = ""
    tokens: list[Token] = field(default_factory=list)
    n_chunks: int = 0


class Generation:
    """One stream and what it has said."""

    def __init__(self, origin: Origin, request_id: str, now: Callable[[], float]) -> None:
        self.origin = origin
        self.request_id = request_id
        """The request that opened the call: its first stage let everything that comes of the stream through."""
        self.said = Growth()
        self.clocks = Clocks(now())
        self.fault: ProviderError | None = None
        self.stopped = False
        """Whether the server ended the stream, so that its last line may be cut short."""
        self.complete = False
        """Whether the model came to its own end or to enough, rather than being stopped."""
        self.judged: dict[int, Judged] = {}
        """By the offset in the text at which the judged line ends: the same while one types along."""
        self.now = now
        self._grown = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    @property
    def done(self) -> bool:
        """Whether nothing more will come."""
        return self.clocks.ended is not None

    @property
    def n_tokens(self) -> int:
        """Tokens that came; where the server tells none, the chunks in which the text came."""
        return len(self.said.tokens) or self.said.n_chunks

    @property
    def first_token_s(self) -> float | None:
        """Seconds from asking to the first token."""
        first = self.clocks.first_token
        return None if first is None else first - self.clocks.asked

    @property
    def age_s(self) -> float:
        """Seconds from asking to now, or to the end."""
        ended = self.clocks.ended
        return (self.now() if ended is None else ended) - self.clocks.asked

    def named(self, suggestion_id: str) -> Judged | None:
        """The piece of it that became the suggestion."""
        return next((one for one in self.judged.values() if one.suggestion_id == suggestion_id), None)

    def start(self, chunks: AsyncGenerator[Chunk, None], enough: Callable[[str], bool]) -> None:
        """Begins to read; `enough` says of the text so far that no more is wanted."""
        self._task = asyncio.create_task(self._read(chunks, enough), name="generation")
        self._task.add_done_callback(self._end)
        self._task.add_done_callback(log_failure)

    def stop(self) -> None:
        """Ends the stream; the connection to the model closes with it."""
        if self._task is not None and not self._task.done():
            self.stopped = True
            self._task.cancel()

    async def grown(self, timeout_s: float | None = None) -> bool:
        """Waits until more has come or the end; False when the time was up first."""
        if self.done:
            return True
        try:
            async with asyncio.timeout(timeout_s):
                await self._grown.wait()
        except TimeoutError:
            return False
        return True

    async def rested(self, pause_s: float) -> None:
        """Waits for a pause, or for the end if that comes first."""
        if self._task is not None and not self.done:
            await asyncio.wait([self._task], timeout=pause_s)

    async def closed(self) -> None:
        """Waits until the stream's task has ended."""
        if self._task is not None:
            await asyncio.wait([self._task])

    def rest(self, before: str, after: str) -> str | None:
        """What the stream says beyond the caret; None when the place or the text does not agree with it.

        While the stream is under way the text may also be ahead of it: then the rest is empty so far.
        """
        typed = self.origin.typed(before, after)
        return None if typed is None else self.beyond(typed)

    def beyond(self, typed: str) -> str | None:
        """What the stream says after the typed text; None when they disagree.

        A stream that has said nothing yet agrees with nothing typed: to wait for it would be to bet a person's time on
        what is most likely something else.
        """
        said = self.said.text
        if said.startswith(typed):
            return said[len(typed) :]
        return "" if said and not self.done and typed.startswith(said) else None

    def agrees_with(self, text: str) -> bool:
        """Whether the document's whole text may still be on the way to what the stream says."""
        typed = self.origin.typed_in(text)
        if typed is None:
            return self.origin.is_approached_by(text)
        return any(self.beyond(start) is not None for start in _without_closers(typed))

    async def _read(self, chunks: AsyncGenerator[Chunk, None], enough: Callable[[str], bool]) -> None:
        try:
            async with aclosing(chunks):
                async for chunk in chunks:
                    self._take(chunk)
                    if enough(self.said.text):
                        break
            self.complete = True
        except ProviderError as fault:
            self.fault = fault

    def _end(self, task: asyncio.Task[None]) -> None:
        """The task has ended. A task stopped before its first step never ran: its own `finally` would not do."""
        self.clocks.ended = self.now()
        self._wake()

    def _take(self, chunk: Chunk) -> None:
        if self.clocks.first_token is None:
            self.clocks.first_token = self.now()
        self.said.n_chunks += 1
        self.said.text += chunk.text
        self.said.tokens.extend(chunk.tokens)
        self._wake()

    def _wake(self) -> None:
        grown, self._grown = self._grown, asyncio.Event()
        grown.set()


def _is_tail(after: str, original: str) -> bool:
    """Whether the text right of the caret is the original's, but for signs the editor closed by itself."""
    if after == original:
        return True
    extra = len(after) - len(original)
    return 0 < extra <= 4 and after.endswith(original) and all(char in CLOSERS for char in after[:extra])


def _without_closers(typed: str) -> Iterator[str]:
    """The typed text, then with up to four closing signs less at its end."""
    yield typed
    for _ in range(4):
        if not typed or typed[-1] not in CLOSERS:
            return
        typed = typed[:-1]
        yield typed
