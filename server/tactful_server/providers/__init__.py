"""What every model server looks like from inside: a prompt goes in, chunks of text come out.

One protocol, one file a backend; `connect.py` makes the one that the settings name and `guarded.py` wraps it with
back-off. Nothing here imports an HTTP library: that waits until the first request.
"""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Protocol

from tactful_models.facts import Token


@dataclass(frozen=True, slots=True)
class Prompt:
    """What is sent to the model, template applied, and what its answer must look like."""

    text: str
    """The whole prompt with the family's markers; never ends in a space (see `required_start`)."""
    suffix: str = ""
    """Text right of the caret, for servers that place it themselves; empty where the template already did."""
    required_start: str = ""
    """What was taken off the prompt's end for the tokenizer's sake: the answer must begin with it, and `healing.heal`
    strips it."""
    stop: tuple[str, ...] = ()
    """The server ends the answer before any of these."""
    max_tokens: int = 64
    """The server ends the answer after so many tokens, at least 1."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of the answer as it arrived, or the whole of it put together."""

    text: str
    """The text; may be empty when only part of a character has come."""
    tokens: tuple[Token, ...] = ()
    """Its tokens, whose texts joined are `text`; empty where the server tells none."""


class Provider(Protocol):
    """A model server. One instance may carry several streams at once."""

    @property
    def key(self) -> str:
        """Kind of server and name of the model, in clear: `llamacpp:SmolLM2-135M`."""

    def stream(self, prompt: Prompt) -> AsyncGenerator[Chunk, None]:
        """Ask the model and yield its answer piece by piece.

        Closing the generator, or cancelling the task that waits on it, closes the connection at once.

        Raises:
            ProviderError: one of the faults in `faults.py`, at any time.
        """

    async def aclose(self) -> None:
        """Close every connection; the provider cannot be used after this."""
