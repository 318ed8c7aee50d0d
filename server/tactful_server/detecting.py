"""Model servers that run on this machine, found by looking at the usual ports of loopback; nothing is asked of them.

No key is sent and no proxy is asked. What listens there may be anything: it is told by its answers, and what answers
nonsense, slowly or not at all is passed over.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from tactful_server.providers.addresses import Endpoint
from tactful_server.providers.looking import look
from tactful_server.providers.recognising import Recognised, bare
from tactful_server.templates import profile_for

USUAL = ("http://127.0.0.1:11434", "http://127.0.0.1:8080", "http://127.0.0.1:1234", "http://127.0.0.1:8000")
"""Where Ollama, llama.cpp, LM Studio and vLLM listen unless told otherwise."""
LIMIT_S = 1.3
"""For all of them together; what has not answered by then is left out."""


@dataclass(frozen=True, slots=True)
class FoundModel:
    """A model that can be asked."""

    provider: str
    """What `tactful.model.provider` should be."""
    address: str
    """What `tactful.model.address` should be."""
    name: str
    """What `tactful.model.name` should be."""
    label: str
    """For people: the kind of server, and the model without its folder."""
    fills: bool
    """Whether it is known to fill in the middle."""


async def found_models(addresses: Sequence[str] = USUAL, limit_s: float = LIMIT_S) -> tuple[FoundModel, ...]:
    """The models of every server found, those that fill in the middle first, otherwise in the order found."""
    servers = await look([Endpoint(address) for address in addresses], limit_s)
    found = [
        model
        for address, server in zip(addresses, servers, strict=True)
        if server is not None
        for model in _models(address, server)
    ]
    return tuple(sorted(found, key=lambda model: not model.fills))


async def found_answer(addresses: Sequence[str] = USUAL) -> dict[str, Any]:
    """What `tactful/findModels` answers."""
    models = await found_models(addresses)
    told = [
        {"provider": model.provider, "address": model.address, "name": model.name, "label": model.label}
        for model in models
    ]
    return {"models": told, "looked": list(addresses)}


def _models(address: str, server: Recognised) -> Iterator[FoundModel]:
    for name in server.names:
        fills = profile_for(name).family.has_middle
        yield FoundModel(server.kind.provider, address, name, f"{server.kind.label}: {bare(name)}", fills)
