"""From a key that diverges to the moment the model's server sees the connection closed.

    python tests/bench/bench_closing.py [--times 100]

The model is slow: it has said one token and goes on. Both processes read the same monotonic clock.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.measuring import editor_on, heading, last_record, line, model_process, script, tactful
from tactful_server.demo.editor import Editor

URI = "file:///bench/example.py"


async def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=100)
    times = parser.parse_args().times
    with tempfile.TemporaryDirectory() as name, model_process() as address:
        home = Path(name)
        script(address, text="abc def ghi jkl mno pqr stu vwx " * 20, per_token_s=0.2)
        model = {"provider": "openai", "address": address, "name": "bench"}
        async with editor_on(tactful(home), home, {"model": model}) as editor:
            editor.open(URI, "value = 1\n")
            taken = [await _diverge(editor, address, n) for n in range(times)]
    closed = [one for one in taken if one is not None]
    print(heading(f"Diverging key to connection closed, {times} times"))
    print(line("Tactful", closed))
    print(f"  closed: {len(closed)} of {times}")


async def _diverge(editor: Editor, address: str, n: int) -> float | None:
    editor.insert(f"\nx{n}")
    asking = asyncio.create_task(editor.ask())
    await asyncio.to_thread(lambda: last_record(address, lambda one: one["first_sent_at"], n + 1))
    began = time.monotonic()
    editor.insert("#")
    record = await asyncio.to_thread(lambda: last_record(address, lambda one: one["closed_at"], n + 1))
    asking.cancel()
    return None if record is None else float(record["closed_at"]) - began


if __name__ == "__main__":
    asyncio.run(main())
