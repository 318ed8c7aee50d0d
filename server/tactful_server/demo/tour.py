"""The whole loop, end to end: type with the gate in shadow, train, promote, type other files with the gate on."""

import asyncio
import json
import os
import sys
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pygls.lsp.client import LanguageClient

from tactful_models.errors import TactfulError
from tactful_server.demo.counting import Span
from tactful_server.demo.developer import Developer, Diary, Missed, Source, is_right
from tactful_server.demo.editor import Editor

Tick = Callable[[int], object]


@dataclass(frozen=True, slots=True)
class Size:
    """How much is typed in a part."""

    looks: int
    """Pauses at which a suggestion could come."""
    looks_a_file: int = 26
    """After so many the next file is opened."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How large the demonstration is."""

    home: Path
    """Where its log and its gates go."""
    seed: int = 1
    """Of the developer and of the gate's exploration."""
    model_file: str = ""
    """A GGUF file in place of the embedded model's."""

    @property
    def db(self) -> Path:
        """Its feedback log."""
        return self.home / "feedback.db"

    @property
    def registry(self) -> Path:
        """Its gates."""
        return self.home / "gates"


@dataclass(frozen=True, slots=True)
class Part:
    """One part's time and what the developer missed."""

    span: Span
    diary: Diary


@asynccontextmanager
async def running(plan: Plan) -> AsyncIterator[Editor]:
    """An editor connected to a fresh server process, which ends with it."""
    command = [sys.executable, "-P", "-m", "tactful_server", "serve", "--source", "demo", "--seed", str(plan.seed)]
    command += ["--db", str(plan.db), "--registry", str(plan.registry), "--log", str(plan.home / "server.log")]
    command += ["--model", plan.model_file] if plan.model_file else []
    client = LanguageClient("tactful-demo", "1")
    environment = {**os.environ, "TACTFUL_HOME": str(plan.home)}
    await client.start_io(*command, env=environment)
    editor = Editor(client)
    try:
        await editor.initialize({"settings": {"request": {"length": "line"}}})
    except RuntimeError as error:
        raise TactfulError(
            f"the server did not start; {plan.home / 'server.log'} and tactful doctor say why"
        ) from error
    try:
        yield editor
    finally:
        await editor.leave()
        await client.stop()  # type: ignore[no-untyped-call]


async def type_part(developer: Developer, files: Sequence[Source], size: Size, tick: Tick) -> Part:
    """Types files until so many pauses have been made."""
    since = time.time()
    for source in files:
        if (left := size.looks - developer.diary.looks) <= 0:
            break
        before = developer.diary.looks
        await developer.write(source, min(size.looks_a_file, left))
        tick(developer.diary.looks - before)
    return Part(Span(since, time.time()), developer.diary)


async def count_lost(editor: Editor, missed: Sequence[Missed], tick: Tick) -> int:
    """Asks by hand at each place where nothing was shown: how often would the model have been right?

    A request by hand passes the gate and is logged apart, so this counts nothing twice.
    """
    lost = 0
    for one in missed:
        editor.open(one.uri, one.before)
        ghost = await editor.ask(manual=True)
        lost += ghost is not None and is_right(ghost, one.truth)
        tick(1)
    return lost


async def tactful(plan: Plan, *arguments: str) -> dict[str, Any]:
    """Runs a command as a user would, and reads what it prints for programs.

    Raises:
        TactfulError: it failed; the message is what it printed.
    """
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-P",
        "-m",
        "tactful_server",
        *arguments,
        "--json",
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ, "TACTFUL_HOME": str(plan.home)},
    )
    out, err = await process.communicate()
    if process.returncode:
        raise TactfulError(err.decode(errors="replace").strip().removeprefix("tactful: "))
    answer: dict[str, Any] = json.loads(out)
    return answer


async def gate_in_force(editor: Editor, version: str, patience_s: float = 15.0) -> str:
    """Waits until the running server has taken the version over; returns the mode it is in then.

    Raises:
        TactfulError: it did not.
    """
    until = time.monotonic() + patience_s
    while time.monotonic() < until:
        gate = (await editor.request("tactful/status")).gate
        if gate.version == version:
            return str(gate.mode)
        await asyncio.sleep(0.1)
    raise TactfulError(f"the running server did not take gate {version} over within {patience_s:.0f} s")
