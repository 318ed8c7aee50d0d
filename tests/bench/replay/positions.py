"""Where the replay asks: fixed by seed, half of the places at lines' starts and half in lines' middles."""

import random
import re
from dataclasses import dataclass

STRETCH_LINES = 60
"""So many lines of a file are typed; what stands above them is there already."""
CLOSERS = frozenset(" \t)]}>,;:'\"`")
_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_WORD_EDGE = re.compile(r"\b")


@dataclass(frozen=True, slots=True)
class Place:
    """A caret, and what the file says next."""

    offset: int
    """Characters of the file before it."""
    truth: str
    """The rest of the line, without blanks at its end."""
    in_middle: bool
    """Whether some of the line stands before it."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a file that is typed."""

    text: str
    """The whole file, `\\n` at its lines' ends."""
    given_chars: int
    """What stands there before the first key."""
    places: tuple[Place, ...]
    """In ascending order, at most one a line."""


def stretch(text: str, most: int, draw: random.Random) -> Stretch:
    """A drawn stretch of the file with at most so many places."""
    text = text.replace("\r\n", "\n")
    lines = _LINE.findall(text)
    first = draw.randint(0, max(0, len(lines) - STRETCH_LINES))
    given = sum(map(len, lines[:first]))
    return Stretch(text, given, tuple(places(lines[first : first + STRETCH_LINES], given, most, draw)))


def places(lines: list[str], start: int, most: int, draw: random.Random) -> list[Place]:
    """Places in lines that begin at the offset `start`: half in lines' middles, half at lines' starts."""
    offsets = [start + sum(map(len, lines[:at])) for at in range(len(lines))]
    usable = [at for at, line in enumerate(lines) if offsets[at] and not is_lone(line)]
    half = min(most, len(usable)) // 2
    divisible = [at for at in usable if inner(lines[at])]
    middles = draw.sample(divisible, min(half, len(divisible)))
    others = [at for at in usable if at not in set(middles)]
    starts = draw.sample(others, min(len(middles), len(others)))
    found = [_place(lines[at], offsets[at], draw.choice(inner(lines[at]))) for at in middles]
    found += [_place(lines[at], offsets[at], indent(lines[at])) for at in starts]
    return sorted(found, key=lambda place: place.offset)


def is_lone(text: str) -> bool:
    """Whether there are only blanks and closing signs, which say nothing about a suggestion.

    >>> is_lone("    ),\\n"), is_lone("    x)\\n")
    (True, False)
    """
    return CLOSERS.issuperset(text.strip())


def indent(line: str) -> int:
    """Blanks at its start: the editor's doing, so a line's start is behind them."""
    return len(line) - len(line.lstrip(" \t"))


def inner(line: str) -> list[int]:
    """Where a word begins or ends within the line, with more to come than closing signs.

    >>> inner("  x = f(y)\\n")
    [3, 6, 7, 8]
    """
    body, first = line.rstrip(), indent(line)
    edges = (found.start() for found in _WORD_EDGE.finditer(body))
    return [at for at in edges if first < at < len(body) and not is_lone(body[at:])]


def _place(line: str, offset: int, column: int) -> Place:
    return Place(offset + column, line[column:].rstrip(), column > indent(line))
