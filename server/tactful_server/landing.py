"""Where an accepted text has landed, noted so that it is found again: numbers and keyed hashes, none of its text.

A hash of the whole says whether it stands somewhere unchanged. Hashes of the document's lines that it stands on, whole
but for the blanks around them, say what of it is left when some were changed, and which lines a commit brought. They
are keyed with the installation's secret; of a line of fewer than four signs even that says nothing, and none is made.
"""

from collections.abc import Callable
from typing import Final

from tactful_models.events import TextPlaced
from tactful_server.screen import Told

MOST_LINES: Final = 64
"""Lines of a text that are noted; of a longer one the first."""
FEWEST_SIGNS: Final = 4
SHORT: Final = "-"
"""Stands for a line too short to say anything."""
_DIGITS: Final = 16
_SLACK_CHARS: Final = 200

Hash = Callable[[str], str]


def landed(told: Told, document: str, hashed: Hash) -> TextPlaced | None:
    """Where the text that was taken stands in the document, which has plain line ends; None where it does not."""
    outcome, text = told.outcome, told.live.text
    at = _near(document, text, told.live.start)
    if at < 0 or not text:
        return None
    line_start = document.rfind("\n", 0, at) + 1
    end = document.find("\n", at + len(text))
    lines = document[line_start : end if end >= 0 else len(document)].split("\n")
    return TextPlaced(
        suggestion_id=outcome.suggestion_id,
        session_id=outcome.session_id,
        at=outcome.at,
        line_index=document.count("\n", 0, line_start),
        line_before_chars=at - line_start,
        n_chars=len(text),
        text_hash=hashed(text),
        line_hashes=" ".join(line_hash(line, hashed) for line in lines[:MOST_LINES]),
    )


def line_hash(line: str, hashed: Hash) -> str:
    """The line's keyed hash, whatever blanks stand around it; `-` where it is too short.

    >>> line_hash("    })", str.upper), line_hash("  return total", str.upper)
    ('-', 'LINE:RETURN TOTA')
    """
    told = line.strip()
    return hashed(f"line:{told}")[:_DIGITS] if len(told) >= FEWEST_SIGNS else SHORT


def _near(document: str, text: str, start: int) -> int:
    if document.startswith(text, start):
        return start
    return document.find(text, max(0, start - _SLACK_CHARS), start + len(text) + _SLACK_CHARS)
