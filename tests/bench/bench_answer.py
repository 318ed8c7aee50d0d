"""What an answer costs beside the model: from a keystroke to the answer, with a model server that answers at once.

    python tests/bench/bench_answer.py [--keys 1000]

Interleaved in one run: our server, an empty pygls handler, and the bare HTTP call that ours makes. Each key opens a new
line, so that nothing is answered from the cache; then a second round types along, where everything is.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from pathlib import Path

import httpx

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.measuring import editor_on, empty, heading, line, memory_mb, model_process, quantile, tactful
from making_gates import artifact
from tactful_models.registry import Registry
from tactful_server.demo.editor import Editor

URI = "file:///bench/example.py"
TEXT = "".join(f"value_{n} = compute(value_{n})  # step {n}\n" for n in range(300))


async def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keys", type=int, default=1000)
    keys = parser.parse_args().keys
    with tempfile.TemporaryDirectory() as name, model_process() as address:
        home = Path(name)
        Registry(home / "gates").promote(Registry(home / "gates").save(artifact()))
        model = {"provider": "openai", "address": address, "name": "bench"}
        async with editor_on(tactful(home), home, {"model": model}) as ours, editor_on(empty(), home, {}) as none:
            ours.open(URI, TEXT)
            none.open(URI, TEXT)
            await asyncio.sleep(3)  # LightGBM is imported in the background, once
            await _measure(ours, none, address, keys)


async def _measure(ours: Editor, none: Editor, address: str, keys: int) -> None:
    taken: dict[str, list[float]] = {"ours": [], "empty": [], "bare": [], "along": []}
    async with httpx.AsyncClient(trust_env=False) as client:
        for n in range(keys + 20):
            ghost, ours_s = await _key(ours, f"\nx{n}_")
            _, empty_s = await _key(none, f"\nx{n}_")
            bare_s = await _bare(client, address)
            assert ghost
            _, along_s = await _key(ours, ghost[0])
            if n >= 20:
                for name, value in zip(taken, (ours_s, empty_s, bare_s, along_s), strict=True):
                    taken[name].append(value)
    print(heading(f"Key to answer, model server answers at once, {keys} keys each, interleaved"))
    for name, words in _WORDS.items():
        print(line(words, taken[name]))
    for q in (0.5, 0.99):
        added = 1e3 * (quantile(taken["ours"], q) - quantile(taken["empty"], q) - quantile(taken["bare"], q))
        print(f"  added by everything but the model, p{100 * q:.0f}: {added:.2f} ms over the empty handler")
    print(f"  resident: ours {memory_mb(ours):.0f} MB with the gate loaded, empty handler {memory_mb(none):.0f} MB")


_WORDS = {
    "ours": "Tactful: features, gate, HTTP call and log",
    "empty": "empty pygls handler",
    "bare": "the bare HTTP call (streamed, as ours)",
    "along": "Tactful, typing along (answered from the cache)",
}


async def _key(editor: Editor, text: str) -> tuple[str | None, float]:
    editor.insert(text)
    began = time.perf_counter()
    ghost = await editor.ask()
    return (ghost.text if ghost else None), time.perf_counter() - began


async def _bare(client: httpx.AsyncClient, address: str) -> float:
    body = {"model": "bench", "prompt": TEXT[-1500:], "max_tokens": 64, "stream": True, "logprobs": 1}
    began = time.perf_counter()
    async with client.stream("POST", f"{address}/v1/completions", json=body) as answer:
        async for _ in answer.aiter_lines():
            pass
    return time.perf_counter() - began


if __name__ == "__main__":
    asyncio.run(main())
