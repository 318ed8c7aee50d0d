"""Runs of a project's own code in the sandbox, and what they tell."""

import json
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from tactful_models.plain_json import loads
from tactful_server.checks.cell import Cell
from tactful_server.checks.interpreters import Interpreter
from tactful_server.checks.job import Job
from tactful_server.checks.limits import Limits
from tactful_server.checks.linting import RUFF
from tactful_server.checks.packing import Packed
from tactful_server.checks.running import Ran
from tactful_server.checks.sandbox import Sandbox
from tactful_server.checks.stepping_down import INSIDE

_ORDER: Final = "/tmp/tactful-order.json"
"""Where the order for `try_tests.py` lies in the sandbox."""
_ORDINARY: Final = (-1, 0, 5)
"""Ends of pytest without a test: there is no pytest; there was nothing that it should run."""
_NO_FILES: Final[Mapping[str, str]] = MappingProxyType({})
_LEAST_S: Final = 1.0
"""Seconds that must be left for a run to be begun."""
_SHARE: Final = 0.6
"""Of the time left that one run may take: what hangs with the suggestion is to be tried without it."""


@dataclass(frozen=True, slots=True)
class Test:
    """What became of one test."""

    outcome: str
    """`passed`, `failed`, `error`, `skipped`, `xfailed`; `slow`: its time was up; `hung`: the run ended in it."""
    lines: frozenset[int] = frozenset()
    """Lines of the suggestion that it ran."""
    said: str = ""

    @property
    def may_reach(self) -> bool:
        """Whether it ran a line of the suggestion, or took with it what it ran."""
        return bool(self.lines) or self.outcome == "hung"

    @property
    def is_bad(self) -> bool:
        """Whether it neither passed nor was left out."""
        return self.outcome in ("failed", "error", "slow", "hung")


@dataclass(slots=True)
class Tried:
    """What one run told."""

    imports: bool | None = None
    """Whether the module could be imported; None where that was not tried."""
    said: str = ""
    """Why not."""
    n_selected: int | None = None
    """Files or tests that can reach the file; None where it did not come to that."""
    lines: frozenset[int] = frozenset()
    """Lines of the suggestion that can run."""
    at_import: frozenset[int] = frozenset()
    """Those that ran when the module was imported."""
    tests: dict[str, Test] = field(default_factory=dict)
    done: int | None = None
    """The exit code of pytest, -1 where the project has none; None where it did not come to its end."""
    stopped: str = ""
    """The limit that ended the run."""
    output: str = ""
    took_s: float = 0.0
    """How long the run took, without the time in which the machine was busy with other things."""

    @property
    def fell(self) -> bool:
        """Whether pytest ended before the first test although there were some: a conftest or a plugin took it along."""
        return bool(self.n_selected) and not self.tests and not self.stopped and self.done not in _ORDINARY

    @property
    def bad(self) -> list[str]:
        """The tests that failed."""
        return [name for name, test in self.tests.items() if test.is_bad]


