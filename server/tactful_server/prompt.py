"""From what stands around the caret to what the model reads.

Everything is cut by UTF-8 bytes, which foreshadow tokens better than characters do (three bytes of Chinese are about
one token, three of code a little less), and every cut but the last stays put while one types: the prefix begins at a
line that moves in steps of half the budget, the suffix begins at the caret and ends with a line.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from tactful_models.facts import CaretView
from tactful_models.lexicon import syntax_of
from tactful_server.providers import Prompt
from tactful_server.snippets import Snippet
from tactful_server.stops import is_mid_line
from tactful_server.templates import Budget, Family, ModelProfile


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
    text, required = _healed(text, parts.line, _heals(profile.family, suffix))
    return Prompt(
        text=text,
        suffix=suffix,
        required_start=required,
        stop=(*(("\n",) if is_mid_line(view) else ()), *profile.stop),
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
    room = int(budget.prefix_tokens * profile.bytes_per_token)
    above_chars = view.before.rfind("\n") + 1
    line = _last_bytes(view.before[above_chars:], room)
    above = window(view.before[:above_chars], room - _reserved(len(line.encode()), room), max(1, room // 2))
    suffix_room = int(budget.suffix_tokens * profile.bytes_per_token) if profile.fills_in_the_middle else 0
    after = first_lines(view.after, suffix_room)
    above, line, after = (neutral(text, profile.family) for text in (above, line, after))
    return _Parts(above, line, after, view.language, budget)


def window(text: str, room: int, step: int) -> str:
    """The end of `text` in at most `room` bytes, from the first line's start at or after a multiple of `step`.

    >>> window("a\\nb\\nc\\nd\\n", 4, 2)
    'c\\nd\\n'
    """
    data = encoded(text)
    if len(data) <= room:
        return data.decode()
    start = -(-(len(data) - room) // step) * step
    at_line = data.find(b"\n", start - 1) + 1
    return data[at_line:].decode() if at_line else ""


def first_lines(text: str, room: int) -> str:
    """The beginning of `text` in at most `room` bytes, ending with a line where one ends there.

    >>> first_lines("a\\nbc\\nd", 4)
    'a\\n'
    """
    data = encoded(text)
    if len(data) <= room:
        return data.decode()
    room = max(0, room)
    end = data.rfind(b"\n", 0, room) + 1
    return data[: end or room].decode(errors="ignore")


def encoded(text: str) -> bytes:
    """The text as UTF-8, half a surrogate pair (which an editor may send) as a question mark."""
    return text.encode("utf-8", "replace")


def _reserved(size: int, room: int) -> int:
    """What the caret's own line may take of the room: eighths, at least one, so that a growing line moves no cut."""
    eighth = max(1, room // 8)
    return min(room, max(1, -(-size // eighth)) * eighth)


def _last_bytes(line: str, room: int) -> str:
    """The end of a line too long for the whole budget, cut in steps of half of it."""
    data = encoded(line)
    if len(data) <= room:
        return data.decode()
    step = max(1, room // 2)
    return data[-(-(len(data) - room) // step) * step :].decode(errors="ignore")


def neutral(text: str, family: Family) -> str:
    """The text with plain line feeds, and a blank in whatever a tokenizer would take for one of its markers.

    >>> neutral("<|fim_suffix|>", Family("f", "plain", specials=("<|fim_suffix|>",)))
    '< |fim_suffix|>'
    """
    text = text.replace("\r\n", "\n")
    markers = family.specials + family.tags
    if not markers or ("<" not in text and "[" not in text):
        return text
    return _pattern(markers).sub(lambda found: f"{found[0][0]} {found[0][1:]}", text)


@lru_cache(maxsize=8)
def _pattern(markers: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(_any_of(markers))


def _any_of(words: Iterable[str]) -> str:
    """A pattern for any of the words, the longest, that looks at each character once: there are a hundred markers."""
    by_first: dict[str, list[str]] = {}
    for word in words:
        by_first.setdefault(word[:1], []).append(word[1:])
    ends = by_first.pop("", None)
    branches = [re.escape(first) + _any_of(rests) for first, rests in by_first.items()]
    return f"(?:{'|'.join(branches)}){'?' if ends else ''}" if branches else ""


def _lay_out(parts: _Parts, head: str, family: Family) -> tuple[str, str]:
    """The prompt's text and the suffix that travels apart.

    Headers of other files stand before everything; comments, which only the prefix may hold, within it.
    """
    files, comments = (head, "") if family.has_files else ("", head)
    prefix, suffix = f"{family.prefix}{comments}{parts.above}", f"{family.suffix}{parts.after}"
    if family.layout == "fim":
        return f"{files}{prefix}{suffix}{family.middle}{parts.line}", ""
    if family.layout == "suffix-first":
        return f"{files}{suffix}{prefix}{family.middle}{parts.line}", ""
    return f"{head}{parts.above}{parts.line}", parts.after


def _heals(family: Family, suffix: str) -> str:
    """The blanks to heal: none for a server that has a suffix to place, which gets the prefix as it is."""
    return " " if family.layout == "server" and not suffix else family.heal


def _healed(text: str, line: str, heal: str) -> tuple[str, str]:
    """The text without the one blank at its end that byte-level BPE would have put into the next token."""
    if line and line[-1] in heal:
        return text[:-1], line[-1]
    return text, ""


def _snippet_block(snippets: Sequence[Snippet], parts: _Parts, profile: ModelProfile) -> str:
    """The snippets that fit, in the order given, as the family writes other files or as comments."""
    family, blocks = profile.family, []
    room = int(parts.budget.snippet_tokens * profile.bytes_per_token)
    for snippet in snippets:
        block = _written(snippet, parts.language, family, room)
        if not block:
            continue
        blocks.append(block)
        room -= len(block.encode())
    head = "".join(blocks)
    return f"{family.repository}{head}{family.current}" if head and family.file else head


def _written(snippet: Snippet, language: str, family: Family, room: int) -> str:
    """One snippet with its name, cut at a line to fit; empty where no two lines do, or the language has no comments."""
    name, text = (neutral(encoded(part).decode(), family) for part in (snippet.name, snippet.text))
    name = " ".join(name.splitlines())
    if family.file:
        header, sign = family.file.format(name=name), ""
    elif signs := syntax_of(language).line_comments:
        header, sign = f"{signs[0]} {name}\n", f"{signs[0]} "
    else:
        return ""
    lines = [f"{sign}{line}".rstrip() for line in text.rstrip("\n").split("\n")]
    body = first_lines("\n".join(lines) + "\n", room - len(header.encode()))
    return header + body if body.count("\n") >= 2 else ""
