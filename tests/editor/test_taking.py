"""What a person can do with ghost text, and what the log says of it."""

import pytest

from editor.desk import LINE, Desk
from model_server import Script, continuing
from tactful_models.events import Action, Result, Trigger

pytestmark = [pytest.mark.editor, pytest.mark.asyncio(loop_scope="session")]

BLOCK = "def area(width, height):\n    result = width * height\n    return result"


async def test_tab_takes_the_whole(desk: Desk) -> None:
    about = await desk.offers("whole.py")
    await desk.window.press("Tab")
    await desk.window.saves(about.file, LINE)
    shown, accepted = await about.comes_to("shown/answer", "accepted/command")
    [made] = about.suggestions()
    answered = [one for one in about.requests() if one.result is Result.PRODUCED]
    assert {one.suggestion_id for one in (shown, accepted)} == {made.suggestion_id}
    assert {one.suggestion_id for one in answered} == {made.suggestion_id}
    assert accepted.accepted_chars == made.facts.n_chars
    assert [one.action for one in about.decisions() if one.suggestion_id == made.suggestion_id] == [Action.SHOW]


async def test_ctrl_right_takes_a_word(desk: Desk) -> None:
    about = await desk.offers("word.py")
    await desk.window.press("Control+ArrowRight")
    await about.comes_to("shown/answer", "partially_accepted/client")
    await desk.window.saves(about.file, "def add(first, second):\n    return")
    await desk.window.sees(" first + second")
    await desk.window.press("Tab")
    await desk.window.saves(about.file, LINE)
    await about.comes_to("shown/answer", "partially_accepted/client", "accepted/command")
    assert len(about.suggestions()) == 1


async def test_ctrl_alt_right_takes_a_line(desk: Desk) -> None:
    about = await desk.offers("line.py", BLOCK, "def area(width, height):")
    await desk.window.press("Control+Alt+ArrowRight")
    await about.comes_to("shown/answer", "partially_accepted/client")
    await desk.window.press("Control+Alt+ArrowRight")
    await desk.window.saves(about.file, "def area(width, height):\n    result = width * height\n")
    await desk.window.sees("    return result")
    await desk.window.shot("line taken")
    await desk.window.press("Control+Alt+ArrowRight")
    await desk.window.saves(about.file, BLOCK)
    parts = await about.comes_to("shown/answer", *["partially_accepted/client"] * 2, "accepted/command")
    assert len({one.suggestion_id for one in parts}) == 1
    assert parts[-1].accepted_chars == len(BLOCK.removeprefix("def area(width, height):"))


async def test_escape_rejects(desk: Desk) -> None:
    about = await desk.offers("escape.py")
    await desk.window.press("Escape")
    await desk.window.sees_none()
    _, rejected = await about.comes_to("shown/answer", "rejected/client/escape")
    assert rejected.shown_s is not None
    assert rejected.shown_s >= 0.12
    await desk.window.saves(about.file, "def add(first, second):\n    ret")


async def test_typing_along_keeps_it(desk: Desk) -> None:
    about = await desk.offers("along.py")
    await desk.window.type("urn fir")
    await desk.window.sees("st + second")
    await desk.window.press("Tab")
    await desk.window.saves(about.file, LINE)
    await about.comes_to("shown/answer", "accepted/command")
    assert len(about.suggestions()) == 1


async def test_typing_something_else_ends_it(desk: Desk) -> None:
    about = await desk.offers("over.py")
    await desk.window.type("x")
    await desk.window.sees_none()
    await about.comes_to("shown/answer", "ignored/change/typed_over")


async def test_moving_the_caret_ends_it(desk: Desk) -> None:
    about = await desk.offers("moved.py")
    await desk.window.press("ArrowLeft")
    await desk.window.sees_none()
    await about.comes_to("shown/answer", "ignored/change/moved")


async def test_another_editor_in_front_ends_it(desk: Desk) -> None:
    about = await desk.offers("left.py")
    await desk.window.open("elsewhere.py", "")
    await about.comes_to("shown/answer", "ignored/change/editor_changed")


async def test_alt_backslash_asks(desk: Desk) -> None:
    desk.model.script = Script(answer=continuing(LINE + "\n"))
    path = await desk.window.open("asked.py", "def add(first, second):\n    ret")
    about = desk.about(path)
    await desk.window.press("Alt+\\")
    await desk.window.sees("urn first + second")
    await about.comes_to("shown/answer")
    await desk.window.press("Tab")
    await about.comes_to("shown/answer", "accepted/command")
    assert about.requests()[0].facts.trigger is Trigger.MANUAL
