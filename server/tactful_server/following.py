"""What one change in the document means for the suggestion at the caret. Pure."""

from dataclasses import dataclass
from enum import Enum, auto

from tactful_server.buffers import Splice

_CLOSERS = frozenset(")]}>\"'`")


class Step(Enum):
    """What the change did."""

    ELSEWHERE = auto()
    ALONG = auto()
    PART = auto()
    WHOLE = auto()
    OVER = auto()
    DELETED = auto()


@dataclass(frozen=True, slots=True)
class Followed:
    """The suggestion's place after the change."""

    step: Step
    caret: int
    rest: str
    shift: int = 0
    """By how much its beginning moved."""


def follow(caret: int, rest: str, splice: Splice) -> Followed:
    """Reads a change against a suggestion whose `rest` stands at `caret`.

    A single character that agrees is typing along, and so is a line end with the indentation that the editor adds;
    several at once that agree are taken in part, since no one types several at once; all of the rest at once is
    acceptance.

    >>> follow(4, "rest", Splice(4, "", "re")).step
    <Step.PART: 3>
    """
    splice = _trimmed(splice)
    removed_end = splice.start + len(splice.removed)
    if splice.start > caret or (splice.start == caret and not splice.inserted):
        return Followed(Step.ELSEWHERE, caret, rest)
    if removed_end < caret:
        shift = len(splice.inserted) - len(splice.removed)
        return Followed(Step.ELSEWHERE, caret + shift, rest, shift)
    if splice.start == caret and not splice.removed:
        return _typed(caret, rest, splice.inserted)
    return Followed(Step.OVER if splice.inserted else Step.DELETED, caret, rest)


def _typed(caret: int, rest: str, inserted: str) -> Followed:
    if inserted == rest and len(rest) > 1:
        return Followed(Step.WHOLE, caret + len(rest), "")
    if rest.startswith(inserted):
        by_key = len(inserted) == 1 or (inserted[:1] == "\n" and not inserted.strip())
        step = Step.ALONG if by_key else Step.PART
        return Followed(step, caret + len(inserted), rest[len(inserted) :])
    if rest.startswith(inserted[:1]) and all(char in _CLOSERS for char in inserted[1:]):
        return Followed(Step.ALONG, caret + 1, rest[1:])
    return Followed(Step.OVER, caret, rest)


def _trimmed(splice: Splice) -> Splice:
    """The change without what it removed only to put it back: an accepted item may replace the word it completes."""
    shared = 0
    for one, other in zip(splice.removed, splice.inserted, strict=False):
        if one != other:
            break
        shared += 1
    return Splice(splice.start + shared, splice.removed[shared:], splice.inserted[shared:])
