"""What a program leaves behind on the machine is seen: without that, that nothing was left would say nothing."""

import subprocess
import sys
from pathlib import Path

import pytest

from checks import shop

PROGRAM = """
import subprocess, sys, time
from pathlib import Path
from checks import leftovers
from checks.leftovers import Machine
leftovers.adopt()
assert leftovers.processes() == []
before = Machine.now()
assert Machine.now().since(before) == []
subprocess.run(["/bin/sh", "-c", "setsid sleep 30 & exit 0"], check=True)
Path(sys.argv[1], "forgotten").touch()
[orphan] = leftovers.processes()
print(Machine.now().since(before)[0])
import os, signal
os.kill(orphan, signal.SIGKILL)
time.sleep(0.2)
assert leftovers.processes() == []
"""


@pytest.mark.skipif(sys.platform != "linux", reason="what is left behind is looked up as Linux tells it")
def test_an_orphan_and_a_forgotten_file_are_seen(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(tmp_path)],
        env={"TMPDIR": str(tmp_path), "PYTHONPATH": str(Path(shop.__file__).parents[1])},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.strip() == str(tmp_path / "forgotten")
