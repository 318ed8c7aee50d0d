"""Starts sandboxes for a test, as whoever it runs as, with a key in its session: a JSON object a line in, one out."""

import ctypes
import json
import platform
import sys
from dataclasses import asdict
from pathlib import Path

from tactful_server.checks.cell import Cell
from tactful_server.checks.limits import Limits
from tactful_server.checks.packing import packed
from tactful_server.checks.sandbox import Sandbox, find

ADD_KEY = {"x86_64": 248, "aarch64": 217}
"""The number of the system call, by machine."""
_SESSION_KEYRING = -3


def main() -> None:
    if number := ADD_KEY.get(platform.machine()):
        ctypes.CDLL(None).syscall(number, b"user", b"tactful-test", b"ticket", 6, _SESSION_KEYRING)
    project, sandbox = Path(sys.argv[1]), find()
    assert isinstance(sandbox, Sandbox), sandbox
    with packed(project) as copy:
        for line in sys.stdin:
            asked = json.loads(line)
            cell = Cell(project, copy, limits=Limits(**asked["limits"]))
            sys.stdout.write(json.dumps(asdict(sandbox.run(asked["command"], cell))) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
