"""Work that was really done: what commits changed in source files, as places and texts."""

import random
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

LANGUAGES = {
    ".py": "python", ".ts": "typescript", ".js": "javascript", ".lua": "lua", ".go": "go", ".rs": "rust",
    ".c": "c", ".h": "c", ".cpp": "cpp", ".java": "java", ".rb": "ruby", ".md": "markdown",
}  # fmt: skip
MOST_CHARS = 200_000


@dataclass(frozen=True, slots=True)
class Edit:
    """One place of a file: so many lines go, and a text comes. Those before it have been done."""

    line: int
    n_removed: int
    text: str


@dataclass(frozen=True, slots=True)
class Work:
    """One file as a commit found it and left it."""

    path: str
    language: str
    before: str
    after: str

    def edits(self) -> Iterator[Edit]:
        """From top to bottom."""
        old, new = self.before.splitlines(keepends=True), self.after.splitlines(keepends=True)
        for kind, start, end, at, until in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
            if kind != "equal":
                yield Edit(at, end - start, "".join(new[at:until]))


def works(repository: Path, seed: int) -> Iterator[Work]:
    """Without an end: the repository's commits in a shuffled order, again and again.

    Raises:
        SystemExit: there is no history there.
    """
    commits = _git(repository, "log", "--no-merges", "--format=%H").split()
    if not commits:
        raise SystemExit(f"{repository} has no commits; name another with --repository")
    draw = random.Random(seed)
    while True:
        draw.shuffle(commits)
        for commit in commits:
            yield from _of(repository, commit)


def _of(repository: Path, commit: str) -> Iterator[Work]:
    for line in _git(repository, "diff-tree", "-r", "--root", "--no-commit-id", "--name-status", commit).splitlines():
        status, _, path = line.partition("\t")
        language = LANGUAGES.get(Path(path).suffix)
        if language and status in ("A", "M"):
            before = _git(repository, "show", f"{commit}^:{path}") if status == "M" else ""
            after = _git(repository, "show", f"{commit}:{path}")
            if max(len(before), len(after)) <= MOST_CHARS:
                yield Work(path, language, before, after)


def _git(repository: Path, *arguments: str) -> str:
    done = subprocess.run(["git", "-C", str(repository), *arguments], capture_output=True, check=False)
    return done.stdout.decode("utf-8", "replace").replace("\r\n", "\n")
