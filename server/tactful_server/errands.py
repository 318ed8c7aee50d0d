"""Commands that an editor may have done: training, the report, the health check, each in a process of its own.

One at a time, at a low priority, and never longer than somebody wants it: a cancelled request and the server's end take
the process with all that it started.
"""

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tactful_server.settings import ModelSettings

MOST_BYTES = 1_000_000
"""Of what a process says that is kept from its beginning; of the rest only the end is."""
_TAIL_BYTES = 4096
_BUSY = "Tactful is at work on another one of these: {name}. Ask again when that is done."
_NAMES = {"train": "training the gate", "report": "making the report", "doctor": "checking its health"}


@dataclass(frozen=True, slots=True)
class Said:
    """How an errand ended."""

    code: int
    """The exit code."""
    text: str
    """Standard output."""
    trouble: str
    """Standard error."""

    @property
    def sentence(self) -> str:
        """What went wrong, as its last line says it."""
        lines = [line for line in self.trouble.splitlines() if line.strip()]
        return (
            _sentence(lines[-1].removeprefix("tactful: "))
            if lines
            else f"It ended with code {self.code} and without a word; see the log."
        )


class Errands:
    """Runs them."""

    def __init__(self, db: Path, registry: Path, changed: Callable[[], None]) -> None:
        """`changed` is called when one begins and when it has ended."""
        self._log = ("--db", str(db))
        self._gates = ("--registry", str(registry))
        self._changed = changed
        self._process: asyncio.subprocess.Process | None = None
        self._free = asyncio.Event()
        self._is_closed = False
        self.running = ""
        """The command that is being run; empty for none."""

    @property
    def learning(self) -> bool:
        """Whether a gate is being trained."""
        return self.running == "train"

    async def train(self, after_labels: int = 0, gives_way: bool = False) -> dict[str, Any]:
        """Trains a gate and promotes it when it is better: `promoted`, `reason` and `version`, or `failed`.

        With `after_labels`, only if so many suggestions have ended since the last time and nobody else trains: where it
        did not come to it, `version` is None. What `gives_way` runs only when nobody else wants the processor: not for
        somebody who waits.
        """
        when = (f"--after-labels={after_labels}",) if after_labels else ()
        idle = ("idle",) if gives_way else ()
        said = await self._run("train", "--json", *self._log, *self._gates, *when, before=idle)
        if (told := _object(said)) is None:
            return {"failed": said.sentence}
        return {
            "promoted": told.get("promoted") is True,
            "reason": _sentence(told.get("reason")),
            "version": told.get("version"),
        }

    async def report(self) -> dict[str, Any]:
        """The report in words: `text`; where there is none, that is why, and so is `failed`."""
        said = await self._run("report", *self._log)
        return _failed(said) if said.code else {"text": said.text}

    async def doctor(self, model: ModelSettings) -> dict[str, Any]:
        """Looks at everything, the model server in use included: `ok` and `text`, and `failed` where it could not."""
        said = await self._run("doctor", *self._log, *self._gates, *_options_of(model))
        if not said.text:
            return {"ok": False, **_failed(said)}
        return {"ok": said.code == 0, "text": said.text + said.trouble}

    async def close(self) -> None:
        """Ends what is being run, with all that it started. Nothing can be run after this."""
        self._is_closed = True
        self._kill()
        if self.running:
            await self._free.wait()

    async def _run(self, command: str, *options: str, before: tuple[str, ...] = ()) -> Said:
        if self.running:
            return Said(1, "", _BUSY.format(name=_NAMES[self.running]))
        self.running = command
        self._free.clear()
        self._changed()
        try:
            return await self._done((*before, command, *options))
        except OSError as error:
            return Said(1, "", f"A process of its own cannot be started for it ({error.strerror}).")
        finally:
            self.running, self._process = "", None
            self._free.set()
            self._changed()

    async def _done(self, words: Sequence[str]) -> Said:
        process = self._process = await _started(*words)
        if self._is_closed:  # meanwhile
            self._kill()
        assert process.stdout is not None
        assert process.stderr is not None
        try:
            text, trouble, code = await asyncio.gather(_read(process.stdout), _read(process.stderr), process.wait())
        finally:
            if process.returncode is None:
                _kill(process)
                await asyncio.shield(process.wait())
        return Said(code, text, trouble)

    def _kill(self) -> None:
        if self._process is not None and self._process.returncode is None:
            _kill(self._process)


async def _started(*words: str) -> asyncio.subprocess.Process:
    pipe = asyncio.subprocess.PIPE
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", "tactful_server.errand_child", *words),
        stdin=pipe,
        stdout=pipe,
        stderr=pipe,
        start_new_session=True,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    )


async def _read(stream: asyncio.StreamReader) -> str:
    """All that comes, as far as it is kept: the beginning and, since errors come last, the end."""
    head, tail = bytearray(), bytearray()
    while piece := await stream.read(65_536):
        n_free = MOST_BYTES - len(head)
        head += piece[:n_free]
        tail = (tail + piece[n_free:])[-_TAIL_BYTES:]
    return (head + tail).decode("utf-8", errors="replace")


def _failed(said: Said) -> dict[str, Any]:
    return {"text": said.sentence, "failed": said.sentence}


def _object(said: Said) -> dict[str, Any] | None:
    """The JSON object that a command said; None when it failed."""
    with contextlib.suppress(ValueError):
        if said.code == 0 and isinstance(told := json.loads(said.text), dict):
            return told
    return None


def _kill(process: asyncio.subprocess.Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        if sys.platform == "win32":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)


def _options_of(model: ModelSettings) -> list[str]:
    """The model server in use, as `tactful doctor` takes it."""
    given = {
        "--provider": model.provider,
        "--address": model.address,
        "--name": model.name,
        "--key": model.key,
        "--model": model.file,
    }
    return [f"{option}={value}" for option, value in given.items() if value]


def _sentence(clause: object) -> str:
    """A clause with a capital and a full stop."""
    text = str(clause or "").strip()
    return f"{text[:1].upper()}{text[1:].rstrip('.')}." if text else ""
