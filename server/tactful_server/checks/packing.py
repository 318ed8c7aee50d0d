"""A project's files, packed into a file in memory: what the sandbox lays out as its own copy.

Nothing of it is ever on a disk, so nothing has to be tidied up, whatever happens. Left out are the files that are never
read (keys and the like, and what the ignore file of Tactful names), version control, caches, environments, and links
that lead out of the project.
"""

import json
import os
import stat
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Final

from tactful_server.exclusion import Rulebook, survey

LEFT_OUT: Final = frozenset(
    (
        *(".git", ".hg", ".svn", ".jj", "__pycache__", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis"),
        *("node_modules", ".tox", ".nox", ".venv", "venv", ".eggs", ".ipynb_checkpoints", ".idea", ".vscode", ".cache"),
        *(".direnv", ".terraform", "site-packages", ".yarn", ".pnpm-store", ".gradle", ".next", ".turbo"),
    )
)
"""Names of directories that are not packed. A directory with a `pyvenv.cfg` is not either."""
MOST_BYTES: Final = 256_000_000
MOST_FILES: Final = 30_000
_SEALS: Final = 0x0001 | 0x0002 | 0x0004 | 0x0008  # seal, shrink, grow, write
_ADD_SEALS: Final = 1033


class TooLargeError(Exception):
    """The project has more files, or larger ones, than are worth a copy in memory."""


@dataclass(frozen=True, slots=True)
class Packed:
    """A packed project."""

    file: int
    """File descriptor of the archive; sealed, so that nobody who gets it can change it."""
    n_bytes: int
    n_files: int


@dataclass(slots=True)
class _Packing:
    """A project being packed."""

    folder: Path
    file: int
    entries: list[tuple[str, int, str | None, int, int]] = field(default_factory=list)
    n_bytes: int = 0

    def one(self, place: str) -> None:
        """Packs one file or link."""
        path = self.folder / place
        status = path.lstat()
        if stat.S_ISLNK(status.st_mode):
            if _target(path).is_relative_to(self.folder):
                self._add(place, 0, str(path.readlink()), 0)
        elif stat.S_ISREG(status.st_mode):
            self._content(place, path)

    def _content(self, place: str, path: Path) -> None:
        source = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            status = os.fstat(source)
            if self.n_bytes + status.st_size > MOST_BYTES:
                raise TooLargeError
            self._add(place, stat.S_IMODE(status.st_mode) & 0o755, None, _copied(source, self.file))
        finally:
            os.close(source)

    def _add(self, place: str, mode: int, link: str | None, n_bytes: int) -> None:
        self.entries.append((place, mode, link, self.n_bytes, n_bytes))
        self.n_bytes += n_bytes


@contextmanager
def packed(folder: Path, exclude: Sequence[str] = ()) -> Iterator[Packed]:
    """The folder's files, for as long as the context lasts; `exclude` as in the user's settings.

    Raises:
        TooLargeError: they are more than `MOST_FILES` or `MOST_BYTES`.
        OSError: there is no room.
    """
    with _in_memory("tactful-copy") as file:
        packing = _Packing(folder.resolve(), file)
        for place in _chosen(packing.folder, exclude):
            with suppress(FileNotFoundError, PermissionError, NotADirectoryError):
                packing.one(place)
        index = json.dumps(packing.entries).encode("utf-8", "surrogateescape")
        _write(file, index + len(index).to_bytes(8, "little"))
        _seal(file)
        yield Packed(file, packing.n_bytes, len(packing.entries))


@contextmanager
def texts(files: Mapping[str, str]) -> Iterator[int]:
    """File descriptor of texts that take the places of packed files, by their places."""
    with _in_memory("tactful-texts") as file:
        _write(file, json.dumps(dict(files)).encode())
        _seal(file)
        yield file


@contextmanager
def _in_memory(name: str) -> Iterator[int]:
    file = os.memfd_create(name, os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    try:
        yield file
    finally:
        os.close(file)


def _seal(file: int) -> None:
    import fcntl  # not everywhere where this module is imported

    fcntl.fcntl(file, _ADD_SEALS, _SEALS)


def _chosen(folder: Path, exclude: Sequence[str]) -> list[str]:
    """The places of the files and links that may be read, relative to the folder."""
    places = list(islice(_places(folder), MOST_FILES + 1))
    if len(places) > MOST_FILES:
        raise TooLargeError
    paths = {place: str(folder / place) for place in places}
    rulebook = Rulebook(tuple(exclude), (folder,), use_gitignore=False)  # what Git ignores may be what the tests need
    excluded = survey(rulebook, tuple(paths.values()))
    return [place for place, path in paths.items() if not excluded(path)]


def _places(folder: Path) -> Iterator[str]:
    for above, directories, files in os.walk(folder):
        here = Path(above).relative_to(folder)
        linked = [name for name in directories if (Path(above) / name).is_symlink()]
        directories[:] = [name for name in directories if name not in LEFT_OUT and not _is_environment(above, name)]
        yield from (str(here / name) for name in (*files, *linked))


def _target(link: Path) -> Path:
    """Where a link leads in the end; one that leads in a circle, to the link that it is."""
    try:
        return link.resolve()
    except RuntimeError:  # until Python 3.13
        return link


def _is_environment(above: str, name: str) -> bool:
    return os.path.lexists(f"{above}/{name}/pyvenv.cfg") or os.path.lexists(f"{above}/{name}/conda-meta")


def _copied(source: int, target: int) -> int:
    n_bytes = 0
    while n := os.sendfile(target, source, None, 1 << 30):
        n_bytes += n
    return n_bytes


def _write(file: int, content: bytes) -> None:
    view = memoryview(content)
    while view:
        view = view[os.write(file, view) :]
