"""The process that makes one check; started by `making.py` and by nothing else.

A line of JSON comes in on standard input (`Job`), one goes out (`Climb`). It runs when nobody else wants the processor
or the disk, where `idle` is said behind its name, and lives as long as its standard input is open: when the server
ends, however it ends, the pipe closes, and so does everything that was started here.
"""

import os
import sys
from contextlib import suppress

from tactful_server.background import hang_on, step_back


def main() -> None:
    """Steps back where that is wanted, hangs on to the server, and makes the check."""
    if sys.argv[1:] == ["idle"]:
        step_back()
        _keep_to_one_core()
    line = _line()
    hang_on()
    _check(line)
    os._exit(0)  # the cord's thread waits for what will not come


def _check(line: bytes) -> None:
    """Only now is the rest imported: it takes a processor that somebody may want for a fifth of a second."""
    import json

    from tactful_server.checks.job import Job
    from tactful_server.checks.ladder import climb
    from tactful_server.checks.sandbox import find

    told = climb(Job.of(json.loads(line)), find()).plain()
    sys.stdout.write(json.dumps(told))
    sys.stdout.flush()


def _keep_to_one_core() -> None:
    """The other one is for whoever types."""
    if sys.platform == "linux":
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


if __name__ == "__main__":
    main()
