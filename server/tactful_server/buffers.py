"""Open documents as plain text, and what a change did to them.

Line ends are `\\n` here whatever the file has, and offsets are code points: encodings and line ends stop at this door.
The text is kept here rather than taken from pygls, which splits lines at form feeds and Unicode separators where LSP
does not (so that every position below one would be off).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Encoding(StrEnum):
    """What one unit of an LSP position's `character` is."""

    UTF8 = "utf-8"
    UTF16 = "utf-16"
    UTF32 = "utf-32"


@dataclass(frozen=True, slots=True)
class Spot:
    """A place as the client counts: both from 0."""

    line: int
    character: int


@dataclass(frozen=True, slots=True)
class Edit:
    """One change as the client sent it; the whole document when there is no range."""

    start: Spot | None
    end: Spot | None
    text: str


@dataclass(frozen=True, slots=True)
class Splice:
    """One change as it happened: at `start`, `removed` gave way to `inserted`."""

    start: int
    """Offset in code points."""
    removed: str
    inserted: str

    @property
    def end(self) -> int:
        """Offset behind what was inserted."""
        return self.start + len(self.inserted)


class Buffer:
    """One open document."""

    def __init__(self, uri: str, language: str, version: int, text: str) -> None:
        self.uri = uri
        self.language = language
        self.version = version
        self.uses_crlf = "\r\n" in text
        self.text = plain(text)
        self.n_lines = self.text.count("\n") + 1
        self._near = (0, 0)

    def apply(self, edits: Iterable[Edit], version: int, encoding: Encoding) -> list[Splice]:
        """Applies a notification's edits in order; returns what each did."""
        self.version = version
        return [self._splice(edit, encoding) for edit in edits]

    def offset(self, spot: Spot, encoding: Encoding) -> int:
        """The spot as an offset; a spot outside the document is moved to the nearest place in it."""
        if spot.line >= self.n_lines:
            return len(self.text)
        start = self._line_start(spot.line)
        newline = self.text.find("\n", start)
        line = self.text[start : newline if newline >= 0 else len(self.text)]
        return start + code_points(line, spot.character, encoding)

    def _line_start(self, line: int) -> int:
        """Offset at which a line begins, counted from the last one that was asked for: typing stays near."""
        at, start = self._near if line >= self._near[0] else (0, 0)
        for _ in range(line - at):
            start = self.text.find("\n", start) + 1
        self._near = (line, start)
        return start

    def native(self, text: str) -> str:
        """The text with the document's own line ends."""
        return text.replace("\n", "\r\n") if self.uses_crlf else text

    def _splice(self, edit: Edit, encoding: Encoding) -> Splice:
        inserted = plain(edit.text)
        if edit.start is None or edit.end is None:
            return self._replace_all(inserted)
        if "\n" in edit.text:
            self.uses_crlf = "\r\n" in edit.text  # what the editor puts in has the line ends that it uses now
        start, end = sorted((self.offset(edit.start, encoding), self.offset(edit.end, encoding)))
        removed = self.text[start:end]
        self.text = self.text[:start] + inserted + self.text[end:]
        self.n_lines += inserted.count("\n") - removed.count("\n")
        if start < self._near[1]:
            self._near = (0, 0)
        return Splice(start, removed, inserted)

    def _replace_all(self, text: str) -> Splice:
        """A client without incremental sync sends all; the change is what differs."""
        old, self.text = self.text, text
        self.n_lines, self._near = text.count("\n") + 1, (0, 0)
        start = shared_start(old, text)
        tail = shared_start(old[start:][::-1], text[start:][::-1])
        return Splice(start, old[start : len(old) - tail], text[start : len(text) - tail])


def plain(text: str) -> str:
    """The text with every line end a `\\n`."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def code_points(line: str, units: int, encoding: Encoding) -> int:
    """How many code points the first units of the line are; at most its length, rounded down inside a character.

    >>> code_points("a😀b", 3, Encoding.UTF16)
    2
    """
    if encoding is Encoding.UTF32 or line.isascii():
        return max(0, min(units, len(line)))
    seen = 0
    for index, char in enumerate(line):
        seen += width(char, encoding)
        if seen > units:
            return index
    return len(line)


def plain_chars(text: str, n_units: int, encoding: Encoding) -> int:
    """How many characters of the plain text the first units of a client's text are.

    >>> plain_chars("a\\r\\n😀b", 5, Encoding.UTF16)
    3
    """
    taken = text[: code_points(text, n_units, encoding)]
    return len(taken) - taken.count("\r")


def units(text: str, encoding: Encoding) -> int:
    """How many of the client's units the text is.

    >>> units("a😀b", Encoding.UTF16)
    4
    """
    if encoding is Encoding.UTF32 or text.isascii():
        return len(text)
    return sum(width(char, encoding) for char in text)


def width(char: str, encoding: Encoding) -> int:
    """How many units one character is; lone surrogates count as what they would be."""
    point = ord(char)
    if encoding is Encoding.UTF16:
        return 2 if point > 0xFFFF else 1
    return 1 + (point > 0x7F) + (point > 0x7FF) + (point > 0xFFFF)


def shared_start(one: str, other: str) -> int:
    """Length of the start that both share, by bisection over slices (comparing slices is fast)."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low
