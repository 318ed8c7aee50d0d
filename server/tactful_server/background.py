"""What a process in the background owes the one who types: to give way to everybody, and to end with its server.

Nothing but Python's own library, as it is imported at the start of each such process.
"""

import ctypes
import os
import platform
import signal
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import Final

LOWEST: Final = 19
LOW: Final = 10
"""For what somebody waits for: whoever types goes first, and on a busy machine it still comes to its end."""
_IDLE: Final = 0x40
_BELOW_NORMAL: Final = 0x4000
_PR_SET_PDEATHSIG: Final = 1
_IOPRIO_SET: Final = {"x86_64": 251, "aarch64": 30}
"""The number of the system call, by machine."""
_IOPRIO_IDLE: Final = 3 << 13


def step_back() -> None:
    """Takes the lowest priority, on Linux for the disk too; all that is started from here on inherits it."""
    if not hasattr(os, "nice"):
        _take_class(_IDLE)
        return
    os.nice(LOWEST)
    if sys.platform == "linux":
        _step_back_as_a_session(LOWEST)
        with suppress(OSError):
            os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
        _leave_the_disk()


def step_aside() -> None:
    """Takes a low priority, but a share of a busy processor all the same; what is started from here on inherits it."""
    if not hasattr(os, "nice"):
        _take_class(_BELOW_NORMAL)
        return
    os.nice(LOW)
    if sys.platform == "linux":
        _step_back_as_a_session(LOW)


def hang_on() -> None:
    """Ends this process and its group when standard input closes, as it does when the server ends, however it ends.

    On Linux the kernel sees to it too, even while a library holds the interpreter.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    threading.Thread(target=_wait_for_the_end, name="cord", daemon=True).start()


def _wait_for_the_end() -> None:
    """A read from the file itself: the interpreter's end must not find a lock on `sys.stdin` held."""
    while os.read(0, 1):
        pass
    if hasattr(os, "killpg") and os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os._exit(1)


def _step_back_as_a_session(priority: int) -> None:
    """Where Linux shares the processor out by session (autogroup), a process's own priority counts within its own only.

    So the session steps back too, being ours: whoever starts such a process makes it the first of a session.
    """
    with suppress(OSError):
        Path("/proc/self/autogroup").write_text(str(priority), "ascii")


def _leave_the_disk() -> None:
    """The idle class, where the disk's scheduler knows such a thing. What refuses is let be."""
    number = _IOPRIO_SET.get(platform.machine())
    if number is not None:
        ctypes.CDLL(None).syscall(number, 1, 0, _IOPRIO_IDLE)


def _take_class(priority_class: int) -> None:
    """Windows: one of its priority classes."""
    kernel = ctypes.WinDLL("kernel32")  # type: ignore[attr-defined, unused-ignore]
    kernel.SetPriorityClass(kernel.GetCurrentProcess(), priority_class)
