"""Asking git what happened to a file: read only, bounded, without an external differ or text converter."""

import re
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from tactful_models.provenance import Commit, Hunk
from tactful_server.git import environment, git

MOST_COMMITS: Final = 500
"""Of a file's newest; what is older is not looked at."""
MOST_BYTES: Final = 20_000_000
"""Of differences that are read."""
TIMEOUT_S: Final = 20.0
"""For one file."""
_HEAD: Final = "\x01"
"""Begins a commit's own line: no line of a difference does."""
_HUNK: Final = re.compile(r"@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@")
_SWITCHES: Final = ("-c", "log.follow=false", "-c", "diff.renames=true", "--literal-pathspecs")
_LOG: Final = (
    *("log", "--follow", "--no-ext-diff", "--no-textconv", "--no-color", "--no-show-signature", "--no-notes"),
    *("--diff-algorithm=histogram", "--unified=0", "--patch", f"--max-count={MOST_COMMITS}"),
    *(f"--format={_HEAD}%ct %s",),
)

LineHash = Callable[[str], str]


def is_in_repository(path: Path) -> bool:
    """Whether git would find a repository above the file; asks the disk alone."""
    return any((above / ".git").exists() for above in path.parents)


def commits(path: Path, hashed: LineHash) -> tuple[Commit, ...] | None:
    """What the commits of HEAD did to the file, in order of time; None where git cannot say, or not in time."""
    said = _said(path)
    return None if said is None else tuple(reversed(list(parsed(said, hashed))))


def parsed(said: str, hashed: LineHash) -> Iterator[Commit]:
    """The commits of what `git log` has said, in its order."""
    head, hunks = "", list[Hunk]()
    lines = iter(said.split("\n"))
    for line in lines:
        if line.startswith(_HEAD):
            if head:
                yield _commit(head, hunks)
            head, hunks = line[1:], []
        elif found := _HUNK.match(line):
            sizes = [1 if size is None else int(size) for size in found.groups()]
            hunks.append(_hunk(lines, sizes, hashed))
    if head:
        yield _commit(head, hunks)


def _commit(head: str, hunks: list[Hunk]) -> Commit:
    at, _, subject = head.partition(" ")
    return Commit(float(at), tuple(hunks), subject.startswith(("Revert ", "revert: ", "revert(")))


def _hunk(lines: Iterator[str], sizes: list[int], hashed: LineHash) -> Hunk:
    """So many removed and added lines, whatever they look like."""
    sides: dict[str, list[str]] = {"-": [], "+": []}
    while len(sides["-"]) < sizes[0] or len(sides["+"]) < sizes[1]:
        line = next(lines, None)
        if line is None:  # cut short
            break
        if line[:1] in sides:
            sides[line[0]].append(hashed(line[1:]))
    return Hunk(tuple(sides["-"]), tuple(sides["+"]))


def _said(path: Path) -> str | None:
    if shutil.which("git") is None or not is_in_repository(path):
        return None
    command = git(path.parent, *_SWITCHES, *_LOG, "--", path.name)
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment()
    )
    assert process.stdout is not None
    clock = threading.Timer(TIMEOUT_S, process.kill)
    clock.start()
    try:
        said = process.stdout.read(MOST_BYTES + 1)
        is_whole = len(said) <= MOST_BYTES
        if not is_whole:
            process.kill()
        return said.decode("utf-8", "replace") if process.wait() == 0 and is_whole else None
    finally:
        clock.cancel()
        process.kill()
        process.wait()
        process.stdout.close()
