"""Writing that is whole or not at all, and survives a crash once it has returned."""

import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path


def write_directory(path: Path, files: Mapping[str, str]) -> None:
    """A directory of texts by file name, whole or not at all; one that is already there is left as it is.

    It is written beside its place and renamed into it; what a crash leaves behind begins with `.writing-`.
    Raises OSError.
    """
    beside = Path(tempfile.mkdtemp(prefix=".writing-", dir=path.parent))
    try:
        for file, text in files.items():
            _write(beside / file, text)
        beside.chmod(0o755)
        _sync_directory(beside)
        if not path.exists():
            beside.rename(path)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    _sync_directory(path.parent)


def replace(path: Path, text: str) -> None:
    """A file's new content in one step: readers, and whoever comes after a crash, see the former or this.

    Raises OSError.
    """
    handle, name = tempfile.mkstemp(prefix=".writing-", dir=path.parent)
    os.close(handle)
    _write(Path(name), text)
    Path(name).replace(path)
    _sync_directory(path.parent)


def _write(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _sync_directory(path: Path) -> None:
    """Makes renames in a directory durable, where the system lets a directory be opened."""
    try:
        handle = os.open(path, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
