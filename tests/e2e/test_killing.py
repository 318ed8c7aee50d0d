"""What the server calls safe survives SIGKILL."""

from pathlib import Path

import pytest

from killing import rounds

pytestmark = pytest.mark.e2e


async def test_no_acknowledged_event_is_lost_when_the_server_is_killed(tmp_path: Path) -> None:
    seen = await rounds(5, 1, tmp_path)

    assert [one.faults for one in seen] == [[]] * 5
    assert sum(one.durable for one in seen) > 20
