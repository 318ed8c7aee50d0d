"""From the settings to the provider they name and to what has to be known of its model."""

from collections.abc import AsyncGenerator
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from tactful_models.errors import ProviderError, SettingsError
from tactful_server import install
from tactful_server.embedded import EmbeddedModel, embedded
from tactful_server.providers import Chunk, Prompt, Provider
from tactful_server.providers.addresses import Endpoint, Limits
from tactful_server.providers.connect import connect
from tactful_server.providers.faults import EmbeddedError
from tactful_server.providers.keys import parse_key
from tactful_server.settings import ModelSettings
from tactful_server.templates import ModelProfile, ProfileOverrides, profile_for

USUAL_ADDRESSES = MappingProxyType(
    {
        "llamacpp": "http://127.0.0.1:8080",
        "openai": "http://127.0.0.1:8000",
        "ollama": "http://127.0.0.1:11434",
    }
)
"""Where each kind of server listens on this machine unless told otherwise; Mistral's is on none."""


class Unavailable:
    """Stands where a provider could not be made, and says why to whoever asks."""

    def __init__(self, key: str, fault: ProviderError) -> None:
        self.key = key
        self._fault = fault

    async def stream(self, prompt: Prompt) -> AsyncGenerator[Chunk, None]:
        """Raises the reason."""
        for fault in (self._fault,):
            raise fault
        yield Chunk("")

    async def aclose(self) -> None:
        """Nothing is open."""


def provider_of(settings: ModelSettings) -> Provider:
    """The provider that the settings name; nothing is sent or started yet.

    Raises:
        SettingsError: the settings cannot be used together.
    """
    if settings.provider != "embedded":
        return connect(settings.provider, _endpoint(settings))
    try:
        file = Path(settings.file).expanduser() if settings.file else None
        return embedded(file, install.data_dir(), _limits(settings))
    except EmbeddedError as error:
        return Unavailable("llamacpp:embedded", error)


def profile_of(settings: ModelSettings, provider: Provider, name: str) -> ModelProfile:
    """The profile of the provider's model by its name; an embedded one's window is what it is served with.

    Raises:
        SettingsError: the template named cannot be used with this provider.
    """
    family = _family(settings, name)
    usual = profile_for(name, ProfileOverrides(family=family))
    served = provider.weights.context_tokens if isinstance(provider, EmbeddedModel) else usual.context_tokens
    budget = replace(
        usual.budget,
        prefix_tokens=settings.prefix_tokens or usual.budget.prefix_tokens,
        max_tokens=settings.max_tokens,
    )
    return profile_for(name, ProfileOverrides(family, min(served, usual.context_tokens), budget))


def _endpoint(settings: ModelSettings) -> Endpoint:
    if settings.provider == "mistral":
        _check_mistral(settings)
    if settings.provider == "ollama" and not settings.name:
        raise SettingsError("tactful.model.name: Ollama needs the name of a model, such as 'qwen2.5-coder:1.5b'")
    address = settings.address or USUAL_ADDRESSES[settings.provider]
    return Endpoint(address, settings.name, parse_key(settings.key), _limits(settings))


def _check_mistral(settings: ModelSettings) -> None:
    """Nothing leaves this machine before the user has said where to, which model, and with what key."""
    if not settings.address:
        raise SettingsError(
            "tactful.model.address: Mistral needs the address that your code may be sent to, "
            "https://codestral.mistral.ai or https://api.mistral.ai"
        )
    if not settings.name:
        raise SettingsError("tactful.model.name: Mistral needs the name of a model, such as 'codestral-latest'")
    if not settings.key and not Endpoint(settings.address).is_loopback:
        raise SettingsError(
            "tactful.model.key: Mistral needs a key; put it into an environment variable or the keyring and write "
            "env:NAME or keyring:SERVICE/USER"
        )


def _limits(settings: ModelSettings) -> Limits:
    """What `timeoutMs` says: it holds for the whole answer."""
    return Limits(first_token_s=settings.timeout_ms / 1000, overall_s=settings.timeout_ms / 1000)


def _family(settings: ModelSettings, name: str) -> str | None:
    """The family to use whatever the name says: that of the settings, or the server's own where only it can tell."""
    provider, chosen = settings.provider, settings.template
    if provider == "mistral" and chosen not in ("", "server", "plain"):
        raise SettingsError("tactful.model.template: Mistral places the text itself; leave it empty or write 'plain'")
    if provider == "embedded" and chosen == "server":
        raise SettingsError(
            "tactful.model.template: the embedded runtime reads too little at once to place the text itself; "
            "name the model's family or leave it empty"
        )
    if chosen:
        return chosen
    is_asked = provider in ("llamacpp", "ollama") and not profile_for(name).is_known
    return "server" if provider == "mistral" or is_asked else None
