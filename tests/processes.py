"""Processes of this machine, looked up in /proc."""

import asyncio
import os
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

Found = TypeVar("Found")


async def seen(what: Callable[[], Found], timeout_s: float = 60.0) -> Found:
    """Waits until `what` gives something true, and gives it back."""
    async with asyncio.timeout(timeout_s):
        while not (found := what()):  # noqa: ASYNC110 (what is waited for happens in another process)
            await asyncio.sleep(0.002)
    return found


def naming(word: str) -> list[int]:
    """Those that have the word in their command line, this one apart."""
    return [pid for pid in _all() if pid != os.getpid() and word.encode() in _read(pid, "cmdline")]


def children_of(parent: int) -> list[int]:
    """Those that a process has started and that have not ended."""
    return [pid for pid in _all() if (stat := _stat(pid)) and stat[0] != "Z" and int(stat[1]) == parent]


def commandline(pid: int) -> str:
    """Its number and its command line."""
    return f"{pid} {_read(pid, 'cmdline').replace(bytes(1), b' ').decode('utf-8', 'replace')}"


def nice_of(pid: int) -> int:
    """How far it steps back."""
    return int(_stat(pid)[16])


def session_nice_of(pid: int) -> int:
    """How far its session steps back, where the kernel shares the processor out by session; else as `nice_of`."""
    shared = Path(f"/proc/{pid}/autogroup")
    try:
        return int(shared.read_text("ascii").split()[-1])
    except (OSError, IndexError):  # no such kernel, or it is gone
        return nice_of(pid)


def is_alive(pid: int) -> bool:
    """Whether it is there and has not ended."""
    stat = _stat(pid)
    return bool(stat) and stat[0] != "Z"


def _all() -> list[int]:
    return [int(one.name) for one in Path("/proc").iterdir() if one.name.isdigit()]


def _stat(pid: int) -> list[str]:
    """The fields of its status from the third on, which is its state; none when there is no such process."""
    return _read(pid, "stat").decode("utf-8", "replace").rpartition(")")[2].split()


def _read(pid: int, name: str) -> bytes:
    try:
        return Path(f"/proc/{pid}/{name}").read_bytes()
    except OSError:
        return b""
