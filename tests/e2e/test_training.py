"""From imported telemetry to a promoted gate, a refused one and a rollback: one command each and no flag."""

import asyncio
import json
import os
import sys
from asyncio.subprocess import PIPE
from typing import Any

import pytest

from e2e.conftest import Home, Serve
from making_logs import Shape, events
from tactful_models.events import Decided, GateChanged
from tactful_models.feedback import FeedbackLog
from tactful_models.registry import Registry

pytestmark = pytest.mark.e2e

SEVERAL = Shape(users=6, sessions=2, decisions=60, prefix="first")


async def tactful(home: Home, *arguments: str) -> str:
    """What a command prints, called as one would call it; it must succeed."""
    words = [sys.executable, "-m", "tactful_server", *arguments]
    at_home = {**os.environ, "TACTFUL_HOME": str(home.path)}
    command = await asyncio.create_subprocess_exec(*words, env=at_home, stdout=PIPE, stderr=PIPE)
    out, err = await command.communicate()
    assert command.returncode == 0, err.decode()
    return out.decode()


async def values(home: Home, *arguments: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(await tactful(home, *arguments, "--json"))
    return found


async def bring_in(home: Home, shape: Shape, seed: int) -> None:
    """Telemetry of elsewhere, by way of the interchange format."""
    elsewhere, lines = home.path.parent / f"{shape.prefix}.db", home.path.parent / f"{shape.prefix}.jsonl"
    with FeedbackLog.open(elsewhere) as log:
        log.append(events(shape, seed))
    await tactful(home, "export", "--db", str(elsewhere), "--out", str(lines))
    await tactful(home, "import", "log", str(lines))


async def test_a_fresh_log_gets_a_gate_a_worse_one_is_refused_and_a_rollback_reaches_the_running_server(
    serve: Serve, home: Home
) -> None:
    await bring_in(home, SEVERAL, seed=0)
    first = await values(home, "train")
    assert first["promoted"], first["reason"]
    assert first["data"]["n_groups"] == 6
    assert first["metrics"]["promotion"]["guard"]["worse"] == []

    await bring_in(home, Shape(users=6, sessions=2, decisions=40, sharpness=0.0, prefix="noise"), seed=1)
    worse = await tactful(home, "train")
    assert "Not promoted: on " in worse
    assert Registry(home.registry).current_version() == first["version"]

    async with serve() as editor:
        await editor.until(lambda status: status.gate.version == first["version"])
        second = Registry(home.registry).versions()[-1]
        assert second != first["version"]
        editor.open("file:///project/example.py", "def add(a, b):\n    return")
        await tactful(home, "promote", second)
        await editor.until(lambda status: status.gate.version == second)
        await editor.ask()
        told = await tactful(home, "rollback")
        await editor.until(lambda status: status.gate.version == first["version"])
        editor.open("file:///project/other.py", "def sum_of(a, b):\n    return")
        await editor.ask()

    assert told == f"Gate {first['version']} is in force.\n"
    assert list(dict.fromkeys(one.gate_version for one in home.events(Decided)))[-2:] == [second, first["version"]]
    changes = [(one.change, one.version) for one in home.events(GateChanged)]
    assert changes[-2:] == [("promoted", second), ("rolled_back", first["version"])]
    assert editor.messages == []
