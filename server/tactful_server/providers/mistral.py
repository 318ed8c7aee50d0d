"""Mistral's fill-in-the-middle: POST /v1/fim/completions, server-sent events like those of a chat.

Prefix and suffix travel as they are; the server applies the model's own markers. It tells no log-probabilities. Two
addresses speak it, https://codestral.mistral.ai and https://api.mistral.ai, each with keys of its own.
"""

import json
from collections.abc import Mapping
from typing import Any

from tactful_server.providers import Chunk, Prompt
from tactful_server.providers.dialect import Dialect, Piece, Wish, event_data, text_of


def body(prompt: Prompt, wish: Wish) -> Mapping[str, object]:
    """The request for one prompt."""
    suffix = {"suffix": prompt.suffix} if prompt.suffix else {}
    stop = {"stop": list(prompt.stop)} if prompt.stop else {}
    return {
        "model": wish.model,
        "prompt": prompt.text,
        "max_tokens": prompt.max_tokens,
        "temperature": 0.0,
        "stream": True,
        **suffix,
        **stop,
    }


def read(line: bytes) -> Piece | None:
    """One event.

    Raises:
        KeyError, TypeError, ValueError: it is none of this protocol.
    """
    data = event_data(line)
    if data is None:
        return None
    if data == b"[DONE]":
        return Piece(Chunk(""), last=True)
    event: dict[str, Any] = json.loads(data)
    if event.get("error") or event.get("object") == "error":
        return Piece(Chunk(""), error=True)
    if not event["choices"]:
        return None  # usage, sent after the last choice
    choice = event["choices"][0]
    said = choice.get("delta") or choice.get("message") or {}
    return Piece(Chunk(_said(said.get("content"))), last=bool(choice.get("finish_reason")))


def _said(content: object) -> str:
    """A text, or a list of parts of which the ones of text count."""
    if isinstance(content, list):
        return "".join(text_of(part["text"]) for part in content if part.get("type", "text") == "text")
    return text_of(content or "")


MISTRAL = Dialect("mistral", "/v1/fim/completions", body, read, tells_logprobs=False)
