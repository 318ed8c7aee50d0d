"""Versions of the gate on disk: a directory each, and one small file that says which one serves.

```
REGISTRY/
├── current                     {"format": 1, "version": …, "former": [older, …, newest]}
└── 20261123T041235.120Z-1f0c/
    ├── manifest.json           format, features, label, data, metrics, norms, thresholds, names of the boosters
    ├── calibration.json
    └── stage1-0.txt …          LightGBM's text
```
"""

from pathlib import Path

from tactful_models.artifact import GateArtifact
from tactful_models.gate import LearnedGate

Stamp = tuple[int, int, int]


class Registry:
    """The gates in one directory. Several processes may use it at once."""

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)

    def save(self, artifact: GateArtifact) -> str:
        """Writes a new version, whole or not at all, and returns its name; it does not serve until promoted."""
        raise NotImplementedError

    def artifact(self, version: str) -> GateArtifact:
        """A version as values; raises NotFoundError, UnknownFormatError or GateError."""
        raise NotImplementedError

    def load(self, version: str) -> LearnedGate:
        """A version ready to serve; raises NotFoundError, UnknownFormatError or GateError."""
        return LearnedGate(self.artifact(version), version)

    def versions(self) -> tuple[str, ...]:
        """The whole versions, oldest first."""
        raise NotImplementedError

    def current_version(self) -> str | None:
        """The version promoted last, or None."""
        raise NotImplementedError

    def current(self) -> LearnedGate | None:
        """The version promoted last, ready to serve, or None; raises like `load`."""
        version = self.current_version()
        return None if version is None else self.load(version)

    def promote(self, version: str) -> None:
        """Makes a version the one that serves, after loading it; raises like `load`, and then the former stays."""
        raise NotImplementedError

    def rollback(self) -> str:
        """Makes the version before this one serve again and returns it; raises NotFoundError when there was none."""
        raise NotImplementedError

    def stamp(self) -> Stamp | None:
        """A value that changes whenever the current gate does, for one stat; None when none was ever promoted."""
        try:
            found = (self.path / "current").stat()
        except OSError:
            return None
        return (found.st_mtime_ns, found.st_ino, found.st_size)
