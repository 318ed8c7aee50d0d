"""What checks cost the one who types: from a keystroke to the answer, with checks running beside it and without.

    python tests/bench/bench_beside_checks.py [--keys 2000] [--window 100] [--pause-ms 100]

The real server on the sample project, trusted, with a model server that answers at once. The same is done in every
window: suggestions are taken in one file after the other, and keys are pressed in a file of their own, each on a new
line so that nothing is answered from the cache. Windows take turns: in one checks are on, so that what was taken goes
up the whole ladder (sandbox, tests), in the next they are off. So nothing differs but the checks.

A key counts as one beside a check where a check was running right before it and right after. The ratio is that of the
99th percentiles; its interval is from drawing pairs of windows anew. Exits 1 where it is above 1.2, and where no check
came to its end: they wait for a processor that nobody else wants, so the machine must have nothing else to do.
"""

import argparse
import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import cycle
from pathlib import Path
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).parents[1]))

from lsprotocol import types

from bench.measuring import editor_on, heading, line, model_process, quantile, script, tactful
from checks.sample_project import lay_out
from making_gates import artifact
from tactful_models import metrics
from tactful_models.checked import RUNGS, Checked
from tactful_models.feedback import FeedbackLog
from tactful_models.metrics import Bootstrap, Estimate
from tactful_models.registry import Registry
from tactful_models.tables import number
from tactful_server.demo.editor import Editor

MOST = 1.2
N_FILES: Final = 12
BESIDE: Final = "checks on, one running"
ON: Final = "checks on, all keys"
OFF: Final = "checks off"
_LINES: Final = "".join(f"value_{n} = compute(value_{n})  # step {n}\n" for n in range(300))
_HEAD: Final = "def add(a, b):\n    first = a"
_TAIL: Final = "\n    return a + b\n"
_TEST: Final = "from shop.part_{n} import add\n\n\ndef test_add_{n}():\n    assert add(1, 3) == 4\n"
_TAKE_EVERY: Final = 15
"""Keys after which a suggestion is taken."""
_AT_FIRST: Final = 3
"""Suggestions taken before the first key of a window."""


@dataclass(frozen=True, slots=True)
class Key:
    """One key."""

    pair: int
    """Number of the pair of windows it was pressed in."""
    is_on: bool
    """Whether checks were."""
    beside: bool
    """Whether a check was running all the while."""
    seconds: float
    """From the key to the answer."""


async def main() -> None:
    """Measure and print."""
    asked = _asked()
    with tempfile.TemporaryDirectory() as name, model_process() as address:
        home, shop = Path(name) / "home", _laid_out(Path(name) / "shop")
        Registry(home / "gates").promote(Registry(home / "gates").save(artifact()))
        script(address, text=" a * 2\n")
        settings = _settings(address)
        async with editor_on(tactful(home), home, settings, shop.as_uri()) as editor:
            desk = Desk(editor, shop, settings, asked)
            keys = await desk.measured()
        checks = _checks(home / "feedback.db")
    print(heading(f"Key to answer, {len(keys)} keys in pairs of windows of {asked.window}"))
    groups = {OFF: _off(keys), ON: [key for key in keys if key.is_on], BESIDE: _beside(keys)}
    for words, group in groups.items():
        print(line(f"{words} ({len(group)})", [key.seconds for key in group]))
    found = _ratios(keys)
    _told(checks)
    sys.exit(0 if found.value is not None and found.value <= MOST and checks else 1)


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keys", type=int, default=2000)
    parser.add_argument("--window", type=int, default=100)
    parser.add_argument("--pause-ms", type=float, default=100.0)
    return parser.parse_args()


def _settings(address: str) -> dict[str, Any]:
    """Checks may take all of the hour, and nothing is withheld."""
    return {
        "model": {"provider": "openai", "address": address, "name": "bench"},
        "gate": {"mode": "shadow"},
        "training": {"afterLabels": 0},
        "checks": {"mode": "off", "secondsPerHour": 3600},
    }


def _laid_out(folder: Path) -> Path:
    """The sample project, with functions to be completed: in every other one what is suggested breaks a test."""
    lay_out(folder)
    for n in range(N_FILES):
        (folder / f"src/shop/part_{n}.py").write_text(f"{_HEAD}{_TAIL}")
        (folder / f"tests/test_part_{n}.py").write_text(_TEST.format(n=n))
    return folder


