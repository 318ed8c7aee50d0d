"""An accepted text as a terminal shows it: what, where, what is left of it, and the lines around."""

from collections.abc import Iterator
from typing import Any, Final

from tactful_server.reviews.finding import Seen, State

AROUND: Final = 3
"""Lines shown before and behind."""
MOST_LINES: Final = 60
"""Lines shown at all."""
_MOST_CHARS: Final = 160
_UNITS: Final = ((86_400.0, "d"), (3_600.0, "h"), (60.0, "min"), (1.0, "s"))


def heading(seen: Seen, now: float) -> str:
    """One line: when, in which language, where, how long, how much of it was kept."""
    taken = seen.taken
    facts = taken.made.facts
    n_lines = f"{facts.n_lines} line{'s' if facts.n_lines != 1 else ''}"
    parts = [f"{ago(now - taken.at)} ago", printable(taken.made.language) or "unknown language", where(seen)]
    parts.append(f"{n_lines}, {taken.n_chars} characters")
    if kept := taken.last_kept:
        parts.append(f"{kept[1]:.0%} kept after {kept[0]} s")
    parts += [f"{one.verdict} by {printable(one.source)}" for one in taken.reviews[-3:]]
    return " · ".join(parts)


def where(seen: Seen) -> str:
    """Path and line, as far as they are known."""
    if seen.document is None:
        return "in a file that is not in this workspace"
    line = seen.lines[0] if seen.lines else seen.taken.spot[0]
    return f"{printable(str(seen.document.path))}:{line + 1}"


def body(seen: Seen) -> Iterator[str]:
    """The text with the lines around, `+` before its own; or that it is gone, with what stands in its place."""
    if seen.state is State.ELSEWHERE:
        yield "Its file is not in this workspace: start in the folder that you had open, or name it with --workspace."
    elif seen.state is State.EXCLUDED:
        yield "Its file cannot be shown: it is left alone by your ignore files, too large, or unreadable."
    else:
        yield from _document(seen)


def ago(seconds: float) -> str:
    """A span of time in its largest unit.

    >>> ago(7300.0)
    '2 h'
    """
    for length_s, unit in _UNITS:
        if seconds >= length_s:
            return f"{seconds / length_s:.0f} {unit}"
    return "0 s"


def printable(line: str) -> str:
    """The line without what a terminal would obey rather than show, and not endlessly long.

    >>> printable("a\\x1b[2Jb")
    'a�[2Jb'
    """
    shown = "".join(sign if sign.isprintable() else "�" for sign in line.expandtabs(4)[: _MOST_CHARS + 1])
    return shown if len(shown) <= _MOST_CHARS else f"{shown[:_MOST_CHARS]}…"


def row(seen: Seen) -> dict[str, Any]:
    """The same for programs."""
    taken, kept = seen.taken, seen.taken.last_kept
    return {
        "id": taken.suggestion_id,
        "at": taken.at,
        "language": taken.made.language,
        "state": str(seen.state),
        "path": None if seen.document is None else str(seen.document.path),
        "line": seen.lines[0] + 1 if seen.lines else None,
        "lines": taken.made.facts.n_lines,
        "chars": taken.n_chars,
        "kept": None if kept is None else {"after_s": kept[0], "ratio": kept[1]},
        "reviews": [
            {"verdict": str(one.verdict), "kind": one.reviewer_kind, "source": one.source} for one in taken.reviews
        ],
    }


def _document(seen: Seen) -> Iterator[str]:
    assert seen.document is not None
    if seen.state is State.CHANGED:
        yield "Changed since; of its lines these are left:"
    if seen.state is State.GONE:
        yield from _gone(seen)
    lines = seen.document.text.split("\n")
    first = seen.lines[0] if seen.lines else min(seen.taken.spot[0], len(lines) - 1)
    last = seen.lines[-1] if seen.lines else first
    shown = range(max(0, first - AROUND), min(len(lines), last + AROUND + 1))
    for number in shown[:MOST_LINES]:
        yield f"{'+' if number in seen.lines else ' '} {number + 1:>5}  {printable(lines[number])}"
    if len(shown) > MOST_LINES:
        yield f"  … and {len(shown) - MOST_LINES} lines more"


def _gone(seen: Seen) -> Iterator[str]:
    if text := seen.taken.made.text:
        yield "It is gone from the file. It was:"
        yield from (f"-        {printable(line)}" for line in text.split("\n")[:MOST_LINES])
        yield "Where it stood there is now:"
    else:
        yield "It is gone from the file, and the log holds no text. Where it stood there is now:"
