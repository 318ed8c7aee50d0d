"""What a model is asked that reviews, how its answer is read, and how it shows first that it can tell right from wrong.

A critic is one way of asking, with a name and a version that goes with every verdict: who changes a question's text
gives it another version (a test holds them to it). A model may answer anything: what is not exactly one of the words
is no verdict. And it may answer at random, or always the same: so it is asked about controls first, of which the answer
is known, and is believed only where it gets nearly all of them.

Code stands behind `|` or `+`, so that no line of it can pass for a line of the question.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from tactful_models.events import Verdict

MOST_TOKENS: Final = 6
"""Of an answer; the words are one or two."""


@dataclass(frozen=True, slots=True)
class Code:
    """A suggestion in its place."""

    before: tuple[str, ...]
    lines: tuple[str, ...]
    """The document's lines that it stands on."""
    after: tuple[str, ...]

    def quoted(self) -> str:
        """With `+` before its lines and `|` before the others."""
        around, own = (self.before, "|"), (self.lines, "+")
        return "".join(f"{sign} {line}\n" for lines, sign in (around, own, (self.after, "|")) for line in lines)


@dataclass(frozen=True, slots=True)
class Control:
    """Code of which it is known whether it is right."""

    code: Code
    is_right: bool


@dataclass(frozen=True, slots=True)
class Critic:
    """One way of asking."""

    method: str
    """Its name and version, as it stands beside each verdict."""
    opening: str
    asks: str
    """Stands behind the code; the answer begins where it ends."""
    words: Mapping[str, Verdict]
    """Every answer that counts."""
    examples: tuple[tuple[Code, str], ...]

    def question(self, code: Code) -> str:
        """The whole prompt; it ends without a blank, where the answer begins."""
        answered = "".join(f"{each.quoted()}{self.asks} {word}\n\n" for each, word in self.examples)
        return f"{self.opening}\n\n{answered}{code.quoted()}{self.asks}"

    def verdict(self, answer: str) -> Verdict | None:
        """What it said; None where that is none of the words."""
        return self.words.get(answer.strip().strip(".").lower())


def can_tell(controls: Sequence[tuple[Control, Verdict | None]]) -> bool:
    """Whether the answers to the controls so far tell right from wrong: but for one of either kind at most.

    With five of either kind coins do so in 35 of a thousand cases, and one who always says the same never does.
    """
    missed = [one.is_right for one, said in controls if said is None or (said is Verdict.KEEP) is not one.is_right]
    return missed.count(True) <= 1 and missed.count(False) <= 1


def _code(text: str) -> Code:
    """From lines of which the suggestion's own begin with `+`, and all others with a blank."""
    lines = text.strip("\n").split("\n")
    own = [at for at, line in enumerate(lines) if line.startswith("+")]
    bare = tuple(line[1:] for line in lines)
    return Code(bare[: own[0]], bare[own[0] : own[-1] + 1], bare[own[-1] + 1 :])


_FIRST: Final = _code(" def first(items):\n+    return items[0]")
_LAST: Final = _code(" def last(items):\n+    return items[0]")
_EVEN: Final = _code(" def is_even(n):\n+    if n % 2 == 0:\n+        return True\n+    else:\n+        return False")
_TOTAL: Final = _code(
    " def total(prices):\n     result = 0\n     for price in prices:\n+        result += price\n     return result"
)
_GREET: Final = _code(" def greet(name):\n+    print(nmae)")

CRITICS: Final = (
    Critic(
        method="verdict-1",
        opening=(
            "A programmer reviews lines of code that were suggested by a program, marked with +.\n"
            "keep: they are right. rewrite: they work, but have to be written anew. revert: they are wrong."
        ),
        asks="Verdict:",
        words=MappingProxyType({str(verdict): verdict for verdict in Verdict}),
        examples=((_FIRST, "keep"), (_LAST, "revert"), (_EVEN, "rewrite"), (_TOTAL, "keep"), (_GREET, "revert")),
    ),
    Critic(
        method="bug-1",
        opening="Is there a bug in the lines that are marked with +?",
        asks="Bug:",
        words=MappingProxyType({"yes": Verdict.REVERT, "no": Verdict.KEEP}),
        examples=((_GREET, "yes"), (_TOTAL, "no"), (_LAST, "yes"), (_EVEN, "no"), (_FIRST, "no")),
    ),
)
"""The ways of asking, the first first."""

CONTROLS: Final = tuple(
    Control(_code(text), is_right)
    for is_right, texts in (
        (True, (
            " def add(a, b):\n+    return a + b",
            " def is_empty(items):\n+    return len(items) == 0",
            " def largest(numbers):\n+    return max(numbers)",
            " def read(path):\n     with open(path) as file:\n+        return file.read()",
            " def mean(numbers):\n+    return sum(numbers) / len(numbers)",
        )),
        (False, (
            " def subtract(a, b):\n+    return a + b",
            " def is_full(items, limit):\n+    return len(itmes) >= limit",
            " def smallest(numbers):\n+    return max(numbers)",
            " def write(path, text):\n     with open(path) as file:\n+        return file.read(",
            " def double(number):\n+    return number * 3",
        )),
    )
    for text in texts
)  # fmt: skip
"""Code that a reviewer has to judge rightly before it is asked about anybody's; `in_turn` gives their order."""


def in_turn() -> Iterator[Control]:
    """The controls, a right one and a wrong one in turn, so that it soon shows who always says the same."""
    right, wrong = ([one for one in CONTROLS if one.is_right is is_right] for is_right in (True, False))
    return (one for pair in zip(right, wrong, strict=True) for one in pair)
