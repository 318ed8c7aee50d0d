"""What makes a suggestion right where the truth is known: its first line is what the code really went on to say."""


def is_right(suggested: str, truth: str) -> bool:
    """Whether the suggestion's first line is the rest of the line; blanks at its end do not count.

    >>> is_right("a + b\\nreturn", "a + b  "), is_right("a + b", "a + b + c")
    (True, False)
    """
    return suggested.partition("\n")[0].rstrip() == truth.rstrip()
