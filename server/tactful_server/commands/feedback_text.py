"""What each kind of feedback is worth to the gate, as plain tables."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tactful_models.tables import number, share, table

if TYPE_CHECKING:
    from tactful_models.feedback_worth import FeedbackWorth, Holds, Worth

_HEADS = ("learned from", "labels moved", "turned", "AUC", "difference", "withheld at 95% kept")


def worth(found: "FeedbackWorth") -> str:
    """Both ladders, and what the log lacks."""
    heading = (
        f"What each kind of feedback adds; {found.n:,} suggestions judged by {found.label} with all that the log holds;"
        " moved and difference against the first line"
    )
    nine = "Compile feedback with more or less execution and words, against persistence alone"
    parts = [_table(heading, found.kinds), _table(nine, found.nine) if found.nine else "", lacking(found.holds)]
    return "\n\n".join(filter(None, parts))


def lacking(holds: "Holds") -> str:
    """What the log does not hold, in a sentence or two; empty where it holds everything."""
    if not (holds.checks or holds.expert or holds.others):
        return "This log holds neither checks nor reviews, so there is nothing to switch off."
    missing = {
        "checks": holds.checks,
        "checks that ran tests": holds.tests or not holds.checks,
        "reviews by owners or experts": holds.expert,
        "reviews by others": holds.others,
    }
    names = [name for name, there in missing.items() if not there]
    return f"This log holds no {', no '.join(names)}; what rests on them is the same as without." if names else ""


def _table(heading: str, found: "Sequence[Worth]") -> str:
    return table(heading, list(_HEADS), [_row(each) for each in found])


def _row(each: "Worth") -> list[str]:
    figures = [number(one.value, one.low, one.high) for one in (each.auc, each.difference)]
    withheld = share(each.withheld.value, each.withheld.low, each.withheld.high)
    return [each.name, f"{each.moved:,}", f"{each.turned:,}", *figures, withheld]
