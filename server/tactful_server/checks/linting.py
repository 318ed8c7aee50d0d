"""Linter and type checker: whether they find something that they had not found without the suggestion."""

import re
import shutil
import subprocess
import tomllib
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from tactful_models.plain_json import loads
from tactful_server.checks.interpreters import Interpreter, is_within
from tactful_server.checks.job import Climb, Job

RUFF: Final = ("check", "--quiet", "--no-cache", "--no-fix", "--force-exclude", "--output-format", "json")
"""What ruff is told, before the file."""
_LIMIT_S: Final = 30
_MOST_BYTES: Final = 1_000_000
"""Of a file of settings."""
_TOLD: Final = re.compile(r"^(?P<path>[^:\n]+):\d+(?::\d+)?: error: (?P<what>.*)$", re.MULTILINE)

Found = Counter[str]
"""Findings in words, without their lines, and how often each was made."""


def ruff(job: Job, without: str | None, ask: Callable[[str], str | None], climb: Climb) -> None:
    """Asks ruff; `ask` gives what it says of the file with a text, in JSON, None where it cannot be asked."""
    after = _rows(ask(job.text))
    before = _rows(ask(without)) if without is not None and after else Counter()
    if after is not None and before is not None:
        _compared(climb, after, before, "ruff")


def ruff_within(job: Job, interpreter: Interpreter | None) -> Path | None:
    """The project's ruff, where it lies in the project: it may be any program, and is one for the sandbox."""
    own = interpreter.tool("ruff") if interpreter else None
    return own if own and is_within(own, Path(job.folder)) else None


def ruff_outside(job: Job, interpreter: Interpreter | None, text: str) -> str | None:
    """What a ruff that does not lie in the project says; it reads the project's settings and runs no code."""
    found = (interpreter and interpreter.tool("ruff")), shutil.which("ruff")
    programs = [str(path) for path in found if path and not is_within(Path(path), Path(job.folder))]
    if not programs:
        return None
    command = [programs[0], *RUFF, "--stdin-filename", str(job.path), "-"]
    sent = text.encode("utf-8", "replace")
    with suppress(OSError, subprocess.SubprocessError):
        ran = subprocess.run(command, input=sent, capture_output=True, timeout=_LIMIT_S, cwd=job.folder)
        return ran.stdout.decode("utf-8", "replace") if ran.returncode in (0, 1) else None
    return None


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


def _rows(said: str | None) -> Found | None:
    """Ruff's findings; None of what is none of its words."""
    if said is None:
        return None
    with suppress(ValueError, TypeError, KeyError):
        return Counter(f"{row['code'] or 'syntax'} {row['message']}" for row in loads(said or "[]"))
    return None


def _told(said: str) -> Found:
    return Counter(f"{one['path']}: {one['what']}" for one in _TOLD.finditer(said))
