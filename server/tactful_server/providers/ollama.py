"""Ollama: POST /api/generate, one JSON object a line, `raw` so that no chat template is put around the prompt.

Log-probabilities came with Ollama 0.12.11; earlier versions ignore the wish. A prompt whose suffix travels apart is
sent without `raw`, since only then does the server apply the model's own fill-in-the-middle template.
"""

import json
from collections.abc import Mapping
from typing import Any

from tactful_server.providers import Prompt
from tactful_server.providers.dialect import Dialect, Piece, Wish, aligned, listed_token, text_of


def body(prompt: Prompt, wish: Wish) -> Mapping[str, object]:
    """The request for one prompt."""
    placing = {"suffix": prompt.suffix} if prompt.suffix else {"raw": True}
    probabilities = {"logprobs": True, "top_logprobs": 2} if wish.logprobs else {}
    options = {"temperature": 0.0, "num_predict": prompt.max_tokens, "stop": list(prompt.stop)}
    return {
        "model": wish.model,
        "prompt": prompt.text,
        "stream": True,
        "keep_alive": "30m",
        "options": options,
        **placing,
        **probabilities,
    }


def read(line: bytes) -> Piece | None:
    """One object.

    Raises:
        KeyError, TypeError, ValueError: it is none of this protocol.
    """
    if not line:
        return None
    event: dict[str, Any] = json.loads(line)
    if "unexpected endpoint" in str(event.get("error")).lower():
        raise ValueError("LM Studio, which says so with status 200")
    if "error" in event:
        return Piece(aligned("", ()), error=True)
    tokens = [listed_token(entry) for entry in event.get("logprobs") or ()]
    return Piece(aligned(text_of(event["response"]), tokens), last=bool(event["done"]))


OLLAMA = Dialect("ollama", "/api/generate", body, read)
