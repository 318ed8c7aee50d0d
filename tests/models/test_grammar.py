"""What a parse says of a place."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tactful_models import grammar


def node_at(drawn: str, language: str = "python") -> tuple[str, int] | None:
    """The node where `|` stands in the text."""
    before, _, after = drawn.partition("|")
    return grammar.node_at(before, after, language)


def fits(drawn: str, text: str, language: str = "python") -> bool | None:
    before, _, after = drawn.partition("|")
    return grammar.fits(before, text, after, language)


@pytest.mark.parametrize(
    ("drawn", "language", "kind"),
    [
        ("x = 1\n# a no|te\n", "python", "comment"),
        ("x = 'some te|xt'\n", "python", "string"),
        ("print(a, |)\n", "python", "call"),
        ("print(a, |", "python", "call"),
        ("x = [1, 2, |]\n", "python", "collection"),
        ("x = [1, 2, |", "python", "collection"),
        ("def f(a, |):\n    pass\n", "python", "signature"),
        ("def f():\n    |\n    return 1\n", "python", "block"),
        ("|", "python", "block"),
        ("f(a)|\n", "python", "block"),
        ("x = 'a'|\n", "python", "block"),
        ("f(a, |);\n", "javascript", "call"),
        ("const x: number[] = [1, |];\n", "typescript", "collection"),
        ("func f(a int, |) {}\n", "go", "signature"),
        ("fn main() { g(1, |); }\n", "rust", "call"),
        ("class A { void f() { g(1, |); } }\n", "java", "call"),
        ("int f(void) { /* a no|te */ return 1; }\n", "c", "comment"),
    ],
)
def test_the_kind_of_node_around_the_caret_is_told(drawn: str, language: str, kind: str) -> None:
    found = node_at(drawn, language)
    assert found is not None
    assert found[0] == kind


def test_the_depth_grows_with_what_is_open_around_the_caret() -> None:
    shallow, deep = node_at("x = |\n"), node_at("def f():\n    if a:\n        g([1, |])\n")
    assert shallow is not None
    assert deep is not None
    assert shallow[1] < deep[1]


@pytest.mark.parametrize(
    ("drawn", "text", "language", "expected"),
    [
        ("x = |\n", "f(1)", "python", True),
        ("x = |\n", "f(1", "python", False),
        ("print(|", "a)", "python", True),
        ("def f():\n    |\n", "return 1", "python", True),
        ("class A:\n    def f(self):\n        |\n\n    def g(self):\n        pass\n", "return 1", "python", True),
        ("class A:\n    def f(self):\n        |\n\n    def g(self):\n        pass\n", ")", "python", False),
        ("function f() { return |; }\n", "g(1)", "javascript", True),
        ("function f() { return |; }\n", "g(1))", "javascript", False),
    ],
)
def test_a_text_fits_in_when_it_brings_no_error(drawn: str, text: str, language: str, expected: bool) -> None:
    assert fits(drawn, text, language) is expected


def test_a_language_without_a_grammar_has_no_answer() -> None:
    assert node_at("x|", "klingon") is None
    assert fits("x|", "y", "klingon") is None


def test_far_away_text_costs_nothing_and_changes_nothing() -> None:
    near = "def f():\n    print(a, |)\n"
    far = "x = 1\n" * 20_000
    assert node_at(far + near) == node_at(near)


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=200), st.text(max_size=50), st.text(max_size=200), st.sampled_from(["python", "rust", "go"]))
def test_any_text_has_an_answer(before: str, text: str, after: str, language: str) -> None:
    found = grammar.node_at(before, after, language)
    assert found is not None
    assert found[0] in grammar.KINDS
    assert grammar.fits(before, text, after, language) in (True, False)
