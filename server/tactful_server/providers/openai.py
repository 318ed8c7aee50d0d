"""OpenAI's completions (not chat): POST /v1/completions, server-sent events; vLLM, LM Studio, llama.cpp, …

Log-probabilities come in two forms: the old one with parallel lists (`tokens`, `token_logprobs`, `top_logprobs`),
which vLLM keeps, and the newer one of chat completions (`content`), which llama.cpp sends here too.
"""

from collections.abc import Mapping
from dataclasses import replace
from itertools import zip_longest
from typing import Any, Final

from tactful_models.facts import Token
from tactful_server.providers import Chunk, Prompt
from tactful_server.providers.dialect import (
    Dialect,
    Piece,
    Wish,
    aligned,
    completion,
    listed_token,
    read_choice,
    text_of,
)

_MOST_STOPS: Final = 4
"""OpenAI's own limit."""


def body(prompt: Prompt, wish: Wish) -> Mapping[str, object]:
    """The request for one prompt."""
    logprobs = {"logprobs": 2} if wish.logprobs else {}
    return completion(replace(prompt, stop=prompt.stop[:_MOST_STOPS]), wish) | logprobs


def read(line: bytes) -> Piece | None:
    """One event.

    Raises:
        KeyError, TypeError, ValueError: it is none of this protocol.
    """
    return read_choice(line, _chunk)


def _chunk(choice: Mapping[str, Any]) -> Chunk:
    return aligned(text_of(choice.get("text") or ""), _tokens(choice.get("logprobs") or {}))


def _tokens(logprobs: Mapping[str, Any]) -> list[Token]:
    if "content" in logprobs:
        return [listed_token(entry) for entry in logprobs["content"] or ()]
    names, values = logprobs.get("tokens") or (), logprobs.get("token_logprobs") or ()
    tops = logprobs.get("top_logprobs") or ()
    return [
        listed_token({"token": name, "logprob": value, "top_logprobs": _listed(top)})
        for name, value, top in zip_longest(names, values, tops)
    ]


def _listed(top: Mapping[str, object] | None) -> list[Mapping[str, object]]:
    return [{"token": name, "logprob": value} for name, value in (top or {}).items()]


OPENAI = Dialect("openai", "/v1/completions", body, read)
