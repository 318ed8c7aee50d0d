"""A workspace that nobody has said to trust."""

import json

import pytest

from editor.code_server import Profile
from editor.desk import Desk
from editor.waiting import until
from model_server import ModelServer

pytestmark = [pytest.mark.editor, pytest.mark.asyncio(loop_scope="session")]

PROFILE = Profile({"security.workspace.trust.startupPrompt": "never"}, trusts_all=False)


async def test_a_workspace_that_is_not_trusted_says_neither_which_server_nor_which_model(desk: Desk) -> None:
    with ModelServer() as evil:
        marker = desk.server.root / "started"
        folder = desk.server.workspace / ".vscode"
        folder.mkdir()
        settings = {
            "tactful.server.command": ["touch", str(marker)],
            "tactful.server.python": str(marker),
            "tactful.model.address": evil.address,
            "tactful.gate.eagerness": "always",
        }
        (folder / "settings.json").write_text(json.dumps(settings), "utf-8")
        n_sessions = len(desk.sessions())
        await desk.window.load()
        await desk.connected(n_sessions + 1)
        await desk.window.page.locator(".statusbar-item", has_text="Restricted Mode").wait_for()
        about = await desk.offers("untrusted.py")
        await until("the eagerness that the workspace may set", lambda: about.decisions()[-1].threshold == 0.0)
    assert not evil.records
    assert not marker.exists()
