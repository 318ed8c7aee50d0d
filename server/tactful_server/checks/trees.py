"""Whether a text of any language parses: tree-sitter, where its grammar is installed."""

import importlib
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final

GRAMMARS: Final = MappingProxyType(
    {
        "c": ("tree_sitter_c", "language"),
        "cpp": ("tree_sitter_cpp", "language"),
        "csharp": ("tree_sitter_c_sharp", "language"),
        "css": ("tree_sitter_css", "language"),
        "go": ("tree_sitter_go", "language"),
        "html": ("tree_sitter_html", "language"),
        "java": ("tree_sitter_java", "language"),
        "javascript": ("tree_sitter_javascript", "language"),
        "javascriptreact": ("tree_sitter_javascript", "language"),
        "json": ("tree_sitter_json", "language"),
        "php": ("tree_sitter_php", "language_php"),
        "python": ("tree_sitter_python", "language"),
        "ruby": ("tree_sitter_ruby", "language"),
        "rust": ("tree_sitter_rust", "language"),
        "shellscript": ("tree_sitter_bash", "language"),
        "typescript": ("tree_sitter_typescript", "language_typescript"),
        "typescriptreact": ("tree_sitter_typescript", "language_tsx"),
    }
)
"""Editors' language ids, and the module and function that have the grammar."""


def parses(language: str, text: str) -> bool | None:
    """Whether the text parses without an error; None where its grammar is not installed."""
    parser = _parser(language)
    return None if parser is None else not parser.parse(text.encode("utf-8", "replace")).root_node.has_error


@lru_cache(maxsize=32)
def _parser(language: str) -> Any:
    if language not in GRAMMARS:
        return None
    module, function = GRAMMARS[language]
    try:
        tree_sitter = importlib.import_module("tree_sitter")
        grammar = getattr(importlib.import_module(module), function)()
    except ImportError:
        return None
    return tree_sitter.Parser(tree_sitter.Language(grammar))
