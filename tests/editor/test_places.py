"""Files, carets and widgets that are not the plain case."""

import json
from itertools import pairwise

import pytest

from editor.code_server import Profile
from editor.desk import LINE, Desk
from editor.waiting import until, until_there
from editor.window import GHOST, Window
from model_server import Script, continuing

pytestmark = [pytest.mark.editor, pytest.mark.asyncio(loop_scope="session")]

PROFILE = Profile({"editor.wordBasedSuggestions": "currentDocument"})

BLOCK = "def area(width, height):\n    result = width * height\n    return result"


async def test_a_file_with_crlf_gets_crlf(desk: Desk) -> None:
    desk.says(BLOCK, "def area(width, height):")
    path = await desk.window.open("crlf.py", "import os\r\n\r\ndef area(width, heig")
    about = desk.about(path)
    await desk.window.type("ht):")
    await desk.window.sees("return result")
    await about.comes_to("shown/answer")
    await desk.window.press("Tab")
    await desk.window.saves(path, "import os\r\n\r\n" + BLOCK.replace("\n", "\r\n"))
    _, accepted = await about.comes_to("shown/answer", "accepted/command")
    assert accepted.accepted_chars == len(BLOCK.removeprefix("def area(width, height):"))


async def test_an_emoji_before_the_caret_moves_nothing(desk: Desk) -> None:
    whole = 'greeting = "😀👍" + name.title()'
    about = await desk.offers("emoji.py", whole, 'greeting = "😀👍" + na')
    await desk.window.press("Tab")
    await desk.window.saves(about.file, whole)
    _, accepted = await about.comes_to("shown/answer", "accepted/command")
    assert accepted.accepted_chars == about.suggestions()[0].facts.n_chars


async def test_with_two_carets_it_goes_in_at_both(desk: Desk) -> None:
    desk.says("total = width * height")
    path = await desk.window.open("carets.py", "total = \ntotal = ")
    about = desk.about(path)
    await desk.window.press("Control+Home", "End", "Shift+Alt+ArrowDown")
    await desk.window.type("wid")
    await desk.window.press("Alt+\\")
    await desk.window.sees("th * height")
    await desk.window.shot("ghost")
    await about.comes_to("shown/answer")
    await desk.window.press("Tab")
    await desk.window.saves(path, "total = width * height\ntotal = width * height")
    await about.comes_to("shown/answer", "accepted/command")


async def test_a_notebooks_cell_is_suggested_in_and_logged_under_the_notebook(desk: Desk) -> None:
    desk.says(LINE)
    cell: dict[str, object] = {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": []}
    cell["source"] = ["def add(first, second):\n", "    "]
    notebook = {"cells": [cell], "metadata": {"language_info": {"name": "python"}}, "nbformat": 4, "nbformat_minor": 5}
    path = desk.server.workspace / "cells.ipynb"
    path.write_text(json.dumps(notebook), "utf-8")
    await desk.window.pick(str(path), "Control+p", path.name)
    await desk.window.page.locator(".notebook-editor .cell .monaco-editor .view-lines").first.click()
    await desk.window.press("Control+End")
    await desk.window.type("ret")
    await desk.window.sees("urn first + second")
    await desk.window.shot("ghost")
    about = desk.about(path)
    await about.comes_to("shown/answer")
    await desk.window.press("Tab")
    await about.comes_to("shown/answer", "accepted/command")
    await desk.window.press("Control+s")
    await until("the line in the notebook", lambda: LINE in "".join(json.loads(path.read_text())["cells"][0]["source"]))


async def test_with_the_suggest_widget_open_its_chosen_entry_is_continued(desk: Desk) -> None:
    about = await desk.offers("widget.py", "alphabet = 1\nprint(alphabet + 1)", "alphabet = 1\nprint(alp")
    await desk.window.press("Control+Space")
    await desk.window.page.locator(".suggest-widget.visible .monaco-list-row.focused").wait_for()
    await desk.window.shot("widget")
    await desk.window.sees("habet + 1)")
    await about.comes_to("shown/answer", "ignored/change/suggest_widget", "shown/answer")
    assert len({one.suggestion_id for one in about.outcomes()}) == 2


async def test_more_of_a_streamed_block_comes_without_a_blank_between(desk: Desk) -> None:
    desk.model.script = Script(answer=continuing(BLOCK + "\n\n\n"), first_token_s=0.1, per_token_s=0.12)
    path = await desk.window.open("stream.py", "def area(width, height)")
    await watch(desk.window)
    await desk.window.type(":")
    await desk.window.sees("return result")
    frames = await desk.window.page.evaluate("() => window.ghosts")
    assert len(frames) > 1
    assert all(shorter and longer.startswith(shorter) for shorter, longer in pairwise(frames))
    about = desk.about(path)
    await desk.window.press("Tab")
    await desk.window.saves(path, BLOCK)
    await until("acceptance", lambda: about.ends()[-1:] == ["accepted/command"])
    assert len(about.suggestions()) == 1


async def test_a_second_window_writes_to_the_same_log(desk: Desk) -> None:
    first = await desk.offers("here.py")
    n_sessions = len(desk.sessions())
    page = await desk.window.page.context.new_page()
    other = Desk(desk.server, Window(page, desk.server, f"{desk.window.test}-other"), desk.model)
    await other.window.load()
    await other.connected(n_sessions + 1)
    second = await other.offers("there.py")
    await other.window.press("Tab")
    await second.comes_to("shown/answer", "accepted/command")
    assert first.suggestions()[0].session_id != second.suggestions()[0].session_id
    await page.close()
    await until_there("the first window's ghost text", lambda: desk.window.page.evaluate(GHOST))


async def watch(window: Window) -> None:
    """Notes each ghost text that a frame of the page shows, from the first one on."""
    await window.page.evaluate(f"""() => {{
        const ghost = {GHOST}, seen = window.ghosts = [];
        const look = () => {{
            const now = ghost();
            if ((seen.length > 0 || now !== '') && seen.at(-1) !== now) seen.push(now);
            requestAnimationFrame(look);
        }};
        look();
    }}""")
