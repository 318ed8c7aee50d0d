"""Where in a stretch of code the model is asked: at the start of a line or in its middle, half each, fixed by a seed.

Blank lines and lines without a word, such as lone closers, are left out: there is nothing there to be right about.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

_WORD = re.compile(r"\w")
_TOKEN = re.compile(r"\w+|[^\w\s]+")
_LONGEST_LINE = 400
"""Characters; what is longer is data, or was not typed."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Lines of a file as they were written at one time, with what stood around them."""

    uri: str
    language: str
    """The editor's language id."""
    above: str
    """The file's text above the lines; empty or ending with a line break."""
    written: str
    """The lines."""
    below: str = ""
    """The file's text below them, as it stood then; empty where it was not there yet."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A place at which the model is asked, and what was written there."""

    piece: Piece
    offset: int
    """Characters of the piece's written lines before the caret."""
    truth: str
    """What the line goes on to say, to its end, without blanks there."""
    mid_line: bool
    """Whether the caret is in the middle of a line rather than at its start, behind the indent."""

    @property
    def before(self) -> str:
        """The document up to the caret."""
        return self.piece.above + self.piece.written[: self.offset]

    @property
    def after(self) -> str:
        """The document from the caret on: what was written later is not there yet."""
        return f"\n{self.piece.below}" if self.piece.below else ""


def spots(piece: Piece, random: Random) -> Iterator[Spot]:
    """One spot for each line of the piece that has one, in order; `random` says whether at its start or within.

    >>> piece = Piece("file:///a.py", "python", "", "x = f(1)\\n)\\n\\nreturn x\\n")
    >>> [(spot.offset, spot.truth) for spot in spots(piece, Random(3))]
    [(4, 'f(1)'), (19, 'x')]
    """
    start = 0
    for line in piece.written.split("\n"):
        at = _column(line.rstrip(), random)
        if at is not None:
            yield Spot(piece, start + at[0], line.rstrip()[at[0] :], at[1])
        start += len(line) + 1


def _column(line: str, random: Random) -> tuple[int, bool] | None:
    """The column asked at and whether it is in the middle; None where the line is left out."""
    if not _WORD.search(line) or len(line) > _LONGEST_LINE:
        return None
    columns = [token.start() for token in _TOKEN.finditer(line)]
    inner = [at for at in columns[1:] if _WORD.search(line, at)]
    if inner and random.random() < 0.5:
        return random.choice(inner), True
    return columns[0], False


def thinned(found: Sequence[Spot], most: int, random: Random) -> list[Spot]:
    """At most so many of the spots, chosen by `random`, in their order."""
    if len(found) <= most:
        return list(found)
    return [found[at] for at in sorted(random.sample(range(len(found)), most))]
