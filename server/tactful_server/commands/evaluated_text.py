"""What an evaluation across people found, as plain tables."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tactful_models.tables import number, share, table
from tactful_server.commands.scores_text import scores_table

if TYPE_CHECKING:
    from tactful_models.ablation import Ablation
    from tactful_models.metrics import Estimate
    from tactful_models.routing import Compared
    from tactful_models.scorecards import Table


def scorecards(heading: str, found: "Table") -> str:
    """Every way of predicting with its figures."""
    return scores_table(heading, {f"{card.name}, stage {card.stage}": card.estimates for card in found.scorecards})


def differences(heading: str, found: "Table", stages: Sequence[int] = (1, 2)) -> str:
    """How far the gate is ahead of each baseline; empty where nothing was compared."""
    rows = [[f"{each.against}, stage {each.stage}", _number(each.auc)] for each in found.differences]
    shown = [row for row, each in zip(rows, found.differences, strict=True) if each.stage in stages]
    return table(heading, ["baseline", "AUC"], shown) if shown else ""


def left_out(names: Sequence[str]) -> str:
    """Which baselines could not be fitted; empty where all could."""
    return f"This log does not hold what these need: {', '.join(names)}." if names else ""


def routing(found: "Sequence[Compared]") -> str:
    """The two ways to ask the second stage."""
    heads = ["", "rejections withheld", "accepts lost", "calls avoided", "gain less ours"]
    rows = [
        [each.name, *map(_share, (each.rejections_withheld, each.accepts_lost, each.calls_avoided, each.gain))]
        for each in found
    ]
    heading = (
        "When stage 2 is asked: each way with plain thresholds that lost at most the allowed share on other people"
    )
    return table(heading, heads, rows)


def ablations(found: "Sequence[Ablation]") -> str:
    """What each group of features is worth."""
    rows = [[f"{each.name}, stage {each.stage}", _number(each.auc), _number(each.difference)] for each in found]
    return table("Trained without a group of features", ["without", "AUC", "less AUC with all"], rows)


def _number(found: "Estimate") -> str:
    return number(found.value, found.low, found.high)


def _share(found: "Estimate") -> str:
    return share(found.value, found.low, found.high)
