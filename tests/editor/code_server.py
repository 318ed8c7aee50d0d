"""One running VS Code with a profile of its own."""

import asyncio
import json
import os
import signal
import socket
import sys
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from editor.installed import Installed
from editor.waiting import until_there

OWN_COMMAND = [sys.executable, "-P", "-m", "tactful_server", "serve", "--seed", "7", "--no-prior"]
"""The server from the environment that runs the tests."""

QUIET: dict[str, Any] = {
    "workbench.startupEditor": "none",
    "workbench.secondarySideBar.defaultVisibility": "hidden",
    "workbench.quickOpen.closeOnFocusLost": False,
    "workbench.tips.enabled": False,
    "workbench.welcomePage.walkthroughs.openOnInstall": False,
    "workbench.enableExperiments": False,
    "telemetry.telemetryLevel": "off",
    "update.mode": "none",
    "extensions.autoCheckUpdates": False,
    "extensions.ignoreRecommendations": True,
    "chat.disableAIFeatures": True,
    "git.enabled": False,
    "files.autoSave": "off",
    "editor.minimap.enabled": False,
    "editor.autoClosingBrackets": "never",
    "editor.autoIndent": "none",
    "editor.quickSuggestions": False,
    "editor.wordBasedSuggestions": "off",
    "editor.suggestOnTriggerCharacters": False,
}
"""Settings that keep everything but us off the screen."""
ON_THE_MACHINE = ("tactful.server.", "tactful.model.", "tactful.log.", "workbench.welcomePage.")
"""What VS Code reads from the machine's settings, where the editor runs elsewhere than the browser."""


@dataclass(frozen=True, slots=True)
class Profile:
    """How an editor is set up."""

    settings: dict[str, Any] = field(default_factory=dict)
    """Beyond QUIET, by their whole names."""
    scripted: bool = True
    """Whether the scripted model server is the model; otherwise it is what the settings say."""
    own_command: bool = True
    """Whether the server comes from the environment that runs the tests; otherwise the extension makes its own."""
    trusts_all: bool = True
    """Whether every workspace is trusted unasked."""


@dataclass(slots=True)
class CodeServer:
    """The process, its workspace and its data; `stop` ends it and all that it started."""

    root: Path
    installed: Installed
    profile: Profile
    port: int = 0
    process: asyncio.subprocess.Process | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def workspace(self) -> Path:
        return self.root / "workspace"

    @property
    def home(self) -> Path:
        """Where Tactful keeps its things (`TACTFUL_HOME`)."""
        return self.root / "home"

    @property
    def data(self) -> Path:
        """VS Code's own data: settings, logs, extensions' storage."""
        return self.root / "data"

    def configure(self, settings: dict[str, Any]) -> None:
        """Writes the whole of the settings; a running editor notices."""
        every = QUIET | settings
        machine = {name: value for name, value in every.items() if name.startswith(ON_THE_MACHINE)}
        user = {name: value for name, value in every.items() if name not in machine}
        for folder, part in (("Machine", machine), ("User", user)):
            (self.data / folder).mkdir(parents=True, exist_ok=True)
            (self.data / folder / "settings.json").write_text(json.dumps(part, indent=1), "utf-8")

    async def start(self) -> None:
        """Starts it and waits until it answers."""
        self.workspace.mkdir(exist_ok=True)
        self.port = _free_port()
        trust = ["--disable-workspace-trust"] if self.profile.trusts_all else []
        command: list[Path | str] = [
            self.installed.node,
            self.installed.entry,
            "--config",
            os.devnull,
            "--auth",
            "none",
        ]
        command += ["--bind-addr", f"127.0.0.1:{self.port}", "--disable-telemetry", "--disable-update-check"]
        command += ["--user-data-dir", self.data, "--extensions-dir", self.installed.extensions]
        with (self.root / "code-server.log").open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                *command,
                *trust,
                "--disable-getting-started-override",
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=self._environment(),
                start_new_session=True,
            )
        await until_there("an answer of code-server", lambda: asyncio.to_thread(self._is_up))

    async def stop(self) -> None:
        """Ends its whole group; what doesn't go is killed."""
        if self.process is None:
            return
        for sign in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(self.process.pid, sign)
                await asyncio.wait_for(self.process.wait(), 5)
            except (ProcessLookupError, TimeoutError):
                continue

    def logs(self) -> dict[str, str]:
        """The ends of the logs that say what went wrong, by name."""
        paths = [
            self.home / "server.log",
            *self.data.glob("logs/**/*exthost*.log"),
            *self.data.glob("logs/**/*actful*.log"),
        ]
        return {path.name: path.read_text("utf-8", "replace")[-6000:] for path in paths if path.exists()}

    def _is_up(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/healthz", timeout=5) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def _environment(self) -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("VSCODE_")}
        return {
            **inherited,
            "TACTFUL_HOME": str(self.home),
            "PATH": f"{self.installed.node.parent}:{os.environ['PATH']}",
        }


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as held:
        return int(held.getsockname()[1])
