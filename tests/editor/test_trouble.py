"""When the model or the server goes, and when they come back."""

import json
from dataclasses import replace

import pytest

from editor.conftest import settings_of
from editor.desk import LINE, TYPED, Desk
from editor.waiting import until
from model_server import ModelServer, Script

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


async def test_the_names_that_a_server_gives_its_models_are_text(desk: Desk) -> None:
    with ModelServer() as elsewhere:
        names = [f"![picture]({elsewhere.address}/v1/models)", "[press](https://example.invalid/press)"]
        listed = {"/v1/models": {"object": "list", "data": [{"id": name} for name in names]}}
        desk.model.script = replace(desk.model.script, fault="404", pages=listed)
        await desk.window.open("hostile.py", TYPED[:-3])
        await desk.window.type("ret")
        await desk.window.says("Tactful: model not found")
        await desk.window.status.hover()
        hover = desk.window.page.locator(".monaco-hover", has_text="set tactful.model.name to one it has").first
        await hover.wait_for()
        await desk.window.shot("hovered")
        assert "[press](https://example.invalid/press)" in await hover.inner_text()
        assert await hover.locator("img").count() == 0
        assert await hover.get_by_role("link", name="press").count() == 0
    assert elsewhere.looked == []
    desk.model.script = Script()
    await desk.window.command("Restart Server")  # it would leave such a server alone for some time
    await desk.window.says("Tactful: getting to know you")


async def test_a_model_that_the_workspace_names_stays_in_use_and_that_is_said(desk: Desk) -> None:
    settings = desk.server.workspace / ".vscode" / "settings.json"
    settings.parent.mkdir()
    settings.write_text(json.dumps({"tactful.model.name": "scripted", "tactful.enabled": False}), "utf-8")
    await desk.window.says("Tactful: off")  # the editor has read them
    await desk.window.command("Choose Model")
    await desk.window.take("Embedded model")
    assert await desk.window.notified("this workspace's own settings name another model") == 1
    await desk.window.shot("told")
    settings.unlink()
    desk.server.configure(settings_of(desk.server.profile, desk.model))
    await desk.offers("chosen.py")


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
