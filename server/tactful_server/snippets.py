"""Pieces of other open files that resemble what is being written.

Similarity is Jaccard's: shared identifiers over all identifiers of two windows of lines. What the windows are compared
with changes only every sixteen lines, so that the same snippets stand in the same order from keystroke to keystroke and
the model's cache holds. Work is bounded by counts, not by the clock: the answer is the same on a slow machine. What was
computed for a file is remembered until its text changes or eight others have been asked for.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from tactful_models.facts import CaretView

_WORD = re.compile(r"[^\W\d]\w{2,}")
_STEP_LINES = 12
_QUERY_LINES = 48
_HOLD_LINES = 16
_MOST_FILES = 8
_MOST_SNIPPETS = 3
_MOST_STEPS = 40
_LEAST_SIMILARITY = 0.12


@dataclass(frozen=True, slots=True)
class Snippet:
    """A piece of another file."""

    name: str
    """The file's name relative to the workspace; the model sees it."""
    text: str
    """Whole lines."""


@dataclass(frozen=True, slots=True)
class _Window:
    text: str
    words: frozenset[str]


def snippets_for(view: CaretView, files: Sequence[tuple[str, str]]) -> tuple[Snippet, ...]:
    """Up to three pieces of the files (name, text), the most similar first, at most one a file.

    The first eight files are looked at, 480 lines of each; pass those edited last first. The answer stays the same
    while the caret stays within sixteen lines and no other file changes.
    """
    return _best(_query(view), tuple(sorted(files[:_MOST_FILES])))


@lru_cache(maxsize=4)
def _best(query: str, files: tuple[tuple[str, str], ...]) -> tuple[Snippet, ...]:
    wanted = words_of(query)
    scored: list[tuple[float, str, str]] = []
    for name, text in files:
        best = max(
            ((jaccard(wanted, window.words), window.text) for window in _windows(text)), key=lambda pair: pair[0]
        )
        if best[0] >= _LEAST_SIMILARITY:
            scored.append((-best[0], name, best[1]))
    return tuple(Snippet(name, text) for _, name, text in sorted(scored)[:_MOST_SNIPPETS])


@lru_cache(maxsize=_MOST_FILES)
def _windows(text: str) -> tuple[_Window, ...]:
    """Windows of 24 lines, each overlapping half of the one before."""
    lines = text.replace("\r\n", "\n").split("\n")[: _STEP_LINES * _MOST_STEPS]
    steps = ["\n".join(lines[start : start + _STEP_LINES]) for start in range(0, len(lines), _STEP_LINES)]
    halves = [_Window(step, words_of(step)) for step in steps]
    if len(halves) == 1:
        return tuple(halves)
    return tuple(_Window(f"{one.text}\n{other.text}", one.words | other.words) for one, other in pairwise(halves))


def words_of(text: str) -> frozenset[str]:
    """The identifiers of three letters and more.

    >>> sorted(words_of("total = add(total, x1)"))
    ['add', 'total']
    """
    return frozenset(_WORD.findall(text))


def jaccard(one: frozenset[str], other: frozenset[str]) -> float:
    """Size of the intersection over size of the union; 0 when nothing is shared.

    >>> jaccard(frozenset("ab"), frozenset("bc"))
    0.3333333333333333
    """
    shared = len(one & other)
    return shared / (len(one) + len(other) - shared) if shared else 0.0


def _query(view: CaretView) -> str:
    """The lines above the caret's, up to the last whose number is a multiple of sixteen (near the top: all)."""
    above = view.before.split("\n")[:-1]
    held = len(above) - len(above) % _HOLD_LINES
    return "\n".join(above[: held or len(above)][-_QUERY_LINES:])
