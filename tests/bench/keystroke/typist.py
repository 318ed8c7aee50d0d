"""Types into one real editor, and knows when each key's ghost text was on screen."""

import asyncio
import os
import random
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Browser

from bench.day.samples import offspring
from bench.keystroke.contenders import Contender, installed
from editor.code_server import CodeServer, Profile
from editor.installed import ROOT
from editor.waiting import until_there
from editor.window import Window
from model_server import marking

FAILED = ROOT / "build" / "keystroke.png"
"""What the editor looked like that never showed anything."""
WATCH = (Path(__file__).parent / "watch.js").read_text("utf-8")
LETTERS = "abcdefghijklmnoprstuvwxy"
"""No answer begins with one of them, so that every key asks anew."""
LINE_CHARS = 24
BURST_KEYS = 8
BURST_GAP_S = 0.06
FILE = "bench.py"
TEXT = "".join(f"value_{n} = compute(value_{n})  # step {n}\n" for n in range(200))


@dataclass(frozen=True, slots=True)
class Pressed:
    """One key, with times by the wall clock, in seconds."""

    prefix: str
    """The line after it."""
    at: float
    """When the page got it."""
    ghost: float | None
    """When its own ghost text was first in the page; None when another key came first."""


class Typist:
    """One editor under measurement."""

    def __init__(self, contender: Contender, window: Window, draw: random.Random) -> None:
        self.contender = contender
        self._window = window
        self._draw = draw
        self._n_chars = 0
        self._next = 0.0

    async def settle_in(self) -> None:
        """Opens the file and types until suggestions come, and a little more."""
        await self._window.load()
        await self._window.open(FILE, TEXT)
        await self._window.page.evaluate(WATCH)
        await until_there(f"a first ghost text of {self.contender.name}", self._try, timeout_s=120)
        await self.steady(15)

    async def front(self) -> None:
        """Comes to the front, on a line of its own."""
        await self._window.page.bring_to_front()
        await self._line()

    async def steady(self, n_keys: int) -> list[Pressed]:
        """Keys with 150 to 250 ms between them."""
        done = await self._n_keys()
        for _ in range(n_keys):
            await self.press(self._draw.uniform(0.15, 0.25))
        await asyncio.sleep(1.0)
        return await self.keys(done)

    def processor_s(self) -> float:
        """Processor time so far of the editor's processes and of the servers they started; the browser is not in it."""
        process = self._window.server.process
        assert process is not None
        return sum(map(_processor_s, [process.pid, *offspring(process.pid)]))

    async def burst(self) -> Pressed:
        """A word in one go, then a rest; its last key."""
        if self._n_chars + BURST_KEYS > LINE_CHARS:
            await self._line()
        self._next = 0.0
        for _ in range(BURST_KEYS):
            await self.press(BURST_GAP_S)
        await asyncio.sleep(1.5)
        return (await self.keys(-1))[0]

    async def diverge(self, slow_s: float) -> list[Pressed]:
        """A key, and half a second later another, with a model that takes so long; the two keys."""
        self._next = 0.0
        await self.press(0.5)
        await self.press(0.0)
        await until_there("the ghost text of a slow answer", self._last_ghost, timeout_s=4 * slow_s)
        return await self.keys(-2)

    async def press(self, gap_s: float) -> None:
        """One key when its time has come; the next comes no earlier than so much later."""
        if self._n_chars >= LINE_CHARS:
            await self._line()
        await asyncio.sleep(max(0.0, self._next - time.monotonic()))
        self._next = max(self._next, time.monotonic() - 0.005) + gap_s
        await self._window.keys.press("+" if self._n_chars % 7 == 6 else self._draw.choice(LETTERS))
        self._n_chars += 1

    async def keys(self, since: int) -> list[Pressed]:
        """What the page has noted from this key on."""
        noted = await self._window.page.evaluate("since => window.keystrokes.keys.slice(since)", since)
        assert all(marking(key["prefix"]).startswith(key["want"]) for key in noted)
        return [Pressed(key["prefix"], key["at"] / 1e3, key["ghost"] and key["ghost"] / 1e3) for key in noted]

    async def _line(self) -> None:
        await asyncio.sleep(0.4)
        await self._window.keys.press("Enter")
        self._n_chars, self._next = 0, 0.0
        await asyncio.sleep(0.6)

    async def _try(self) -> float | None:
        if not await self._window.tab(FILE).count():  # a walkthrough has come to the front
            await self._window.pick(FILE, "Control+p", FILE)
            await self._window.keys.press("Control+End")
            await self._line()
        self._next = 0.0
        await self.press(0.0)
        await asyncio.sleep(0.7)
        return await self._last_ghost()

    async def _last_ghost(self) -> float | None:
        return (await self.keys(-1))[0].ghost

    async def _n_keys(self) -> int:
        return int(await self._window.page.evaluate("() => window.keystrokes.keys.length"))


@asynccontextmanager
async def seated(contender: Contender, root: Path, browser: Browser) -> AsyncIterator[Typist]:
    """A typist before an editor of its own, ready to be measured."""
    server = await asyncio.to_thread(_editor, contender, root)
    await server.start()
    try:
        context = await browser.new_context(viewport={"width": 1280, "height": 720})
        page = await context.new_page()
        typist = Typist(contender, Window(page, server), random.Random(contender.name))
        try:
            await typist.settle_in()
        except AssertionError:
            await page.screenshot(path=FAILED)
            raise
        yield typist
        await context.close()
    finally:
        await server.stop()


def _processor_s(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _editor(contender: Contender, root: Path) -> CodeServer:
    root.mkdir(exist_ok=True)
    server = CodeServer(root, installed(contender, root), Profile())
    server.configure(contender.settings)
    return server
