"""A fault told better when it is known what stands at the address: another kind of server, or other models."""

from tactful_server.providers.addresses import Endpoint
from tactful_server.providers.faults import GarbageError, ModelServerError, NotFoundError
from tactful_server.providers.recognising import LLAMACPP, OLLAMA, Recognised

_SPOKEN = {"openai": "an OpenAI-compatible server", "llamacpp": LLAMACPP.label, "ollama": OLLAMA.label}
_MOST_NAMES = 5


def mistaken(
    fault: NotFoundError | GarbageError, kind: str, endpoint: Endpoint, seen: Recognised | None
) -> ModelServerError:
    """The fault, in a sentence that says what to do as far as that is known."""
    if seen is None:
        return fault
    if kind not in seen.kind.speaks:
        return NotFoundError(
            f"At {endpoint.shown} is {seen.kind.label}, not {_SPOKEN.get(kind, 'Mistral')}; "
            f"set tactful.model.provider to '{seen.kind.provider}' or change the address."
        )
    if isinstance(fault, GarbageError) or not seen.names or _has(seen, endpoint.model):
        return fault
    names = ", ".join(seen.names[:_MOST_NAMES]) + (", …" if len(seen.names) > _MOST_NAMES else "")
    missing = f"has no model {endpoint.model!r}" if endpoint.model else "has to be told which model"
    return NotFoundError(
        f"{seen.kind.label} at {endpoint.shown} {missing}; set tactful.model.name to one it has: {names}."
    )


def _has(seen: Recognised, model: str) -> bool:
    """Whether it is listed; Ollama lists a model without a tag as its latest."""
    return model in seen.names or f"{model}:latest" in seen.names
