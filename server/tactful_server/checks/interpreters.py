"""A project's own Python, found by looking: nothing is run to find it."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_NAMES: Final = (".venv", "venv", "env", ".env")
_PROGRAMS: Final = ("bin/python", "bin/python3")
_ENVIRONMENT_MARKS: Final = ("pyvenv.cfg", "conda-meta")
_INSTALLED: Final = ("bin", "lib", "lib64", "lib32", "include", "ssl")


@dataclass(frozen=True, slots=True)
class Interpreter:
    """A Python and what it needs to see."""

    program: Path
    """As it is to be started: in an environment, the environment's own."""
    readable: tuple[Path, ...]
    """What of its prefixes it needs, and of where it is when links are followed."""

    @property
    def prefix(self) -> Path:
        """The environment's folder, or the installation's."""
        return self.program.parent.parent

    def tool(self, name: str) -> Path | None:
        """A program that is installed beside it."""
        path = self.program.parent / name
        return path if path.is_file() else None

    def itself(self, folder: Path) -> Path | None:
        """The Python behind all links, which heeds no environment's settings and may be started outside the sandbox.

        None where it lies in the project, or is no Python: then it is whatever the project makes of it.
        """
        real = self.program.resolve()
        is_python = real.name.startswith(("python", "pypy"))
        return real if is_python and not is_within(real, folder) else None


def is_within(path: Path, folder: Path) -> bool:
    """Whether a file, past all links, lies in a project, whose content may be anybody's."""
    return path.resolve().is_relative_to(folder.resolve())


def find(folder: Path, environ: Mapping[str, str], named: str = "") -> Interpreter | None:
    """The one named; else the project's environment, the active one, pyenv's, the first on the path; None for none."""
    for program in _candidates(folder, environ, named):
        if program.is_file() and os.access(program, os.X_OK):
            return Interpreter(program, tuple(_prefixes(program)))
    return None


def _candidates(folder: Path, environ: Mapping[str, str], named: str) -> Iterator[Path]:
    if named:
        yield Path(named).expanduser()
        return
    places = [folder / name for name in _NAMES]
    places += [Path(environ[name]) for name in ("VIRTUAL_ENV", "CONDA_PREFIX") if environ.get(name)]
    yield from (place / program for place in places for program in _PROGRAMS)
    yield from (version / program for version in _of_pyenv(folder, environ) for program in _PROGRAMS)
    for entry in environ.get("PATH", os.defpath).split(os.pathsep):
        if entry and Path(entry).name != "shims":
            yield from (Path(entry) / name for name in ("python3", "python"))


def _of_pyenv(folder: Path, environ: Mapping[str, str]) -> Iterator[Path]:
    """The versions that pyenv would take: those that the project's file names, then the global one."""
    root = Path(environ.get("PYENV_ROOT") or Path(environ.get("HOME", "/")) / ".pyenv")
    for file in (*(above / ".python-version" for above in (folder, *folder.parents)), root / "version"):
        if file.is_file():
            yield from (root / "versions" / name for name in file.read_text("utf-8", errors="replace").split()[:4])


def _prefixes(program: Path) -> Iterator[Path]:
    own, settings = program.parent.parent, program.parent.parent / "pyvenv.cfg"
    found = [*shown(own), *shown(program.resolve().parent.parent)]
    if settings.is_file():
        for line in settings.read_text("utf-8", errors="replace").splitlines():
            name, _, value = line.partition("=")
            if name.strip() == "home":
                found += [*shown(Path(value.strip()).parent), *shown(Path(value.strip()).resolve().parent)]
    yield from dict.fromkeys(path for path in found if not _is_too_much(path))


def shown(prefix: Path) -> list[Path]:
    """What is shown of a prefix: all of an environment, of an installation what Python needs, and of a place with links
    to one (`~/.local/bin`) those; of others nothing.

    A prefix may be shared with a person's own things (`~/.local` has keyrings), and a project's `pyvenv.cfg` may name
    any folder as one.
    """
    if any((prefix / mark).exists() for mark in _ENVIRONMENT_MARKS):
        return [prefix]
    if any(prefix.glob("lib*/py*/os.py")):
        return [prefix / name for name in _INSTALLED if (prefix / name).is_dir()]
    return [prefix / "bin"] if any((prefix / "bin").glob("py*")) else []


def _is_too_much(path: Path) -> bool:
    """Whether more than an interpreter lies there: the root, a home or what is above one."""
    return not path.is_absolute() or Path.home().is_relative_to(path) or path.parent == path or not path.is_dir()
