"""What the report page is put together from: sections, figures, tables that can be scrolled, sentences."""

import re
from collections.abc import Sequence

from tactful_models.markup import Markup, element, joined


def section(anchor: str, heading: str, *inside: str) -> Markup:
    """A part of the page under a heading that can be linked to."""
    title = element("h2", {"id": f"{anchor}-heading"}, heading)
    return element("section", {"id": anchor, "aria-labelledby": f"{anchor}-heading"}, title, *inside)


def paragraph(words: str) -> Markup:
    """A paragraph."""
    return element("p", {}, _unbroken(words))


def too_few(words: str) -> Markup:
    """What is said in place of a chart that would only show noise."""
    return element("p", {"class": "few"}, _unbroken(words))


def small(words: str) -> Markup:
    """How something was counted."""
    return element("p", {"class": "small"}, _unbroken(words))


def figure(chart: Markup, *beside: str) -> Markup:
    """A chart with its numbers beside it, below it where the page is narrow."""
    return element("div", {"class": "pair"}, element("figure", {}, chart), element("div", {"class": "beside"}, *beside))


def halves(*parts: Markup) -> Markup:
    """Things side by side, one below the other where the page is narrow."""
    return element("div", {"class": "halves"}, *(element("div", {}, part) for part in parts))


def table(caption: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Markup:
    """A table: the first cell of each row names it; columns of numbers stand to the right, those with words do not."""
    looks = [_look([row[at] for row in rows]) for at in range(len(heads))]
    head = [element("th", {"scope": "col", **look}, name) for name, look in zip(heads, looks, strict=True)]
    body = [
        element(
            "tr",
            {},
            element("th", {"scope": "row"}, _unbroken(row[0])),
            *(element("td", look, _unbroken(words)) for words, look in zip(row[1:], looks[1:], strict=True)),
        )
        for row in rows
    ]
    parts = (element("thead", {}, element("tr", {}, *head)), element("tbody", {}, *body))
    inner = element("table", {}, element("caption", {}, element("span", {}, caption)), *parts)
    return element("div", {"class": "scroll", "role": "region", "tabindex": "0", "aria-label": caption}, inner)


def tiles(figures: Sequence[tuple[str, str, str]]) -> Markup:
    """The few figures that one looks for first: each with its name and what it is of."""
    return element("dl", {"class": "tiles"}, *(_tile(*each) for each in figures))


def _tile(name: str, value: str, of: str) -> Markup:
    inside = joined(element("dd", {"class": "value"}, value), element("dd", {"class": "of"}, of))
    return element("div", {}, element("dt", {}, name), inside)


_LONG = 40
"""Letters from which a cell is a sentence, which wants some width."""
_NUMBER = re.compile(r"[-−–]?[\d.,]+([ \xa0]%)?( \[.*\])?( s)?|–")


def _unbroken(words: str) -> str:
    """A per cent sign and a second stay with their number."""
    return words.replace(" %", "\xa0%").replace(" s ", "\xa0s ").replace(" s.", "\xa0s.")


def _look(column: Sequence[str]) -> dict[str, str | float]:
    if all(map(_NUMBER.fullmatch, column)):
        return {}
    return {"class": "words long" if max(map(len, column)) > _LONG else "words"}
