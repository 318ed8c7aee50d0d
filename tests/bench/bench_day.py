"""A working day in fast-forward: eight hours of typing, made from git history, against the real server.

    python tests/bench/bench_day.py --minutes 2                     # a short one
    python tests/bench/bench_day.py                                 # eight hours in 15 minutes
    python tests/bench/bench_day.py --embedded --repository ~/src/x # the embedded model, another history

What commits changed is typed key by key, with pauses, wrong turns and breaks; suggestions are taken, waved off, typed
along and typed over; every key asks and cancels what the one before had asked. The scripted model knows what comes
next three times out of five. Looked at all along: memory, handles, sockets, threads, tasks, children, the log. The exit
code is 1 when something was left over.
"""

import argparse
import asyncio
import os
import random
import sys
import tempfile
import zlib
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.day.developer import DayClock, DayOver, Developer
from bench.day.samples import Sample, grown, look, offspring, table
from bench.day.verdicts import held, logged
from bench.day.work import Work, works
from e2e.desktop import Desktop, Listener
from making_gates import artifact
from model_server import ModelServer, Script, continuing
from model_wire import Spoken
from tactful_models.registry import Registry
from tactful_server.demo.editor import introduction

ROOT = Path(__file__).parents[2]
DAY_S = 8 * 3600.0
LOOK_EVERY_S = 5.0
BREAKS = 0.02
"""After so many files of all there is a break."""
SETTLE_S = 5.0
"""How long nobody types before the last look."""


def main() -> None:
    """Work, print, and say what was left over."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=15)
    parser.add_argument("--repository", type=Path, default=ROOT)
    parser.add_argument("--embedded", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tactful-day-") as name, ModelServer() as model:
        wrong = asyncio.run(_day(given, Path(name), model))
    sys.exit(1 if any(wrong.values()) else 0)


async def _day(given: argparse.Namespace, home: Path, model: ModelServer) -> dict[str, str]:
    Registry(home / "gates").promote(Registry(home / "gates").save(artifact(n_trees=150)))
    scripted = {"provider": "openai", "address": model.address, "name": "scripted"}
    editor = await _server(home, {} if given.embedded else scripted)
    developer = Developer(editor, DayClock(DAY_S, DAY_S / (60 * given.minutes)), random.Random(given.seed))
    try:
        await editor.until(lambda status: status.state == "on" and status.gate.version, timeout_s=60)
        samples = [await look(editor, home, 0.0, collect=True)]
        work = asyncio.create_task(_work(developer, given, model))
        while not work.done():
            await asyncio.wait([work], timeout=LOOK_EVERY_S)
            samples.append(await look(editor, home, _share(developer)))
        await work
        await developer.leave()
        await asyncio.sleep(SETTLE_S)
        await editor.settled()
        rest = await look(editor, home, 1.0, collect=True)
    finally:
        children = offspring(editor.client.pid)
        code = await _leave(editor)
    wrong = held(samples, rest) | logged(home, editor.stderr, developer.did["asked"]) | _gone(code, children)
    _print(developer, [*samples, rest], wrong, given)
    return wrong


async def _server(home: Path, model: dict[str, Any]) -> Desktop:
    client = Listener()
    command = [sys.executable, "-P", str(ROOT / "tests" / "bench" / "day" / "watched_server.py")]
    options = {"settings": {"model": model, "gate": {"mode": "on"}}, "client": {"tells": ["shown"]}}
    environment = {**os.environ, "TACTFUL_HOME": str(home), "PYTHONWARNINGS": "default"}
    await client.start_io(*command, "--seed", "1", "--log", str(home / "server.log"), env=environment)
    answer = await client.initialize_session(introduction(options))
    return Desktop(client, answer.capabilities)


async def _work(developer: Developer, given: argparse.Namespace, model: ModelServer) -> None:
    """One file after the other until the day is over."""
    draw, todo = random.Random(given.seed), works(given.repository, given.seed)
    with suppress(DayOver):
        while True:
            work = await asyncio.to_thread(next, todo)
            _teach(model, work)
            await developer.do(work)
            if draw.random() < BREAKS:
                await developer.rest()


def _teach(model: ModelServer, work: Work) -> None:
    """From now on the model knows three times out of five how this file goes on."""
    truth = continuing(work.after)

    def answer(prompt: str) -> str | Sequence[Spoken]:
        chance = zlib.crc32(prompt[-60:].encode()) % 5
        return truth(prompt) if chance < 3 else ("" if chance == 3 else "pass\n")

    model.script = Script(answer=answer, first_token_s=0.02, per_token_s=0.002)
    model.records.clear()


async def _leave(editor: Desktop) -> int:
    """Shuts the server down; its exit code."""
    async with asyncio.timeout(60):
        await editor.client.shutdown_session()
        await editor.client.hung_up()
        return await editor.client.gone()


def _gone(code: int, children: list[int]) -> dict[str, str]:
    """What is wrong with its end."""
    left = [pid for pid in children if Path(f"/proc/{pid}").exists()]
    return {
        "it ends when told, and well": "" if code == 0 else f"exit code {code}",
        f"its {len(children)} child processes end with it": f"{left} are still there" if left else "",
    }


def _print(developer: Developer, samples: list[Sample], wrong: dict[str, str], given: argparse.Namespace) -> None:
    print(f"\nA working day in {given.minutes:g} minutes, {len(samples)} looks; load {os.getloadavg()[0]:.1f}")
    print("  " + ", ".join(f"{number:,} {what}" for what, number in developer.did.items()) + "\n")
    print(table(samples) + f"\n  objects, first to last look: {grown(samples[0], samples[-1])}\n")
    for what, fault in wrong.items():
        print(f"  {'NO ' if fault else 'yes'}  {what}{': ' + fault if fault else ''}")


def _share(developer: Developer) -> float:
    return min(1.0, developer.clock.gone_s / DAY_S)


if __name__ == "__main__":
    main()
