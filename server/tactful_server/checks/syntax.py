"""The rungs that run nothing: whether the file parses and compiles with the suggestion, and did without it."""

import json
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tactful_models.plain_json import loads
from tactful_server.checks.cell import Cell
from tactful_server.checks.interpreters import Interpreter
from tactful_server.checks.job import Climb, Job
from tactful_server.checks.limits import Limits
from tactful_server.checks.sandbox import Sandbox
from tactful_server.checks.stepping_down import INSIDE

FILLERS: Final = ("", "pass", "None", ")", "None)", "]", "}", ": pass", "None: pass", "(): pass", "_: pass")
"""What may stand in the place of a suggestion whose absence leaves a hole (`return x = |`, a body that is missing)."""
_LIMIT_S: Final = 30
_TEXTS: Final = "/tmp/tactful-texts.json"
"""Where the texts lie in the sandbox."""
_NOTHING: Final = {"parses": False, "compiles": False, "said": "the compiler did not survive it"}
Compiler = Callable[[str], str]
"""Takes texts as a JSON list, and gives what `try_compile.py` says of them."""


@dataclass(frozen=True, slots=True)
class Without:
    """The file without the suggestion."""

    text: str | None
    """With the smallest filler with which it compiles; None where there is none: it was broken elsewhere."""


def outside(program: str) -> Compiler:
    """A Python that is no project's."""

    def ask(sent: str) -> str:
        command = [program, "-I", "-S", str(INSIDE / "try_compile.py")]
        ran = subprocess.run(command, input=sent.encode(), capture_output=True, timeout=_LIMIT_S, check=True)
        return ran.stdout.decode("utf-8", "replace")

    return ask


def inside(sandbox: Sandbox, job: Job, interpreter: Interpreter) -> Compiler:
    """A project's own Python, which may be any program."""

    def ask(sent: str) -> str:
        limits = Limits(wall_s=_LIMIT_S, cpu_s=_LIMIT_S)
        cell = Cell(Path(job.folder), None, {_TEXTS: sent}, interpreter.readable, limits=limits)
        command = [str(interpreter.program), "-I", "-S", str(INSIDE / "try_compile.py"), _TEXTS]
        ran = sandbox.run(command, cell)
        if ran.stopped:
            raise TimeoutError(ran.stopped)
        return ran.output

    return ask


def python(job: Job, compiler: Compiler, climb: Climb) -> Without:
    """Puts a Python file on the first two rungs. Blocks for some tens of milliseconds."""
    found = findings(compiler, [job.text, *map(job.filled, FILLERS)])
    after, before = found[0], found[1:]
    filler = next((text for text, one in zip(FILLERS, before, strict=True) if one["compiles"]), None)
    climb.stand("parses", after["parses"], any(one["parses"] for one in before), after["said"])
    if after["parses"]:
        climb.stand("compiles", after["compiles"], filler is not None, after["said"])
    return Without(None if filler is None else job.filled(filler))


def findings(compiler: Compiler, texts: Sequence[str]) -> list[dict[str, Any]]:
    """What a Python says of each text: `parses`, `compiles`, `said`; nothing is run.

    A compiler that such a text kills has not compiled it.
    """
    try:
        said = loads(compiler(json.dumps(list(texts))))
        found = [
            {"parses": one["parses"] is True, "compiles": one["compiles"] is True, "said": str(one["said"])}
            for one in said
        ]
        if len(found) != len(texts):
            raise ValueError("another number of findings than of texts")
    except TimeoutError:
        return [_NOTHING] * len(texts)
    except (OSError, subprocess.SubprocessError, ValueError, TypeError, KeyError):
        return [_NOTHING] if len(texts) == 1 else [one for text in texts for one in findings(compiler, [text])]
    return found
