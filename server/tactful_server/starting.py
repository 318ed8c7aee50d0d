"""What one server is started with, and the session it begins."""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from ulid import ULID

from tactful_models.events import SessionStarted
from tactful_server import __version__, install


@dataclass(frozen=True, slots=True)
class Clock:
    """Time, handed in so that tests may hold it."""

    now: Callable[[], float] = time.time
    """Seconds since the epoch."""
    monotonic: Callable[[], float] = time.monotonic


@dataclass(frozen=True, slots=True)
class Options:
    """Where one server keeps its things and how it begins."""

    db: Path = field(default_factory=install.default_db)
    """The feedback log."""
    registry: Path = field(default_factory=install.default_registry)
    """The gates."""
    model_file: str = ""
    """A GGUF file for the embedded runtime, over whatever the settings say."""
    source: str = "live"
    """Who types: `live`, or `demo` for the simulated developer."""
    prior: bool = True
    """Whether the gate that comes with Tactful decides until there is another."""
    seed: int | None = None
    """Seed of the exploration; random when None."""
    clock: Clock = field(default_factory=Clock)


@dataclass(frozen=True, slots=True)
class Client:
    """The editor, as it introduced itself."""

    name: str = ""
    """Name and version."""
    partial: bool = False
    """Whether it shows growing text (`tactful/partialCompletion`)."""
    status: bool = False
    """Whether it is told when the status changes (`tactful/didChangeStatus`)."""
    marks: bool = False
    """Whether it marks places: it is told where what was taken stands, and what a check found there."""
    tells: frozenset[str] = frozenset()
    """The outcomes it will tell by itself, so that they are not inferred: `shown`, `partially_accepted`, `ended`."""
    trusted: bool = False
    """Whether the user trusts the workspace, so that its code may be run."""
    folders: tuple[Path, ...] = ()
    """Its workspace folders."""


def session_started(options: Options, client: Client, privacy: str) -> SessionStarted:
    """The first record of a session."""
    return SessionStarted(
        session_id=str(ULID()),
        at=options.clock.now(),
        user_key=install.user_key(),
        client=client.name,
        source=options.source,
        server_version=__version__,
        privacy_level=privacy,
        seed=secrets.randbits(31) if options.seed is None else options.seed,
    )
