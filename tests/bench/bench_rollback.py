"""How soon after `tactful rollback` a running server decides by the old gate, somebody typing meanwhile.

    python tests/bench/bench_rollback.py [--times 20]

Both gates are trained ones of the usual size. The command runs in a process of its own, as one would call it; a key is
typed and answered every 50 ms, until an answer's decisions are the old gate's. Exits 1 when the median from the
command's end takes over a second.
"""

import argparse
import asyncio
import os
import sys
import tempfile
import time
from itertools import count
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.measuring import editor_on, heading, line, model_process, quantile, tactful
from making_gates import artifact
from tactful_models.registry import Registry
from tactful_server.demo.editor import Editor

EVERY_S = 0.05
KEYS = count()


async def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=20)
    times = parser.parse_args().times
    with tempfile.TemporaryDirectory() as name, model_process() as address:
        home = Path(name)
        registry = Registry(home / "gates")
        old, new = (registry.save(artifact(created_at=at, n_trees=150)) for at in (1_700_000_000.0, 1_700_000_100.0))
        registry.promote(old)
        model = {"provider": "openai", "address": address, "name": "bench"}
        async with editor_on(tactful(home), home, {"model": model}) as editor:
            editor.open("file:///bench/example.py", "x = 1\n")
            await _decided_by(editor, old)
            taken = [await _once(editor, home, (old, new)) for _ in range(times)]
    print(heading(f"From `tactful rollback` to the first decision by the old gate, {times} times"))
    print(line("from the command's end", [after_end for after_end, _ in taken], "s"))
    print(line("from its start, which loads the old gate first", [after_start for _, after_start in taken], "s"))
    sys.exit(0 if quantile([after_end for after_end, _ in taken], 0.5) <= 1.0 else 1)


async def _once(editor: Editor, home: Path, versions: tuple[str, str]) -> tuple[float, float]:
    """Seconds from the command's end, less than 0 where the server was quicker, and from its start."""
    old, new = versions
    Registry(home / "gates").promote(new)
    await _decided_by(editor, new)
    began = time.perf_counter()
    command = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tactful_server", "rollback", "--json"),
        env={**os.environ, "TACTFUL_HOME": str(home)},
        stdout=asyncio.subprocess.DEVNULL,
    )
    ending = asyncio.create_task(_ended_at(command))
    decided_at = await _decided_by(editor, old)
    return decided_at - await ending, decided_at - began


async def _ended_at(command: asyncio.subprocess.Process) -> float:
    if await command.wait():
        sys.exit("the rollback failed")
    return time.perf_counter()


async def _decided_by(editor: Editor, version: str) -> float:
    """When the first answer came that this gate had decided; a key is typed every so often."""
    while True:
        editor.insert(f"\nx{next(KEYS)}_")
        await editor.ask()
        answered_at = time.perf_counter()
        told = await editor.request("tactful/explain")
        if told.found and {each.gateVersion for each in told.decisions} == {version}:
            return answered_at
        await asyncio.sleep(EVERY_S)


if __name__ == "__main__":
    asyncio.run(main())
