"""Files that are never read, sent or recorded: secrets by default, and what the user's ignore files name.

A verdict is reached where the disk may be touched and no one waits (`survey`), and looked up where keys are answered
(`Exclusion`). A document that has no verdict yet is excluded.
"""

import os
import re
import stat
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from pathspec import GitIgnoreSpec
from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern

ALWAYS = (
    *(".env", ".env.*", "*.env", ".envrc", "*.tfvars", "secrets.*", "*.secret", "*.secrets", "*credentials*"),
    *("*.pem", "*.key", "*.pfx", "*.p12", "*.kdbx", "*.keystore", "*.jks"),
    *("id_rsa*", "id_dsa*", "id_ecdsa*", "id_ed25519*", ".netrc", ".pgpass", ".npmrc", ".pypirc"),
    *(".git/", ".ssh/", ".aws/", ".gnupg/"),
)
"""Patterns that hold whatever the settings and ignore files say, in any case; keys and passwords live there."""

_LONGEST_PATH = 4096
"""Characters; what is longer is no file's path and excluded unseen."""
_LONGEST_FILE = 1_000_000
"""Bytes of an ignore file; a larger one is not read."""
_LONGEST_LINE = 1000
_MOST_DEPTHS = 2
"""`**` in a line; the time to match grows with the path's length to this power."""
_DRIVE = re.compile(r"[A-Za-z]:[\\/]")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_STAR = r"\[\^/\]\*"
_SIGN = r"(?:\\.|\[\^/\](?![*+?])|\[(?!\^/\])\^?\]?(?:\\.|[^\]\\])*\]|[^\\\[\](){}*+?|/^$])"
_STAR_BEFORE_STAR = re.compile(rf"{_STAR}({_SIGN}+)(?={_STAR})")
_STARS = re.compile(rf"(?:{_STAR})+")
_TRIED_ANEW = re.compile(r"~\*(?!\?)")


