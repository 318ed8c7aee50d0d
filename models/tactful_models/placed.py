"""Where an accepted text stood when it was taken: the event by which it is found again, without any of its text."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TextPlaced:
    """Where an accepted text stood when it was taken, and by what it is found again. Numbers and keyed hashes, no text.

    Counts are Unicode code points, lines `\\n`-separated.
    """

    suggestion_id: str
    session_id: str
    at: float
    line_index: int
    """Line on which it begins, from 0."""
    line_before_chars: int
    """Characters before it on that line."""
    n_chars: int
    """Its length; more than the suggestion's where it had grown by then."""
    text_hash: str
    """Keyed hash of the text."""
    line_hashes: str = ""
    """Keyed hashes of the document's lines that it stood on, whole but for the blanks around them, in order, one blank
    between; `-` for a line too short to say anything. Of a long text the first lines only."""
