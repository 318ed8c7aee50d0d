"""Markup made by construction: whatever is not markup already is escaped, so that no name in a log becomes any.

What comes out is well-formed as XML and as HTML at once: every element is closed, every attribute quoted.
"""

import re
from collections.abc import Mapping
from typing import Final

_ESCAPES: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"})
_BLANKS: Final = re.compile(r"[\t\n\r\x0b\x0c\x85\u2028\u2029]")
_UNPRINTABLE: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
"""Control signs, what turns the direction of writing (and so makes a name look like another), halves of pairs, and
what no document may hold."""
_VOID: Final = frozenset({"br", "col", "hr", "img", "input", "link", "meta"})
"""HTML's elements without an end; of SVG's, any may be closed at once."""
_SVG: Final = frozenset({"circle", "line", "path", "rect", "polygon"})


class Markup(str):
    """Text that is markup already."""

    __slots__ = ()


def clean(text: str) -> str:
    """Text on one line, without signs that a page must not hold; these show as the replacement character.

    >>> clean("a\\tb\\x00c")
    'a b\\ufffdc'
    """
    return _UNPRINTABLE.sub("\ufffd", _BLANKS.sub(" ", text))


def escaped(text: str) -> Markup:
    """As markup that shows the text.

    >>> escaped("<b> & co")
    '&lt;b&gt; &amp; co'
    """
    return text if isinstance(text, Markup) else Markup(clean(text).translate(_ESCAPES))


def joined(*parts: str) -> Markup:
    """One after the other."""
    return Markup("".join(map(escaped, parts)))


def element(name: str, attributes: Mapping[str, str | float] | None = None, *inside: str) -> Markup:
    """An element; numbers in attributes are cut to a tenth.

    >>> element("p", {"class": "a"}, "1 < 2")
    '<p class="a">1 &lt; 2</p>'
    """
    told = "".join(f' {key}="{_value(value)}"' for key, value in (attributes or {}).items())
    if not inside and (name in _VOID or name in _SVG):
        return Markup(f"<{name}{told} />")
    return Markup(f"<{name}{told}>{joined(*inside)}</{name}>")


def decimal(value: float) -> str:
    """A coordinate, to a tenth.

    >>> decimal(3.0), decimal(2.25), decimal(-0.01)
    ('3', '2.2', '0')
    """
    told = f"{value:.1f}".removesuffix(".0")
    return "0" if told == "-0" else told


def _value(value: str | float) -> str:
    return escaped(value) if isinstance(value, str) else decimal(value)
