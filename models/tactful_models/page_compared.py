"""The report page on what an evaluation compared in pairs: the gate with each baseline, and two ways to ask stage 2."""

from tactful_models import page_parts
from tactful_models.markup import Markup, joined
from tactful_models.page_reading import Values, at, entries, real, words
from tactful_models.page_reading import estimate as figure
from tactful_models.page_words import STAGES, number, share


def compared(values: Values) -> Markup:
    """Both tables, and the first again for a model that gives no log-probabilities; nothing of what is not there."""
    blind = at(values, "without_logprobs")
    return joined(
        _ahead(values, "AUC of the gate less that of each baseline, paired; above 0 the gate is better"),
        _ahead(blind, "The same before showing, where the model server gives no log-probabilities", 2),
        _routing(values),
    )


def _ahead(values: object, caption: str, only: int = 0) -> Markup:
    found = [(each, real(each.get("stage"))) for each in entries(values, "differences")]
    rows = [
        [words(each, "against"), STAGES.get(int(stage or 0), ""), number(figure(each, "auc"))]
        for each, stage in found
        if figure(each, "auc").value is not None and only in (0, stage)
    ]
    return page_parts.table(caption, ["baseline", "", "AUC"], rows) if rows else joined()


def _routing(values: Values) -> Markup:
    figures = ("rejections_withheld", "accepts_lost", "calls_avoided")
    rows = [
        [words(each, "name"), *(share(figure(each, name)) for name in figures)] for each in entries(values, "routing")
    ]
    caption = "When the second stage is asked: each way with plain thresholds that lost what is allowed on other people"
    heads = ["", "rejections withheld", "accepts lost", "calls avoided"]
    return page_parts.table(caption, heads, rows) if rows else joined()
