"""The real server in a subprocess, spoken to over LSP, with a scripted model server or the embedded model."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import pytest

from e2e.desktop import Desktop, Launch, eventually, start, stop
from model_server import ModelServer, Script, saying
from tactful_models.errors import LogError
from tactful_models.events import Event, OutcomeSeen, RequestEnded
from tactful_models.feedback import FeedbackLog, Stored

LIMIT_S = 180.0
"""Longest that a test may speak with one server."""

Serve = Callable[..., AbstractAsyncContextManager[Desktop]]
Kind = TypeVar("Kind", bound=Event)


@dataclass(frozen=True, slots=True)
class Home:
    """Where one test's server keeps its things."""

    path: Path

    @property
    def db(self) -> Path:
        return self.path / "feedback.db"

    @property
    def registry(self) -> Path:
        return self.path / "gates"

    def stored(self) -> list[Stored]:
        """The whole log."""
        with FeedbackLog.open(self.db, read_only=True) as log:
            return list(log.events())

    def events(self, kind: type[Kind]) -> list[Kind]:
        """What the log holds of a kind, in order."""
        return [one.event for one in self.stored() if isinstance(one.event, kind)]

    def ends(self) -> list[str]:
        """Outcomes in order, as `end/known` or `end/known/reason`."""
        return [
            "/".join(part for part in (one.end.value, one.known.value, one.reason) if part)
            for one in self.events(OutcomeSeen)
        ]

    def results(self) -> list[str]:
        """Requests in order, as `result` or `result/reason`."""
        return ["/".join(part for part in (one.result.value, one.reason) if part) for one in self.events(RequestEnded)]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


@pytest.fixture
def model() -> Iterator[ModelServer]:
    """Says ` a + b` wherever it is asked, until told otherwise."""
    with ModelServer(Script(answer=saying(" a + b\n"))) as server:
        yield server


@pytest.fixture
def serve(home: Home, model: ModelServer) -> Serve:
    """Starts a server on the scripted model; keywords are settings by area.

    `client` is what the client says of itself, `launch` holds fields of `Launch`; `ready=False` doesn't wait until the
    server has read its history and the ignore files.
    """

    @asynccontextmanager
    async def served(
        client: dict[str, Any] | None = None, launch: dict[str, Any] | None = None, ready: bool = True, **areas: Any
    ) -> AsyncIterator[Desktop]:
        areas.setdefault("model", scripted(model))
        given = {"options": {"settings": areas, "client": client or {}}, **(launch or {})}
        desktop = await start(Launch(home.path, **given))
        try:
            if ready:
                await desktop.until(lambda status: status.state != "starting")
            async with asyncio.timeout(LIMIT_S):
                yield desktop
        finally:
            await stop(desktop)

    return served


def scripted(model: ModelServer, **more: Any) -> dict[str, Any]:
    """Settings that name the scripted model."""
    return {"provider": "openai", "address": model.address, "name": "scripted", **more}


async def comes(read: Callable[[], list[str]], wanted: list[str], start: int | None = None) -> None:
    """Waits until the log has it, from that place on; the log itself may yet have to be made."""

    def looked() -> bool:
        with suppress(LogError):
            return read()[start:] == wanted
        return False

    await eventually(looked)
