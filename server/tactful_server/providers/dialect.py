"""What distinguishes one kind of model server from another, as a value that the backends' files fill in."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tactful_models.facts import Token
from tactful_server.providers import Chunk, Prompt

_ROUNDING = 1e-3
"""How far above 0 a logarithm of a probability may come out of a server's arithmetic."""
_LEAST_LOGPROB = 1e6
"""Below minus this it says nothing; servers write the largest float there is for a probability of 0."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked beside the prompt."""

    model: str
    """The model's name; may be empty where the server has only one."""
    logprobs: bool = True
    """Whether log-probabilities are asked for."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One line of an answer, understood."""

    chunk: Chunk
    """Its text and tokens; may be empty."""
    last: bool = False
    """Whether the server says that nothing follows."""
    error: bool = False
    """Whether it is an error instead of text."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """How to ask one kind of server and how to read what it says."""

    kind: str
    """`openai`, `llamacpp`, `ollama` or `mistral`."""
    path: str
    """Of the completion endpoint, from the root."""
    body: Callable[[Prompt, Wish], Mapping[str, object]]
    """The request as JSON."""
    read: Callable[[bytes], Piece | None]
    """One line of the answer; None for a line that says nothing. What is raised (KeyError, TypeError, ValueError, …)
    counts as garbage."""
    keeps_connections: bool = True
    """Whether the server answers more than one request on a connection."""
    suffix_path: str = ""
    """Where a prompt goes whose suffix travels apart; empty for the same path."""
    tells_logprobs: bool = True
    """Whether the protocol has log-probabilities at all."""

    def path_for(self, prompt: Prompt) -> str:
        """Where this prompt goes."""
        return self.suffix_path if prompt.suffix and self.suffix_path else self.path


def event_data(line: bytes) -> bytes | None:
    """The data of a line of server-sent events; None for blank lines, comments and other fields.

    Raises:
        ValueError: no line of such a stream.
    """
    if line.startswith(b"data:"):
        return line[5:].strip()
    if not line or line.startswith((b":", b"event:", b"id:", b"retry:")):
        return None
    raise ValueError("no server-sent event")


def completion(prompt: Prompt, wish: Wish) -> dict[str, object]:
    """The request that OpenAI's completions and what is modelled on them have in common."""
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


def read_choice(line: bytes, chunk_of: Callable[[Mapping[str, Any]], Chunk]) -> Piece | None:
    """One event of an answer to such a request; `chunk_of` reads the choice in it.

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
    return Piece(chunk_of(choice), last=bool(choice.get("finish_reason")))


def aligned(text: str, tokens: Sequence[Token]) -> Chunk:
    """A chunk whose tokens' texts, joined, are its text.

    Servers hold back half characters and send replacement signs for them; where the texts disagree, the first token
    gets the whole text and the others none, so that the log-probabilities stay.
    """
    if not tokens or "".join(token.text for token in tokens) == text:
        return Chunk(text, tuple(tokens))
    first, *others = tokens
    whole = Token(text, first.logprob, first.best_other)
    return Chunk(text, (whole, *(Token("", token.logprob, token.best_other) for token in others)))


def text_of(value: object) -> str:
    """The value, which has to be a string.

    Raises:
        TypeError: it is none.
    """
    if not isinstance(value, str):
        raise TypeError("text expected")
    return value


def listed_token(entry: Mapping[str, object]) -> Token:
    """A token in the newer form: `{"token", "logprob", "top_logprobs": [{"token", "logprob"}, …]}`.

    Raises:
        KeyError, TypeError, ValueError: it has another form.
    """
    token, top = text_of(entry["token"]), entry.get("top_logprobs") or []
    if not isinstance(top, list):
        raise TypeError("list expected")
    others = [_number(other["logprob"]) for other in top if not _same(other, entry)]
    known = [value for value in others if value is not None]
    return Token(token, _number(entry["logprob"]), max(known, default=None))


def _same(other: Mapping[str, object], entry: Mapping[str, object]) -> bool:
    return other["id"] == entry["id"] if "id" in other and "id" in entry else other["token"] == entry["token"]


def _number(value: object) -> float | None:
    """The logarithm of a probability; None for what is no such thing, be it a number."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError("number expected")
    return min(0.0, float(value)) if -_LEAST_LOGPROB <= value <= _ROUNDING else None
