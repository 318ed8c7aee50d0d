"""The ladder: how far a suggestion climbs, and what it broke that was whole before. Blocks: for a process of its own.

Each rung is judged with the suggestion first. Only where something is amiss is the same looked at without it: what was
amiss before says nothing against it. A test counts as broken when it fails with the suggestion twice, and passes
without it, or in the file as it was last saved or committed and the test ran a line of the suggestion.
"""

import os
import time
from contextlib import suppress
from functools import partial
from pathlib import Path

from tactful_models.checked import Stands
from tactful_models.grammar import fits
from tactful_server.checks import interpreters, linting, syntax
from tactful_server.checks.former import former_texts
from tactful_server.checks.interpreters import Interpreter
from tactful_server.checks.job import Climb, Job, legible
from tactful_server.checks.packing import TooLargeError, packed
from tactful_server.checks.sandbox import Sandbox, Unavailable
from tactful_server.checks.stepping_down import own_python
from tactful_server.checks.trying import Tried, Workshop


def climb(job: Job, sandbox: Sandbox | Unavailable) -> Climb:
    """Sends a suggestion up the ladder.

    Raises:
        OSError: the machine has no room for a copy of the project.
    """
    began, found = time.monotonic(), Climb()
    if job.language == "python":
        _python(job, sandbox, found, began + job.budget_s)
    else:
        _other(job, sandbox, found, began + job.budget_s)
    found.notes = [legible(note) for note in found.notes]
    found.duration_s = time.monotonic() - began
    return found


def _python(job: Job, sandbox: Sandbox | Unavailable, found: Climb, until: float) -> None:
    interpreter = interpreters.find(Path(job.folder), os.environ, job.python) if job.runs_code else None
    without = syntax.python(job, _compiler(job, sandbox, interpreter), found).text
    if found.standings.get("compiles") is not Stands.HELD:
        return
    stopped, own_ruff = _obstacle(job, sandbox, interpreter), linting.ruff_within(job, interpreter)
    if job.runs_code and (stopped or not own_ruff):
        linting.ruff(job, without, partial(linting.ruff_outside, job, interpreter), found)
    if stopped or not isinstance(sandbox, Sandbox):
        found.stopped = stopped
        return
    with suppress(TooLargeError), packed(Path(job.folder), job.exclude) as copy:
        workshop = Workshop(job, sandbox, copy, interpreter, until)
        if own_ruff:
            linting.ruff(job, without, partial(workshop.ruff, own_ruff), found)
        if _run(workshop, without, found):
            linting.mypy(job, without, workshop.mypy, found)
        return
    found.stopped = "too_large"


def _compiler(job: Job, sandbox: Sandbox | Unavailable, interpreter: Interpreter | None) -> syntax.Compiler:
    """The project's Python; ours where it has none, or only one that may be anything and there is no sandbox for it."""
    if interpreter is None:
        return syntax.outside(own_python()[0])
    if (program := interpreter.itself(Path(job.folder))) is not None:
        return syntax.outside(str(program))
    return syntax.inside(sandbox, job, interpreter) if isinstance(sandbox, Sandbox) else syntax.outside(own_python()[0])


def _obstacle(job: Job, sandbox: Sandbox | Unavailable, interpreter: Interpreter | None) -> str:
    if not job.runs_code:
        return "untrusted"
    if isinstance(sandbox, Unavailable):
        return "no_sandbox"
    return "" if interpreter or job.language != "python" else "no_interpreter"


def _run(workshop: Workshop, without: str | None, found: Climb) -> bool:
    """Imports the module and runs what tests there are. Returns whether it came to the tests."""
    only: list[str] | None = None if workshop.job.runs_tests else []
    tried = _come(workshop.tests(workshop.job.text, only, imports=True), found)
    if tried is None:
        return False
    if tried.imports is not None or tried.n_selected is None:
        held_before = tried.imports is True or _imports(workshop, without)
        if not found.stand("imports", tried.imports is True, held_before, tried.said or _last(tried.output)):
            tried = _not_alone(workshop, found)
            if tried is None:
                return False
    found.tests_s = tried.took_s
    _tests(workshop, without, tried, found)
    return True


def _not_alone(workshop: Workshop, found: Climb) -> Tried | None:
    """What could never be imported by itself may be what tests import: from another root, or when all is set up."""
    if found.standings["imports"] is Stands.BROKE or not workshop.job.runs_tests:
        return None
    return _come(workshop.tests(workshop.job.text), found)


def _come(tried: Tried | None, found: Climb) -> Tried | None:
    """The run; None of one that came to nothing, which is noted."""
    if tried is None or (tried.stopped and tried.imports is None and tried.n_selected is None):
        found.stopped = "slow" if tried is None or tried.stopped == "time" else tried.stopped
        return None
    return tried


def _imports(workshop: Workshop, without: str | None) -> bool:
    before = workshop.tests(without, [], imports=True) if without is not None else None
    return before is not None and before.imports is True


