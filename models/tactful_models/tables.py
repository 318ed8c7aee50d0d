"""Plain tables for a terminal: a heading, a row of names, columns that line up."""

from collections.abc import Sequence


def table(heading: str, names: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """The first column to the left, the others to the right.

    >>> print(table("Fruit", ["kind", "n"], [["apples", "12"], ["figs", "3"]]))
    Fruit
      kind     n
      apples  12
      figs     3
    """
    every = [list(names), *map(list, rows)]
    widths = [max(map(len, column)) for column in zip(*every, strict=True)]
    lines = [_row(row, widths) for row in every]
    return "\n".join([heading, *lines])


def share(value: float | None, low: float | None = None, high: float | None = None) -> str:
    """A share in per cent, with its interval where there is one.

    >>> share(0.25), share(0.25, 0.2, 0.301), share(None)
    ('25.0%', '25.0% [20.0, 30.1]', '–')
    """
    if value is None:
        return "–"
    return f"{value:.1%}" if low is None or high is None else f"{value:.1%} [{100 * low:.1f}, {100 * high:.1f}]"


def number(value: float | None, low: float | None = None, high: float | None = None) -> str:
    """A number to three places, with its interval where there is one.

    >>> number(0.7451, 0.71, 0.78)
    '.745 [.710, .780]'
    """
    if value is None:
        return "–"
    shown = [f"{each:.3f}".replace("0.", ".", 1) for each in (value, low, high) if each is not None]
    return shown[0] if len(shown) < 3 else f"{shown[0]} [{shown[1]}, {shown[2]}]"


def _row(row: Sequence[str], widths: Sequence[int]) -> str:
    cells = [row[0].ljust(widths[0])] + [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
    return "  " + "  ".join(cells).rstrip()
