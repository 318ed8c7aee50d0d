"""A sandbox as each kind of user starts it: as root, and as nobody in particular."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import pytest

from tactful_server.checks.limits import Limits
from tactful_server.checks.running import Ran
from tactful_server.checks.sandbox import Sandbox, find
from tactful_server.checks.stepping_down import as_nobody, own_places, own_python

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
USUAL = Limits(wall_s=20)
SECRET = "the-key-to-everything"


@pytest.fixture(scope="session")
def sandbox() -> Sandbox:
    """The real one; where there is none, the test is skipped with what is missing."""
    found = find()
    if not isinstance(found, Sandbox):
        pytest.skip(found.why)
    return found


@dataclass(frozen=True, slots=True)
class Cellar:
    """Runs programs in the sandbox with a copy of a project."""

    project: Path
    user: str
    run: Callable[[Sequence[str], Limits], Ran]

    def python(self, program: str, limits: Limits = USUAL) -> Ran:
        """Runs a Python program."""
        return self.run([*own_python(), "-c", program], limits)

    def shell(self, program: str, limits: Limits = USUAL) -> Ran:
        """Runs a shell's."""
        return self.run(["/bin/sh", "-c", program], limits)


class Driver:
    """A process of some user that starts sandboxes."""

    def __init__(self, argv: Sequence[str], project: Path) -> None:
        self._process = subprocess.Popen(
            [*argv, sys.executable, str(HERE / "driver.py"), str(project)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={
                **os.environ,
                "PYTHONPATH": f"{ROOT / 'server'}:{ROOT / 'models'}",
                "PYTHONDONTWRITEBYTECODE": "1",
                "KEY": SECRET,
            },
        )

    def run(self, command: Sequence[str], limits: Limits) -> Ran:
        """What the sandbox says of the command."""
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps({"command": list(command), "limits": asdict(limits)}) + "\n")
        self._process.stdin.flush()
        return Ran(**json.loads(self._process.stdout.readline()))

    def close(self) -> None:
        """Lets it end."""
        self._process.communicate()


@pytest.fixture(scope="module", params=["root", "ordinary"])
def cellar(request: pytest.FixtureRequest, sandbox: Sandbox, project: Path) -> Iterator[Cellar]:
    """The sandbox as root starts it, and as an ordinary user does."""
    is_root = os.geteuid() == 0
    if request.param == "root" and not is_root:
        pytest.skip("only root can try what root's sandbox holds")
    argv = _stepped_down(sandbox, project) if request.param == "ordinary" and is_root else []
    driver = Driver(argv, project)
    try:
        yield Cellar(project, request.param, driver.run)
    finally:
        driver.close()


def _stepped_down(sandbox: Sandbox, project: Path) -> list[str]:
    """What stands before a command so that an ordinary user runs it, with the processes in its sight that root sees."""
    readable = [*own_places(), ROOT, Path(sys.prefix), project]
    return [option for option in as_nobody(sandbox.program, readable) if option != "--unshare-pid"]
