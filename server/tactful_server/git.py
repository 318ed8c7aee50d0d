"""Asking git without running anything that a repository configures, which may be somebody else's.

No pager, no hooks, no file system monitor, no signature check, and nothing fetched: of objects that are missing git
would ask the remote, and so start whatever the repository says is to be started for that.
"""

import os
from pathlib import Path
from typing import Final

_SWITCHES: Final = (
    *("-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "core.quotePath=false"),
    *("-c", "log.showSignature=false", "-c", "protocol.allow=never", "--no-pager"),
)


def git(folder: Path | str, *arguments: str) -> list[str]:
    """The command that asks about a folder. Of `log` the caller takes away external differs and text converters."""
    return ["git", "-C", str(folder), *_SWITCHES, *arguments]


def environment() -> dict[str, str]:
    """Ours, without what steers git from outside."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return ours | {
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_ALLOW_PROTOCOL": "none",  # what a git without that switch heeds, whatever the repository says of protocols
        "GIT_ATTR_NOSYSTEM": "1",
        "LC_ALL": "C",
    }
