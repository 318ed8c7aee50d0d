"""Kinds of feedback, each of which can be switched off in a recorded log; what is left is joined as ever, by `labels`.

The nine combinations are those of ConvCodeWorld (Han et al., ICLR 2025): compile feedback always; execution none, with
partial or with full coverage; words none, of a novice or of an expert. In a log of checks and reviews that means:

- **compile**: whether it parses and compiles;
- **execution**, of what has to be run: whether it can be imported, and the tests. With partial coverage those tests
  that did not run every line of the suggestion (or of which nobody knows), with full coverage those too that did;
- **words**: reviews by those who call themselves owner or expert, or by those who do not.

What became of the lines in the repository is nobody's word, and is heard only where all reviews are.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from tactful_models.cases import Reader
from tactful_models.checked import Checked, Stands
from tactful_models.events import Reviewed
from tactful_models.heard import heard
from tactful_models.labels import Hearing

Feedback = Reviewed | Checked

EXPERTS: Final = frozenset({"owner", "expert"})
"""What those say of themselves who know the code."""
_ALL_LINES: Final = 1.0


class Execution(StrEnum):
    """How much of what had to be run is heeded."""

    NONE = "no execution"
    PARTIAL = "partial coverage"
    FULL = "full coverage"


class Words(StrEnum):
    """Whose reviews are heeded."""

    NONE = "no words"
    NOVICE = "novice"
    EXPERT = "expert"
    ALL = "all reviews"


@dataclass(frozen=True, slots=True)
class Heeded:
    """What is heeded beside behaviour and persistence; everything, unless said otherwise."""

    compiles: bool = True
    """Whether it is heeded that it parses and compiles."""
    execution: Execution = Execution.FULL
    words: Words = Words.ALL

    def of(self, feedback: Sequence[Feedback]) -> Iterator[Feedback]:
        """What is heeded of the feedback, in its order."""
        for each in feedback:
            if isinstance(each, Checked):
                yield self._left(each)
            elif self._hears(each):
                yield each

    def _left(self, check: Checked) -> Checked:
        """The check without the rungs that are not heeded."""
        if not self.compiles:
            check = replace(check, parses=Stands.UNKNOWN, compiles=Stands.UNKNOWN)
        if self.execution is Execution.NONE:
            check = replace(check, imports=Stands.UNKNOWN)
        is_full = check.ran_ratio is not None and check.ran_ratio >= _ALL_LINES
        if self.execution is Execution.NONE or (self.execution is Execution.PARTIAL and is_full):
            check = replace(check, old_tests=Stands.UNKNOWN, reaching_tests=Stands.UNKNOWN, ran_ratio=None)
        return check

    def _hears(self, review: Reviewed) -> bool:
        if self.words in (Words.NONE, Words.ALL):
            return self.words is Words.ALL
        return review.reviewer_kind != "git" and is_expert(review) is (self.words is Words.EXPERT)


EVERYTHING: Final = Heeded()
NOTHING: Final = Heeded(False, Execution.NONE, Words.NONE)
CHECKS: Final = Heeded(words=Words.NONE)
REVIEWS: Final = Heeded(False, Execution.NONE)
NINE: Final = tuple(
    Heeded(True, execution, words) for execution in Execution for words in (Words.NONE, Words.NOVICE, Words.EXPERT)
)
"""ConvCodeWorld's combinations, the poorest first."""


def is_expert(review: Reviewed) -> bool:
    """Whether the reviewer says to know the code.

    >>> from tactful_models.events import Verdict
    >>> is_expert(Reviewed("v", "s", "n", 0.0, Verdict.KEEP, "ada", expertise="Owner"))
    True
    """
    return review.expertise.strip().casefold() in EXPERTS


def heed(reader: Reader, feedback: Sequence[Feedback], heeded: Heeded) -> Hearing:
    """Makes the reader know that part of the feedback and no other; whose word counts for how much, by that part alone.

    `feedback` is all reviews and checks of the log, in its order.
    """
    left = list(heeded.of(feedback))
    reader.suggestions.said.clear()
    reader.suggestions.ran.clear()
    for event in left:
        reader.see(event)
    return Hearing.by(heard(left))
