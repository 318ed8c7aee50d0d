"""What the tests of one module share, and how each of them begins."""

import asyncio
import os
import signal
from dataclasses import dataclass
from pathlib import Path

from e2e.conftest import Home
from editor.code_server import CodeServer
from editor.record import Record
from editor.waiting import until, until_there
from editor.window import Window
from model_server import ModelServer, Script, continuing
from tactful_models.errors import LogError
from tactful_models.events import RequestEnded, SessionStarted

LINE = "def add(first, second):\n    return first + second"
TYPED = "def add(first, second):\n    ret"


@dataclass(frozen=True, slots=True)
class Desk:
    """An editor in its profile, a window, and the model server."""

    server: CodeServer
    window: Window
    model: ModelServer

    @property
    def home(self) -> Home:
        return Home(self.server.home)

    def about(self, path: Path) -> Record:
        """What the log has about a file."""
        return Record(self.home, path)

    def says(self, document: str, typed: str = "") -> None:
        """From now on the model goes on as this document does, once that much of it was typed."""
        self.model.script = Script(answer=continuing(document + "\n\n\n", len(typed)))

    async def offers(self, name: str, whole: str = LINE, typed: str = TYPED) -> Record:
        """A new file in which ghost text stands: three characters were typed, the model says the rest."""
        self.says(whole, typed)
        path = await self.window.open(name, typed[:-3])
        await self.window.type(typed[-3:])
        await self.window.sees(whole.removeprefix(typed).replace("\n", ""))
        await self.window.shot("ghost")
        about = self.about(path)
        await about.comes_to("shown/answer")
        return about

    def sessions(self) -> list[SessionStarted]:
        """Every session in the log."""
        try:
            return self.home.events(SessionStarted) if self.home.db.exists() else []
        except LogError:
            return []  # the file is just being made

    async def connected(self, n_sessions: int = 1) -> None:
        """Waits until so many sessions have begun, the status item says so, and a key leads to a request."""
        await until(f"session {n_sessions}", lambda: len(self.sessions()) >= n_sessions)
        await self.window.says("Tactful: getting to know you")
        await self.window.open(f"warm{n_sessions}.py", "warm = ")
        await until_there("a request in the newest session", self._asked_after_a_key)

    async def _asked_after_a_key(self) -> bool:
        """VS Code starts to ask a moment after it has shown its first editor; keys before that lead to nothing."""
        await self.window.type("u")
        await asyncio.sleep(0.5)
        newest = self.sessions()[-1].session_id
        return any(one.session_id == newest for one in self.home.events(RequestEnded))

    def server_pids(self) -> list[int]:
        """The language servers that keep their log here."""
        return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit() and self._is_server(entry)]

    def kill_servers(self) -> list[int]:
        """Kills them, as nothing can be done against; tells which."""
        pids = self.server_pids()
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
        return pids

    def _is_server(self, process: Path) -> bool:
        try:
            words = (process / "cmdline").read_bytes().split(b"\0")
            ours = f"TACTFUL_HOME={self.server.home}".encode() in (process / "environ").read_bytes().split(b"\0")
        except OSError:
            return False  # it has ended meanwhile
        return ours and b"tactful_server" in words and b"serve" in words
