"""Linter and type checker: whether they find something that they had not found without the suggestion."""

import json
import re
import shutil
import subprocess
import tomllib
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from tactful_server.checks.interpreters import Interpreter
from tactful_server.checks.job import Climb, Job

_LIMIT_S: Final = 30
_MOST_BYTES: Final = 1_000_000
"""Of a file of settings."""
_TOLD: Final = re.compile(r"^(?P<path>[^:\n]+):\d+(?::\d+)?: error: (?P<what>.*)$", re.MULTILINE)

Found = Counter[str]
"""Findings in words, without their lines, and how often each was made."""


def ruff(job: Job, without: str | None, interpreter: Interpreter | None, climb: Climb) -> None:
    """Asks ruff, where the project or the machine has it. It reads the settings of the project and runs no code."""
    program = (interpreter and interpreter.tool("ruff")) or shutil.which("ruff")
    if program is None:
        return
    after = _ruff(str(program), job, job.text)
    before = _ruff(str(program), job, without) if without is not None and after else Counter()
    if after is not None and before is not None:
        _compared(climb, after, before, "ruff")


def mypy(job: Job, without: str | None, ask: Callable[[str], str | None], climb: Climb) -> None:
    """Asks mypy, where the project is set up for it; `ask` gives what it says of the file with a text."""
    if not uses_mypy(Path(job.folder)) or (said := ask(job.text)) is None:
        return
    after, before = _told(said), Counter[str]()
    if after and without is not None:
        if (said := ask(without)) is None:
            return
        before = _told(said)
    _compared(climb, after, before, "mypy")


def uses_mypy(folder: Path) -> bool:
    """Whether the project is set up for mypy."""
    tools: Any = None
    with suppress(ValueError, RecursionError):
        tools = tomllib.loads(_read(folder / "pyproject.toml")).get("tool")
    if (isinstance(tools, dict) and "mypy" in tools) or "[mypy]" in _read(folder / "setup.cfg"):
        return True
    return any((folder / name).is_file() for name in ("mypy.ini", ".mypy.ini"))


def _read(path: Path) -> str:
    """The file's text; none of what is no file, such as a pipe that nobody writes to, or is too large for settings."""
    with suppress(OSError):
        if path.is_file() and path.stat().st_size <= _MOST_BYTES:
            return path.read_text("utf-8", errors="replace")
    return ""


def _compared(climb: Climb, after: Found, before: Found, tool: str) -> None:
    new = after - before
    held = climb.standings.get("lints")
    climb.n_findings += new.total()
    if new or held is None or held == "held":
        climb.stand("lints", not new, held_before=True, said="\n".join(f"{tool}: {what}" for what in sorted(new)))
    climb.parts["lints"] = 1 / (1 + climb.n_findings)


def _ruff(program: str, job: Job, text: str) -> Found | None:
    """What ruff finds in a text that stands in for the file; None where it cannot be asked."""
    options = ("check", "--quiet", "--no-cache", "--no-fix", "--force-exclude", "--output-format", "json")
    command = [program, *options, "--stdin-filename", str(job.path), "-"]
    try:
        ran = subprocess.run(
            command, input=text.encode("utf-8", "replace"), capture_output=True, timeout=_LIMIT_S, cwd=job.folder
        )
        rows = json.loads(ran.stdout or b"[]") if ran.returncode in (0, 1) else None
    except (OSError, subprocess.SubprocessError, ValueError):
        return None
    return None if rows is None else Counter(f"{row['code'] or 'syntax'} {row['message']}" for row in rows)


def _told(said: str) -> Found:
    return Counter(f"{one['path']}: {one['what']}" for one in _TOLD.finditer(said))
