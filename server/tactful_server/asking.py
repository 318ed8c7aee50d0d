"""From a place in a document to a stream of text from the model that the settings name."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import replace

from tactful_models.facts import CaretView
from tactful_models.names import plain_model
from tactful_server.embedded import EmbeddedModel
from tactful_server.naming import Naming
from tactful_server.prompt import build
from tactful_server.providers import Chunk, Provider
from tactful_server.providers.backend import HttpProvider
from tactful_server.providers.faults import UnsupportedError
from tactful_server.providers.guarded import GuardedProvider, ProviderStatus
from tactful_server.providers.healing import heal
from tactful_server.providing import profile_of, provider_of
from tactful_server.settings import ModelSettings
from tactful_server.snippets import Snippet, snippets_for
from tactful_server.templates import ModelProfile, family

logger = logging.getLogger(__name__)

OtherFiles = Callable[[str], Sequence[tuple[str, str]]]
"""The documents beside the one at a URI that may be told to the model: name and text, the last edited first."""


class ModelDesk:
    """Writes the prompt, asks, and heals the answer's beginning.

    `naming` finds out, before the first prompt is written, what the model of a server is whose model has no name in
    the settings.
    """

    def __init__(
        self, provider: Provider, profile: ModelProfile, others: OtherFiles, naming: Naming | None = None
    ) -> None:
        self._inner = provider
        self._provider = GuardedProvider(provider)
        self._profile = profile
        self._others = others
        self._naming = naming

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
        """Streams what the model says at the caret; a model that fills in no middle is asked without, from then on.

        Raises:
            ProviderError: the model gave no usable answer.
        """
        await self._introduced()
        tried = self._profile
        try:
            async with aclosing(self._asked(uri, view)) as chunks:
                async for chunk in chunks:
                    yield chunk
        except UnsupportedError as error:
            if tried.family.layout != "server":
                raise
            self._place_no_more(tried, error)
        else:
            return
        async with aclosing(self._asked(uri, view)) as chunks:
            async for chunk in chunks:
                yield chunk

    async def prepare(self, view: CaretView) -> None:
        """Has an embedded model started, ahead of the first request, and lets it read a document it can hold whole.

        Of a longer one it is not known which part will be asked about. An unnamed server is asked for its model's name.
        """
        await self._introduced()
        if isinstance(self._inner, EmbeddedModel):
            fits = len(view.before) <= 2 * self._profile.budget.prefix_tokens
            await self._inner.warm(build(view if fits else CaretView("", "", view.language), self._profile))

    def forgive(self) -> None:
        """Asks again at once after a fault, as when the user has mended something."""
        self._provider.forgive()
        if self._naming is not None:
            self._naming.forgive()

    async def aclose(self) -> None:
        """Closes connections, and ends an embedded model."""
        if self._naming is not None:
            await self._naming.aclose()
        await self._provider.aclose()

    async def _asked(self, uri: str, view: CaretView) -> AsyncGenerator[Chunk, None]:
        prompt = build(view, self._profile, await self._snippets(uri, view))
        async with aclosing(heal(self._provider.stream(prompt), prompt.required_start)) as chunks:
            async for chunk in chunks:
                yield chunk

    async def _introduced(self) -> None:
        if self._naming is None or self.status.state != "ready":
            return
        if (found := await self._naming.found()) is not None:
            self._profile = found

    def _place_no_more(self, tried: ModelProfile, error: UnsupportedError) -> None:
        """What follows the caret is told no more; said once, however many requests find it out."""
        if self._profile is tried:
            logger.warning("%s", error)
            self._profile = replace(tried, family=family("plain"))

    async def _snippets(self, uri: str, view: CaretView) -> Sequence[Snippet]:
        """Off the event loop: eight large files that it has not seen yet take some 20 ms."""
        others = self._others(uri) if self._profile.budget.snippet_tokens else ()
        return await asyncio.to_thread(snippets_for, view, others) if others else ()


def model_desk(settings: ModelSettings, others: OtherFiles) -> ModelDesk:
    """The desk for the model that the settings name; nothing is sent or started yet.

    Raises:
        SettingsError: the settings cannot be used together.
    """
    provider = provider_of(settings)
    profile = profile_of(settings, provider, settings.name or provider.key.partition(":")[2])
    naming = None
    if isinstance(provider, HttpProvider) and not settings.name:
        naming = Naming(provider, lambda name: profile_of(settings, provider, name))
    return ModelDesk(provider, profile, others, naming)
