"""Versions of the gate on disk: a directory each, and one small file that says which one serves.

```
REGISTRY/
├── current                      {"format": 1, "version": …, "former": [oldest, …, newest]}
└── 20261123T041235120Z-1f0c9a/
    ├── manifest.json            format, features, label, data, metrics, norms, thresholds, digests of the files
    ├── calibration.json
    └── stage1-0.txt …           LightGBM's text
```

Versions sort by the time they were made. A version is written beside its place and renamed into it, and `current` is
replaced in one step, so that whoever reads meanwhile, or after a crash at any point, finds the former state or the new.
"""

import hashlib
import json
import re
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from tactful_models import durable, features, lock, manifest
from tactful_models.artifact import GateArtifact
from tactful_models.errors import GateError, NotFoundError, UnknownFormatError
from tactful_models.gate import LearnedGate

PRIOR = "prior"
"""What `rollback` returns when no trained gate is left to serve."""

_FORMAT = 1
_VERSION = re.compile(r"\d{8}T\d{9}Z-[0-9a-f]{6}")

_NAMED = 3
"""Versions that are named where another is not found."""

Stamp = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class _Pointer:
    """The content of `current`."""

    version: str | None = None
    """What serves; None when that is the prior."""
    former: tuple[str, ...] = ()
    """What served before, newest last."""


class Registry:
    """The gates in one directory. Several processes may use it at once."""

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)

    def save(self, artifact: GateArtifact) -> str:
        """Writes a new version, whole or not at all, and returns its name; it does not serve until promoted.

        Raises GateError when the disk refuses.
        """
        files = manifest.to_files(artifact)
        version = _name(artifact.created_at, files["manifest.json"])
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            durable.write_directory(self.path / version, files)
        except OSError as exc:
            raise GateError(f"the gate could not be written to {self.path}: {exc}") from exc
        return version

    def artifact(self, version: str) -> GateArtifact:
        """A version as values, whatever features it was made for; raises NotFoundError or GateError."""
        directory = self.path / version
        if not _VERSION.fullmatch(version) or not directory.is_dir():
            raise NotFoundError(f"there is no gate {version} in {self.path}; {self._those_there_are()}")
        try:
            return manifest.from_files(lambda name: (directory / name).read_text("utf-8"))
        except GateError as exc:
            raise type(exc)(f"gate {version}: {exc}") from exc

    def load(self, version: str) -> LearnedGate:
        """A version ready to serve; raises NotFoundError, UnknownFormatError or GateError."""
        artifact = self.artifact(version)
        if artifact.fingerprint != features.fingerprint():
            made = f"features version {artifact.features_version} ({artifact.fingerprint})"
            here = f"{features.FEATURES_VERSION} ({features.fingerprint()})"
            raise UnknownFormatError(f"gate {version} was made for {made}, this is {here}; train a new one")
        return LearnedGate(artifact, version)

    def versions(self) -> tuple[str, ...]:
        """The whole versions, oldest first."""
        if not self.path.is_dir():
            return ()
        return tuple(sorted(each.name for each in self.path.iterdir() if _VERSION.fullmatch(each.name)))

    def current_version(self) -> str | None:
        """The version that serves, or None for the prior; raises GateError when `current` cannot be understood."""
        return self._pointer().version

    def current(self) -> LearnedGate | None:
        """The gate that serves, ready, or None for the prior; raises like `load`."""
        version = self.current_version()
        return None if version is None else self.load(version)

    def promote(self, version: str) -> None:
        """Makes a version the one that serves, after loading it; raises like `load`, and then the former stays."""
        self.load(version)
        with lock.held(self.path / ".lock"):
            before = self._pointer_or_none()
            if before.version != version:
                self._point(_Pointer(version, _appended(before)))

    def rollback(self) -> str:
        """Makes the newest former version that still loads serve again, and returns it, or `prior` when none is left.

        Raises NotFoundError when no gate is in force.
        """
        if self.current_version() is None:
            raise NotFoundError(f"no gate of {self.path} is in force, so there is nothing to roll back")
        with lock.held(self.path / ".lock"):
            former = list(self._pointer().former)
            while former and not self._loads(former[-1]):
                former.pop()
            self._point(_Pointer(former[-1] if former else None, tuple(former[:-1])))
        return former[-1] if former else PRIOR

    def stamp(self) -> Stamp | None:
        """A value that changes whenever the current gate does, for one stat; None when none was ever promoted."""
        try:
            found = (self.path / "current").stat()
        except OSError:
            return None
        return (found.st_mtime_ns, found.st_ino, found.st_size)

    def _those_there_are(self) -> str:
        newest = self.versions()[-_NAMED:]
        return f"the newest are {', '.join(newest)}" if newest else "`tactful train` makes one"

    def _loads(self, version: str) -> bool:
        try:
            self.load(version)
        except GateError:
            return False
        return True

    def _pointer(self) -> _Pointer:
        path = self.path / "current"
        try:
            found = json.loads(path.read_text("utf-8"))
        except FileNotFoundError:
            return _Pointer()
        except (OSError, ValueError) as exc:
            raise GateError(f"{path} cannot be read: {exc}; promote a version to write it anew") from exc
        return _understood(found, path)

    def _pointer_or_none(self) -> _Pointer:
        """The same, where a file cut short counts as none: promoting mends it, at the price of its history."""
        try:
            return self._pointer()
        except UnknownFormatError:
            raise
        except GateError:
            return _Pointer()

    def _point(self, pointer: _Pointer) -> None:
        try:
            durable.replace(self.path / "current", json.dumps({"format": _FORMAT, **asdict(pointer)}) + "\n")
        except OSError as exc:
            raise GateError(f"{self.path / 'current'} could not be written: {exc}") from exc


def _appended(before: _Pointer) -> tuple[str, ...]:
    return before.former if before.version is None else (*before.former, before.version)


def _understood(found: object, path: Path) -> _Pointer:
    match found:
        case {"format": 1, "version": str() | None as version, "former": list() as former}:
            return _Pointer(version, tuple(map(str, former)))
    raise UnknownFormatError(f"{path} is in a format this version does not know")


def _name(created_at: float, text: str) -> str:
    moment = datetime.fromtimestamp(created_at, UTC)
    digest = hashlib.sha256(text.encode()).hexdigest()[:6]
    return f"{moment:%Y%m%dT%H%M%S}{moment.microsecond // 1000:03d}Z-{digest}"
