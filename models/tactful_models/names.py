"""Names from outside, such as an editor's language id, in the one spelling that is measured, learned and logged.

The log's lowest level keeps nothing that could be code, so it takes names of this alphabet only. They are spelt so
before anything is made of them: what is stored is then what the features were made of.
"""

import re
from typing import Final

NAME_CHARS: Final = 64
"""Longest language id."""
MODEL_CHARS: Final = 160
"""Longest model key."""
_FOREIGN: Final = re.compile(r"[^A-Za-z0-9_.:/@+#-]+")


def plain_name(text: str, most_chars: int = NAME_CHARS) -> str:
    """The text with each run of characters that no name has as one `-`, none at its ends; once plain, it stays so.

    >>> plain_name("c++"), plain_name("plain text"), plain_name("")
    ('c++', 'plain-text', '')
    """
    return _FOREIGN.sub("-", text)[:most_chars].strip("-")


def plain_model(key: str) -> str:
    """A model key in that spelling, up to its own length.

    >>> plain_model("ollama:my model (q4)")
    'ollama:my-model-q4'
    """
    return plain_name(key, MODEL_CHARS)
