"""When a check is wanted: a while after a suggestion was taken, and when its file is saved; and when no longer."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any, Final

from tactful_models.checked import Checked
from tactful_models.events import End
from tactful_server.buffers import Buffer
from tactful_server.checks.job import Job
from tactful_server.checks.marking import LOOK_AFTER_S
from tactful_server.checks.queue import CheckQueue, Means, Wanted
from tactful_server.exclusion import path_of
from tactful_server.persistence import Kept, Persistence, kept_ratio
from tactful_server.screen import Told
from tactful_server.session import Session
from tactful_server.settings import Settings
from tactful_server.starting import Clock

_STILL_THERE: Final = 0.5
"""Share of a suggestion that must still be there for a check of it to mean anything."""


@dataclass(frozen=True, slots=True)
class Around:
    """What checking needs of the server."""

    session: Session
    clock: Clock
    buffer: Callable[[str], Buffer | None]
    """The open document at a URI."""
    folder: Callable[[str], str]
    """The workspace folder that a document is in; empty for none."""
    settings: Callable[[], Settings]
    later: Callable[[float, Callable[[], None]], object]
    """Calls back after some seconds."""
    changed: Callable[[], None]
    """Is called when the state of checking has changed."""
    checked: Callable[[Wanted, Checked], object]
    """Hears of each result, what the tools said included."""


class Checking:
    """Turns what happens in the editor into checks."""

    def __init__(self, persistence: Persistence, around: Around, is_trusted: bool) -> None:
        self._persistence = persistence
        self._around = around
        self.is_trusted = is_trusted
        """Whether the user trusts the workspace, so that its code may be run."""
        self._queue = CheckQueue(_means(around))
        self._last: dict[str, tuple[str, int]] = {}

    async def work(self) -> None:
        """Makes the checks that are wanted, as long as it is not cancelled."""
        await self._queue.work()

    def told(self, told: Told) -> None:
        """Something became of a suggestion."""
        if told.outcome.end is End.ACCEPTED and self._mode != "off":
            uri, suggestion_id = told.live.uri, told.live.suggestion_id
            self._around.later(LOOK_AFTER_S, lambda: self._accepted(uri, suggestion_id))

    def saved(self, uri: str) -> None:
        """A document was saved."""
        kept = self._persistence.newest(uri)
        if kept is not None and self._mode != "off":
            self._want(kept, "save")

    def changed(self, buffer: Buffer) -> None:
        """A document changed: a suggestion that is gone need not be checked."""
        if not self._queue.is_busy_with(buffer.uri):
            return
        kept = self._persistence.newest(buffer.uri)
        if kept is None or kept.end <= kept.start:
            self._queue.moved_on(buffer.uri)

    def closed(self, uri: str) -> None:
        """A document was closed."""
        self._last.pop(uri, None)
        self._queue.moved_on(uri)

    def configured(self) -> None:
        """The settings have changed."""
        if self._mode == "off":
            self._queue.clear()

    def status(self) -> dict[str, Any]:
        """How checking stands."""
        return {"mode": self._mode, "trusted": self.is_trusted, **self._queue.status()}

    @property
    def wanted(self) -> tuple[Wanted, ...]:
        """The checks that wait."""
        return self._queue.waiting

    @property
    def _mode(self) -> str:
        return self._around.settings().checks.mode

    def _accepted(self, uri: str, suggestion_id: str) -> None:
        kept = self._persistence.newest(uri)
        if kept is not None and kept.suggestion_id == suggestion_id and self._mode != "off":
            self._want(kept, "accept")

    def _want(self, kept: Kept, trigger: str) -> None:
        buffer = self._around.buffer(kept.uri)
        if buffer is None or kept_ratio(kept.text, buffer.text[kept.start : kept.end]) < _STILL_THERE:
            return
        looked_at = (kept.suggestion_id, hash(buffer.text))
        if self._last.get(kept.uri) == looked_at or (job := self._job(buffer, kept)) is None:
            return
        self._last[kept.uri] = looked_at
        self._queue.want(Wanted(kept.suggestion_id, self._around.session.session_id, kept.uri, trigger, job))

    def _job(self, buffer: Buffer, kept: Kept) -> Job | None:
        """The check to be made; None of a document that is no file."""
        path, settings = path_of(buffer.uri), self._around.settings()
        if path is None or not buffer.uri.startswith("file:"):
            return None
        folder = self._around.folder(buffer.uri)
        return Job(
            folder=folder or str(path.parent),
            place=PurePath(path.relative_to(folder)).as_posix() if folder else path.name,
            language=buffer.language,
            text=buffer.text,
            start=kept.start,
            end=kept.end,
            runs_code=bool(folder) and settings.checks.mode == "on" and self.is_trusted,
            python=settings.checks.python,
            command=command_for(buffer.language, settings.checks.commands),
            readable=settings.checks.readable,
            exclude=settings.request.exclude,
            gives_way=settings.checks.priority == "idle",
        )


def _means(around: Around) -> Means:
    return Means(
        record=around.session.record,
        now=around.clock.now,
        monotonic=around.clock.monotonic,
        changed=around.changed,
        told=around.checked,
        per_hour_s=lambda: around.settings().checks.seconds_per_hour,
        seed=around.session.started.seed,
    )


def command_for(language: str, commands: tuple[str, ...]) -> str:
    """The command that the user named for a language; empty for none.

    >>> command_for("go", ("rust: cargo check", "go: go vet ./..."))
    'go vet ./...'
    """
    named = (command.partition(":") for command in commands)
    return next((command.strip() for name, _, command in named if name.strip().lower() == language), "")
