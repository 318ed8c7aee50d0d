"""Starting, watching and ending the child process that serves the embedded model."""

import asyncio
import contextlib
import importlib.util
import json
import os
import secrets
import sys
from collections import deque
from dataclasses import dataclass

from tactful_server.machine import has_avx2, has_libgomp
from tactful_server.providers.faults import EmbeddedError
from tactful_server.providers.keys import Secret
from tactful_server.weights import Weights

_START_S = 60.0
_STOP_S = 2.0
_TAIL_LINES = 20


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much of the machine the model may use. Small batches let it notice a hung-up client soon."""

    n_batch: int = 64
    """Tokens evaluated at once: 64 frees the model 0.6 s after a cancel in mid-prompt, 512 after 2 s."""
    n_threads: int = 1
    """For generating."""
    n_threads_batch: int = 2
    """For reading the prompt."""


def sizes_for(n_cpus: int) -> Sizes:
    """Half the processors (at most four) for generating, all (at most eight) for reading the prompt."""
    return Sizes(n_threads=min(max(1, n_cpus // 2), 4), n_threads_batch=min(max(1, n_cpus), 8))


@dataclass(frozen=True, slots=True)
class Child:
    """A running child process that answers."""

    process: asyncio.subprocess.Process
    """The process; its standard input is the cord it hangs on."""
    address: str
    """`http://127.0.0.1:PORT`."""
    key: Secret
    """The bearer token it insists on."""
    draining: asyncio.Task[None]
    """Reads what the process says on standard error, so that it never blocks."""

    @property
    def is_alive(self) -> bool:
        """Whether the process has not ended."""
        return self.process.returncode is None

    async def stop(self) -> None:
        """End the process: the cord is cut, and after two seconds it is killed."""
        if self.process.stdin is not None:
            self.process.stdin.close()
        try:
            async with asyncio.timeout(_STOP_S):
                await self.process.wait()
        except TimeoutError:
            await _kill(self.process)
        await self.draining


def check_machine() -> None:
    """See that the runtime can work here at all.

    Raises:
        EmbeddedError: the package, the processor's AVX2 or the OpenMP library is missing.
    """
    if importlib.util.find_spec("xllamacpp") is None:
        raise EmbeddedError("The embedded model's runtime is not installed; run `pip install 'tactful[embedded]'`.")
    if has_avx2() is False:
        raise EmbeddedError("This processor has no AVX2, which the embedded model needs; choose another provider.")
    if has_libgomp() is False:
        raise EmbeddedError(
            "The library libgomp is missing; install it with `apt install libgomp1` (or `dnf install libgomp`)."
        )


async def start(weights: Weights, sizes: Sizes) -> Child:
    """Start the process and wait until the model is loaded.

    Raises:
        EmbeddedError: it cannot be started, or the model cannot be loaded.
    """
    check_machine()
    process = await _spawned()
    key, tail = Secret(secrets.token_urlsafe(24)), deque[str](maxlen=_TAIL_LINES)
    draining = asyncio.create_task(_drain(process, tail), name="embedded model's messages")
    try:
        address = await _handshake(process, _order(weights, sizes, key))
    except BaseException:
        await _kill(process)
        await draining
        raise
    return Child(process, address, key, draining)


async def _spawned() -> asyncio.subprocess.Process:
    pipe = asyncio.subprocess.PIPE
    command = (sys.executable, "-P", "-m", "tactful_server.embedded_child")
    environment = {**os.environ, "OMP_WAIT_POLICY": "PASSIVE"}
    try:
        return await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe, stderr=pipe, env=environment)
    except OSError as error:
        raise EmbeddedError(f"The embedded model's process cannot be started ({error.strerror}).") from error


def _order(weights: Weights, sizes: Sizes, key: Secret) -> bytes:
    order = {
        "parent": os.getpid(),
        "model": str(weights.path),
        "name": weights.name,
        "key": key.reveal(),
        "n_ctx": weights.context_tokens,
        "n_batch": sizes.n_batch,
        "n_threads": sizes.n_threads,
        "n_threads_batch": sizes.n_threads_batch,
    }
    return json.dumps(order).encode() + b"\n"


async def _handshake(process: asyncio.subprocess.Process, order: bytes) -> str:
    """Tell the child what to serve; the address it answers with."""
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        async with asyncio.timeout(_START_S):
            process.stdin.write(order)
            await process.stdin.drain()
            line = await process.stdout.readline()
    except TimeoutError as error:
        raise EmbeddedError(
            f"The embedded model was not loaded within {_START_S:g} s; run `tactful doctor`."
        ) from error
    except ConnectionError as error:
        raise EmbeddedError("The embedded model's process ended at once; run `tactful doctor`.") from error
    answer = json.loads(line) if line else {"error": f"it ended with code {await process.wait()}"}
    if "address" not in answer:
        raise EmbeddedError(f"The embedded model cannot be loaded ({answer['error']}); run `tactful doctor`.")
    return str(answer["address"])


async def _drain(process: asyncio.subprocess.Process, tail: deque[str]) -> None:
    assert process.stderr is not None
    while piece := await process.stderr.read(4096):
        tail.append(piece.decode("utf-8", errors="replace"))


async def _kill(process: asyncio.subprocess.Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        process.kill()
    await process.wait()
