"""What the benches share: quantiles, a table, and servers to measure."""

import json
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import httpx
from pygls.lsp.client import LanguageClient

from tactful_server.demo.editor import Editor

HERE = Path(__file__).parent


def quantile(values: Sequence[float], q: float) -> float:
    """The value below which the share q of the values lies (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(int(q * len(ordered)), len(ordered) - 1)]


def line(name: str, values_s: Sequence[float], unit: str = "ms") -> str:
    """One row: median, 95th and 99th percentile, worst."""
    scale = {"ms": 1e3, "µs": 1e6, "s": 1.0}[unit]
    shown = "".join(f"{scale * quantile(values_s, q):>11.3f}" for q in (0.5, 0.95, 0.99, 1.0))
    return f"  {name:<52}{shown} {unit}"


def heading(title: str) -> str:
    """The row above those."""
    return f"\n{title}\n  {'':<52}{'p50':>11}{'p95':>11}{'p99':>11}{'worst':>11}"


@asynccontextmanager
async def editor_on(
    command: Sequence[str], home: Path, settings: dict[str, Any], folder: str = ""
) -> AsyncIterator[Editor]:
    """An editor connected to the server that the command starts; the workspace folder, a URI, is a trusted one."""
    client = LanguageClient("tactful-bench", "1")
    environment = {**os.environ, "TACTFUL_HOME": str(home)}
    await client.start_io(sys.executable, "-P", *command, env=environment)
    editor = Editor(client)
    await editor.initialize({"settings": settings, "client": {"trusted": bool(folder)}}, folder)
    try:
        yield editor
    finally:
        await editor.leave()
        await client.stop()  # type: ignore[no-untyped-call]


def tactful(home: Path) -> list[str]:
    """The command of our server."""
    return ["-m", "tactful_server", "serve", "--seed", "1", "--log", str(home / "server.log")]


def empty() -> list[str]:
    """The command of a pygls server whose handler returns a constant."""
    return [str(HERE / "empty_server.py")]


def memory_mb(editor: Editor) -> float:
    """Resident memory of the server's process, from /proc."""
    server = editor.client._server
    assert server is not None
    pages = int(Path(f"/proc/{server.pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


@contextmanager
def model_process() -> Iterator[str]:
    """A model server that answers at once, in a process of its own; its address."""
    command = [sys.executable, str(HERE.parent / "model_server.py")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        address = str(json.loads(process.stdout.readline())["address"])
        try:
            yield address
        finally:
            process.kill()


def script(address: str, **how: Any) -> None:
    """Changes how that server behaves."""
    httpx.post(f"{address}/_script", json=how, trust_env=False).raise_for_status()


def all_records(address: str) -> list[dict[str, Any]]:
    """What that server has noted of every request."""
    records: list[dict[str, Any]] = httpx.get(f"{address}/_records", trust_env=False, timeout=60).json()
    return records


def last_record(
    address: str, what: Callable[[dict[str, Any]], object], n_records: int, patience_s: float = 3.0
) -> dict[str, Any] | None:
    """The record of that server's n-th request once `what` holds of it; None when it does not in time."""
    until = time.monotonic() + patience_s
    while time.monotonic() < until:
        records = all_records(address)
        if len(records) >= n_records and what(records[n_records - 1]):
            return records[n_records - 1]
        time.sleep(0.005)
    return None
