"""Whether the caret stands in a comment or a string, and what kind of sign stands before it: no parser, near windows.

Block comments and long strings are looked for by their signs in the text before the caret; everything else on the
caret's line alone. That errs where a sign stands in a string of another kind, which a parse would settle.
"""

from tactful_models.lexicon import Syntax

_WINDOW_CHARS = 8_000
_LINE_CHARS = 1_000


def char_class(char: str) -> str:
    """The class of one character as `ContextFacts.last_char` defines it; '^' for none.

    >>> [char_class(c) for c in ("x", "7", "\\t", "(", "é", "")]
    ['a', '0', ' ', '(', 'u', '^']
    """
    if not char or char == "\n":
        return "^"
    if not char.isascii():
        return "u"
    if char.isalpha():
        return "a"
    if char.isdigit():
        return "0"
    return char if char.isprintable() and char != " " else " "


def in_comment_or_string(before: str, line_before: str, syntax: Syntax) -> tuple[bool, bool]:
    """`(in_comment, in_string)` for the caret after `before`, whose last line is `line_before`."""
    window = before[-_WINDOW_CHARS:]
    if _in_block_comment(window, syntax):
        return True, False
    if any(window.count(quote) % 2 for quote in syntax.long_quotes):
        return _after_line_comment(line_before, syntax), True
    return _scan_line(line_before[-_LINE_CHARS:], syntax)


def _in_block_comment(window: str, syntax: Syntax) -> bool:
    if syntax.block_comment is None:
        return False
    opener, closer = syntax.block_comment
    return window.rfind(opener) > window.rfind(closer)


def _after_line_comment(line: str, syntax: Syntax) -> bool:
    return line.lstrip().startswith(syntax.line_comments) if syntax.line_comments else False


def _scan_line(line: str, syntax: Syntax) -> tuple[bool, bool]:
    """Walks the line from quote to quote; a comment sign outside a string ends the walk."""
    position, quote = 0, ""
    while position < len(line):
        char = line[position]
        if quote:
            position += 1 if char == "\\" else 0
            quote = "" if char == quote else quote
        elif line.startswith(syntax.line_comments or "\n", position):
            return True, False
        elif char in syntax.quotes:
            quote = char
        position += 1
    return False, bool(quote)


def is_comment_line(line: str, syntax: Syntax) -> bool:
    """Whether a line begins with a comment sign."""
    signs = syntax.line_comments + (syntax.block_comment[:1] if syntax.block_comment else ())
    return bool(signs) and line.lstrip().startswith(signs)
