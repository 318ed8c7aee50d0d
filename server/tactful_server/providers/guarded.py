"""A provider that rests after a fault and says so once, not at every keystroke."""

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass

from tactful_server.providers import Chunk, Prompt, Provider
from tactful_server.providers.backoff import Backoff
from tactful_server.providers.faults import GarbageError, ModelServerError, RestingError

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ProviderStatus:
    """What can be said of a model server now."""

    key: str
    """The provider's key."""
    state: str
    """`ready`, or the word of the latest fault: `unreachable`, `unauthorized`, …"""
    message: str = ""
    """The latest fault's sentence; empty when ready."""
    retry_in_s: float = 0.0
    """Seconds until it is asked again."""


class GuardedProvider:
    """Wraps a provider with back-off. Implements `Provider`."""

    def __init__(self, inner: Provider, clock: Callable[[], float] = time.monotonic) -> None:
        self._inner = inner
        self._backoff = Backoff(clock)

    @property
    def key(self) -> str:
        """The inner provider's."""
        return self._inner.key

    @property
    def status(self) -> ProviderStatus:
        """State, sentence and waiting time."""
        last = self._backoff.last
        if last is None:
            return ProviderStatus(self.key, "ready")
        return ProviderStatus(self.key, last.state, str(last), self._backoff.wait_s())

    async def stream(self, prompt: Prompt) -> AsyncGenerator[Chunk, None]:
        """The inner provider's stream, not begun while the server is left alone.

        An answer counts as a success when it ends well, or when the reader leaves after some of it has come.

        Raises:
            RestingError: the server is being left alone.
            ModelServerError: the inner provider's faults, and anything else it raises as garbage; already logged.
        """
        if wait_s := self._backoff.wait_s():
            raise RestingError(f"{self._backoff.last} Asked again in {wait_s:.0f} s.")
        n_chunks = 0
        try:
            async with aclosing(self._inner.stream(prompt)) as chunks:
                async for chunk in chunks:
                    n_chunks += 1
                    yield chunk
        except ModelServerError as fault:
            self._failed(fault)
            raise
        except Exception as error:
            garbage = GarbageError(f"The answer of {self.key} could not be read ({type(error).__name__}).")
            self._failed(garbage)
            raise garbage from error
        except (GeneratorExit, asyncio.CancelledError):
            if n_chunks:
                self._succeeded()
            raise
        self._succeeded()

    def forgive(self) -> None:
        """Ask again at once, as after the settings have changed or when the user says so."""
        self._backoff.forgive()

    async def aclose(self) -> None:
        """Close the inner provider."""
        await self._inner.aclose()

    def _failed(self, fault: ModelServerError) -> None:
        if self._backoff.failed(fault):
            _LOG.warning("%s", fault)

    def _succeeded(self) -> None:
        if self._backoff.succeeded():
            _LOG.info("The model server %s answers again.", self.key)
