"""The process that makes one check; started by `making.py` and by nothing else.

A line of JSON comes in on standard input (`Job`), one goes out (`Climb`). It runs when nobody else wants the processor
or the disk, and lives as long as its standard input is open: when the server ends, however it ends, the pipe closes,
and so does everything that was started here.
"""

import ctypes
import json
import os
import signal
import sys
import threading
from contextlib import suppress
from typing import Any, Final

from tactful_server.checks.job import Job
from tactful_server.checks.ladder import climb
from tactful_server.checks.sandbox import find

_PR_SET_PDEATHSIG: Final = 1
_LOWEST: Final = 19


def main() -> None:
    """Steps back, hangs on to the server, and makes the check."""
    order: dict[str, Any] = json.loads(_line())
    if order.pop("steps_back"):
        step_back()
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    threading.Thread(target=_wait_for_the_end, name="cord", daemon=True).start()
    sandbox = find()
    told = climb(Job.of(order), sandbox).plain()
    sys.stdout.write(json.dumps(told))
    sys.stdout.flush()
    os._exit(0)  # the cord's thread waits for what will not come


def step_back() -> None:
    """Gives way to everybody: the lowest priority, on Linux the idle class, which holds for the disk too, and one core.

    All that is started from here on inherits it.
    """
    if hasattr(os, "nice"):
        os.nice(_LOWEST)
    if sys.platform == "linux":
        with suppress(OSError):
            os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
        with suppress(OSError):
            os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def _line() -> bytes:
    """The first line of standard input, read from the file itself: what comes behind it is the cord's."""
    found = bytearray()
    while not found.endswith(b"\n"):
        if not (piece := os.read(0, 65_536)):
            break
        found += piece
    return bytes(found)


def _wait_for_the_end() -> None:
    while os.read(0, 1):
        pass
    if hasattr(os, "killpg") and os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os._exit(1)


if __name__ == "__main__":
    main()
