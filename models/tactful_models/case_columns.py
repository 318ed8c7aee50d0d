"""Where a reader keeps what the log says of suggestions, decisions and requests: columns, by number."""

import math
from dataclasses import dataclass, field
from typing import Final

from tactful_models.columns import Column, Names
from tactful_models.events import End, Known
from tactful_models.labels import Ran, Said

ENDS: Final = tuple(End)
KNOWN: Final = tuple(Known)
CENSORED: Final = -1.0
NOT_YET: Final = -2.0


@dataclass(slots=True)
class Suggestions:
    """What was suggested and became of it, by the suggestion's number."""

    names: Names = field(default_factory=Names)
    """Ids."""
    made: Column = field(default_factory=lambda: Column("i"))
    """Numbers of those made, in the order of their making."""
    request: Column = field(default_factory=lambda: Column("i"))
    """Of the request that opened the call."""
    session: Column = field(default_factory=lambda: Column("i"))
    at: Column = field(default_factory=lambda: Column("d", math.nan))
    chars: Column = field(default_factory=lambda: Column("q", 0))
    model: Column = field(default_factory=lambda: Column("i"))
    end: Column = field(default_factory=lambda: Column("b"))
    """Place in `ENDS` of the final one; -1 while that is open."""
    known: Column = field(default_factory=lambda: Column("b"))
    """Place in `KNOWN` of how that was known."""
    taken_chars: Column = field(default_factory=lambda: Column("q", 0))
    """Characters taken in parts."""
    kept: dict[int, Column] = field(default_factory=dict)
    """By seconds after: the share still there, `CENSORED`, or `NOT_YET`."""
    said: dict[int, dict[str, Said]] = field(default_factory=dict)
    """Of the few that were reviewed, by reviewer."""
    ran: dict[int, Ran] = field(default_factory=dict)
    """Of the few that were checked."""
    judged: Column = field(default_factory=lambda: Column("i"))
    """The second stage's last decision that names the suggestion."""

    def make(self, number: int) -> None:
        """A suggestion was made; where its id had been used before, that one is forgotten."""
        if self.request[number] < 0:
            self.made.append(number)
            return
        self.end[number] = -1
        self.taken_chars[number] = 0
        for column in self.kept.values():
            column[number] = NOT_YET
        self.said.pop(number, None)
        self.ran.pop(number, None)

    def find(self, suggestion_id: str) -> int:
        """The number of one that was made, else -1."""
        number = self.names.find(suggestion_id)
        return number if self.request[number] >= 0 else -1

    def kept_of(self, number: int) -> dict[int, float | None]:
        """Share still there by seconds after; None where censored, absent where not yet due."""
        found = {after_s: float(column[number]) for after_s, column in self.kept.items()}
        return {after_s: None if kept == CENSORED else kept for after_s, kept in found.items() if kept != NOT_YET}

    def keep(self, number: int, after_s: int, ratio: float | None) -> None:
        """How much was still there."""
        self.kept.setdefault(after_s, Column("d", NOT_YET))[number] = CENSORED if ratio is None else ratio


@dataclass(slots=True)
class Decisions:
    """What was decided, in the log's order."""

    request: Column = field(default_factory=lambda: Column("i"))
    session: Column = field(default_factory=lambda: Column("i"))
    at: Column = field(default_factory=lambda: Column("d", math.nan))
    shown: Column = field(default_factory=lambda: Column("b", 1))
    """Whether it let the call be made, or the suggestion be shown."""
    propensity: Column = field(default_factory=lambda: Column("d", 1.0))
    probability: Column = field(default_factory=lambda: Column("d", math.nan))
    vector: Column = field(default_factory=lambda: Column("i"))
    """Place among its stage's vectors; -1 where it has none of this version."""


@dataclass(slots=True)
class Requests:
    """Who asked and where, by the request's number."""

    names: Names = field(default_factory=Names)
    """Ids."""
    manual: Column = field(default_factory=lambda: Column("b"))
    """1 for one made by hand, -1 where the log has not the request."""
    signs: Column = field(default_factory=lambda: Column("i"))
    """Number of its signs."""
    stage1: Column = field(default_factory=lambda: Column("i"))
    """Its last decision of the first stage."""
    stage2: Column = field(default_factory=lambda: Column("i"))
    """The same of the second, where it names no suggestion."""

    def decided(self, stage: int) -> Column:
        """The decisions of a stage."""
        return self.stage1 if stage == 1 else self.stage2
