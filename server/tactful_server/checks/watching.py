"""How much a process and all that descend from it use, read from `/proc`."""

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_PAGE: Final = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096
_TICKS: Final = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100
_UTIME, _CSTIME = 11, 15
"""Places behind the name in `/proc/PID/stat`."""
LEFT_SHARE: Final = 0.05
"""Of the machine's memory that must stay free: what no single count catches (files in memory) shows there."""


@dataclass(frozen=True, slots=True)
class Used:
    """What a tree of processes uses at one moment."""

    memory_bytes: int
    """Resident and not shared, of all of them."""
    cpu_s: float
    """Processor time of those that live and of those that they waited for."""
    kept_waiting_s: dict[int, float]
    """By process, seconds for which it could have run and had no processor."""


def used(pid: int) -> Used:
    """What the process and its descendants use now; nothing where it has ended."""
    each = [one for one in map(_of, _tree(pid)) if one is not None]
    memory_bytes, cpu_s = sum(one.memory_bytes for one in each), sum(one.cpu_s for one in each)
    waiting = {pid: seconds for one in each for pid, seconds in one.kept_waiting_s.items()}
    return Used(memory_bytes, cpu_s, waiting)


def is_scarce() -> bool:
    """Whether the machine's memory is nearly used up."""
    with suppress(OSError, ValueError, KeyError):
        lines = (line.split() for line in Path("/proc/meminfo").read_text("ascii").splitlines())
        found = {words[0]: int(words[1]) for words in lines}
        return found["MemAvailable:"] < LEFT_SHARE * found["MemTotal:"]
    return False


def _tree(pid: int) -> Iterator[int]:
    waiting = [pid]
    while waiting:
        one = waiting.pop()
        yield one
        with suppress(OSError):
            for task in Path(f"/proc/{one}/task").iterdir():
                waiting += map(int, (task / "children").read_text("ascii").split())


def _of(pid: int) -> Used | None:
    with suppress(OSError, ValueError, IndexError):
        resident, shared = Path(f"/proc/{pid}/statm").read_text("ascii").split()[1:3]
        stat = Path(f"/proc/{pid}/stat").read_text("utf-8", errors="replace").rpartition(")")[2].split()
        ticks = sum(map(int, stat[_UTIME:_CSTIME]))
        return Used((int(resident) - int(shared)) * _PAGE, ticks / _TICKS, {pid: _kept_waiting_s(pid)})
    return None


def _kept_waiting_s(pid: int) -> float:
    with suppress(OSError, ValueError, IndexError):
        return int(Path(f"/proc/{pid}/schedstat").read_text("ascii").split()[1]) / 1e9
    return 0.0
