"""What the server's process holds, from the system's books and its own."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tactful_server.demo.editor import Editor

MB = 1e6


@dataclass(frozen=True, slots=True)
class Sample:
    """One look."""

    at: float
    """Share of the day gone."""
    memory_mb: float
    """Resident, of the server."""
    children_mb: float
    handles: int
    """Open file handles, sockets among them."""
    sockets: int
    threads: int
    children: int
    tasks: dict[str, int]
    """Of the event loop, by name."""
    kinds: dict[str, int]
    """The most numerous kinds of objects that Python's collector knows of."""
    objects: int
    """All of them."""
    log_mb: float
    """The feedback log, with what SQLite keeps beside it."""
    waiting: int
    """Events recorded and not yet safe."""
    dropped: int

    @property
    def n_tasks(self) -> int:
        return sum(self.tasks.values())


async def look(editor: Editor, home: Path, at: float, *, collect: bool = False) -> Sample:
    """Now; with `collect` after the server's garbage was collected."""
    server = editor.client._server
    assert server is not None
    inside = await editor.request("bench/inside", collect=collect)
    log = (await editor.request("tactful/status")).log
    children = offspring(server.pid)
    handles = _handles(server.pid)
    return Sample(
        at=at,
        memory_mb=_memory_mb(server.pid),
        children_mb=sum(map(_memory_mb, children)),
        handles=len(handles),
        sockets=sum(one.startswith("socket:") for one in handles),
        threads=_n_threads(server.pid),
        children=len(children),
        tasks=dict(inside.tasks),
        kinds=dict(inside.kinds),
        objects=inside.objects,
        log_mb=_log_mb(home),
        waiting=log.recorded - log.durable,
        dropped=log.dropped,
    )


def offspring(pid: int) -> list[int]:
    """The processes it has started, and those that they have."""
    found = []
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in map(int, path.read_text().split()):
            found += [child, *offspring(child)]
    return found


ROWS = (
    "memory_mb", "children_mb", "handles", "sockets", "threads", "children", "n_tasks", "objects", "log_mb", "waiting",
)  # fmt: skip


def table(samples: Sequence[Sample]) -> str:
    """What was held at the start, at each quarter, and at the end."""
    within = [min(samples, key=lambda one: abs(one.at - share)) for share in (0.25, 0.5, 0.75)]
    picked = [samples[0], *within, samples[-1]]
    lines = [f"  {'':<14}{'start':>11}{'25 %':>11}{'50 %':>11}{'75 %':>11}{'end':>11}{'most':>11}"]
    for row in ROWS:
        most = max(getattr(one, row) for one in samples)
        cells = "".join(f"{getattr(one, row):>11,.{1 if row.endswith('_mb') else 0}f}" for one in picked)
        lines.append(f"  {row:<14}{cells}{most:>11,.{1 if row.endswith('_mb') else 0}f}")
    return "\n".join(lines)


def grown(first: Sample, last: Sample) -> str:
    """The kinds of objects of which most have come."""
    more = {kind: number - first.kinds.get(kind, 0) for kind, number in last.kinds.items()}
    most = sorted(more, key=lambda kind: -more[kind])[:8]
    return ", ".join(f"{kind} {more[kind]:+,}" for kind in most)


def _memory_mb(pid: int) -> float:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / MB
    except (FileNotFoundError, ProcessLookupError):
        return 0.0


def _n_threads(pid: int) -> int:
    return len(list(Path(f"/proc/{pid}/task").iterdir()))


def _log_mb(home: Path) -> float:
    return sum(path.stat().st_size for path in home.glob("feedback.db*")) / MB


def _handles(pid: int) -> list[str]:
    found = []
    for path in Path(f"/proc/{pid}/fd").iterdir():
        try:
            found.append(str(path.readlink()))
        except FileNotFoundError:  # closed in this moment
            continue
    return found
