"""Files that are never read, sent or recorded: secrets by default, and what the user's ignore files name."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from pathspec import GitIgnoreSpec

ALWAYS = (
    ".env",
    ".env.*",
    "*.env",
    "*.pem",
    "*.key",
    "*.pfx",
    "*.p12",
    "*.kdbx",
    "id_rsa*",
    "id_dsa*",
    "id_ecdsa*",
    "id_ed25519*",
    ".netrc",
    ".pgpass",
    ".npmrc",
    ".pypirc",
    "*credentials*",
    ".git/",
    ".ssh/",
    ".aws/",
    ".gnupg/",
)
"""Patterns that hold whatever the settings say; keys and passwords live there."""


@dataclass(frozen=True, slots=True)
class Folder:
    """A workspace folder with what its ignore files name."""

    path: Path
    ignored: GitIgnoreSpec


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Answers whether a file must be left alone. Pure: the ignore files are read by `read_exclusion`."""

    everywhere: GitIgnoreSpec
    folders: tuple[Folder, ...] = ()
    unusable: tuple[str, ...] = ()
    """Patterns that mean nothing and were passed over, as Git does."""

    def __call__(self, uri: str) -> bool:
        """Whether the file at the URI is excluded. Unsaved documents have no file and are not."""
        if (path := path_of(uri)) is None:
            return False
        if self.everywhere.match_file(str(path).lstrip("/")):
            return True
        return any(self._ignored(folder, path) for folder in self.folders)

    @staticmethod
    def _ignored(folder: Folder, path: Path) -> bool:
        return path.is_relative_to(folder.path) and folder.ignored.match_file(str(path.relative_to(folder.path)))


def read_exclusion(patterns: tuple[str, ...], folders: tuple[Path, ...], use_gitignore: bool) -> Exclusion:
    """Reads the ignore files at the top of each folder. Touches the disk: not for a handler."""
    names = (".tactfulignore", ".gitignore") if use_gitignore else (".tactfulignore",)
    lines = [_read(folder, names) for folder in folders]
    return Exclusion(
        GitIgnoreSpec.from_lines(_usable([*ALWAYS, *patterns])),
        tuple(Folder(folder, GitIgnoreSpec.from_lines(_usable(of))) for folder, of in zip(folders, lines, strict=True)),
        tuple(line for line in (*patterns, *(line for of in lines for line in of)) if not _is_usable(line)),
    )


def path_of(uri: str) -> Path | None:
    """The path of a `file:` URI, or of the file a notebook cell belongs to; None for anything else."""
    parts = urlsplit(uri)
    if parts.scheme not in ("file", "vscode-notebook-cell"):
        return None
    return Path(unquote(parts.path))


def _usable(lines: Iterable[str]) -> list[str]:
    return [line for line in lines if _is_usable(line)]


def _is_usable(line: str) -> bool:
    """Whether it is a pattern: one that is none (`!`, `[z-a]`) must not do away with all the others."""
    try:
        GitIgnoreSpec.from_lines([line])
    except (ValueError, re.error):
        return False
    return True


def _read(folder: Path, names: tuple[str, ...]) -> list[str]:
    return [line for name in names for line in _lines(folder / name)]


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []
