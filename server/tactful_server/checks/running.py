"""Runs one command to its end, or to where a limit ends it. Blocks: for a process of its own, not for the server's."""

import os
import selectors
import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import IO, Final

from tactful_server.checks.limits import Limits
from tactful_server.checks.watching import is_scarce, used

_LOOK_EVERY_S: Final = 0.05
_PIECE: Final = 65_536
_MOST_PATIENCE: Final = 4
"""Times its wall time that a run is waited for in addition while the machine has no processor for it."""
_ENVIRONMENT: Final = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8"}
"""Whoever is inside can read that of the sandbox's own first process: nothing of the server's may be in it."""
_LAST_S: Final = 1.0
"""For which one that has closed its pipes may still run."""


@dataclass(frozen=True, slots=True)
class Ran:
    """How a run ended."""

    code: int
    """The exit code; negative for a signal."""
    output: str
    """Standard output and standard error, as far as they are kept."""
    told: str
    """What the program reported through its pipe."""
    stopped: str
    """The limit that ended it: `time`, `memory` or `output`; empty where it ended by itself."""
    wall_s: float
    cpu_s: float
    """Processor time, as last seen."""
    kept_waiting_s: float = 0.0
    """Seconds of the wall time in which the machine was busy with other things."""


@dataclass(slots=True)
class _Stream:
    """One pipe, and what came through it."""

    file: IO[bytes]
    most_bytes: int
    kept: bytearray = field(default_factory=bytearray)

    def read(self) -> bool | None:
        """Takes in what is there. None at the end, False where it is more than may come."""
        piece = os.read(self.file.fileno(), _PIECE)
        if not piece:
            return None
        self.kept += piece[: self.most_bytes - len(self.kept)]
        return len(self.kept) < self.most_bytes

    def text(self) -> str:
        return self.kept.decode("utf-8", errors="replace")


def run(made: Callable[[int], Sequence[str]], limits: Limits, fds: Sequence[int] = ()) -> Ran:
    """Runs the command that `made` makes of the number of the pipe it may report through.

    Raises:
        OSError: it cannot be started.
    """
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb", buffering=0) as told:
        try:
            process = subprocess.Popen(
                list(made(writing)),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                pass_fds=(writing, *fds),
                env=_ENVIRONMENT,
            )
        finally:
            os.close(writing)
        with process:
            assert process.stdout is not None
            streams = [_Stream(process.stdout, limits.output_bytes), _Stream(told, limits.told_bytes)]
            return _followed(process, streams, limits)


def _followed(process: subprocess.Popen[bytes], streams: list[_Stream], limits: Limits) -> Ran:
    began = time.monotonic()
    watch = _Watch(process.pid, limits, began)
    try:
        stopped = _read(streams, watch)
        if not stopped:
            with suppress(subprocess.TimeoutExpired):
                process.wait(_LAST_S)
    finally:
        process.kill()  # what it started dies with it, and so does all that runs in a sandbox
        code = process.wait()
    output, told = (stream.text() for stream in streams)
    return Ran(code, output, told, stopped, time.monotonic() - began, watch.cpu_s, watch.kept_waiting_s)


@dataclass(slots=True)
class _Watch:
    """Looks at a run's time and memory now and then."""

    pid: int
    limits: Limits
    began: float
    cpu_s: float = 0.0
    looked: float = 0.0
    kept_waiting_s: float = 0.0
    """How long the machine had no processor for it: that does not count, up to a bound."""
    _waiting: dict[int, float] = field(default_factory=dict)

    def crossed(self) -> str:
        """The limit that has been crossed; empty for none."""
        now = time.monotonic()
        if now - self.looked < _LOOK_EVERY_S:
            return ""
        found, since_s = used(self.pid), now - (self.looked or self.began)
        self.looked = now
        self.cpu_s = max(self.cpu_s, found.cpu_s)
        more_s = [seconds - self._waiting.get(pid, 0.0) for pid, seconds in found.kept_waiting_s.items()]
        self.kept_waiting_s += min(max(more_s, default=0.0), since_s)
        self._waiting = found.kept_waiting_s
        if found.memory_bytes > self.limits.memory_bytes or is_scarce():
            return "memory"
        patience_s = self.limits.wall_s + min(self.kept_waiting_s, _MOST_PATIENCE * self.limits.wall_s)
        return "time" if now - self.began > patience_s else ""


def _read(streams: list[_Stream], watch: _Watch) -> str:
    """Reads until all pipes are closed. Returns the limit that was crossed, or nothing."""
    with selectors.DefaultSelector() as selector:
        for stream in streams:
            selector.register(stream.file, selectors.EVENT_READ, stream)
        while selector.get_map():
            for key, _ in selector.select(_LOOK_EVERY_S):
                more = key.data.read()
                if more is None:
                    selector.unregister(key.fileobj)
                elif not more:
                    return "output"
            if crossed := watch.crossed():
                return crossed
    return ""
