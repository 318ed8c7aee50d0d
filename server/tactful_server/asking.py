"""From a place in a document to a stream of text from the model that the settings name."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path

from tactful_models.errors import ProviderError, SettingsError
from tactful_models.facts import CaretView
from tactful_models.names import plain_model
from tactful_server import install
from tactful_server.embedded import EmbeddedModel, embedded
from tactful_server.prompt import build
from tactful_server.providers import Chunk, Prompt, Provider
from tactful_server.providers.addresses import Endpoint, Limits
from tactful_server.providers.connect import connect
from tactful_server.providers.faults import EmbeddedError
from tactful_server.providers.guarded import GuardedProvider, ProviderStatus
from tactful_server.providers.healing import heal
from tactful_server.providers.keys import parse_key
from tactful_server.settings import ModelSettings
from tactful_server.snippets import Snippet, snippets_for
from tactful_server.templates import ModelProfile, ProfileOverrides, profile_for

USUAL_ADDRESSES = (
    ("llamacpp", "http://127.0.0.1:8080"),
    ("openai", "http://127.0.0.1:8000"),
    ("ollama", "http://127.0.0.1:11434"),
)
"""Where each kind of server listens unless told otherwise."""

OtherFiles = Callable[[str], Sequence[tuple[str, str]]]
"""The documents beside the one at a URI that may be told to the model: name and text, the last edited first."""


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


class ModelDesk:
    """Writes the prompt, asks, and heals the answer's beginning."""

    def __init__(self, provider: Provider, profile: ModelProfile, others: OtherFiles) -> None:
        self._inner = provider
        self._provider = GuardedProvider(provider)
        self._profile = profile
        self._others = others

    @property
    def key(self) -> str:
        """Kind of server and name of the model, as the log spells it: `llamacpp:SmolLM2-135M`."""
        return plain_model(self._provider.key)

    @property
    def specials(self) -> tuple[str, ...]:
        """Markers at which an answer is cut."""
        return self._profile.family.specials

    @property
    def status(self) -> ProviderStatus:
        """How the model stands."""
        return self._provider.status

    async def ask(self, uri: str, view: CaretView) -> AsyncGenerator[Chunk, None]:
        """Streams what the model says at the caret.

        Raises:
            ProviderError: the model gave no usable answer.
        """
        prompt = build(view, self._profile, await self._snippets(uri, view))
        async with aclosing(heal(self._provider.stream(prompt), prompt.required_start)) as chunks:
            async for chunk in chunks:
                yield chunk

    async def prepare(self, view: CaretView) -> None:
        """Has an embedded model started, ahead of the first request, and lets it read a document it can hold whole.

        Of a longer one it is not known which part will be asked about.
        """
        if isinstance(self._inner, EmbeddedModel):
            fits = len(view.before) <= 2 * self._profile.budget.prefix_tokens
            await self._inner.warm(build(view if fits else CaretView("", "", view.language), self._profile))

    def forgive(self) -> None:
        """Asks again at once after a fault, as when the user has mended something."""
        self._provider.forgive()

    async def aclose(self) -> None:
        """Closes connections, and ends an embedded model."""
        await self._provider.aclose()

    async def _snippets(self, uri: str, view: CaretView) -> Sequence[Snippet]:
        """Off the event loop: eight large files that it has not seen yet take some 20 ms."""
        others = self._others(uri) if self._profile.budget.snippet_tokens else ()
        return await asyncio.to_thread(snippets_for, view, others) if others else ()


def model_desk(settings: ModelSettings, others: OtherFiles) -> ModelDesk:
    """The desk for the model that the settings name; nothing is sent or started yet.

    Raises:
        SettingsError: the settings cannot be used together.
    """
    provider = _embedded(settings) if settings.provider == "embedded" else _remote(settings)
    return ModelDesk(provider, _profile(settings, provider), others)


def _embedded(settings: ModelSettings) -> Provider:
    try:
        file = Path(settings.file).expanduser() if settings.file else None
        return embedded(file, install.data_dir(), _limits(settings))
    except EmbeddedError as error:
        return Unavailable("llamacpp:embedded", error)


def _remote(settings: ModelSettings) -> Provider:
    address = settings.address or dict(USUAL_ADDRESSES)[settings.provider]
    if settings.provider == "ollama" and not settings.name:
        raise SettingsError("tactful.model.name: Ollama needs the name of a model, such as 'qwen2.5-coder:1.5b'")
    endpoint = Endpoint(address, settings.name, parse_key(settings.key), _limits(settings))
    return connect(settings.provider, endpoint)


def _limits(settings: ModelSettings) -> Limits:
    """What `timeoutMs` says: it holds for the whole answer."""
    return Limits(first_token_s=settings.timeout_ms / 1000, overall_s=settings.timeout_ms / 1000)


def _profile(settings: ModelSettings, provider: Provider) -> ModelProfile:
    """The model's profile; an embedded one's window is what it is served with, whatever the model could do."""
    name = settings.name or provider.key.partition(":")[2]
    family = settings.template or None
    usual = profile_for(name, ProfileOverrides(family=family))
    served = provider.weights.context_tokens if isinstance(provider, EmbeddedModel) else usual.context_tokens
    budget = replace(
        usual.budget,
        prefix_tokens=settings.prefix_tokens or usual.budget.prefix_tokens,
        max_tokens=settings.max_tokens,
    )
    return profile_for(name, ProfileOverrides(family, min(served, usual.context_tokens), budget))