def _tests(workshop: Workshop, without: str | None, tried: Tried, found: Climb) -> None:
    found.stopped = _why_no_further(workshop.job, tried)
    if tried.fell:
        _fallen(workshop, without, tried, found)
        return
    broken = _broken(workshop, without, tried, found) if tried.bad else {}
    if tried.bad and workshop.was_cut:
        found.stopped = found.stopped or "slow"
    passed = [test for test in tried.tests.values() if test.outcome == "passed"]
    inside = tried.lines - tried.at_import or tried.lines
    reached = [test for test in passed if test.lines & inside or not tried.lines - tried.at_import]
    found.n_passed, found.n_broke, found.n_reached = len(passed), len(broken), len(reached)
    if tried.lines and tried.tests:
        ran = frozenset[int]().union(*(test.lines for test in reached), tried.at_import if reached else ())
        found.ran_ratio = len(ran & tried.lines) / len(tried.lines)
    if broken or not (tried.bad and workshop.was_cut):  # else nothing is known of those that failed
        _stand(found, "old_tests", len(passed), list(broken.values()), tried)
    if reached or any(tried.tests[name].lines & inside for name in broken):
        _stand(found, "reaching_tests", len(reached), list(broken.values()), tried)


def _fallen(workshop: Workshop, without: str | None, tried: Tried, found: Climb) -> None:
    """Not one test was run: whether some pass where the suggestion is not."""
    before = workshop.tests(without) if without is not None else None
    found.n_broke = sum(test.outcome == "passed" for test in before.tests.values()) if before else 0
    if found.n_broke:
        found.stopped = ""
        _stand(found, "old_tests", 0, [f"No test can be run any more.\n{_last(tried.output)}"], tried)


def _stand(found: Climb, rung: str, n_passed: int, said: list[str], tried: Tried) -> None:
    if said:
        found.standings[rung] = Stands.BROKE
        found.parts[rung] = n_passed / (n_passed + len(said))
        if rung == "old_tests":
            found.notes += said
    elif n_passed or tried.bad:
        found.standings[rung] = Stands.HELD if n_passed else Stands.FAILED


def _why_no_further(job: Job, tried: Tried) -> str:
    if not job.runs_tests:
        return "slow_suite"
    if tried.stopped:
        return "slow" if tried.stopped == "time" else tried.stopped
    if tried.n_selected == 0 or not tried.tests:
        return "no_pytest" if tried.done == -1 else "no_tests"
    return ""


def _broken(workshop: Workshop, without: str | None, tried: Tried, found: Climb) -> dict[str, str]:
    """The tests that the suggestion broke, by name, with what they say."""
    broken: set[str] = set()
    if without is not None:
        broken = _whole_in(workshop, without, tried.bad)
    left = [name for name in tried.bad if name not in broken and tried.tests[name].may_reach]
    for baseline, text in former_texts(workshop.job) if left else ():
        if more := _whole_in(workshop, text, left):
            found.baseline = baseline if not broken else found.baseline
            broken |= more
            break
    doubtful = sorted(name for name in broken if tried.tests[name].outcome in ("failed", "error"))
    if doubtful and (again := workshop.tests(workshop.job.text, doubtful)) is not None:
        broken -= {name for name, test in again.tests.items() if test.outcome == "passed"}  # one that flakes
    return {name: f"{name}\n{tried.tests[name].said}".strip() for name in sorted(broken)}


def _whole_in(workshop: Workshop, text: str, names: list[str]) -> set[str]:
    """Which of the tests pass with a text in the file's place; of a file that could not be collected, if any in it."""
    before = workshop.tests(text, names)
    passed = {name for name, test in before.tests.items() if test.outcome == "passed"} if before else set()
    return {name for name in names if name in passed or any(one.startswith(f"{name}::") for one in passed)}


def _other(job: Job, sandbox: Sandbox | Unavailable, found: Climb, until: float) -> None:
    """Languages that have a grammar here, and those for which the user has named a command."""
    parses = fits(job.text[: job.start], job.text[job.start : job.end], job.text[job.end :], job.language)
    if parses is not None and not found.stand("parses", parses, held_before=True, said="it brings an error of syntax"):
        return
    if not job.command:
        return
    if (stopped := _obstacle(job, sandbox, None)) or not isinstance(sandbox, Sandbox):
        found.stopped = stopped
        return
    with suppress(TooLargeError), packed(Path(job.folder), job.exclude) as copy:
        interpreter = interpreters.find(Path(job.folder), os.environ, job.python)
        _command(Workshop(job, sandbox, copy, interpreter, until), found)
        return
    found.stopped = "too_large"


def _command(workshop: Workshop, found: Climb) -> None:
    ran = workshop.command(workshop.job.text)
    if ran is None or ran.stopped:
        found.stopped = "slow" if ran is None or ran.stopped == "time" else ran.stopped
        return
    before = ran if ran.code == 0 else workshop.command(workshop.job.filled(""))
    found.tests_s = max(ran.wall_s - ran.kept_waiting_s, 0.0)
    found.stand("old_tests", ran.code == 0, before is not None and before.code == 0, _last(ran.output))


def _last(output: str) -> str:
    return output.strip()[-2000:]
