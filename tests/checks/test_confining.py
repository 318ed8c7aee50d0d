"""The first program in the sandbox goes no further than whoever started it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tactful_server.checks.stepping_down import INSIDE


@pytest.mark.skipif(sys.platform != "linux", reason="there is a sandbox on Linux alone")
@pytest.mark.parametrize("is_waited_for", [True, False])
def test_nothing_is_run_for_one_that_was_killed_before_the_sandbox_stood(is_waited_for: bool, tmp_path: Path) -> None:
    reading, writing = os.pipe()
    if not is_waited_for:
        os.close(reading)
    order = json.dumps({"folder": str(tmp_path), "archive": None, "files": None, "limits": {}})
    command = [sys.executable, "-I", "-S", str(INSIDE / "confine.py"), order, "/bin/sh", "-c", "echo ran > here"]
    subprocess.run(command, pass_fds=[writing], env={"TACTFUL_TOLD": str(writing)}, timeout=60)
    os.close(writing)
    if is_waited_for:
        os.close(reading)
    assert (tmp_path / "here").exists() is is_waited_for
