"""The growing text of a suggestion, for clients that can show it grow."""

from collections.abc import Callable
from dataclasses import dataclass

from tactful_server.ask import Ask
from tactful_server.drawing import Drawing
from tactful_server.generation import Generation

PAUSE_S = 0.03
"""Shortest time between two messages: faster than that nobody sees."""


@dataclass(frozen=True, slots=True)
class Partial:
    """What has come of a suggestion so far."""

    suggestion_id: str
    ask: Ask
    text: str
    """All of it so far, from the caret on."""
    done: bool
    """Whether this is the whole of it."""


async def grow(first: Partial, generation: Generation, drawing: Drawing, send: Callable[[Partial], None]) -> None:
    """Sends the text each time it has grown, at most every `PAUSE_S`, and once more when it is whole."""
    text = first.text
    while not generation.done:
        await generation.grown()
        longer = drawing.so_far(generation)
        if longer is None:
            return
        if longer != text and not generation.done:
            text = longer
            send(Partial(first.suggestion_id, first.ask, text, done=False))
            await generation.rested(PAUSE_S)
    if (whole := drawing.so_far(generation)) is not None:
        send(Partial(first.suggestion_id, first.ask, whole, done=True))
