"""Ghost text that comes, and what a person can do with it."""

import pytest

from editor.conftest import Desk
from editor.waiting import until
from model_server import Script, continuing

pytestmark = [pytest.mark.editor, pytest.mark.asyncio(loop_scope="session")]


async def test_ghost_text_is_shown_and_taken_whole_with_tab(desk: Desk) -> None:
    whole = "def add(first, second):\n    return first + second\n"
    desk.model.script = Script(answer=continuing(whole))
    path = await desk.window.open("whole.py", "def add(first, second):\n    ")
    await desk.window.type("ret")
    await desk.window.sees("urn first + second")
    await desk.window.shot("ghost")
    await until("shown", lambda: desk.about(path).ends() == ["shown/client"])
    await desk.window.press("Tab")
    await desk.window.saves(path, whole.rstrip("\n"))
    await until("accepted", lambda: desk.about(path).ends()[-1] == "accepted/command")
