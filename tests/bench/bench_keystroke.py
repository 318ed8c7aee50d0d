"""From a key to ghost text in a real VS Code: its own floor, a plain extension and server, and Tactful.

    python tests/bench/bench_keystroke.py            # four rounds, three minutes
    python tests/bench/bench_keystroke.py --full     # 400 keys each and more, a quarter of an hour

Interleaved in one run: the three have an editor each, and type in turn, a few keys at a time. All ask the same model:
at once for keys with 150 to 250 ms between them; after 200 ms for bursts of eight keys, of which the last counts; after
2 s where a second key makes the first one's answer useless. Tactful has its gate loaded and its log on. It needs the
editor (`.ci/install-editor newest`), the packed extension (`make vsix`) and a machine with nothing else to do.
"""

import argparse
import asyncio
import json
import os
import shutil
import sys
import tempfile
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path

from playwright.async_api import async_playwright

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.keystroke.contenders import Contender, contenders, lacking
from bench.keystroke.figures import HEADING, Closing, Records, Stroke, difference, known, row, spread
from bench.keystroke.typist import Pressed, Typist, seated
from bench.measuring import all_records, model_process, script
from editor.installed import VSIX
from making_gates import artifact
from tactful_models.registry import Registry

BROWSER = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking")
SLOW_S = 2.0
BURST_S = 0.2


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is typed, by each of the three."""

    rounds: int = 4
    keys: int = 20
    """Steady keys a round."""
    bursts: int = 2
    divergences: int = 1


@dataclass(slots=True)
class Typed:
    """What one of the three has typed."""

    steady: list[tuple[int, Pressed]] = field(default_factory=list)
    last: list[tuple[int, Pressed]] = field(default_factory=list)
    """The last keys of bursts."""
    diverging: list[tuple[int, list[Pressed]]] = field(default_factory=list)
    processor_s: float = 0.0
    """What the steady keys have cost in the extension host and the server."""


async def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--vsix", type=Path, default=VSIX)
    parser.add_argument("--settings", type=json.loads, default={}, help="more of Tactful's, as JSON")
    given = parser.parse_args()
    if lack := lacking(given.vsix):
        print(f"skipped: {lack}")
        return
    plan = Plan(rounds=given.rounds or (21 if given.full else 4))
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name, model_process() as address:
        script(address, marks=True)
        packages = Path(name) / "packages"
        packages.mkdir()
        floor, plain, ours = contenders(packages, given.vsix, address)
        ours = replace(ours, settings={**ours.settings, **given.settings})
        typed = await _compete((floor, plain, ours), Path(name), plan, address)
        _print(typed, Records(all_records(address)), plan)


async def _compete(three: tuple[Contender, ...], root: Path, plan: Plan, address: str) -> dict[str, Typed]:
    typed = {one.name: Typed() for one in three}
    async with AsyncExitStack() as stack:
        playwright = await stack.enter_async_context(async_playwright())
        browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=BROWSER)
        stack.push_async_callback(browser.close)
        _gate(root / "Tactful" / "home" / "gates")
        seats = [await stack.enter_async_context(seated(one, root / one.name, browser)) for one in three]
        for number in range(plan.rounds):
            first = number % len(seats)
            for typist in seats[first:] + seats[:first]:
                await _turn(number, typist, typed[typist.contender.name], plan, address)
    return typed


async def _turn(number: int, typist: Typist, typed: Typed, plan: Plan, address: str) -> None:
    """One of the three types for a few seconds."""
    await typist.front()
    processor_s = typist.processor_s()
    typed.steady += [(number, key) for key in await typist.steady(plan.keys)]
    typed.processor_s += typist.processor_s() - processor_s
    script(address, marks=True, first_token_s=BURST_S)
    for _ in range(plan.bursts):
        typed.last.append((number, await typist.burst()))
    if typist.contender.asks:
        script(address, marks=True, first_token_s=SLOW_S)
        for _ in range(plan.divergences):
            typed.diverging.append((number, await typist.diverge(SLOW_S)))
    script(address, marks=True)


def _gate(registry: Path) -> None:
    """A gate of usual size that decides and is in force, and lets everything through."""
    made = artifact(n_trees=150)
    made = replace(made, thresholds=replace(made.thresholds, stage1=0.0, stage2=0.0))
    Registry(registry).promote(Registry(registry).save(made))


def _print(typed: dict[str, Typed], records: Records, plan: Plan) -> None:
    print(f"\nKey to ghost text in VS Code, in ms; {plan.rounds} rounds; load {os.getloadavg()[0]:.1f}")
    steady = {name: [records.stroke(n, key) for n, key in one.steady] for name, one in typed.items()}
    _print_part("keys 150–250 ms apart, the model answers at once", steady)
    spent = ", ".join(f"{name} {1e3 * one.processor_s / len(one.steady):.1f} ms" for name, one in typed.items())
    print(f"  processor time a key, extension host and server: {spent}")
    last = {name: [records.stroke(n, key) for n, key in one.last] for name, one in typed.items()}
    _print_part(f"last key of a burst, the model takes {1e3 * BURST_S:.0f} ms", last)
    print(f"\n  a second key after 500 ms, the model takes {SLOW_S:.0f} s\n{' ' * 23}closed", end="")
    print(f"  |{'key → first connection closed':^30}|{'key → its ghost text':^26}")
    for name, one in typed.items():
        closings = [closing for n, keys in one.diverging if (closing := records.closing(n, keys)) is not None]
        if closings:
            print(_closing_row(name, closings))


def _print_part(title: str, strokes: dict[str, list[Stroke]]) -> None:
    print(f"\n  {title}\n{HEADING}")
    for name, one in strokes.items():
        print(row(name, one))
    for q in (0.5, 0.95):
        more, low, high = difference(strokes["Tactful"], strokes["plain"], q)
        theirs = 1e3 * sorted(known(strokes["plain"], lambda one: one.ghost_s))[0]
        print(f"  Tactful over plain, p{100 * q:.0f}: {more:+.1f} ms [{low:+.1f}, {high:+.1f}]", end="")
        print(f"  (plain's best key: {theirs:.1f})")


def _closing_row(name: str, closings: list[Closing]) -> str:
    closed = [one.closed_s for one in closings if one.closed_s is not None]
    ghosts = [one.ghost_s for one in closings if one.ghost_s is not None]
    return f"  {name:<12}{len(closed):>6} of {len(closings):<6}  |{spread(closed):^30}|{spread(ghosts):^26}"


if __name__ == "__main__":
    asyncio.run(main())
