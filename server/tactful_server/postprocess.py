"""What the model said, trimmed to what is worth offering: pure filters, in order.

Each filter takes the text so far and returns a part of it in one piece without changing a character, so that the tokens
stay aligned with the text. Line breaks are `\\n` in here; `in_document_style` gives the document's back.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from tactful_models.facts import CaretView, Token
from tactful_server.providers import Chunk
from tactful_server.stops import Shape, block_end, is_mid_line, line_after, line_before, lines_of

__all__ = ["Polished", "Shape", "block_complete", "first_line_complete", "in_document_style", "polish", "tokens_within"]

_NEAR_CHARS = 4_000
_UNWRITTEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_FENCE = re.compile(r"\s*```[\w+#-]*[ \t]*\n")
_LOOP = re.compile(r"(\S.{1,39}?)\1{3,}")
_LOOP_CHARS = 24
_RULER = re.compile(r"(\W)\1*\Z")
_CLOSERS = {")": "(", "]": "[", "}": "{"}
_QUOTES = "\"'`"


@dataclass(frozen=True, slots=True)
class Polished:
    """What remains of an answer."""

    chunk: Chunk
    """The text, possibly empty, and its tokens."""
    reason: str = ""
    """The filter that left nothing: `blank`, `repeats_below`, …; empty when something remains."""


def polish(chunk: Chunk, view: CaretView, shape: Shape) -> Polished:
    """Apply every filter to an answer, or to as much of it as has come.

    >>> polish(Chunk("x)\\n"), CaretView("foo(", ")", "python"), Shape()).chunk.text
    'x'
    """
    chunk = _without_returns(chunk)
    text, start = chunk.text, 0
    for name, apply in FILTERS:
        kept = apply(text, view, shape)
        if not kept.strip():
            return Polished(Chunk(""), name if text.strip() else "blank")
        start += text.index(kept)
        text = kept
    return Polished(Chunk(text, tokens_within(chunk.tokens, len(text), start)))


def first_line_complete(text: str) -> bool:
    """Whether the first line that is not blank has been ended by a line break."""
    return "\n" in text.lstrip()


def block_complete(text: str, view: CaretView, shape: Shape) -> bool:
    """Whether a stop rule has cut the text, so that nothing which may still come can be kept."""
    return block_end(text.replace("\r", ""), view, shape) is not None


def tokens_within(tokens: Sequence[Token], n_chars: int, start: int = 0) -> tuple[Token, ...]:
    """The tokens of the `n_chars` characters from `start` on; one that reaches over an edge is cut there.

    >>> [token.text for token in tokens_within((Token("ab", None, None), Token("cd", None, None)), 3)]
    ['ab', 'c']
    """
    kept, at, end = [], 0, start + n_chars
    for token in tokens:
        begins, at = at, at + len(token.text)
        if at > start and begins < end:
            kept.append(replace(token, text=token.text[max(0, start - begins) : max(0, end - begins)]))
        elif not token.text and start < begins < end:
            kept.append(token)
    return tuple(kept)


def _last_lines(text: str, n: int) -> list[str]:
    """The last lines that are not blank, `n` at most, without blanks around them."""
    found: list[str] = []
    for line in reversed(text.split("\n")):
        if stripped := line.strip():
            found.append(stripped)
        if len(found) == n:
            break
    return found[::-1]


def in_document_style(text: str, view: CaretView) -> str:
    """The text with the document's line ends (`\\r\\n` where it has them)."""
    near = view.before[-_NEAR_CHARS:] + view.after[:_NEAR_CHARS]
    return text.replace("\n", "\r\n") if "\r\n" in near else text


def before_control(text: str, view: CaretView, shape: Shape) -> str:
    """Up to the first sign that nobody types and that shows as nothing or as something else.

    Control characters but tab and line feed, signs that turn the direction of writing (code that reads otherwise than
    it runs), line ends that editors do not show, halves of surrogate pairs.
    """
    found = _UNWRITTEN.search(text)
    return text[: found.start()] if found else text


def unfenced(text: str, view: CaretView, shape: Shape) -> str:
    """Without the fence of a Markdown code block around it, outside Markdown."""
    if view.language == "markdown":
        return text
    if opening := _FENCE.match(text):
        text = text[opening.end() :]
    return "" if text.lstrip().startswith("```") else text.partition("\n```")[0]


def before_markers(text: str, view: CaretView, shape: Shape) -> str:
    """Up to the first marker of a prompt template, which a model may write out when it does not know where to end."""
    places = [at for special in shape.specials if (at := text.find(special)) >= 0] if "<" in text else []
    return text[: min(places, default=len(text))]


