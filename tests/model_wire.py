"""The four protocols from the model server's side: what a request asks, how an answer's pieces look on the wire."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Spoken:
    """One token that the fake model says."""

    text: str
    logprob: float | None = -0.1
    other: float | None = -3.0


@dataclass(frozen=True, slots=True)
class Asked:
    """A request, whatever its protocol."""

    path: str
    body: Mapping[str, Any]

    @property
    def prompt(self) -> str:
        return str(self.body.get("input_prefix" if self.path == "/infill" else "prompt", ""))

    @property
    def suffix(self) -> str:
        return str(self.body.get("input_suffix") or self.body.get("suffix") or "")

    @property
    def max_tokens(self) -> int:
        options = self.body.get("options", {})
        return int(self.body.get("n_predict") or self.body.get("max_tokens") or options.get("num_predict") or 128)

    @property
    def stop(self) -> tuple[str, ...]:
        return tuple(self.body.get("stop") or self.body.get("options", {}).get("stop") or ())

    @property
    def wants_logprobs(self) -> bool:
        return bool(self.body.get("logprobs") or self.body.get("n_probs"))


LLAMACPP = ("/completion", "/infill")
FIM = "/v1/fim/completions"
PATHS = (*LLAMACPP, FIM, "/v1/completions", "/api/generate")
"""Where prompts go, of all protocols."""


def content_type(path: str) -> str:
    return "application/x-ndjson" if path == "/api/generate" else "text/event-stream"


def framed(path: str, event: Mapping[str, Any]) -> bytes:
    """One event as the protocol writes it."""
    data = json.dumps(event).encode()
    return data + b"\n" if path == "/api/generate" else b"data: " + data + b"\n\n"


def said(asked: Asked, token: Spoken) -> bytes:
    """One token on the wire."""
    known = asked.wants_logprobs and token.logprob is not None
    if asked.path in LLAMACPP:
        return framed(asked.path, {"content": token.text, "stop": False, **_llamacpp(token, known)})
    if asked.path == FIM:
        return framed(asked.path, _chunk({"role": "assistant", "content": token.text}, None))
    if asked.path == "/api/generate":
        return framed(asked.path, {"response": token.text, "done": False, **_ollama(token, known)})
    choice = {"index": 0, "text": token.text, "logprobs": _openai(token) if known else None, "finish_reason": None}
    return framed(asked.path, {"choices": [choice]})


def ended(asked: Asked) -> bytes:
    """The end on the wire."""
    if asked.path in LLAMACPP:
        return framed(asked.path, {"content": "", "stop": True})
    if asked.path == FIM:
        return framed(asked.path, _chunk({"content": ""}, "stop")) + b"data: [DONE]\n\n"
    if asked.path == "/api/generate":
        return framed(asked.path, {"response": "", "done": True})
    last = {"choices": [{"index": 0, "text": "", "logprobs": None, "finish_reason": "stop"}]}
    return framed(asked.path, last) + b"data: [DONE]\n\n"


def _chunk(delta: Mapping[str, str], finish: str | None) -> dict[str, Any]:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return {"id": "1", "object": "chat.completion.chunk", "model": "m", "choices": [choice]}


def _entry(token: Spoken, *, ids: bool) -> dict[str, Any]:
    top = [{"token": token.text, "logprob": token.logprob}, {"token": "~other", "logprob": token.other}]
    if ids:
        top = [{**entry, "id": place} for place, entry in enumerate(top)]
    return {"token": token.text, "logprob": token.logprob, "top_logprobs": top, **({"id": 0} if ids else {})}


def _llamacpp(token: Spoken, known: bool) -> dict[str, Any]:
    return {"completion_probabilities": [_entry(token, ids=True)]} if known else {}


def _ollama(token: Spoken, known: bool) -> dict[str, Any]:
    return {"logprobs": [_entry(token, ids=False)]} if known else {}


def _openai(token: Spoken) -> dict[str, Any]:
    return {
        "tokens": [token.text],
        "token_logprobs": [token.logprob],
        "top_logprobs": [{token.text: token.logprob, "~other": token.other}],
    }
