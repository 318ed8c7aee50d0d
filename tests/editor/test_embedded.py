"""The model that comes with it."""

import pytest

from editor.code_server import Profile
from editor.desk import Desk
from editor.waiting import until
from small_model import LINES, WHERE_INSTALLED

pytestmark = [
    pytest.mark.editor,
    pytest.mark.model,
    pytest.mark.asyncio(loop_scope="session"),
    WHERE_INSTALLED,
]

PROFILE = Profile({"tactful.model.timeoutMs": 60_000}, scripted=False)


async def test_the_embedded_model_suggests_and_its_suggestion_is_taken(desk: Desk) -> None:
    path = await desk.window.open("lines.py", LINES)
    await desk.window.type("(")
    await desk.window.sees("path")
    await desk.window.shot("ghost")
    about = desk.about(path)
    await about.comes_to("shown/answer")
    await desk.window.press("Tab")
    await about.comes_to("shown/answer", "accepted/command")
    [made] = about.suggestions()
    assert made.model_key.startswith("llamacpp:SmolLM2")
    assert made.facts.logprob_mean is not None
    await desk.window.press("Control+s")
    await until("the suggestion in the file", lambda: path.read_text().startswith(LINES + "(path"))
