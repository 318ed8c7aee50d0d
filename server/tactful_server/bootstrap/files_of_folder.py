"""The code of a folder that has no history: each file as if it were written from its top down."""

import os
from collections.abc import Iterator
from pathlib import Path

from tactful_server.bootstrap.history_of_git import LARGEST_BYTES
from tactful_server.bootstrap.languages import language_of
from tactful_server.bootstrap.positions import Piece

_PASSED_OVER = frozenset({"node_modules", "site-packages", "__pycache__", "venv", "dist", "build", "target", "vendor"})
"""Folders of what others wrote or a program made."""


def files(folder: Path) -> Iterator[list[Piece]]:
    """One piece a file, the file changed last first; what cannot be read is passed over."""
    found = [(path.stat().st_mtime_ns, path) for path in _walk(folder)]
    for _, path in sorted(found, key=lambda pair: (-pair[0], pair[1])):
        if piece := _piece(path):
            yield [piece]


def _walk(folder: Path) -> Iterator[Path]:
    for above, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in _PASSED_OVER)
        paths = [Path(above) / name for name in sorted(names) if language_of(name)]
        yield from (path for path in paths if path.is_file() and not path.is_symlink())


def _piece(path: Path) -> Piece | None:
    try:
        if path.stat().st_size > LARGEST_BYTES:
            return None
        data = path.read_bytes()
    except OSError:
        return None
    text = data.decode("utf-8", "replace")
    return None if b"\0" in data else Piece(path.absolute().as_uri(), language_of(path.name), "", text)
