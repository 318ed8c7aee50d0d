"""The little that is known of languages without parsing: keywords, comment signs, string quotes.

Language ids are the editor's, lower case. An unknown language gets the rules of none: no comments, ordinary quotes.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Syntax:
    """How a family of languages writes comments and strings."""

    line_comments: tuple[str, ...] = ()
    """Signs after which the rest of the line is a comment."""
    block_comment: tuple[str, str] | None = None
    """Opener and closer of a comment that may span lines."""
    quotes: str = "\"'"
    """Signs that open and close a string on one line."""
    long_quotes: tuple[str, ...] = ()
    """Signs that open and close a string that may span lines."""


PLAIN = Syntax()
_C = Syntax(("//",), ("/*", "*/"))
_SCRIPT = Syntax(("//",), ("/*", "*/"), long_quotes=("`",))
_HASH = Syntax(("#",))
_PYTHON = Syntax(("#",), long_quotes=('"""', "'''"))
_MARKUP = Syntax((), ("<!--", "-->"), quotes='"')
_LISP = Syntax((";",), quotes='"')
_DASH = Syntax(("--",))

_FAMILIES: tuple[tuple[Syntax, str], ...] = (
    (_C, "c cpp csharp cuda-cpp d dart groovy java kotlin objective-c objective-cpp scala solidity swift zig"),
    (Syntax(("//",), ("/*", "*/"), quotes='"'), "rust verilog systemverilog"),
    (Syntax(("//",), ("/*", "*/"), quotes="\"'", long_quotes=("`",)), "go"),
    (_SCRIPT, "javascript javascriptreact typescript typescriptreact svelte vue"),
    (Syntax(("//", "#"), ("/*", "*/")), "php"),
    (Syntax((), ("/*", "*/")), "css"),
    (Syntax(("//",), ("/*", "*/")), "scss less"),
    (_PYTHON, "python cython starlark"),
    (Syntax(("#",), long_quotes=('"""', "'''")), "toml"),
    (Syntax(("#",), ("#=", "=#"), '"', ('"""',)), "julia"),
    (Syntax(("#",), ("=begin", "=end")), "ruby"),
    (Syntax(("#",), ("<#", "#>")), "powershell"),
    (_HASH, "shellscript bash perl r yaml dockerfile makefile cmake elixir nim gdscript ini properties"),
    (_MARKUP, "html xml markdown"),
    (Syntax(("--",), ("--[[", "]]")), "lua"),
    (Syntax(("--",), ("{-", "-}"), '"'), "haskell elm purescript"),
    (Syntax(("--",), ("/*", "*/")), "sql"),
    (_DASH, "ada vhdl"),
    (_LISP, "clojure lisp scheme racket emacs-lisp"),
    (Syntax(("%",), quotes=""), "latex tex"),
    (Syntax(("%",)), "erlang matlab prolog"),
    (Syntax((), ("(*", "*)"), '"'), "ocaml fsharp"),
)

SYNTAX: dict[str, Syntax] = {language: syntax for syntax, ids in _FAMILIES for language in ids.split()}
"""Syntax by language id. Never changed."""

_GROUPS: tuple[tuple[str, str], ...] = (
    ("import", "from import include require use using package module export extern"),
    ("define", "def class struct enum interface trait impl fn func function fun type typedef namespace lambda macro"),
    ("declare", "let const var val auto static final public private protected mut new async"),
    ("branch", "if elif else unless switch case match when try except catch finally with do then"),
    ("loop", "for while until loop foreach in of"),
    ("leave", "return yield raise throw await break continue pass assert del print goto"),
    ("operate", "and or not is as instanceof typeof where extends implements"),
    ("value", "true false none null nil self this super undefined"),
)

KEYWORD_GROUP: dict[str, str] = {word: name for name, words in _GROUPS for word in words.split()}
"""The one fixed dictionary: what each keyword announces. Never changed without a new features version."""

KEYWORDS: frozenset[str] = frozenset(KEYWORD_GROUP)


def syntax_of(language: str) -> Syntax:
    """The rules for a language id, `PLAIN` for one that is not known."""
    return SYNTAX.get(language, PLAIN)


def keyword_group(word: str) -> str:
    """What a keyword announces (`import`, `define`, …); empty for any other word."""
    return KEYWORD_GROUP.get(word, "")
