"""What checks might leave behind on the machine: processes, files, mounts and control groups."""

import ctypes
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from processes import children_of

_SUBREAPER: Final = 36
_NOBODY: Final = 65534
_UNIFIED: Final = "unified" if Path("/sys/fs/cgroup/unified").exists() else ""
"""Where the second version of control groups stands beside the first."""
_SHARED: Final = ("/tmp", "/var/tmp", "/dev/shm", "/run")


def adopt() -> None:
    """From now on every descendant that its parent leaves behind becomes a child of this process (Linux)."""
    if ctypes.CDLL(None, use_errno=True).prctl(_SUBREAPER, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "this process cannot adopt what is left behind")


def processes(grace_s: float = 2.0) -> list[int]:
    """Descendants of this process that live on after that time, for what is killed takes a moment to be gone."""
    until = time.monotonic() + grace_s
    while found := _living():
        if time.monotonic() > until:
            break
        time.sleep(0.01)
    return found


def _living() -> list[int]:
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:  # those that have ended are buried
            pass
    return children_of(os.getpid())


@dataclass(frozen=True, slots=True)
class Machine:
    """What stands on the machine at one moment."""

    places: frozenset[str]
    """Files and directories where anybody may make some, one level deep; and all in the directory for such things."""
    mounts: frozenset[str]
    groups: frozenset[str]
    """Control groups below this process's own; elsewhere others make theirs."""

    @classmethod
    def now(cls) -> Self:
        """As it is."""
        mounts = Path("/proc/self/mountinfo").read_text("utf-8", errors="replace").splitlines()
        return cls(frozenset(_places()), frozenset(mounts), frozenset(_groups()))

    def since(self, before: Self) -> list[str]:
        """What is there and was not before; of shared places only what is nobody's.

        Others use those too. Ours is told by TMPDIR to go elsewhere, and what runs in the sandbox is nobody's, where
        root starts it.
        """
        more = [place for place in self.places - before.places if _is_ours(Path(place))]
        return sorted([*more, *(self.mounts - before.mounts), *(self.groups - before.groups)])


def _places() -> Iterator[str]:
    yield from map(str, Path(tempfile.gettempdir()).rglob("*"))
    for shared in _SHARED:
        with suppress(OSError):
            yield from map(str, Path(shared).iterdir())


def _groups() -> Iterator[str]:
    for line in Path("/proc/self/cgroup").read_text("utf-8").splitlines():
        _, controllers, own = line.split(":", 2)
        place = Path("/sys/fs/cgroup", controllers.removeprefix("name=") or _UNIFIED) / own.lstrip("/")
        yield from (above for above, _, _ in os.walk(place))


def _is_ours(place: Path) -> bool:
    shared = tempfile.gettempdir() in _SHARED
    if not shared and place.is_relative_to(tempfile.gettempdir()):
        return True
    with suppress(OSError):
        return place.lstat().st_uid == _NOBODY
    return False
