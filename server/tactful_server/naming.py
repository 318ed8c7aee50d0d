"""Finding out what the model of a server is that the settings name without its model."""

import asyncio
from collections.abc import Callable

from tactful_server.providers.backend import HttpProvider
from tactful_server.templates import ModelProfile

_TRIES = 3


class Naming:
    """Asks the server for its list of models, until it has answered, or three times; nothing of a document is sent."""

    def __init__(self, provider: HttpProvider, profile_by: Callable[[str], ModelProfile]) -> None:
        self._provider = provider
        self._profile_by = profile_by
        self._looking: asyncio.Task[tuple[str, ...] | None] | None = None
        self._tries_left = _TRIES
        self._is_done = False

    def forgive(self) -> None:
        """Tries again if it has not answered yet, as when somebody listens at its address again."""
        self._tries_left = 0 if self._is_done else _TRIES

    async def found(self) -> ModelProfile | None:
        """The profile of the server's only model, once; None when it has several, does not say, or said it before.

        Never fails; a caller that is cancelled leaves the look to the next.
        """
        if not self._tries_left:
            return None
        if self._looking is None:
            self._looking = asyncio.create_task(self._provider.names(), name="the model's name")
        looking = self._looking
        names = await asyncio.shield(looking)
        if self._looking is not looking:  # another caller has seen the answer
            return None
        self._looking = None
        self._is_done = names is not None
        self._tries_left = 0 if self._is_done else self._tries_left - 1
        if names is None or len(names) != 1:
            return None
        self._provider.call(names[0])
        return self._profile_by(names[0])

    async def aclose(self) -> None:
        """Leaves off looking."""
        if self._looking is not None:
            self._looking.cancel()
            await asyncio.wait([self._looking])
