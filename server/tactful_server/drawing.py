"""What of a stream can be offered at the caret: its first line as soon as that is whole, a block a little later."""

from dataclasses import dataclass

from tactful_models.facts import CaretView, Token
from tactful_server.generation import Generation
from tactful_server.postprocess import Shape, block_complete, first_line_complete, polish, tokens_within
from tactful_server.providers import Chunk

_OPENERS = (":", "{")


@dataclass(frozen=True, slots=True)
class Drawn:
    """A piece of a stream, ready to be offered."""

    text: str
    """What would be inserted; empty when the filters left nothing."""
    tokens: tuple[Token, ...]
    """Its tokens; empty where the model's server tells none."""
    ends_at: int
    """Offset in the stream's text at which its first line ends."""
    reason: str = ""
    """The filter that left nothing."""
    line_break: Token | None = None
    """The one that the model set behind its first line; None where a filter cut the line, or it goes on or was ended
    by the server."""


class Drawing:
    """Takes pieces for one caret and one shape."""

    def __init__(self, view: CaretView, shape: Shape) -> None:
        self._view = view
        self._shape = shape

    async def first_line(self, generation: Generation) -> Drawn | None:
        """The first line once it is whole.

        None when the stream says something else than what was typed meanwhile, or was stopped before that.

        Raises:
            ProviderError: the stream broke before the line was whole.
        """
        while True:
            rest = generation.rest(self._view.before, self._view.after)
            if rest is None:
                return None
            if generation.done or first_line_complete(rest):
                break
            await generation.grown()
        if not first_line_complete(rest):
            if generation.fault is not None:
                raise generation.fault
            if generation.stopped:
                return None
        return self._draw(generation, rest, Shape(single_line=True, specials=self._shape.specials))

    async def block(self, generation: Generation, hold_s: float) -> Drawn | None:
        """As many whole lines as come until the block is whole or the time is up."""
        first = generation.clocks.first_token or generation.clocks.asked
        while not generation.done and not self.complete(generation.rest(self._view.before, self._view.after) or ""):
            left = first + hold_s - generation.now()
            if left <= 0 or not await generation.grown(left):
                break
        rest = generation.rest(self._view.before, self._view.after)
        if rest is None:
            return None
        drawn = self._draw(generation, whole_lines(rest) if not generation.complete else rest, self._shape)
        return drawn if drawn.text else None

    def so_far(self, generation: Generation) -> str | None:
        """All that could be offered of what has come, its last line perhaps not whole; None when it disagrees."""
        rest = generation.rest(self._view.before, self._view.after)
        return None if rest is None else self._draw(generation, rest, self._shape).text

    def complete(self, text: str) -> bool:
        """Whether nothing more that may come can be used."""
        return block_complete(text, self._view, self._shape)

    def _draw(self, generation: Generation, rest: str, shape: Shape) -> Drawn:
        start = len(self._view.before) - len(generation.origin.before)
        tokens = tokens_within(generation.said.tokens, len(rest), start)
        polished = polish(Chunk(rest, tokens), self._view, shape)
        text, ends_at = polished.chunk.text, start + line_end(rest)
        is_whole = text.rstrip() == rest[: line_end(rest)].rstrip()
        behind = tokens_within(generation.said.tokens, 1, ends_at) if is_whole else ()
        return Drawn(text, polished.chunk.tokens, ends_at, polished.reason, next(iter(behind), None))


def line_end(text: str) -> int:
    """Where the first line that is not blank ends.

    >>> line_end("\\n  a\\nb")
    4
    """
    lead = len(text) - len(text.lstrip("\n"))
    newline = text.find("\n", lead)
    return newline if newline >= 0 else len(text)


def whole_lines(text: str) -> str:
    """The text without a last line that may still grow; its only line stays."""
    return text[: max(text.rfind("\n"), line_end(text))]


def wants_block(view: CaretView, length: str) -> bool:
    """Whether a block rather than a line is wanted: where the setting says so, else where one has just been opened."""
    if view.after.partition("\n")[0].strip():
        return False
    if length != "auto":
        return length == "block"
    return view.before.rstrip().endswith(_OPENERS)
