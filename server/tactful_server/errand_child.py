"""The process that does an errand; started by `errands.py` and by nothing else.

`python -P -m tactful_server.errand_child train …` does what `tactful train …` does, at the lowest priority, on Linux
for reading and writing too: there it gets the disk when nobody else wants it. It lives as long as its standard input is
open: when the server ends, however it ends, the pipe closes, and so does everything that was started here.
"""

import ctypes
import os
import platform
import signal
import sys
import threading

_PR_SET_PDEATHSIG = 1
_LOWEST = 19
_IOPRIO_SET = {"x86_64": 251, "aarch64": 30}
"""The number of the system call, by machine."""
_IOPRIO_IDLE = 3 << 13


def main() -> None:
    """Steps back, hangs on to the server, and runs the command."""
    _step_back()
    _die_with_parent()
    threading.Thread(target=_wait_for_the_end, name="cord", daemon=True).start()
    from tactful_server.cli import main as run

    run()


def _step_back() -> None:
    if hasattr(os, "nice"):
        os.nice(_LOWEST)
        _leave_the_disk()
    else:
        _below_everything()


def _leave_the_disk() -> None:
    """Linux: the idle class, where the disk's scheduler knows such a thing. What refuses is let be."""
    number = _IOPRIO_SET.get(platform.machine()) if sys.platform == "linux" else None
    if number is not None:
        ctypes.CDLL(None).syscall(number, 1, 0, _IOPRIO_IDLE)


def _below_everything() -> None:
    """Windows: the idle class."""
    kernel = ctypes.WinDLL("kernel32")  # type: ignore[attr-defined, unused-ignore]
    kernel.SetPriorityClass(kernel.GetCurrentProcess(), 0x40)


def _die_with_parent() -> None:
    """On Linux the kernel sees to it, even while a library holds the interpreter."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def _wait_for_the_end() -> None:
    """A read from the file itself: the interpreter's end must not find a lock on `sys.stdin` held."""
    while os.read(0, 1):
        pass
    if hasattr(os, "killpg") and os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os._exit(1)


if __name__ == "__main__":
    main()
