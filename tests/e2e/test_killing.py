"""What the server calls safe survives SIGKILL."""

from pathlib import Path

import pytest

from killing import Life, one_round, rounds
from model_server import ModelServer, Script, saying

pytestmark = pytest.mark.e2e


async def test_no_acknowledged_event_is_lost_when_the_server_is_killed(tmp_path: Path) -> None:
    seen = await rounds(5, 1, tmp_path)

    assert [one.faults for one in seen] == [[]] * 5
    assert not all(one.is_blind for one in seen)
    assert sum(one.durable for one in seen) > 20


async def test_a_kill_before_the_first_status_is_told_apart(tmp_path: Path) -> None:
    with ModelServer(Script(answer=saying(" a + b\n"))) as model:
        seen = await one_round(tmp_path, model, 1, Life(longest_s=0.0))

    assert (seen.is_blind, seen.durable, seen.faults) == (True, 0, [])


async def test_a_worker_that_fails_is_a_fault_of_the_round(tmp_path: Path) -> None:
    async def broken(_: object) -> None:
        raise RuntimeError("the editor is confused")

    with ModelServer(Script(answer=saying(" a + b\n"))) as model:
        seen = await one_round(tmp_path, model, 1, Life(work=broken))

    assert seen.faults == ["a worker ended before the kill: RuntimeError('the editor is confused')"]
