"""What a person can do with ghost text, and what the log says of it."""

import pytest

from editor.code_server import Profile
from editor.conftest import Desk
from editor.record import Record
from model_server import Script, continuing
from tactful_models.events import Action, Result, Trigger

pytestmark = [pytest.mark.editor, pytest.mark.asyncio(loop_scope="session")]

PROFILE = Profile({"editor.wordBasedSuggestions": "currentDocument"})

LINE = "def add(first, second):\n    return first + second"
BLOCK = "def area(width, height):\n    result = width * height\n    return result"


async def offered(desk: Desk, name: str, whole: str = LINE, typed: str = "def add(first, second):\n    ret") -> Record:
    """A new file in which ghost text stands: three characters were typed, the model says the rest."""
    desk.model.script = Script(answer=continuing(whole + "\n\n\n"))
    path = await desk.window.open(name, typed[:-3])
    await desk.window.type(typed[-3:])
    await desk.window.sees(whole.removeprefix(typed).replace("\n", ""))
    await desk.window.shot("ghost")
    about = desk.about(path)
    await about.comes_to("shown/answer")
    return about


async def test_tab_takes_the_whole(desk: Desk) -> None:
    about = await offered(desk, "whole.py")
    await desk.window.press("Tab")
    await desk.window.saves(about.file, LINE)
    shown, accepted = await about.comes_to("shown/answer", "accepted/command")
    [made] = about.suggestions()
    answered = [one for one in about.requests() if one.result is Result.PRODUCED]
    assert {one.suggestion_id for one in (shown, accepted, *answered)} == {made.suggestion_id}
    assert accepted.accepted_chars == made.facts.n_chars
    assert [one.action for one in about.decisions() if one.suggestion_id == made.suggestion_id] == [Action.SHOW]


async def test_ctrl_right_takes_a_word(desk: Desk) -> None:
    about = await offered(desk, "word.py")
    await desk.window.press("Control+ArrowRight")
    await about.comes_to("shown/answer", "partially_accepted/client")
    await desk.window.saves(about.file, "def add(first, second):\n    return")
    await desk.window.sees(" first + second")
    await desk.window.press("Tab")
    await desk.window.saves(about.file, LINE)
    await about.comes_to("shown/answer", "partially_accepted/client", "accepted/command")
    assert len(about.suggestions()) == 1


async def test_ctrl_alt_right_takes_a_line(desk: Desk) -> None:
    about = await offered(desk, "line.py", BLOCK, "def area(width, height):")
    await desk.window.press("Control+Alt+ArrowRight", "Control+Alt+ArrowRight")
    await desk.window.saves(about.file, "def area(width, height):\n    result = width * height\n")
    await desk.window.shot("one line taken")
    await desk.window.press("Tab")
    await desk.window.saves(about.file, BLOCK)
    await about.comes_to("shown/answer", *["partially_accepted/client"] * 2, "accepted/command")
    assert len(about.suggestions()) == 1


async def test_escape_rejects(desk: Desk) -> None:
    about = await offered(desk, "escape.py")
    await desk.window.press("Escape")
    await desk.window.sees_none()
    _, rejected = await about.comes_to("shown/answer", "rejected/client/escape")
    assert rejected.shown_s is not None
    assert rejected.shown_s >= 0.12
    await desk.window.saves(about.file, "def add(first, second):\n    ret")


async def test_typing_along_keeps_it(desk: Desk) -> None:
    about = await offered(desk, "along.py")
    await desk.window.type("urn fir")
    await desk.window.sees("st + second")
    await desk.window.press("Tab")
    await desk.window.saves(about.file, LINE)
    await about.comes_to("shown/answer", "accepted/command")
    assert len(about.suggestions()) == 1


async def test_typing_something_else_ends_it(desk: Desk) -> None:
    about = await offered(desk, "over.py")
    await desk.window.type("x")
    await desk.window.sees_none()
    await about.comes_to("shown/answer", "ignored/change/typed_over")


async def test_moving_the_caret_ends_it(desk: Desk) -> None:
    about = await offered(desk, "moved.py")
    await desk.window.press("ArrowLeft")
    await desk.window.sees_none()
    await about.comes_to("shown/answer", "ignored/change/moved")


async def test_another_editor_in_front_ends_it(desk: Desk) -> None:
    about = await offered(desk, "left.py")
    await desk.window.open("elsewhere.py", "")
    await about.comes_to("shown/answer", "ignored/change/editor_changed")


async def test_alt_backslash_asks(desk: Desk) -> None:
    desk.model.script = Script(answer=continuing(LINE + "\n"))
    path = await desk.window.open("asked.py", "def add(first, second):\n    ret")
    about = desk.about(path)
    await desk.window.press("Alt+\\")
    await desk.window.sees("urn first + second")
    await desk.window.press("Tab")
    await about.comes_to("shown/answer", "accepted/command")
    assert about.requests()[0].facts.trigger is Trigger.MANUAL
