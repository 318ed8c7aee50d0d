"""What one sandboxed run can see, and how bubblewrap is told."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tactful_server.checks.limits import Limits
from tactful_server.checks.packing import Packed

TOLD: Final = "TACTFUL_TOLD"
"""The variable that names the pipe through which a program in the sandbox reports."""
_SYSTEM: Final = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/nix/store")
_SETTINGS: Final = ("ld.so.cache", "ld.so.conf", "ld.so.conf.d", "alternatives", "localtime", "mime.types")
_PATH: Final = "/usr/local/bin:/usr/bin:/bin"
_SMALL_BYTES: Final = 16_000_000


@dataclass(frozen=True, slots=True)
class Cell:
    """What one sandboxed run can see and use."""

    folder: Path
    """The project's folder: inside, an empty one of the same name, or a copy where `copy` is given."""
    copy: Packed | None = None
    """The project's files."""
    files: Mapping[str, str] = field(default_factory=dict)
    """Texts that take the places of files in the copy, by their places relative to the folder; others below `/tmp`."""
    readable: tuple[Path, ...] = ()
    """Directories that can be read at their own paths: the interpreter's prefixes."""
    environment: Mapping[str, str] = field(default_factory=dict)
    """Variables besides the few that are always set."""
    limits: Limits = field(default_factory=Limits)


def mounts(cell: Cell, readable: Sequence[Path]) -> list[str]:
    """Bubblewrap's file systems: all is read-only but the copy, `/tmp` and `/dev/shm`, which are bounded."""
    made = [*_system(), "--proc", "/proc", "--dev", "/dev", *_sized(_SMALL_BYTES, "/dev/shm"), "--remount-ro", "/dev"]
    made += [*_sized(cell.limits.spare_bytes, "/tmp"), "--dir", "/tmp/home"]
    room = cell.limits.spare_bytes + (2 * cell.copy.n_bytes + 4096 * cell.copy.n_files if cell.copy else 0)
    places = [(path, ["--ro-bind", str(path), str(path)]) for path in readable if not _is_in_system(path)]
    places.append((cell.folder, _sized(room, str(cell.folder))))
    for _, mount in sorted(places, key=lambda place: len(place[0].parts)):
        made += mount
    return [*made, "--remount-ro", "/"]


def variables(cell: Cell, told: int) -> Iterator[str]:
    """Bubblewrap's options for the environment, which is empty otherwise."""
    usual = {"PATH": _PATH, "HOME": "/tmp/home", "TMPDIR": "/tmp", "LANG": "C.UTF-8", "USER": "nobody"}
    for name, value in {**usual, **cell.environment, TOLD: str(told)}.items():
        yield from ("--setenv", name, value)


def resource_limits(limits: Limits) -> dict[str, int]:
    """What the kernel holds each process to, by the names of `resource`."""
    return {
        "CORE": 0,
        "CPU": limits.cpu_s,
        "AS": limits.address_bytes,
        "FSIZE": limits.file_bytes,
        "NOFILE": limits.open_files,
        "MEMLOCK": 65_536,
        "NPROC": limits.processes,
    }


def reduced(paths: Sequence[Path]) -> list[Path]:
    """The paths without those that lie in another of them, the shortest first."""
    found: list[Path] = []
    for path in sorted(set(paths), key=lambda path: (len(path.parts), path)):
        if not any(path.is_relative_to(one) for one in found):
            found.append(path)
    return found


def _system() -> Iterator[str]:
    for path in map(Path, _SYSTEM):
        if path.is_symlink():
            yield from ("--symlink", str(path.readlink()), str(path))
        elif path.is_dir():
            yield from ("--ro-bind", str(path), str(path))
    for name in _SETTINGS:
        yield from ("--ro-bind-try", f"/etc/{name}", f"/etc/{name}")


def _sized(n_bytes: int, path: str) -> list[str]:
    return ["--size", str(n_bytes), "--tmpfs", path]


def _is_in_system(path: Path) -> bool:
    return any(path.is_relative_to(one) for one in _SYSTEM)
