"""Gives code-server VS Code's own refusal of proposed API back: `python proposals.py FOLDER_OF_CODE_SERVER`.

code-server lets every extension call proposed API. A test could then pass on what throws on a user's machine, so that
its change is undone before anything is tested. The code is minified: where a place is not found, it says so and ends
with 1.
"""

import re
import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Place:
    """One spot in VS Code's minified code that code-server changed."""

    file: str
    """Below `lib/vscode/out`."""
    found: re.Pattern[str]
    put: str
    """What stands there in VS Code, with the groups of `found`."""


_ALWAYS = re.compile(
    r"function (\w+)\((\w+),(\w+)\)\{return!0\}"
    r"(?=function \w+\(\w+,\w+\)\{if\(!\1\(\w+,\w+\)\)throw new Error\(`Extension)"
)
"""`isProposedApiEnabled`, known by the function after it, which throws."""
_DECLARED = r"function \1(\2,\3){return \2.enabledApiProposals?.includes(\3)??!1}"
_FOR_ALL = re.compile(r"(\((\w+)\.extensionEnabledProposedApi\?\?\[\]\)[^;]{0,80}?),this\.(\w+)=!0(?=,this\.)")
"""The field that enables it for all, set in the constructor of the service."""
_WHEN_ASKED = r"\1,this.\3=Array.isArray(\2.extensionEnabledProposedApi)&&\2.extensionEnabledProposedApi.length===0"

_HOST = "vs/workbench/api/node/extensionHostProcess.js"
_WINDOW = "vs/code/browser/workbench/workbench.js"
PLACES = (Place(_HOST, _ALWAYS, _DECLARED), Place(_WINDOW, _ALWAYS, _DECLARED), Place(_WINDOW, _FOR_ALL, _WHEN_ASKED))


def restore(code_server: Path) -> None:
    """Undoes all of it; raises ValueError at a place that is not found exactly once."""
    for place in PLACES:
        path = code_server / "lib" / "vscode" / "out" / place.file
        text, n_found = place.found.subn(place.put, path.read_text("utf-8"))
        if n_found != 1:
            raise ValueError(f"{n_found} places instead of one in {path} match {place.found.pattern[:60]}…")
        path.unlink()  # it may be a hard link into npm's cache
        path.write_text(text, "utf-8")


if __name__ == "__main__":
    try:
        restore(Path(sys.argv[1]))
    except ValueError as error:
        sys.exit(f"VS Code's refusal of proposed API could not be restored: {error}")
