"""The real server in a subprocess, spoken to over LSP, with a scripted model server or the embedded model."""

import os
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pytest_lsp import ClientServerConfig, LanguageClient

from model_server import ModelServer
from tactful_models.events import Event
from tactful_models.feedback import FeedbackLog
from tactful_server.demo.editor import Editor, introduction

Serve = Callable[..., AbstractAsyncContextManager[Editor]]


@dataclass(frozen=True, slots=True)
class Home:
    """Where one test's server keeps its things."""

    path: Path

    @property
    def db(self) -> Path:
        return self.path / "feedback.db"

    def events(self, kind: type[Event] | None = None) -> list[Any]:
        """What the log holds, in order."""
        with FeedbackLog.open(self.db, read_only=True) as log:
            return [one.event for one in log.events() if kind is None or isinstance(one.event, kind)]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


@pytest.fixture
def model() -> Iterator[ModelServer]:
    with ModelServer() as server:
        yield server


@pytest.fixture
def serve(home: Home, model: ModelServer) -> Serve:
    """Starts a server on the scripted model; keywords are settings by area, `client` what the client says of itself."""

    @asynccontextmanager
    async def served(client: dict[str, Any] | None = None, **areas: dict[str, Any]) -> AsyncIterator[Editor]:
        areas.setdefault("model", {"provider": "openai", "address": model.address, "name": "scripted"})
        async with editor_on(home, {"settings": areas, "client": client or {}}) as editor:
            yield editor

    return served


@asynccontextmanager
async def editor_on(home: Home, options: dict[str, Any]) -> AsyncIterator[Editor]:
    """An editor connected to a fresh server."""
    command = [sys.executable, "-P", "-m", "tactful_server", "serve", "--seed", "7"]
    config = ClientServerConfig(command, server_env={**os.environ, "TACTFUL_HOME": str(home.path)})
    client = await config.start()
    assert isinstance(client, LanguageClient)
    editor = Editor(client)
    await client.initialize_session(introduction(options))
    try:
        yield editor
    finally:
        await client.shutdown_session()
        await client.stop()  # type: ignore[no-untyped-call]
