"""The learning curve as a small table."""

from typing import TYPE_CHECKING

from tactful_models.tables import number, table

if TYPE_CHECKING:
    from tactful_models.learning_curve import LearningCurve

_WORDS = {"own": "Own decisions alone", "both": "Own decisions weighed against the prior"}


def curve(found: "LearningCurve") -> str:
    """AUC of the second stage by number of own decisions, 95 % intervals in brackets, and where the own ones win."""
    rows = [
        [f"{step.n:,}", *(number(each.value, each.low, each.high) for each in (*step.auc.values(), step.gain["both"]))]
        for step in found.steps
    ]
    heading = (
        f"AUC after so many own decisions, on {found.n_rows:,} later ones of {found.n_people} people; the prior learned"
        " from the others"
    )
    shown = table(heading, ["own", "prior", "own alone", "both", "both less prior"], rows)
    return "\n\n".join([shown, "\n".join(_from(found, name) for name in _WORDS)])


def _from(found: "LearningCurve", name: str) -> str:
    wins = found.wins_from(name)
    if wins is None:
        return f"{_WORDS[name]} do not stay above the prior up to {found.steps[-1].n:,}."
    surely = next((step.n for step in found.steps if step.n >= wins and (step.gain[name].low or 0.0) > 0.0), None)
    told = "nowhere surely" if surely is None else f"surely (its interval without 0) from {surely:,}"
    return f"{_WORDS[name]} stay above the prior from {wins:,} on, {told}."
