"""What a document said before after a text like that before the caret: the cheapest guess at what comes next.

Where the same words stood before, one can tell without a model whether what follows them is settled: they were followed
by the same line each time, by different ones, or never stood there at all (prediction by partial matching, Cleary and
Witten, IEEE Transactions on Communications 32, 1984, from which only the idea of the longest context is taken).
"""

from dataclasses import dataclass
from functools import lru_cache

WINDOW_CHARS = 12_000
"""So much before the caret is searched."""
_LENGTHS = (40, 24, 16, 11, 7, 4)
"""Characters before the caret that are looked for, the longest first."""
_LONGEST = 80
"""Beyond so many equal characters, more say nothing new."""
_DOZEN = 12
"""Pieces of a line that are looked for one by one."""
_PLACES = 4
"""Of the nearest places that are compared with one another."""


@dataclass(frozen=True, slots=True)
class Echo:
    """The nearest place above whose text before it is like that before the caret."""

    chars: int
    """Characters before the caret that stand before that place too, spaces not counted."""
    line: str
    """What follows there, to the end of the line, without blanks at its end."""
    agree: float
    """Share of the nearest few such places that go on in the same way; a half where there is only the one."""


def echo(before: str) -> Echo | None:
    """The echo of a caret with that text before it; None where nothing like it stands above. Never raises."""
    return _nearest(before[-WINDOW_CHARS:])


@lru_cache(maxsize=1)
def _nearest(window: str) -> Echo | None:
    """Kept once: the place is asked about before the model is, and again with what it said."""
    for length in _LENGTHS:
        tail = window[-length:]
        if len(tail) < length or not tail.strip():
            continue
        at = window.rfind(tail, 0, len(window) - 1)
        if at >= 0:
            return _found(window, tail, at)
    return None


def _found(window: str, tail: str, at: int) -> Echo:
    end = at + len(tail)
    line = _line_from(window, end)
    same: list[bool] = []
    place = at
    while place >= 0 and len(same) < _PLACES:
        same.append(_line_from(window, place + len(tail)) == line)
        place = window.rfind(tail, 0, place + len(tail) - 1)
    return Echo(_shared_end(window, end), line, sum(same) / len(same) if len(same) > 1 else 0.5)


def _line_from(window: str, at: int) -> str:
    end = window.find("\n", at)
    return window[at : end if end >= 0 else len(window)].rstrip()


def _shared_end(window: str, end: int) -> int:
    shared, n_chars = 0, len(window)
    while shared < min(_LONGEST, end) and window[end - 1 - shared] == window[n_chars - 1 - shared]:
        shared += 1
    return len(window[n_chars - shared :].replace(" ", ""))


def agreement(first_line: str, line: str) -> float:
    """Share of the longer one's characters with which both begin; 1 where both are empty.

    >>> agreement("x = 1", "x = 12"), agreement("a", "b"), agreement("", "")
    (0.8333333333333334, 0.0, 1.0)
    """
    longest, shared = max(len(first_line), len(line)), 0
    for one, other in zip(first_line, line, strict=False):
        if one != other:
            break
        shared += 1
    return shared / longest if longest else 1.0


def pieces(line: str, window: str) -> int:
    """In how many pieces, each the longest there is, the line stands in the window; a sign that is not there is one.

    So many a sequential data compression would need (Ziv and Lempel, IEEE Transactions on Information Theory 23,
    1977): the fewer, the more of the line was said before. What is left behind the first dozen is taken to be like
    them, since it is on the way of every suggestion.

    >>> pieces("x = load(b)", "a = load(b)"), pieces("", "a")
    (2, 0)
    """
    n_pieces, at = 0, 0
    while at < len(line) and n_pieces < _DOZEN:
        at, n_pieces = _piece_end(line, window, at), n_pieces + 1
    return round(n_pieces * len(line) / at) if at else 0


def _piece_end(line: str, window: str, start: int) -> int:
    end, place = start + 1, window.find(line[start])
    while place >= 0 and end < len(line):
        behind = place + end - start
        if window[behind : behind + 1] != line[end]:
            place = window.find(line[start : end + 1], place + 1)
        end += place >= 0
    return end
