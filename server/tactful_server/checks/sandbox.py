"""Bubblewrap: where a project's code runs without being able to reach anything.

Inside there is the system's `/usr`, the interpreter with its prefixes, and a copy of the project at the project's own
path; all but the copy and `/tmp` is read-only, and those two are of a bounded size in memory and gone with the sandbox.
There is no network, no home, no other process, no privilege and no way to a new one. When its first program ends, or
the process that started it, everything inside is ended by the kernel.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from tactful_server.checks.cell import Cell, mounts, reduced, resource_limits, variables
from tactful_server.checks.limits import Limits
from tactful_server.checks.packing import texts
from tactful_server.checks.running import Ran, run
from tactful_server.checks.stepping_down import INSIDE, as_nobody, own_places, own_python

_APART: Final = (
    *("--unshare-user", "--disable-userns", "--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts"),
    *("--unshare-cgroup-try", "--die-with-parent", "--new-session", "--clearenv", "--hostname", "sandbox"),
)
_OTHERS: Final = "the checks that run no code are done."


@dataclass(frozen=True, slots=True)
class Sandbox:
    """A bubblewrap that works."""

    program: str
    """Its path."""

    def run(self, command: Sequence[str], cell: Cell) -> Ran:
        """Runs a command, whose program is named by its path, in the cell. Blocks.

        Raises:
            OSError: it cannot be started.
        """
        with texts(cell.files) if cell.files else nullcontext() as files:
            archive = cell.copy.file if cell.copy else None
            limits = resource_limits(cell.limits)
            order = {"folder": str(cell.folder), "archive": archive, "files": files, "limits": limits}
            inside = (*own_python(), str(INSIDE / "confine.py"), json.dumps(order), *command)
            fds = [fd for fd in (archive, files) if fd is not None]
            return run(lambda told: self._argv(cell, told, inside), cell.limits, fds)

    def _argv(self, cell: Cell, told: int, command: Sequence[str]) -> list[str]:
        readable = reduced((*cell.readable, *own_places()))
        inner = [self.program, *_APART, *mounts(cell, readable), *variables(cell, told), "--", *command]
        return [*as_nobody(self.program, readable), *inner] if os.geteuid() == 0 else inner


@dataclass(frozen=True, slots=True)
class Unavailable:
    """Why there is no sandbox."""

    why: str
    """A sentence that says what to do."""


def find(program: str = "bwrap") -> Sandbox | Unavailable:
    """The sandbox of this machine; each program is tried once."""
    if sys.platform != "linux":
        return Unavailable(f"Checks that run code need Linux and bubblewrap; {_OTHERS}")
    if (path := shutil.which(program)) is None:
        return Unavailable(f"Checks that run code need bubblewrap: install the package of that name; {_OTHERS}")
    return _tried(path)


@lru_cache(maxsize=8)
def _tried(path: str) -> Sandbox | Unavailable:
    sandbox = Sandbox(path)
    try:
        ran = sandbox.run(["/usr/bin/env"], Cell(Path("/project"), limits=Limits(wall_s=20)))
    except (OSError, subprocess.SubprocessError) as error:
        return Unavailable(f"Bubblewrap cannot be started ({error}); {_OTHERS}")
    if ran.code:
        said = ran.output.strip().splitlines()[-1:] or ["it ended without a word"]
        return Unavailable(f"Bubblewrap does not work here ({said[0]:.200}); {_OTHERS}")
    return sandbox
