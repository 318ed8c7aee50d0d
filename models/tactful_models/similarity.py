"""How alike two short texts are: a ratio of character trigrams, cheap enough for every keystroke.

The formula is Dice's coefficient over the sets of trigrams, `2 |A ∩ B| / (|A| + |B|)`.
"""

MAX_CHARS = 400
"""Only this many characters of a text are compared."""

Grams = frozenset[tuple[str, ...]]


def grams(text: str) -> Grams:
    """The set of the text's character trigrams without outer blanks; of one gram when it is shorter than that.

    >>> sorted(grams(" abcd "))
    [('a', 'b', 'c'), ('b', 'c', 'd')]
    """
    text = text[:MAX_CHARS].strip()
    if len(text) < 3:
        return frozenset((tuple(text),)) if text else frozenset()
    return frozenset(zip(text, text[1:], text[2:], strict=False))


def similarity(one: Grams, other: Grams) -> float:
    """0 when nothing is shared, 1 when the trigrams are the same (also when both texts are blank).

    >>> similarity(grams("return x"), grams("return y"))
    0.8333333333333334
    """
    total = len(one) + len(other)
    if total == 0:
        return 1.0
    return 2.0 * len(one & other) / total