class Desk:
    """One server, the file in which keys are measured, and files in which suggestions are taken."""

    def __init__(self, editor: Editor, shop: Path, settings: dict[str, Any], asked: argparse.Namespace) -> None:
        self._editor = editor
        self._shop = shop
        self._settings = settings
        self._asked = asked
        self._files: list[Editor] = []
        self._number = 0

    async def measured(self) -> list[Key]:
        """All keys."""
        self._editor.open((self._shop / "src/shop/typed.py").as_uri(), _LINES)
        for n in range(N_FILES):
            file = Editor(self._editor.client)
            file.open((self._shop / f"src/shop/part_{n}.py").as_uri(), _HEAD + _TAIL)
            file.caret = len(_HEAD)
            self._files.append(file)
        turn = cycle(enumerate(self._files))
        await asyncio.sleep(3)  # LightGBM is imported in the background, once
        for _ in range(20):
            await self._key()
        found: list[Key] = []
        for pair in range(max(self._asked.keys // (2 * self._asked.window), 1)):
            for is_on in (True, False) if pair % 2 else (False, True):
                found += await self._window(pair, is_on, turn)
        return found

    async def _window(self, pair: int, is_on: bool, turn: "cycle[tuple[int, Editor]]") -> list[Key]:
        await self._switch(is_on)
        for _ in range(_AT_FIRST):
            await self._take(*next(turn))
        if is_on:
            await self._until(lambda checks: checks.running)
        found, ran = [], [await self._runs()]
        for n in range(self._asked.window):
            if n % _TAKE_EVERY == _TAKE_EVERY - 1:
                await self._take(*next(turn))
            await asyncio.sleep(self._asked.pause_ms / 1e3)
            ran.append(await self._runs())
            found.append(await self._key())
        ran.append(await self._runs())
        return [Key(pair, is_on, ran[n + 1] and ran[n + 2], seconds) for n, seconds in enumerate(found)]

    async def _key(self) -> float:
        self._number += 1
        self._editor.insert(f"\nx{self._number}_")
        began = time.perf_counter()
        ghost = await self._editor.ask()
        taken = time.perf_counter() - began
        assert ghost is not None
        return taken

    async def _take(self, n: int, file: Editor) -> None:
        """Takes what is suggested in a file; in every other file it makes the function's result another one."""
        self._number += 1
        file.insert(f"\n    sum_{self._number} = b\n    b =" if n % 2 else f"\n    sum_{self._number} =")
        ghost = await file.ask()
        if ghost is not None:
            await file.accept(ghost)

    async def _switch(self, is_on: bool) -> None:
        """What waits or runs is given up in any case."""
        for mode in ("off", "on") if is_on else ("off",):
            self._settings["checks"]["mode"] = mode
            params = types.DidChangeConfigurationParams({"tactful": self._settings})
            self._editor.client.workspace_did_change_configuration(params)
            await self._until(partial(_is_quiet, mode))

    async def _runs(self) -> bool:
        return bool((await self._editor.request("tactful/status")).checks.running)

    async def _until(self, what: Callable[[Any], object]) -> None:
        async with asyncio.timeout(60):
            while not what((await self._editor.request("tactful/status")).checks):  # noqa: ASYNC110 (another process)
                await asyncio.sleep(0.02)


def _is_quiet(mode: str, checks: Any) -> bool:
    return bool(checks.mode == mode and not checks.running)


def _ratios(keys: Sequence[Key]) -> Estimate:
    """Prints each; gives back that of the 99th percentiles beside a running check."""
    found = Estimate(None)
    drawn = metrics.resamples([str(key.pair) for key in keys], Bootstrap())
    for q in (0.5, 0.95, 0.99):
        found = metrics.estimate(partial(_ratio, keys, q), len(keys), drawn)
        print(f"  p{100 * q:.0f} beside a running check, to that without: {number(found.value, found.low, found.high)}")
    return found


def _ratio(keys: Sequence[Key], q: float, at: metrics.Indices) -> float | None:
    drawn = [keys[one] for one in at]
    beside, off = ([key.seconds for key in group] for group in (_beside(drawn), _off(drawn)))
    return quantile(beside, q) / quantile(off, q) if beside and off else None


def _beside(keys: Sequence[Key]) -> list[Key]:
    return [key for key in keys if key.beside]


def _off(keys: Sequence[Key]) -> list[Key]:
    return [key for key in keys if not key.is_on]


def _checks(place: Path) -> list[Checked]:
    """Those that came to their end, from the log."""
    with FeedbackLog.open(place, read_only=True) as log:
        return [one.event for one in log.events(kinds=[Checked]) if isinstance(one.event, Checked)]


def _told(checks: Sequence[Checked]) -> None:
    """That ladders really ran: from the log."""
    if not checks:
        print("  no check came to its end: the machine had no moment for any, so this says nothing")
    n_whole, n_broke = sum(check.climbed == len(RUNGS) for check in checks), sum(bool(one.broke) for one in checks)
    took_s = sorted(check.duration_s for check in checks) or [0.0]
    print(
        f"  checks on record: {len(checks)}, of which {n_whole} held on every rung and {n_broke} broke something;",
        end="",
    )
    print(f" one took {took_s[len(took_s) // 2]:.1f} s at the median, {took_s[-1]:.1f} s at most")
    print(f"  load: {', '.join(f'{load:.2f}' for load in os.getloadavg())}")


if __name__ == "__main__":
    asyncio.run(main())
