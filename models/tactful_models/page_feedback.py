"""The report page on what each kind of feedback is worth to the gate: `tactful evaluate --feedback --json > FILE`.

What is read of `feedback`: `kinds` and `nine`, each `[{"name", "moved", "turned", "auc": …, "difference": …}]`, where
`difference` is the AUC less that of the first of the list, paired.
"""

from tactful_models import page_parts
from tactful_models.markup import Markup, joined
from tactful_models.page_reading import Values, at, entries, estimate, real, words
from tactful_models.page_words import number

_CAPTIONS = {
    "kinds": "Gates that learned from one kind more each; the difference is to behaviour alone, with 95 % intervals",
    "nine": "Gates that learned from combinations of what came back; the difference is to none of it",
}


def is_told(values: Values | None) -> bool:
    """Whether the evaluation measured it."""
    return bool(entries(values, "feedback", "kinds"))


def feedback(values: Values | None) -> Markup:
    """Its section."""
    heading = ("feedback", "What each kind of feedback is worth")
    told = page_parts.paragraph(
        "Gates learned from labels made without a part of what came back, and had to predict those made with all of it."
        " Labels moved, and turned from good to bad or back, are counted against the first line."
    )
    return page_parts.section(*heading, told, joined(*(_table(values, part) for part in _CAPTIONS)))


def _table(values: Values | None, part: str) -> Markup:
    rows = [
        [words(each, "name") or "unnamed", *(_count(each, name) for name in ("moved", "turned")), *_figures(each)]
        for each in entries(values, "feedback", part)
    ]
    heads = ["learned from", "labels moved", "turned", "AUC", "difference"]
    return page_parts.table(_CAPTIONS[part], heads, rows) if rows else joined()


def _figures(values: Values) -> list[str]:
    return [number(estimate(values, name)) for name in ("auc", "difference")]


def _count(values: Values, name: str) -> str:
    found = real(at(values, name))
    return "–" if found is None else f"{found:,.0f}"
