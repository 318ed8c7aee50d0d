"""What the model said, trimmed to what is worth offering: pure filters, in order.

Each filter takes the text so far and returns a part of it without changing a character, so that the tokens stay aligned
with the text.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from tactful_models.facts import CaretView, Token
from tactful_server.providers import Chunk


@dataclass(frozen=True, slots=True)
class Shape:
    """How large a suggestion may be."""

    max_lines: int = 12
    """Lines kept of a block."""
    single_line: bool = False
    """One line wherever the caret is (in the middle of a line it is always one)."""
    specials: tuple[str, ...] = ()
    """Markers at which the text is cut (`profile.family.specials`)."""


@dataclass(frozen=True, slots=True)
class Polished:
    """What remains of an answer."""

    chunk: Chunk
    """The text, possibly empty, and its tokens."""
    reason: str = ""
    """The filter that left nothing: `blank`, `repeats_below`, …; empty when something remains."""


def polish(chunk: Chunk, view: CaretView, shape: Shape) -> Polished:
    """Apply every filter. A part of an answer is polished as if it were all."""
    raise NotImplementedError


def first_line_complete(text: str) -> bool:
    """Whether the first line that is not blank has been ended by a line break."""
    raise NotImplementedError


def block_complete(text: str, view: CaretView, shape: Shape) -> bool:
    """Whether a stop rule has cut the text, so that nothing which may still come can be kept."""
    raise NotImplementedError


def tokens_within(tokens: Sequence[Token], n_chars: int, start: int = 0) -> tuple[Token, ...]:
    """The tokens of the text from `start` on that begin within `n_chars` characters of it."""
    raise NotImplementedError


def in_document_style(text: str, view: CaretView) -> str:
    """The text with the document's line ends (`\\r\\n` where it has them)."""
    raise NotImplementedError
