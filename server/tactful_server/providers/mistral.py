"""Mistral's fill-in-the-middle: POST /v1/fim/completions, server-sent events like those of a chat.

Prefix and suffix travel as they are; the server applies the model's own markers. It tells no log-probabilities. Two
addresses speak it, https://codestral.mistral.ai and https://api.mistral.ai, each with keys of its own.
"""

from collections.abc import Mapping
from typing import Any

from tactful_server.providers import Chunk
from tactful_server.providers.dialect import Dialect, Piece, completion, read_choice, text_of


def read(line: bytes) -> Piece | None:
    """One event.

    Raises:
        KeyError, TypeError, ValueError: it is none of this protocol.
    """
    return read_choice(line, _chunk)


def _chunk(choice: Mapping[str, Any]) -> Chunk:
    said = choice.get("delta") or choice.get("message") or {}
    return Chunk(_said(said.get("content")))


def _said(content: object) -> str:
    """A text, or a list of parts of which the ones of text count."""
    if isinstance(content, list):
        return "".join(text_of(part["text"]) for part in content if part.get("type", "text") == "text")
    return text_of(content or "")


MISTRAL = Dialect("mistral", "/v1/fim/completions", completion, read, tells_logprobs=False)
