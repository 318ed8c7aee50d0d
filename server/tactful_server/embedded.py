"""The embedded model as a provider: started on first need, started again when it dies, ended with the server."""

import asyncio
import contextlib
import os
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import replace
from importlib import import_module
from pathlib import Path

from tactful_server.embedded_process import Child, sizes_for, start
from tactful_server.providers import Chunk, Prompt
from tactful_server.providers.addresses import Endpoint, Limits
from tactful_server.providers.backend import HttpProvider
from tactful_server.providers.faults import EmbeddedError, ModelServerError
from tactful_server.providers.llamacpp import LLAMACPP
from tactful_server.weights import Weights, own, packaged, verify

_MOST_DEATHS = 4
_DEATHS_WINDOW_S = 600.0
_FIRST_PAUSE_S = 0.25
USUAL_LIMITS = Limits(first_token_s=20.0, overall_s=40.0)


class EmbeddedModel:
    """Implements `Provider` over a child process of this one.

    `state` is `idle`, `starting`, `ready`, `failed` (the reason is in `trouble`) or `closed`.
    """

    def __init__(
        self,
        weights: Weights,
        data_dir: Path,
        clock: Callable[[], float] = time.monotonic,
        limits: Limits = USUAL_LIMITS,
    ) -> None:
        self._weights = weights
        self._data_dir = data_dir
        self._clock = clock
        self._limits = limits
        self._child: Child | None = None
        self._provider: HttpProvider | None = None
        self._starting: asyncio.Task[HttpProvider] | None = None
        self._deaths: tuple[float, ...] = ()
        self._is_closed = False
        self.trouble: EmbeddedError | None = None
        """Why it could not be started the last time; None when it could."""

    @property
    def key(self) -> str:
        """`llamacpp:SmolLM2-135M`."""
        return f"{LLAMACPP.kind}:{self._weights.name}"

    @property
    def weights(self) -> Weights:
        """The model's file."""
        return self._weights

    @property
    def pid(self) -> int | None:
        """Of the child process, while it lives."""
        return self._child.process.pid if self._child is not None and self._child.is_alive else None

    @property
    def state(self) -> str:
        """One word for the status."""
        if self._is_closed:
            return "closed"
        if self._starting is not None and not self._starting.done():
            return "starting"
        if self.pid is not None:
            return "ready"
        return "failed" if self.trouble is not None else "idle"

    async def ensure(self) -> HttpProvider:
        """The provider that speaks to the running child, started if need be; callers that give up don't stop the start.

        Raises:
            EmbeddedError: it cannot be started, died too often, or has been closed.
        """
        if self._provider is not None and self.pid is not None:
            return self._provider
        if self._starting is None or self._starting.done():
            self._starting = asyncio.create_task(self._started(), name="start the embedded model")
            self._starting.add_done_callback(_seen)
        return await asyncio.shield(self._starting)

    async def stream(self, prompt: Prompt) -> AsyncGenerator[Chunk, None]:
        """Ask the model.

        Raises:
            ModelServerError: it cannot be started, or any fault of a llama.cpp server.
        """
        provider = await self.ensure()
        async with aclosing(provider.stream(prompt)) as chunks:
            async for chunk in chunks:
                yield chunk

    async def warm(self, prompt: Prompt) -> None:
        """Let the model read the prompt and answer nothing, so that the next request finds it in the cache."""
        with contextlib.suppress(ModelServerError):
            async for _ in self.stream(replace(prompt, max_tokens=0)):
                pass

    async def close(self) -> None:
        """End the child; nothing can be asked after this."""
        self._is_closed = True
        if self._starting is not None:
            self._starting.cancel()
            await asyncio.wait([self._starting])
        await self._put_away()

    async def aclose(self) -> None:
        """The same, under the provider's name for it."""
        await self.close()

    async def _started(self) -> HttpProvider:
        await self._put_away()
        try:
            await asyncio.sleep(self._pause_s())
            await asyncio.to_thread(verify, self._weights, self._data_dir)
            # the HTTP library's 0.2 s pass while the model loads
            importing = asyncio.get_running_loop().run_in_executor(None, import_module, "httpx")
            child = self._child = await start(self._weights, sizes_for(os.cpu_count() or 1))
            await importing
        except EmbeddedError as error:
            self.trouble = error
            raise
        self.trouble = None
        endpoint = Endpoint(child.address, self._weights.name, child.key, self._limits)
        self._provider = HttpProvider(LLAMACPP, endpoint)
        return self._provider

    def _pause_s(self) -> float:
        """How long to wait before this start.

        Raises:
            EmbeddedError: it has been closed, or has died too often lately.
        """
        if self._is_closed:
            raise EmbeddedError("The embedded model has been shut down.")
        recent = [at for at in self._deaths if self._clock() - at < _DEATHS_WINDOW_S]
        if len(recent) >= _MOST_DEATHS:
            raise EmbeddedError(
                f"The embedded model died {len(recent)} times within {_DEATHS_WINDOW_S / 60:g} minutes and is left "
                "alone; run `tactful doctor` or choose another provider."
            )
        return _FIRST_PAUSE_S * 4.0 ** (len(recent) - 1) if recent else 0.0

    async def _put_away(self) -> None:
        """Close what belongs to a child, dead or alive; a dead one is counted."""
        child, provider = self._child, self._provider
        self._child = self._provider = None
        if provider is not None:
            await provider.aclose()
        if child is not None:
            if not child.is_alive:
                self._deaths = (*self._deaths, self._clock())[-_MOST_DEATHS:]
            await child.stop()


def _seen(task: asyncio.Task[HttpProvider]) -> None:
    """Look at how the start ended, also where every caller has left meanwhile; `trouble` keeps it."""
    if not task.cancelled():
        task.exception()


def embedded(model: Path | None, data_dir: Path, limits: Limits = USUAL_LIMITS) -> EmbeddedModel:
    """The packaged model, or the user's own GGUF file; the limits begin to count when it has been started.

    Raises:
        EmbeddedError: there is no such file, or the weights are not installed.
    """
    return EmbeddedModel(packaged() if model is None else own(model), data_dir, limits=limits)
