"""Which lines ran, as every Python at hand tells it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tactful_server.checks.stepping_down import INSIDE

PROGRAM = """if True:
    import importlib.util, json, sys
    spec = importlib.util.spec_from_file_location("tracing", sys.argv[1])
    tracing = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tracing)
    tracer = tracing.Tracer(sys.argv[2] + "/target.py")
    tracer.start()
    sys.path.insert(0, sys.argv[2])
    import target
    found = [tracer.take()]
    target.sign(1)
    found.append(tracer.take())
    target.sign(1), target.sign(-1)
    found += [tracer.take(), tracing.lines_with_code(open(sys.argv[2] + "/target.py").read())]
    print(json.dumps([sorted(one) for one in found]))"""
TARGET = "def sign(x):\n    if x < 0:\n        return -1\n\n    return 1\n\n\nA = 3\n"
PYTHONS = [Path(sys.executable), *sorted((Path.home() / ".pyenv/versions").glob("3.[89]*/bin/python"))]
PYTHONS += sorted((Path.home() / ".pyenv/versions").glob("3.1[0-9]*/bin/python"))


@pytest.mark.parametrize("python", PYTHONS, ids=lambda path: path.parents[1].name)
def test_lines_are_counted_anew_each_time_they_are_taken(python: Path, tmp_path: Path) -> None:
    (tmp_path / "target.py").write_text(TARGET)
    command = [str(python), "-c", PROGRAM, str(INSIDE / "tracing.py"), str(tmp_path)]
    told = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    assert told == [[1, 8], [2, 5], [2, 3, 5], [1, 2, 3, 5, 8]]
