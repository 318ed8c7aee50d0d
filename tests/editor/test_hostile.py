"""A model server that says what would be a link or a picture where text is set."""

from dataclasses import replace

import pytest

from editor.desk import TYPED, Desk
from model_server import ModelServer, Script

pytestmark = [pytest.mark.editor, pytest.mark.asyncio(loop_scope="session")]


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
