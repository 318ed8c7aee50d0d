"""When the model or the server goes, and when they come back."""

import pytest

from editor.desk import LINE, TYPED, Desk
from editor.waiting import until
from model_server import ModelServer

pytestmark = [pytest.mark.editor, pytest.mark.asyncio(loop_scope="session")]


async def test_a_server_that_was_killed_is_started_anew_and_loses_nothing(desk: Desk) -> None:
    before = await desk.offers("taken.py")
    await desk.window.press("Tab")
    await before.comes_to("shown/answer", "accepted/command")
    kept = [repr(one) for one in desk.home.stored()]  # vectors have NaN in them, which equals nothing
    n_sessions = len(desk.sessions())
    assert desk.kill_servers()
    await desk.connected(n_sessions + 1)
    assert [repr(one) for one in desk.home.stored()][: len(kept)] == kept
    after = await desk.offers("again.py")
    assert after.suggestions()[0].session_id != before.suggestions()[0].session_id


async def test_a_server_that_dies_again_and_again_is_told_once_and_restarted_by_hand(desk: Desk) -> None:
    desk.says(LINE)
    seen: set[int] = set()
    while not await stopped(desk):
        seen.update(desk.kill_servers())
    assert 3 <= len(seen) <= 6
    assert await desk.window.notified("Tactful's server ended five times") == 1
    await desk.window.shot("told")
    n_sessions = len(desk.sessions())
    await desk.window.page.locator(".notification-toast").get_by_role("button", name="Restart").click()
    await desk.connected(n_sessions + 1)
    await desk.offers("restarted.py")


async def test_a_model_that_goes_is_told_and_one_that_comes_back_suggests(desk: Desk) -> None:
    # The last of these: the others need the model that is ended here.
    await desk.offers("before.py")
    port = int(desk.model.address.rpartition(":")[2])
    desk.model.__exit__()
    path = await desk.window.open("gone.py", TYPED[:-3])
    await desk.window.type("ret")
    await desk.window.says("Tactful: model unreachable")
    await until("a failure in the log", lambda: "failed/unreachable" in desk.about(path).results())
    with ModelServer(port=port) as back:
        await desk.window.says("Tactful: getting to know you")
        await Desk(desk.server, desk.window, back).offers("after.py")


async def stopped(desk: Desk) -> bool:
    """Whether the status item says that the server is no longer started."""
    await desk.window.page.wait_for_timeout(100)
    return "stopped" in await desk.window.status.inner_text()
