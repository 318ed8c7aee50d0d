"""Two published forms of a trigger that looks only at the place and at the last answer: their columns from our log.

Forms only: every coefficient is fitted where they are used. The log keeps no letters, only classes of characters
(`ContextFacts.last_char`), so that letters share one column; and of the keywords it knows one fixed dictionary.
"""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from tactful_models.cases import Signs
from tactful_models.dataset import Floats, Rows
from tactful_models.features import names
from tactful_models.lexicon import KEYWORDS

LANGUAGES: Final = (
    "c", "cpp", "csharp", "css", "go", "html", "java", "javascript", "javascriptreact", "json", "kotlin", "markdown",
    "php", "python", "ruby", "rust", "scala", "shellscript", "sql", "typescript", "typescriptreact",
)  # fmt: skip
"""Twenty-one language ids; another has no column of its own."""
CHARACTERS: Final = ("^", "a", "0", "u", *(chr(code) for code in range(32, 127) if not chr(code).isalnum()))
"""Classes of characters as the log has them."""
LEFT_CHARS: Final = (5, 10, 20, 30, 40, 50)
"""Where Amazon's buckets of the length left of the caret end."""
RECENT_S: Final = 120.0
"""For so long Amazon's form remembers the previous answer."""


def amazon(rows: Rows) -> Floats:
    """(n, columns) of Amazon's form: lengths, the line's number, the previous answer, language, character, keyword.

    All rows were triggered alike, so that the kind of trigger has no column.
    """
    left = _raw(rows, "offset_chars")
    recent = _seconds_since(rows) <= RECENT_S
    last = np.nan_to_num(_column(rows, "last_end_1"), nan=-1.0)
    numbers: list[NDArray[Any]] = [
        _raw(rows, "chars_below"),
        _raw(rows, "line_before_chars"),
        _raw(rows, "previous_line_chars"),
        _raw(rows, "line_index"),
        recent & (last > 0.0),
        recent & (last == 0.0),
        *((left >= low) & (left < high) for low, high in zip((0, *LEFT_CHARS), (*LEFT_CHARS, np.inf), strict=True)),
    ]
    return _table(numbers, rows, (("language", LANGUAGES), ("last_char", CHARACTERS), ("last_keyword", _WORDS)))


def copilot(rows: Rows) -> Floats:
    """(n, columns) of Copilot's form of 2022: the last answer and its age, lengths by their logarithm, characters.

    The line's length is that of its text with its indent; the log does not tell how many blanks end it.
    """
    line = np.log1p(_raw(rows, "line_before_chars") + _raw(rows, "indent_chars"))
    empty = _column(rows, "line_before_chars") == 0.0
    numbers: list[NDArray[Any]] = [
        np.nan_to_num(_column(rows, "last_end_1"), nan=0.0),
        _column(rows, "line_after_chars") == 0.0,
        np.log1p(np.where(np.isfinite(_seconds_since(rows)), _seconds_since(rows), np.nan)),
        line,
        np.where(empty, _column(rows, "previous_line_chars"), line),
        _column(rows, "document_chars"),
        _column(rows, "offset_chars"),
        _column(rows, "offset_ratio"),
    ]
    both = (("last_char", CHARACTERS), ("last_visible_char", CHARACTERS))
    return _table(numbers, rows, (("language", LANGUAGES), *both))


def bears(rows: Rows) -> bool:
    """Whether most rows tell what stands around the caret."""
    told = ~np.isnan(_column(rows, "line_before_chars"))
    signs = np.fromiter((one is not None for one in rows.signs), np.bool_, len(rows))
    return len(rows) > 0 and float(np.mean(told & signs)) > 0.5


_WORDS: Final = tuple(sorted(KEYWORDS))


def _column(rows: Rows, name: str) -> Floats:
    return rows.stage1[:, names(1).index(name)]


def _raw(rows: Rows, name: str) -> Floats:
    """A count whose feature is its ln(1 + count)."""
    return np.maximum(np.expm1(_column(rows, name)), 0.0)


def _seconds_since(rows: Rows) -> Floats:
    """(n,) since the last accept or rejection; infinite before the first."""
    both = np.stack([_raw(rows, "since_accepted_s"), _raw(rows, "since_rejected_s")])
    return np.asarray(np.nan_to_num(both, nan=np.inf).min(axis=0), np.float64)


def _table(numbers: list[NDArray[Any]], rows: Rows, words: tuple[tuple[str, tuple[str, ...]], ...]) -> Floats:
    found = [np.asarray(each, np.float64) for each in numbers]
    for what, known in words:
        told = np.array([_word(signs, what) for signs in rows.signs], np.object_)
        found += [(told == each).astype(np.float64) for each in known]
    return np.column_stack(found)


def _word(signs: Signs | None, what: str) -> str | None:
    return None if signs is None else getattr(signs, what)
