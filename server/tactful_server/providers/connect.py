"""From the settings' words to a provider."""

from collections.abc import Mapping
from types import MappingProxyType

from tactful_models.errors import SettingsError
from tactful_server.providers.addresses import Endpoint
from tactful_server.providers.backend import HttpProvider
from tactful_server.providers.dialect import Dialect
from tactful_server.providers.llamacpp import LLAMACPP
from tactful_server.providers.mistral import MISTRAL
from tactful_server.providers.ollama import OLLAMA
from tactful_server.providers.openai import OPENAI

DIALECTS: Mapping[str, Dialect] = MappingProxyType(
    {dialect.kind: dialect for dialect in (OPENAI, LLAMACPP, OLLAMA, MISTRAL)}
)


def connect(kind: str, endpoint: Endpoint) -> HttpProvider:
    """The provider of that kind; nothing is sent yet.

    Raises:
        SettingsError: there is no such kind.
    """
    if kind not in DIALECTS:
        raise SettingsError(f"No provider is called {kind!r}; there are {', '.join(DIALECTS)}.")
    return HttpProvider(DIALECTS[kind], endpoint)
