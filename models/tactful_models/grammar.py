"""What a parse says of a place: the kind of node around the caret, and whether a text fits in. By tree-sitter.

Only a window is parsed, from a line that is indented least to one that would be less so, so that the time does not grow
with the document. A language whose grammar is not installed has no answer. Half-written code seldom parses: so a text
fits in when there are no more errors with it than without.
"""

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from tree_sitter import Language, Node

_BEFORE_CHARS: Final = 3_000
_AFTER_CHARS: Final = 600
_GRAMMARS: Final = {
    "python": ("tree_sitter_python", "language"),
    "javascript": ("tree_sitter_javascript", "language"),
    "javascriptreact": ("tree_sitter_javascript", "language"),
    "typescript": ("tree_sitter_typescript", "language_typescript"),
    "typescriptreact": ("tree_sitter_typescript", "language_tsx"),
    "java": ("tree_sitter_java", "language"),
    "go": ("tree_sitter_go", "language"),
    "rust": ("tree_sitter_rust", "language"),
    "c": ("tree_sitter_c", "language"),
    "cpp": ("tree_sitter_cpp", "language"),
}
_CLOSERS: Final = tuple(")]}\"'`")
_KIND_OF: Final = {
    node: kind
    for kind, nodes in {
        "comment": "comment line_comment block_comment",
        "string": "string string_content template_string interpreted_string_literal raw_string_literal string_literal"
        " char_literal string_fragment",
        "call": "argument_list arguments",
        "signature": "parameters formal_parameters parameter_list lambda_parameters type_parameters",
        "collection": "list dictionary set tuple array object composite_literal literal_value initializer_list"
        " array_expression list_comprehension dictionary_comprehension set_comprehension array_initializer",
        "block": "block module program source_file translation_unit statement_block class_body compound_statement"
        " declaration_list enum_body interface_body switch_body field_declaration_list",
    }.items()
    for node in nodes.split()
}
KINDS: Final = (*dict.fromkeys(_KIND_OF.values()), "broken")
"""What `node_at` may answer."""


def node_at(before: str, after: str, language: str) -> tuple[str, int] | None:
    """`(kind, depth)` of the place between two texts: one of `KINDS`, and how many such nodes are open around it."""
    grammar = _grammar(language)
    if grammar is None:
        return None
    head, tail = _window(before, after)
    at = len(head.rstrip(" \t").encode("utf-8", "replace"))
    root = _parsed(grammar, head + tail)
    kinds = list(_around(root.descendant_for_byte_range(max(at - 1, 0), at) or root, at, head[-1:] in _CLOSERS))
    whole = [kind for kind in kinds if kind != "broken"]
    inner = kinds[0] if kinds else "block"
    if inner == "broken" and whole and whole[0] != "block":  # an error within a call is in the call
        inner = whole[0]
    return inner, max(len(whole) - 1, 0)


def fits(before: str, text: str, after: str, language: str) -> bool | None:
    """Whether `text` between the two brings no error; None where nothing can tell.

    That is so when the window has no error with it, or no more than without, and than with a name in its place.
    """
    grammar = _grammar(language)
    if grammar is None:
        return None
    head, tail = _window(before, after)
    found = _parsed(grammar, head + text + tail)
    if not found.has_error:
        return True
    n_errors = _n_errors(found)
    return all(n_errors <= _n_errors(_parsed(grammar, head + other + tail)) for other in ("", "_"))


@cache
def _grammar(language: str) -> "Language | None":
    if language not in _GRAMMARS:
        return None
    module, maker = _GRAMMARS[language]
    try:
        from tree_sitter import Language

        return Language(getattr(import_module(module), maker)())
    except (ImportError, ValueError):  # not installed, or made for another tree-sitter
        return None


def _parsed(grammar: "Language", text: str) -> "Node":
    from tree_sitter import Parser

    return Parser(grammar).parse(text.encode("utf-8", "replace")).root_node


def _window(before: str, after: str) -> tuple[str, str]:
    """The texts nearest the caret, of one indentation, which is taken off."""
    cut = before[-_BEFORE_CHARS:]
    lines = cut.split("\n")
    first = 1 if len(cut) < len(before) and len(lines) > 1 else 0
    start, indent = first, _indent(lines[first]) if lines[first].strip() else 1_000
    for at in range(len(lines) - 1, first - 1, -1):
        found = _indent(lines[at])
        if lines[at].strip() and (found < indent or (found == indent and start == first)):
            start, indent = at, found
        if indent == 0:
            break
    head = "\n".join([lines[start][indent:], *(line[min(indent, _indent(line)) :] for line in lines[start + 1 :])])
    rest, *below = after[:_AFTER_CHARS].split("\n")
    kept = [line[min(indent, _indent(line)) :] for line in _same_block(below[:-1], indent)]
    return head, "\n".join([rest, *kept, ""])


def _same_block(lines: list[str], indent: int) -> Iterator[str]:
    for line in lines:
        if line.strip() and _indent(line) < indent:
            return
        yield line


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _around(node: "Node | None", at: int, is_closed: bool) -> Iterator[str]:
    """The kinds of the nodes around a place, innermost first; what has just been closed is not around it."""
    while node is not None:
        is_over = is_closed and node.end_byte <= at and node.parent is not None
        if node.is_error:
            yield _unclosed(node, at)
        elif node.type in _KIND_OF and (node.start_byte < at or node.parent is None) and not is_over:
            yield _KIND_OF[node.type]
        node = node.parent


def _unclosed(node: "Node", at: int) -> str:
    """What the last opener before a place begins, in code that does not parse."""
    closed = 0
    children = [child for child in node.children if child.end_byte <= at]
    for number, child in reversed(list(enumerate(children))):
        if child.type in (")", "]", "}"):
            closed += 1
        elif child.type in ("(", "[", "{"):
            if not closed:
                return _begun(child.type, number > 0 and children[number - 1].end_byte == child.start_byte)
            closed -= 1
    return "broken"


def _begun(opener: str, follows: bool) -> str:
    """By its sign, and whether something stands right before it."""
    if opener == "(":
        return "call" if follows else "collection"
    return "collection" if opener == "[" else "block"


def _n_errors(node: "Node") -> int:
    if not node.has_error:
        return 0
    return int(node.is_error or node.is_missing) + sum(map(_n_errors, node.children))
