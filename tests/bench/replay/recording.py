"""What the model said, kept: a second run says the same at the same times, and a run that was broken off goes on.

Only the first line of an answer is asked for and kept. The time the model takes passes on the virtual clock, live and
from the recording alike, so that both runs log the same.
"""

import asyncio
import hashlib
import json
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import astuple
from pathlib import Path
from typing import Any

from bench.replay.virtual_time import VirtualTime
from tactful_models.facts import Token
from tactful_server.postprocess import first_line_complete
from tactful_server.providers import Chunk, Prompt, Provider
from tactful_server.providers.faults import ModelServerError

PAUSES_S = (1.0, 5.0, 20.0)
"""After a fault the model is asked again."""
Said = list[tuple[float, Chunk]]
"""Chunks, each with the seconds since the one before."""


class Recording:
    """Answers by prompt, in a file of JSON lines."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._said: dict[str, Said] = {}
        path.parent.mkdir(parents=True, exist_ok=True)
        for line in path.read_text("utf-8").splitlines() if path.exists() else ():
            self._read(line)

    def __len__(self) -> int:
        return len(self._said)

    def get(self, prompt: Prompt) -> Said | None:
        """What was said to it; None when it was never asked."""
        return self._said.get(_name(prompt))

    def keep(self, prompt: Prompt, said: Said) -> None:
        """Appends an answer."""
        self._said[_name(prompt)] = said
        chunks = [[round(after, 5), chunk.text, [astuple(token) for token in chunk.tokens]] for after, chunk in said]
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"prompt": _name(prompt), "said": chunks}) + "\n")

    def _read(self, line: str) -> None:
        try:
            row: dict[str, Any] = json.loads(line)
        except ValueError:  # broken off in mid-line
            return
        self._said[row["prompt"]] = [
            (after, Chunk(text, tuple(Token(*token) for token in tokens))) for after, text, tokens in row["said"]
        ]


class RecordedProvider:
    """Implements `Provider`: from the recording where it can, else from the model, which is then recorded."""

    def __init__(self, inner: Provider, recording: Recording, clock: VirtualTime) -> None:
        self._inner = inner
        self._recording = recording
        self._clock = clock

    @property
    def key(self) -> str:
        """The model's."""
        return self._inner.key

    async def stream(self, prompt: Prompt) -> AsyncGenerator[Chunk, None]:
        """The answer up to the end of its first line. Raises what the model raises."""
        said = self._recording.get(prompt)
        if said is None:
            said = await self._patiently(prompt)
            self._recording.keep(prompt, said)
        for after, chunk in said:
            self._clock.passes(after)
            yield chunk

    async def aclose(self) -> None:
        """The model serves others too."""

    async def _patiently(self, prompt: Prompt) -> Said:
        """A busy machine's faults do not decide which places are in the log."""
        for pause_s in PAUSES_S:
            try:
                return await self._ask(prompt)
            except ModelServerError:
                await asyncio.sleep(pause_s)
        return await self._ask(prompt)

    async def _ask(self, prompt: Prompt) -> Said:
        said, text, before = Said(), "", time.perf_counter()
        async with aclosing(self._inner.stream(prompt)) as chunks:
            async for chunk in chunks:
                now = time.perf_counter()
                said.append((round(now - before, 5), chunk))
                before, text = now, text + chunk.text
                if first_line_complete(text):
                    break
        return said


def _name(prompt: Prompt) -> str:
    return hashlib.sha256(json.dumps(astuple(prompt)).encode()).hexdigest()[:32]