def within_block(text: str, view: CaretView, shape: Shape) -> str:
    """Up to where the first stop rule cuts."""
    end = block_end(text, view, shape)
    return text if end is None else text[:end]


def before_loop(text: str, view: CaretView, shape: Shape) -> str:
    """Up to where the model begins to repeat itself: within a line (that line goes) or over one to four.

    A row of one sign (`-----`) is no loop.
    """
    lines = lines_of(text, view)
    for place, line in enumerate(lines):
        found = _LOOP.search(text[line.start : line.end])
        if found and len(found[0]) >= _LOOP_CHARS and not _RULER.match(found[1]):
            return text[: max(0, line.start - 1)]
        for period in range(1, 5):
            block = [other.text for other in lines[place : place + period]]
            again = [other.text for other in lines[place + period : place + 3 * period]]
            if len(again) == 2 * period and again == block * 2 and any(_says_something(text) for text in block):
                return text[: lines[place + period].start - 1]
    return text


def not_above(text: str, view: CaretView, shape: Shape) -> str:
    """Nothing, when it writes once more the line above the caret, or the two or three above."""
    if is_mid_line(view):
        return text
    written = [line.text.strip() for line in lines_of(text, view) if line.text.strip()]
    near = _last_lines(view.before[-_NEAR_CHARS:], 4)
    if line_before(view).strip():
        near = near[:-1]
        if text.startswith("\n"):  # the caret's line is whole and stands above what is suggested
            near, written = [*near, written[0]], written[1:]
    for n_lines in (1, 2, 3):
        same = written[:n_lines] == near[-n_lines:] and len(written) >= n_lines
        if same and any(_says_something(line) for line in written[:n_lines]):
            return ""
    return text


def not_below(text: str, view: CaretView, shape: Shape) -> str:
    """Up to the line that already stands below the caret; a lone closer counts where it is the last line."""
    below = [line.rstrip() for line in view.after[:_NEAR_CHARS].split("\n")[1:] if line.strip()]
    lines = [line for line in lines_of(text, view) if line.text.strip()]
    if not below:
        return text
    for line in lines:
        is_last_closer = line is lines[-1] and line.text.rstrip() == below[0]
        if line.text.strip() == below[0].strip() and (_says_something(line.text) or is_last_closer):
            return text[: max(0, line.start - 1)]
    return text


def not_right(text: str, view: CaretView, shape: Shape) -> str:
    """Up to what stands right of the caret already: a closer or quote that would close twice, or the whole rest."""
    right = line_after(view).strip()
    if not right:
        return text
    if right[0] in _CLOSERS:
        return text[: _unmatched(text, right[0])]
    if right[0] in _QUOTES and line_before(view).count(right[0]) % 2:
        return text.partition(right[0])[0]
    bare = text.rstrip()
    return bare.removesuffix(right) if bare.endswith(right) else text


def without_end(text: str, view: CaretView, shape: Shape) -> str:
    """Without blanks and line breaks at the end."""
    return text.rstrip()


Filter = Callable[[str, CaretView, Shape], str]

FILTERS: tuple[tuple[str, Filter], ...] = (
    ("control", before_control),
    ("marker", before_markers),
    ("fence", unfenced),
    ("stop_rule", within_block),
    ("loop", before_loop),
    ("repeats_above", not_above),
    ("repeats_below", not_below),
    ("repeats_right", not_right),
    ("blank", without_end),
)
"""Name of the reason when it leaves nothing, and the filter; applied from the top."""


def _says_something(line: str) -> bool:
    """Whether a line is more than closers and keywords that may well stand twice in a row."""
    words = re.sub(r"\W", "", line)
    return len(words) >= 3 and line.strip() not in {
        "else:",
        "else",
        "try:",
        "pass",
        "end",
        "return",
        "finally:",
        "break",
    }


def _unmatched(text: str, closer: str) -> int:
    """Where `closer` closes what the text has not opened; the text's length when nowhere."""
    depth = 0
    for at, sign in enumerate(text):
        depth += (sign == _CLOSERS[closer]) - (sign == closer)
        if depth < 0:
            return at
    return len(text)


def _without_returns(chunk: Chunk) -> Chunk:
    if "\r" not in chunk.text:
        return chunk
    tokens = tuple(replace(token, text=token.text.replace("\r", "")) for token in chunk.tokens)
    return Chunk(chunk.text.replace("\r", ""), tokens)
