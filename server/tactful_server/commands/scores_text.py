"""Metrics of both stages as a plain table."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from tactful_models.tables import number, share, table

if TYPE_CHECKING:
    from tactful_models.metrics import Estimate

COLUMNS = {
    "auc": "AUC",
    "brier": "Brier",
    "ece": "ECE",
    "rejections_withheld@0.95": "withheld at 95%",
    "rejections_withheld@0.90": "at 90%",
}
"""Metric to heading; the last two are rejections withheld while so many accepts are kept."""


def scores_table(heading: str, scores: "Mapping[str, Mapping[str, Estimate]]") -> str:
    """One line a predictor, `stage1` and `stage2` put into words; 95 % intervals in brackets."""
    names = {"stage1": "before the call", "stage2": "before showing"}
    rows = [[names.get(name, name), *_cells(estimates)] for name, estimates in scores.items()]
    return table(heading, ["", *COLUMNS.values()], rows)


def _cells(estimates: "Mapping[str, Estimate]") -> list[str]:
    found = [(name, estimates[name]) for name in COLUMNS]
    shown = [(share if "@" in name else number)(each.value, each.low, each.high) for name, each in found]
    return list(shown)
