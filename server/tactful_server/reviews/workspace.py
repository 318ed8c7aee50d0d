"""The files of a workspace by the keys under which the log knows them.

The log has keyed hashes of paths, so a file is found by hashing the paths that are there. What the ignore files exclude
is never read.
"""

import os
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tactful_server.buffers import plain
from tactful_server.exclusion import Rulebook, survey
from tactful_server.install import file_key

MOST_FILES: Final = 300_000
"""Paths that are looked at."""
MOST_BYTES: Final = 2_000_000
"""Of a file that is read."""
NEVER_ENTERED: Final = frozenset({".git", ".hg", ".svn", "node_modules", ".venv", "venv", "__pycache__", ".tox"})
"""Folders in which nobody accepts suggestions."""


@dataclass(frozen=True, slots=True)
class Document:
    """A file of the workspace as it is now."""

    path: Path
    text: str
    """With plain line ends; empty where it may not or cannot be read."""
    why_not: str = ""
    """Why it was not read: `excluded`, `too large`, `unreadable`; empty where it was."""


class Workspace:
    """A folder, looked through once."""

    def __init__(self, root: Path) -> None:
        self.root = root.absolute()
        self._paths: dict[str, Path] = {}
        self._read: dict[str, Document] = {}

    def locate(self, file_keys: Collection[str]) -> None:
        """Looks for the files that have these keys."""
        missing = {key for key in file_keys if key} - self._paths.keys()
        for path in self._walk() if missing else ():
            for key in self._keys(path):
                if key in missing:
                    self._paths[key] = path
                    missing.discard(key)
            if not missing:
                return

    def document(self, key: str) -> Document | None:
        """The file with that key; None where the workspace has none."""
        if key not in self._read and key in self._paths:
            self._read[key] = _document(self._paths[key], self.root)
        return self._read.get(key)

    def _walk(self) -> Iterator[Path]:
        n_files = 0
        for folder, folders, names in os.walk(self.root):
            folders[:] = sorted(name for name in folders if name not in NEVER_ENTERED)
            for name in sorted(names):
                n_files += 1
                if n_files > MOST_FILES:
                    return
                yield Path(folder, name)

    def _keys(self, path: Path) -> tuple[str, ...]:
        """The editor may have opened it by another of its names: below the folder as named, or as that resolves."""
        real = Path(os.path.realpath(self.root)) / path.relative_to(self.root)
        return (file_key(str(path)),) if real == path else (file_key(str(path)), file_key(str(real)))


def _document(path: Path, root: Path) -> Document:
    uri = path.as_uri()
    if survey(Rulebook(folders=(root,)), [uri])(uri):
        return Document(path, "", "excluded")
    try:
        if not path.is_file() or path.stat().st_size > MOST_BYTES:
            return Document(path, "", "too large")
        return Document(path, plain(path.read_bytes().decode("utf-8-sig", "replace")))
    except OSError:
        return Document(path, "", "unreadable")
