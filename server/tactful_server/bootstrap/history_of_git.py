"""What recent commits of a Git repository added, as it was added: each hunk in the file as the commit left it."""

import re
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from tactful_server.bootstrap.languages import LANGUAGES, language_of
from tactful_server.bootstrap.positions import Piece
from tactful_server.git import environment, git

LARGEST_BYTES = 1_000_000
"""Of a file; a larger one was not written by hand."""
_BLOB = re.compile(rb"index [0-9a-f]+\.\.([0-9a-f]+)")
_HUNK = re.compile(rb"@@ -\S+ \+(\d+)(?:,(\d+))? @@")
_COMMIT = b"\x01"


@dataclass(slots=True)
class Change:
    """What one commit added to one file."""

    path: str = ""
    """Relative to the folder asked about; empty where its name is one that is passed over."""
    blob: str = ""
    """The file as the commit left it."""
    hunks: list[tuple[int, int]] = field(default_factory=list)
    """First added line, from 1, and number of lines."""


def has_history(folder: Path) -> bool:
    """Whether the folder is in a Git repository with a commit, and git is there to read it."""
    try:
        done = subprocess.run(
            git(folder, "rev-parse", "--verify", "HEAD"), env=environment(), capture_output=True, check=False
        )
    except OSError:
        return False
    return done.returncode == 0


def commits(folder: Path) -> Iterator[list[Piece]]:
    """The pieces of each commit that added code below the folder, the newest commit first."""
    with (
        _running(git(folder, *_LOG, "--", *_PATHSPECS)) as log,
        _running(git(folder, "cat-file", "--batch")) as blobs,
    ):
        assert log.stdout is not None
        for changes in _changes(log.stdout):
            if found := [piece for change in changes for piece in _pieces(folder, change, blobs)]:
                yield found


_PATHSPECS = tuple(f":(icase)*{end}" for end in LANGUAGES)
_LOG = (
    *("log", "--no-merges", "--no-color", "--no-ext-diff", "--no-textconv", "--no-renames", "--diff-filter=AM"),
    *("--relative", "--src-prefix=a/", "--dst-prefix=b/", "--full-index", "--unified=0", "--format=%x01", "-p"),
)


@contextmanager
def _running(command: Sequence[str]) -> Iterator["subprocess.Popen[bytes]"]:
    """A git that ends when it is no longer read."""
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, env=environment()) as process:
        try:
            yield process
        finally:
            process.kill()


def _changes(lines: IO[bytes]) -> Iterator[list[Change]]:
    """The changes of one commit after the other. Added lines may look like anything, and are counted off."""
    found: list[Change] = []
    left = 0
    for line in lines:
        if left:
            left -= line.startswith((b"+", b"-"))
        elif line.startswith(_COMMIT):
            yield found
            found = []
        elif line.startswith(b"diff --git "):
            found.append(Change())
        elif found:
            left = _take(line, found[-1])
    yield found


def _take(line: bytes, change: Change) -> int:
    """Takes in a line of a diff's head; how many lines of text follow it."""
    if match := _BLOB.match(line):
        change.blob = match[1].decode()
    elif line.startswith(b"+++ b/"):
        change.path = line[6:].rstrip(b"\t\n").decode("utf-8", "surrogateescape")
    elif match := _HUNK.match(line):
        first, n_added = int(match[1]), int(match[2] or 1)
        change.hunks += [(first, n_added)] if n_added else []
        removed = line.split()[1].partition(b",")[2]
        return n_added + int(removed or 1)
    return 0


def _pieces(folder: Path, change: Change, blobs: "subprocess.Popen[bytes]") -> Iterator[Piece]:
    language = language_of(change.path)
    text = _text(change.blob, blobs) if language and change.hunks else ""
    if not text:
        return
    lines = text.split("\n")
    uri = (folder / change.path).as_uri()
    for first, n_lines in change.hunks:
        parts = lines[: first - 1], lines[first - 1 : first - 1 + n_lines], lines[first - 1 + n_lines :]
        above, written, below = ("\n".join(part) for part in parts)
        yield Piece(uri, language, f"{above}\n" if parts[0] else "", f"{written}\n", below)


def _text(blob: str, blobs: "subprocess.Popen[bytes]") -> str:
    """A file's text; empty where it is none, or too large."""
    assert blobs.stdin is not None
    assert blobs.stdout is not None
    blobs.stdin.write(f"{blob}\n".encode())
    blobs.stdin.flush()
    head = blobs.stdout.readline().split()
    if len(head) != 3:
        return ""
    data = blobs.stdout.read(int(head[2]) + 1)[:-1]
    return data.decode("utf-8", "replace") if len(data) <= LARGEST_BYTES and b"\0" not in data else ""
