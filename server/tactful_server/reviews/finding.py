"""An accepted text found again in its file, by the place where it stood and by keyed hashes alone.

Unchanged it is found wherever it now stands. Changed, the lines are found that are still as they were. What else there
was cannot be known: the log has no text at its usual level, and a line that was changed has another hash.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from tactful_models.taken import Taken
from tactful_server.landing import SHORT, line_hash
from tactful_server.reviews.workspace import Document, Workspace

MOST_TRIED: Final = 100_000
"""Places in a file at which a text is looked for."""

MOST_LINES_AWAY: Final = 300
"""From where it stood; what looks the same farther off is something else, more likely than not."""

Hash = Callable[[str], str]


class State(StrEnum):
    """What is to be seen of an accepted text."""

    HERE = "here"
    CHANGED = "changed"
    GONE = "gone"
    EXCLUDED = "left alone"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True)
class Seen:
    """An accepted text as it can be shown now."""

    taken: Taken
    state: State
    document: Document | None = None
    """Its file; None where the workspace has none with that key."""
    lines: tuple[int, ...] = ()
    """Numbers of the document's lines, from 0, that it stands on or that are left of it."""


def look(taken: Taken, workspace: Workspace, hashed: Hash) -> Seen:
    """What is to be seen of it in the workspace, whose files have been located."""
    document = workspace.document(taken.made.file_key)
    if document is None:
        return Seen(taken, State.ELSEWHERE)
    if document.why_not:
        return Seen(taken, State.EXCLUDED, document)
    left = _left(taken, document.text.split("\n"), hashed)
    if left or not _is_told_by_lines(taken):
        start = _whole(taken, document.text, hashed)
        if start is not None:
            first = document.text.count("\n", 0, start)
            n_lines = document.text.count("\n", start, start + taken.n_chars) + 1
            return Seen(taken, State.HERE, document, tuple(range(first, first + n_lines)))
    return Seen(taken, State.CHANGED if left else State.GONE, document, left)


def _is_told_by_lines(taken: Taken) -> bool:
    return any(each != SHORT for each in taken.line_hashes)


def _left(taken: Taken, lines: list[str], hashed: Hash) -> tuple[int, ...]:
    """The lines that are still as they were: of several that look the same those nearest to where they stood."""
    first = taken.spot[0]
    wanted = [(first + at, each) for at, each in enumerate(taken.line_hashes) if each != SHORT]
    if not wanted:
        return ()
    told = {each for _, each in wanted}
    places: dict[str, list[int]] = {}
    for number, line in enumerate(lines):
        if (found := line_hash(line, hashed)) in told:
            places.setdefault(found, []).append(number)
    left = set()
    for was, each in wanted:
        near = [number for number in places.get(each, ()) if abs(number - was) <= MOST_LINES_AWAY]
        free = [number for number in near if number not in left]
        if free:
            left.add(min(free, key=lambda number: abs(number - was)))
    return tuple(sorted(left))


def _whole(taken: Taken, text: str, hashed: Hash) -> int | None:
    """Offset of the unchanged text nearest to where it stood; None where it stands nowhere."""
    if not taken.n_chars or not taken.text_hash:
        return None
    tried: set[str] = set()
    for _, start in zip(range(MOST_TRIED), _starts(taken, text), strict=False):
        piece = text[start : start + taken.n_chars]
        if piece not in tried and hashed(piece) == taken.text_hash:
            return start
        tried.add(piece)
    return None


def _starts(taken: Taken, text: str) -> Iterator[int]:
    """Offsets at which it may begin: first those as far into a line as it was, the nearest line first, then others."""
    line, column = taken.spot
    beginnings = [0, *(at + 1 for at, sign in enumerate(text) if sign == "\n")]
    near = range(max(0, line - MOST_LINES_AWAY), min(len(beginnings), line + MOST_LINES_AWAY + 1))
    nearest = sorted(near, key=lambda number: abs(number - line))
    last = len(text) - taken.n_chars
    ends = [*(at - 1 for at in beginnings[1:]), len(text)]
    yield from _upto(last, (beginnings[at] + column for at in nearest if beginnings[at] + column <= ends[at]))
    yield from _upto(last, (start for at in nearest for start in range(beginnings[at], ends[at] + 1)))


def _upto(last: int, starts: Iterable[int]) -> Iterator[int]:
    return (start for start in starts if start <= last)
