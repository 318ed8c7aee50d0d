"""Becoming nobody: how root starts what must not be root's.

A limit on processes does not bind root, not even in a sandbox. What nobody is to read may lie where only root can go
(an interpreter below `/root`): so root shows it to nobody in a sandbox whose only purpose is that.
"""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tactful_server.checks.cell import reduced
from tactful_server.checks.interpreters import shown

INSIDE: Final = Path(__file__).parent / "inside"
"""Our programs for the inside."""
NOBODY: Final = 65534
_CAPABILITIES: Final = ("--cap-drop", "ALL", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID")


def as_nobody(program: str, readable: Sequence[Path]) -> list[str]:
    """What stands before a command so that nobody runs it, who can then read these directories.

    `program` is bubblewrap's path. Only for root.
    """
    closed = reduced([above for path in readable for above in _closed(path)])
    shown = [path for path in readable if any(path.is_relative_to(above) for above in closed)]
    between = {above for path in shown for above in path.parents if any(one in above.parents for one in closed)}
    view = [option for above in closed for option in ("--perms", "0755", "--tmpfs", str(above))]
    for above in sorted(between, key=lambda path: len(path.parts)):
        view += ["--perms", "0755", "--dir", str(above)]
    for path in shown:
        view += ["--ro-bind", str(path), str(path)]
    outer = (program, "--dev-bind", "/", "/", *view, "--unshare-pid", "--die-with-parent", *_CAPABILITIES, "--")
    return [*outer, *own_python(), str(INSIDE / "step_down.py"), str(NOBODY)]


def own_python() -> tuple[str, ...]:
    """This interpreter itself, without any environment around it."""
    return os.path.realpath(sys.executable), "-I", "-S"


def own_places() -> tuple[Path, ...]:
    """What has to be readable for `own_python` to run our programs for the inside."""
    prefixes = {Path(os.path.realpath(sys.base_prefix)), Path(os.path.realpath(sys.executable)).parents[1]}
    places = {place for prefix in prefixes for place in shown(prefix)}
    return INSIDE, *(path for path in places if not Path.home().is_relative_to(path))


def _closed(path: Path) -> list[Path]:
    """The directories above a path that not everybody may go through."""
    return [above for above in path.parents if above.is_dir() and not above.stat().st_mode & 0o001]
