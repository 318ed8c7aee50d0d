"""Training that nobody asked for, in a running server: begun when it is quiet, told by the status, taken up at once."""

import sys

import pytest

import processes
from e2e.conftest import Home, Serve
from e2e.desktop import TRAINED_S, eventually
from making_logs import Shape, events
from tactful_models.events import GateChanged
from tactful_models.feedback import FeedbackLog

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(sys.platform != "linux", reason="processes are looked up in /proc"),
]

SOON = {"afterLabels": 100, "idleS": 1, "priority": "normal"}
"""A machine that runs tests may have no moment that nobody else wants."""


@pytest.fixture
def used(home: Home) -> Home:
    """A home whose owner has been at it for a while, and has never trained."""
    home.path.mkdir()
    with FeedbackLog.open(home.db) as log:
        log.append(list(events(Shape(users=1, sessions=4, decisions=200))))
    return home


async def test_at_idle_a_gate_is_trained_and_takes_over_without_a_popup(serve: Serve, used: Home) -> None:
    async with serve({"status": True}, training=SOON) as editor:
        await eventually(lambda: any(status.learning for status in editor.client.statuses))
        learned = await editor.until(lambda status: status.learned, TRAINED_S)
        await editor.until(lambda status: status.gate.version == learned.version)
        status = await editor.settled()

    assert learned.promoted, learned
    assert status.state == "on"
    assert [one.change for one in used.events(GateChanged)] == ["trained", "promoted"]
    assert "trained in the background: gate" in editor.stderr
    assert "WARNING" not in editor.stderr


async def test_it_ends_with_the_server(serve: Serve, used: Home) -> None:
    async with serve(ready=False, training=SOON) as editor:
        [child] = await processes.seen(lambda: processes.naming(str(used.db)))
        await editor.leave()
        await editor.client.gone()
        editor.client.error = ConnectionError("ended on purpose")

    await eventually(lambda: not processes.is_alive(child) and not processes.naming(str(used.db)))
    assert used.events(GateChanged) == []
