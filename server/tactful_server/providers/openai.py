"""OpenAI's completions (not chat): POST /v1/completions, server-sent events; vLLM, LM Studio, llama.cpp, …

Log-probabilities come in two forms: the old one with parallel lists (`tokens`, `token_logprobs`, `top_logprobs`),
which vLLM keeps, and the newer one of chat completions (`content`), which llama.cpp sends here too.
"""

import json
from collections.abc import Mapping
from itertools import zip_longest
from typing import Any

from tactful_models.facts import Token
from tactful_server.providers import Prompt
from tactful_server.providers.dialect import Dialect, Piece, Wish, aligned, event_data, listed_token, text_of


def body(prompt: Prompt, wish: Wish) -> Mapping[str, object]:
    """The request for one prompt."""
    suffix = {"suffix": prompt.suffix} if prompt.suffix else {}
    stop = {"stop": list(prompt.stop[:4])} if prompt.stop else {}
    return {
        "model": wish.model,
        "prompt": prompt.text,
        "max_tokens": prompt.max_tokens,
        "temperature": 0.0,
        "stream": True,
        **({"logprobs": 2} if wish.logprobs else {}),
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
        return Piece(aligned("", ()), last=True)
    event: dict[str, Any] = json.loads(data)
    if event.get("error"):
        return Piece(aligned("", ()), error=True)
    if not event["choices"]:
        return None  # usage, sent after the last choice
    choice = event["choices"][0]
    chunk = aligned(text_of(choice.get("text") or ""), _tokens(choice.get("logprobs") or {}))
    return Piece(chunk, last=bool(choice.get("finish_reason")))


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
