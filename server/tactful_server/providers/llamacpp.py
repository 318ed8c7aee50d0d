"""llama.cpp's own endpoints: POST /completion, server-sent events, two most likely tokens at each place; POST /infill.

The format is documented in llama.cpp's tools/server/README.md. `cache_prompt` keeps what a prompt has in common with
the one before it; `response_fields` leaves the prompt's echo out of the last event. The server promises to keep the
connection and closes it after each stream.

A prompt whose suffix travels apart goes to /infill, where the server applies the model's own markers and does not take
what stands in the text for any. It is for models whose template is not known here: the server evaluates the suffix
again at each key, and cuts the prefix without a word to three quarters of its `n_batch`. A model that has no such
markers is refused with 501. `input_extra` stays unused: not every model can read it, comments can be read by all.
"""

import json
from collections.abc import Mapping
from typing import Any

from tactful_server.providers import Prompt
from tactful_server.providers.dialect import Dialect, Piece, Wish, aligned, event_data, listed_token, text_of


def body(prompt: Prompt, wish: Wish) -> Mapping[str, object]:
    """The request for one prompt. The model's name counts only where one server holds several."""
    texts = {"input_prefix": prompt.text, "input_suffix": prompt.suffix} if prompt.suffix else {"prompt": prompt.text}
    return {
        **({"model": wish.model} if wish.model else {}),
        **texts,
        "n_predict": prompt.max_tokens,
        "stop": list(prompt.stop),
        "stream": True,
        "temperature": 0.0,
        "cache_prompt": True,
        "n_probs": 2 if wish.logprobs else 0,
        "response_fields": ["content", "stop"],
    }


def read(line: bytes) -> Piece | None:
    """One event.

    Raises:
        KeyError, TypeError, ValueError: it is none of this protocol.
    """
    if line.startswith(b"error:"):
        return Piece(aligned("", ()), error=True)
    data = event_data(line)
    if data is None:
        return None
    event: dict[str, Any] = json.loads(data)
    if "error" in event:
        return Piece(aligned("", ()), error=True)
    tokens = [listed_token(entry) for entry in event.get("completion_probabilities") or ()]
    return Piece(aligned(text_of(event["content"]), tokens), last=bool(event.get("stop", False)))


LLAMACPP = Dialect("llamacpp", "/completion", body, read, keeps_connections=False, suffix_path="/infill")
