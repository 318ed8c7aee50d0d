"""The rungs that run nothing: whether the file parses and compiles with the suggestion, and did without it."""

import json
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from tactful_server.checks.job import Climb, Job
from tactful_server.checks.stepping_down import INSIDE

FILLERS: Final = ("", "pass", "None", ")", "None)", "]", "}", ": pass", "None: pass", "(): pass", "_: pass")
"""What may stand in the place of a suggestion whose absence leaves a hole (`return x = |`, a body that is missing)."""
_LIMIT_S: Final = 30


@dataclass(frozen=True, slots=True)
class Without:
    """The file without the suggestion."""

    text: str | None
    """With the smallest filler with which it compiles; None where there is none: it was broken elsewhere."""


def python(job: Job, program: Sequence[str], climb: Climb) -> Without:
    """Puts a Python file on the first two rungs. Blocks for some tens of milliseconds."""
    found = findings(program, [job.text, *map(job.filled, FILLERS)])
    after, before = found[0], found[1:]
    filler = next((text for text, one in zip(FILLERS, before, strict=True) if one["compiles"]), None)
    climb.stand("parses", after["parses"], any(one["parses"] for one in before), after["said"])
    if after["parses"]:
        climb.stand("compiles", after["compiles"], filler is not None, after["said"])
    return Without(None if filler is None else job.filled(filler))


def findings(program: Sequence[str], texts: Sequence[str]) -> list[dict[str, Any]]:
    """What a Python (`program` and its options) says of each text: `parses`, `compiles`, `said`; nothing is run.

    A compiler that such a text kills has not compiled it.
    """
    sent = json.dumps(list(texts)).encode()
    nothing = {"parses": False, "compiles": False, "said": "the compiler did not survive it"}
    command = [*program, "-I", "-S", str(INSIDE / "try_compile.py")]
    try:
        ran = subprocess.run(command, input=sent, capture_output=True, timeout=_LIMIT_S, check=True)
        found: list[dict[str, Any]] = json.loads(ran.stdout)
    except (subprocess.SubprocessError, ValueError):
        return [nothing] if len(texts) == 1 else [one for text in texts for one in findings(program, [text])]
    return found
