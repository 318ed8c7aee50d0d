"""From what stands around the caret to what the model reads.

Everything is cut by UTF-8 bytes, which foreshadow tokens better than characters do (three bytes of Chinese are about
one token, three of code a little less), and every cut but the last stays put while one types: the prefix begins at a
line that moves in steps of half the budget, the suffix begins at the caret and ends with a line.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from tactful_models.facts import CaretView
from tactful_server.providers import Prompt
from tactful_server.stops import is_mid_line
from tactful_server.templates import Budget, Family, ModelProfile


@dataclass(frozen=True, slots=True)
class Snippet:
    """A piece of another file that resembles what is being written."""

    name: str
    """The file's name relative to the workspace; the model sees it."""
    text: str
    """Whole lines."""


def build(
    view: CaretView, profile: ModelProfile, snippets: Sequence[Snippet] = (), budget: Budget | None = None
) -> Prompt:
    """The prompt for this place.

    `budget` defaults to the profile's. In the middle of a line the answer is one line. Line ends are given to the model
    as `\\n` whatever the document has; markers of any template that stand in the document are broken with a space.
    """
    parts = _cut(view, profile, budget or profile.budget)
    head = _snippet_block(snippets, parts, profile)
    text, suffix = _lay_out(parts, head, profile.family)
    text, required = _healed(text, parts.line, profile.family.heal)
    return Prompt(
        text=text,
        suffix=suffix,
        required_start=required,
        stop=(*profile.stop, *(("\n",) if is_mid_line(view) else ())),
        max_tokens=parts.budget.max_tokens,
    )


@dataclass(frozen=True, slots=True)
class _Parts:
    """The document's text as it goes into the prompt."""

    above: str
    """Whole lines above the caret's."""
    line: str
    """The caret's line up to the caret."""
    after: str
    """From the caret on."""
    language: str
    budget: Budget


def _cut(view: CaretView, profile: ModelProfile, budget: Budget) -> _Parts:
    before, after = _plain_text(view.before, profile.family), _plain_text(view.after, profile.family)
    above_chars = before.rfind("\n") + 1
    room = int(budget.prefix_tokens * profile.bytes_per_token)
    line = _last_bytes(before[above_chars:], room)
    above = window(before[:above_chars], max(0, room - _quantised(len(line.encode()), room)))
    suffix_room = int(budget.suffix_tokens * profile.bytes_per_token) if profile.fills_in_the_middle else 0
    return _Parts(above, line, first_lines(after, suffix_room), view.language, budget)


def window(text: str, room: int) -> str:
    """The end of `text` in at most `room` bytes, from a line's start that moves in steps of half of `room`.

    >>> window("a\\nb\\nc\\nd\\n", 4)
    'c\\nd\\n'
    """
    data = text.encode()
    if len(data) <= room:
        return text
    step = max(1, room // 2)
    start = -(-(len(data) - room) // step) * step
    at_line = data.find(b"\n", start - 1) + 1
    return data[at_line:].decode() if at_line else ""


def first_lines(text: str, room: int) -> str:
    """The beginning of `text` in at most `room` bytes, ending with a line where one ends there.

    >>> first_lines("a\\nbc\\nd", 4)
    'a\\n'
    """
    data = text.encode()
    if len(data) <= room:
        return text
    end = data.rfind(b"\n", 0, room) + 1
    return data[: end or room].decode(errors="ignore")


def _quantised(size: int, room: int) -> int:
    """`size` rounded up to a sixteenth of `room`, so that a growing line moves the window's cut only now and then."""
    step = max(1, room // 16)
    return -(-size // step) * step


def _last_bytes(line: str, room: int) -> str:
    """The end of a line too long for the whole budget, cut in steps of half of it."""
    data = line.encode()
    if len(data) <= room:
        return line
    step = max(1, room // 2)
    return data[-(-(len(data) - room) // step) * step :].decode(errors="ignore")


def _plain_text(text: str, family: Family) -> str:
    text = text.replace("\r\n", "\n")
    if "<" not in text:
        return text
    for special in family.specials:
        text = text.replace(special, f"{special[0]} {special[1:]}")
    return text


def _lay_out(parts: _Parts, head: str, family: Family) -> tuple[str, str]:
    """The prompt's text and the suffix that travels apart."""
    if family.layout == "fim":
        body = f"{family.prefix}{parts.above}{family.suffix}{parts.after}{family.middle}{parts.line}"
        return f"{head}{body}", ""
    return f"{head}{parts.above}{parts.line}", parts.after


def _healed(text: str, line: str, heal: str) -> tuple[str, str]:
    """The text without the one blank at its end that byte-level BPE would have put into the next token."""
    if line and line[-1] in heal:
        return text[:-1], line[-1]
    return text, ""


def _snippet_block(snippets: Sequence[Snippet], parts: _Parts, profile: ModelProfile) -> str:
    """The snippets that fit, in the order given, as the family writes other files or as comments."""
    return ""
