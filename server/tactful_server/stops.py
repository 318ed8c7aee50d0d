"""Where an answer should have ended: rules that look at whole lines only, so that they can stop a stream for good.

A rule that has cut stays cut whatever still comes, which is what lets the caller close the connection.
"""

import re
from dataclasses import dataclass

from tactful_models.facts import CaretView

_DEFINITION = re.compile(r"(async\s+def|def|class|@|if\s+__name__)\b|@")
_CLOSING_LINE = re.compile(r"(?:[)\]}]+[;,]?|end)\Z")


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
class Line:
    """One line of an answer."""

    text: str
    """Without its line break; the first line of an answer has what stands before the caret in front."""
    start: int
    """Where it begins in the answer."""
    end: int
    """Where it ends in the answer, before its line break."""
    whole: bool
    """Whether its line break has come."""

    @property
    def indent(self) -> int | None:
        """Leading blanks, a tab counting as one; None as long as nothing else has come."""
        bare = self.text.lstrip()
        return len(self.text) - len(bare) if bare else None


def line_before(view: CaretView) -> str:
    """What stands left of the caret on its line."""
    return view.before[view.before.rfind("\n") + 1 :]


def line_after(view: CaretView) -> str:
    """What stands right of the caret on its line, without a carriage return."""
    return view.after.partition("\n")[0].removesuffix("\r")


def is_mid_line(view: CaretView) -> bool:
    """Whether something other than blanks stands right of the caret on its line: then only one line can fit."""
    return bool(line_after(view).strip())


def lines_of(text: str, view: CaretView) -> list[Line]:
    """The answer's lines, as they would stand in the document."""
    pieces = text.split("\n")
    lines, start = [], 0
    for place, piece in enumerate(pieces):
        shown = line_before(view) + piece if place == 0 else piece
        lines.append(Line(shown, start, start + len(piece), place < len(pieces) - 1))
        start += len(piece) + 1
    return lines


def block_end(text: str, view: CaretView, shape: Shape) -> int | None:
    """Where the first stop rule cuts the answer, as an offset; None when none does (yet)."""
    ends = (
        _end_of_line(text, view, shape),
        _end_of_room(text, shape),
        _doubled_blank(text),
        _end_of_block(text, view),
    )
    return min((end for end in ends if end is not None), default=None)


def _end_of_line(text: str, view: CaretView, shape: Shape) -> int | None:
    """In mid-line at the first line break; where one line is wanted, at the first after something visible."""
    if is_mid_line(view):
        end = text.find("\n")
    elif shape.single_line:
        end = text.find("\n", len(text) - len(text.lstrip()))
    else:
        return None
    return end if end >= 0 else None


def _end_of_room(text: str, shape: Shape) -> int | None:
    """After so many lines; a line break at the very beginning only leaves the caret's line."""
    end = 0 if text.startswith("\n") else -1
    for _ in range(shape.max_lines):
        end = text.find("\n", end + 1)
        if end < 0:
            return None
    return end


def _doubled_blank(text: str) -> int | None:
    """Before two blank lines in a row."""
    found = re.search(r"\n[ \t]*\n[ \t]*\n", text)
    return found.start() if found else None


def _end_of_block(text: str, view: CaretView) -> int | None:
    """Before a line further left than the block, before the next definition, after the line that closes the block."""
    first, *others = lines_of(text, view)
    base = first.indent if first.indent is not None else len(first.text)
    above = first
    for line in others:
        if line.indent is None:
            continue
        if line.indent < base or _begins_another(line, above, base, view.language):
            return max(0, line.start - 1)
        if line.indent == base and line.whole and _CLOSING_LINE.match(line.text.strip()):
            return line.end
        above = line
    return None


def _begins_another(line: Line, above: Line, base: int, language: str) -> bool:
    """Whether a Python definition begins at the block's own level, other than below its decorator."""
    if language != "python" or line.indent != base or above.text.strip().startswith("@"):
        return False
    return bool(above.text.strip()) and bool(_DEFINITION.match(line.text.strip()))
