"""Code with the caret drawn in it."""

from tactful_models.facts import CaretView


def at(code: str, language: str = "python") -> CaretView:
    """The view from the `█` in the code.

    >>> at("foo(█)").after
    ')'
    """
    before, caret, after = code.partition("█")
    assert caret, "no caret drawn"
    return CaretView(before, after, language)
