"""The languages that are replayed, by the ends of file names; the ids are the editor's."""

from pathlib import PurePath
from types import MappingProxyType
from typing import Final

_ENDS: Final = {
    "python": "py pyi",
    "javascript": "js mjs cjs",
    "javascriptreact": "jsx",
    "typescript": "ts mts cts",
    "typescriptreact": "tsx",
    "go": "go",
    "rust": "rs",
    "java": "java",
    "kotlin": "kt kts",
    "scala": "scala",
    "csharp": "cs",
    "c": "c h",
    "cpp": "cc cpp cxx hh hpp",
    "swift": "swift",
    "ruby": "rb",
    "php": "php",
    "lua": "lua",
    "dart": "dart",
    "elixir": "ex exs",
    "julia": "jl",
    "r": "r",
    "shellscript": "sh bash",
    "sql": "sql",
    "vue": "vue",
    "svelte": "svelte",
}
LANGUAGES: Final = MappingProxyType({f".{end}": language for language, ends in _ENDS.items() for end in ends.split()})
"""Language id by the end of a file's name, lower case."""


def language_of(path: str) -> str:
    """The language id of a file by its name; empty where it is none that is replayed.

    >>> language_of("src/a.py"), language_of("README.md")
    ('python', '')
    """
    return LANGUAGES.get(PurePath(path).suffix.lower(), "")