@dataclass(frozen=True, slots=True)
class Rulebook:
    """What the settings say about which files are left alone."""

    patterns: tuple[str, ...] = ()
    """The user's own, which count everywhere."""
    folders: tuple[Path, ...] = ()
    """Of the workspace."""
    use_gitignore: bool = True
    """Whether Git's ignore files count too; `.tactfulignore` always does."""


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Answers whether a document must be left alone; nothing but a look-up."""

    verdicts: Mapping[str, bool] = field(default_factory=dict)
    """By URI."""
    problems: tuple[str, ...] = ()
    """Patterns and ignore files that could not be used, a sentence each."""

    def __call__(self, uri: str) -> bool:
        """Whether the document at the URI is excluded; one that was not surveyed is."""
        return self.verdicts.get(uri, True)

    def knows(self, uri: str) -> bool:
        """Whether the document was surveyed."""
        return uri in self.verdicts


def survey(rulebook: Rulebook, uris: Sequence[str]) -> Exclusion:
    """Reaches a verdict on each document. Touches the disk: not for a handler."""
    rules = _Rules(rulebook)
    verdicts = {uri: rules.exclude(uri) for uri in uris}
    return Exclusion(verdicts, tuple(dict.fromkeys(rules.problems)))


def path_of(uri: str) -> Path | None:
    """The path of a `file:` URI, or of the file a notebook cell belongs to; None for anything else."""
    try:
        parts = urlsplit(uri)
    except ValueError:
        return None
    return Path(unquote(parts.path)) if parts.scheme in ("file", "vscode-notebook-cell") else None


def written_path(uri: str) -> str:
    """The path in a URI of whatever scheme, or the path itself where it is none, with slashes.

    >>> written_path("git:/p/.env?x"), written_path("C:\\\\p\\\\.env")
    ('/p/.env', 'C:/p/.env')
    """
    if _DRIVE.match(uri) or not _SCHEME.match(uri):
        return uri.replace("\\", "/")
    try:
        path = urlsplit(uri).path
    except ValueError:
        path = uri.partition(":")[2]
    return unquote(path).replace("\\", "/")


class _Rules:
    """One survey: each ignore file is read once."""

    def __init__(self, rulebook: Rulebook) -> None:
        self.problems: list[str] = []
        self._own = self._noted(_spec("\n".join(rulebook.patterns)))
        self._always = _spec("\n".join(ALWAYS))[0]
        self._folders = {Path(os.path.realpath(folder)) for folder in rulebook.folders} | {*rulebook.folders}
        self._use_gitignore = rulebook.use_gitignore
        self._read: dict[Path, GitIgnoreSpec] = {}

    def exclude(self, uri: str) -> bool:
        """The verdict on one document."""
        path = written_path(uri)
        if len(path) > _LONGEST_PATH or "\0" in path:
            return True
        if not path.startswith("/") and not _DRIVE.match(path):  # an unsaved document's name
            return self._always.match_file(path.lower())
        return any(self._excludes(one) for one in dict.fromkeys((path, os.path.realpath(path))))

    def _excludes(self, path: str) -> bool:
        bare = path.lstrip("/")
        if self._always.match_file(bare.lower()) or self._own.match_file(bare):
            return True
        return Path(path).is_absolute() and self._is_ignored(Path(os.path.normpath(path)))

    def _is_ignored(self, path: Path) -> bool:
        """Whether an ignore file between the workspace's or the repository's top and the file names it."""
        repository = next((above for above in path.parents if os.path.lexists(above / ".git")), None)
        tops = [above for above in path.parents if above in self._folders or above == repository]
        top = tops[-1] if tops else path.parent
        if self._names(path, top, ".tactfulignore"):
            return True
        if not self._use_gitignore:
            return False
        own = repository is not None and self._file(repository / ".git" / "info" / "exclude")
        return self._names(path, top, ".gitignore") or bool(
            own and repository and own.match_file(str(path.relative_to(repository)))
        )

    def _names(self, path: Path, top: Path, name: str) -> bool:
        """As Git does: what lies in an ignored directory is ignored; else the nearest ignore file has the last word."""
        for one in reversed([path, *(above for above in path.parents if above.is_relative_to(top) and above != top)]):
            for folder in (above for above in one.parents if above.is_relative_to(top)):
                told = f"{one.relative_to(folder)}{'' if one == path else '/'}"
                included = self._file(folder / name).check_file(told).include
                if included:
                    return True
                if included is not None:
                    break
        return False

    def _file(self, path: Path) -> GitIgnoreSpec:
        if path not in self._read:
            self._read[path] = self._noted(_spec(self._text(path)))
        return self._read[path]

    def _text(self, path: Path) -> str:
        try:
            status = path.stat()
            if stat.S_ISREG(status.st_mode) and status.st_size <= _LONGEST_FILE:
                with path.open(encoding="utf-8-sig", errors="replace") as file:
                    return file.read(_LONGEST_FILE)
            self.problems.append(f"{path} is no regular file of at most 1 MB: what it names is not excluded")
        except (FileNotFoundError, NotADirectoryError):
            pass
        except OSError as error:
            self.problems.append(f"{path} cannot be read ({error.strerror}): what it names is not excluded")
        return ""

    def _noted(self, made: tuple[GitIgnoreSpec, tuple[str, ...]]) -> GitIgnoreSpec:
        spec, unusable = made
        self.problems += [f"{line!r:.80} is no usable pattern: what it was to exclude is not" for line in unusable]
        return spec


class _Pattern(GitIgnoreSpecPattern):
    """One whose matching takes no time to speak of, whatever the path.

    A star with another behind it in the same name need not be tried anew: if the rest does not fit behind the first
    place where what follows it stands, it fits nowhere.
    """

    @classmethod
    def pattern_to_regex(cls, pattern: Any) -> tuple[Any, bool | None]:
        """Raises:
        ValueError: it would take too long to match.
        """
        if len(pattern) > _LONGEST_LINE:
            raise ValueError("too long")
        regex, include = super().pattern_to_regex(pattern)
        if regex is None:
            return regex, include
        regex = _STAR_BEFORE_STAR.sub(r"(?>[^/]*?\1)", _STARS.sub("[^/]*", regex))
        names = regex.replace("[^/]", "~").split("/")
        if regex.count(".+") > _MOST_DEPTHS or any(len(_TRIED_ANEW.findall(name)) > 1 for name in names):
            raise ValueError("too many stars")
        return regex, include


@lru_cache(maxsize=256)
def _spec(text: str) -> tuple[GitIgnoreSpec, tuple[str, ...]]:
    """What the lines say, and those that say nothing: one (`!`, `[z-a]`) must not do away with all the others."""
    patterns, unusable = [], []
    for line in text.splitlines():
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", FutureWarning)  # `[[` in a pattern
                patterns.append(_Pattern(line))
        except (ValueError, re.error):
            unusable.append(line)
    return GitIgnoreSpec([pattern for pattern in patterns if pattern.include is not None]), tuple(unusable)
