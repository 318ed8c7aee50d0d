"""From starting the process to the answer to `initialize`, and what it holds in memory, beside an empty pygls server.

python tests/bench/bench_start.py [--times 11]
"""

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.measuring import editor_on, empty, heading, line, memory_mb, tactful
from making_gates import artifact
from tactful_models.registry import Registry


async def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=11)
    times = parser.parse_args().times
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        Registry(home / "gates").promote(Registry(home / "gates").save(artifact()))
        ours: list[tuple[float, float]] = []
        none: list[tuple[float, float]] = []
        for _ in range(times):
            ours.append(await _start(tactful(home), home, settle_s=3.0))
            none.append(await _start(empty(), home, settle_s=0.1))
    print(heading(f"Start to ready, {times} times, interleaved"))
    print(line("Tactful", [seconds for seconds, _ in ours], "s"))
    print(line("empty pygls server", [seconds for seconds, _ in none], "s"))
    print(f"  resident, gate loaded: {max(mb for _, mb in ours):.0f} MB; empty: {max(mb for _, mb in none):.0f} MB")


async def _start(command: Sequence[str], home: Path, settle_s: float) -> tuple[float, float]:
    began = time.perf_counter()
    async with editor_on(command, home, {}) as editor:
        ready = time.perf_counter() - began
        await asyncio.sleep(settle_s)
        return ready, memory_mb(editor)


if __name__ == "__main__":
    asyncio.run(main())
