"""What counts as a good suggestion: label definitions over all that became of one.

A definition answers yes, no, or None where nothing can be said: not yet due, censored, or never judged. None is left
out of the data, never taken for no. A superseded suggestion was replaced before the user judged it: None. Whether text
is kept is watched from the final accept on: of a suggestion taken in parts without one, `kept_…` can say nothing unless
telemetry from elsewhere tells it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tactful_models.errors import TrainingError
from tactful_models.events import End, Known

DEFAULT = "kept_30"

_KEPT_AT_LEAST = 0.5


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of one shown suggestion."""

    end: End
    """Its final end."""
    known: Known
    """How the end was known."""
    taken_ratio: float = 0.0
    """Share of its characters that was taken: 1 for `accepted`."""
    kept: Mapping[int, float | None] = field(default_factory=dict)
    """Share of the accepted text still there, by seconds after; None where censored, absent where not yet due."""


@dataclass(frozen=True, slots=True)
class Label:
    """One definition."""

    name: str
    """What `--label` takes and a gate's manifest says."""
    meaning: str
    """In words."""
    after_s: int | None = None
    """The check at which the accepted text must still be there; None where accepting is enough."""

    def of(self, fate: Fate) -> bool | None:
        """The label of one suggestion."""
        taken = _was_taken(fate)
        if not taken or self.after_s is None:
            return taken
        kept = fate.kept.get(self.after_s)
        return None if kept is None else kept >= _KEPT_AT_LEAST


def _was_taken(fate: Fate) -> bool | None:
    if fate.end is End.ACCEPTED or fate.taken_ratio >= 0.5:
        return True
    return None if fate.end is End.SUPERSEDED else False


_ALL = (
    Label("accepted", "accepted, or at least half of it taken in parts"),
    Label("kept_30", "accepted, and at least half still there after 30 s", 30),
    Label("kept_120", "accepted, and at least half still there after 120 s", 120),
    Label("kept_300", "accepted, and at least half still there after 300 s", 300),
    Label("kept_600", "accepted, and at least half still there after 600 s", 600),
)


def names() -> tuple[str, ...]:
    """The definitions there are, the default among them."""
    return tuple(label.name for label in _ALL)


def find(name: str) -> Label:
    """A definition by its name; raises TrainingError naming those there are."""
    for label in _ALL:
        if label.name == name:
            return label
    raise TrainingError(f"there is no label {name!r}; there are {', '.join(names())}")