@dataclass(slots=True)
class Workshop:
    """The project as it is checked: a copy, the sandbox, the interpreter, and the time that is left."""

    job: Job
    sandbox: Sandbox
    copy: Packed
    interpreter: Interpreter | None
    until: float
    """When the budget is spent, on the monotonic clock."""
    was_cut: bool = False
    """Whether a run was ended, or not begun, for want of time: what it would have said is not known."""

    def tests(self, text: str, only: Sequence[str] | None = None, imports: bool = False) -> Tried | None:
        """Imports the module and runs tests with a text in the file's place; None where no time is left for it."""
        assert self.interpreter is not None
        job = self.job
        order = {
            **{"place": job.place, "first": job.first_line, "last": job.last_line, "only": only, "imports": imports},
            "test_s": job.test_s,
        }
        command = [str(self.interpreter.program), "-s", str(INSIDE / "try_tests.py"), _ORDER]
        ran = self.run(command, text, {_ORDER: json.dumps(order)})
        return None if ran is None else _read(ran)

    def mypy(self, text: str) -> str | None:
        """What mypy says with a text in the file's place; None where it was ended or could not be asked."""
        if self.interpreter is None or self.interpreter.tool("mypy") is None:
            return None
        options = ("--cache-dir=/dev/null", "--no-error-summary", "--no-color-output", "--hide-error-context")
        ran = self.run([str(self.interpreter.program), "-s", "-m", "mypy", *options, self.job.place], text)
        return ran.output if ran is not None and not ran.stopped and ran.code in (0, 1) else None

    def ruff(self, program: Path, text: str) -> str | None:
        """What the project's own ruff says with a text in the file's place; None where it could not be asked."""
        quiet = ("/bin/sh", "-c", 'exec "$0" "$@" 2>/dev/null')  # what it warns of would stand in the JSON
        ran = self.run([*quiet, str(program), *RUFF, self.job.place], text)
        return ran.output if ran is not None and not ran.stopped and ran.code in (0, 1) else None

    def command(self, text: str) -> Ran | None:
        """Runs the user's command for the language with a text in the file's place."""
        return self.run(["/bin/sh", "-c", self.job.command], text)

    def run(self, command: Sequence[str], text: str, more: Mapping[str, str] = _NO_FILES) -> Ran | None:
        """Runs a command with a text in the file's place, and more files; None where no time is left for it."""
        left_s = self.until - time.monotonic()
        if left_s < _LEAST_S:
            self.was_cut = True
            return None
        ran = self.sandbox.run(command, self._cell({self.job.place: text, **more}, left_s * _SHARE))
        self.was_cut |= bool(ran.stopped)
        self.until += ran.kept_waiting_s
        return ran

    def _cell(self, files: Mapping[str, str], wall_s: float) -> Cell:
        shown = tuple(Path(path).expanduser() for path in self.job.readable)
        own = self.interpreter.readable if self.interpreter else ()
        programs = [str(path / "bin") for path in (*shown, *([self.interpreter.prefix] if self.interpreter else ()))]
        environment = {
            **{"PATH": ":".join([*programs, "/usr/local/bin", "/usr/bin", "/bin"]), "TACTFUL_FILE": self.job.place},
            **{"PYTHONDONTWRITEBYTECODE": "1", "PYTHONUNBUFFERED": "1", "PYTHONHASHSEED": "0", "CI": "1"},
        }
        limits = replace(Limits(), wall_s=wall_s, cpu_s=int(wall_s) + 1)
        return Cell(Path(self.job.folder), self.copy, files, (*own, *shown), environment, limits)


def _read(ran: Ran) -> Tried:
    tried = Tried(stopped=ran.stopped, output=ran.output, took_s=max(ran.wall_s - ran.kept_waiting_s, 0.0))
    under_way = ""
    for line in ran.told.splitlines():
        with suppress(ValueError, TypeError, KeyError, OverflowError):
            under_way = _take(tried, loads(line), under_way)
    if under_way:
        tried.tests[under_way] = Test(
            "hung", said=f"{under_way} did not end ({ran.stopped or 'it took the run along'})"
        )
    return tried


def _take(tried: Tried, told: dict[str, Any], under_way: str) -> str:
    """Takes one finding in, which the project's code may have made up. Returns the test under way."""
    if "began" in told:
        return str(told["began"])
    if "test" in told:
        tried.tests[str(told["test"])] = Test(str(told["outcome"]), _lines(told["lines"]), str(told["said"]))
        return ""
    if "imports" in told:
        tried.imports, tried.said = told["imports"] is True, str(told["said"])
    elif "selected" in told:
        tried.n_selected, tried.lines = int(told["selected"]), _lines(told["lines"])
    elif "at_import" in told:
        tried.at_import |= _lines(told["at_import"])
    elif "done" in told:
        tried.done = int(told["done"])
    return under_way


def _lines(told: Any) -> frozenset[int]:
    return frozenset(line for line in told if isinstance(line, int))
