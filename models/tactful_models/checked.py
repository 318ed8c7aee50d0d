"""What a machine found out about a suggestion that was taken: the ladder, and the event that says how far it climbed.

The ladder's rungs, from the lowest: it parses, it compiles, linter and type checker find nothing new, the module can
be imported, the tests that passed before still pass, and tests that ran a line of it pass. Each is set against the same
check of the file without the suggestion: only what was whole before can be broken.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Stands(StrEnum):
    """How a suggestion stands on one rung."""

    UNKNOWN = "unknown"  # not looked at, or there was nothing to look at
    HELD = "held"  # whole with it
    BROKE = "broke"  # whole without it, and no longer with it
    FAILED = "failed"  # not whole with it, nor without it: nothing is said against it


RUNGS: Final = ("parses", "compiles", "lints", "imports", "old_tests", "reaching_tests")
"""The ladder, from the lowest; the names of the fields of `Checked`."""
_BARRED: Final = frozenset({"parses", "compiles", "imports"})
"""Rungs above which nothing can be reached when they break."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A check of one suggestion came to its end."""

    check_id: str
    suggestion_id: str
    session_id: str
    """The session that the suggestion was made in, whenever it was checked."""
    at: float
    """When the check ended."""
    trigger: str = "accept"
    """What it was made for: `accept`, `save`, or `demand` from the terminal."""
    parses: Stands = Stands.UNKNOWN
    compiles: Stands = Stands.UNKNOWN
    lints: Stands = Stands.UNKNOWN
    """Linter and type checker: whether they find nothing that they had not found without it."""
    imports: Stands = Stands.UNKNOWN
    old_tests: Stands = Stands.UNKNOWN
    """The tests that passed without it; where the user named a command for the language, that command."""
    reaching_tests: Stands = Stands.UNKNOWN
    """The tests that ran a line of it."""
    climbed: int = 0
    """Rungs that held, from the lowest up to the first that broke; those that nothing is known of do not count."""
    credit: float | None = None
    """Partial credit, in [0, 1]: see `credit`. None where nothing is known."""
    n_findings: int = 0
    """New findings of linter and type checker."""
    n_passed: int = 0
    """Tests that passed with it."""
    n_broke: int = 0
    """Tests that passed without it and fail with it."""
    n_reached: int = 0
    """Tests that passed with it and ran a line of it."""
    ran_ratio: float | None = None
    """Share of its lines with code that tests ran which passed; None where that was not measured."""
    duration_s: float = 0.0
    """How long the check took, which says nothing about the suggestion."""
    baseline: str = ""
    """What it was set against: the file `without` it, as it was last `saved`, or as last `committed`."""
    stopped: str = ""
    """Why it went no further, named: `no_sandbox`, `untrusted`, `no_interpreter`, `no_tests`, `slow`, `busy`, …"""
    output: str = ""
    """What broke, as the tools said it. The writer drops or redacts it below the level `code`."""

    def standings(self) -> Mapping[str, Stands]:
        """How it stands on each rung."""
        return {rung: getattr(self, rung) for rung in RUNGS}

    @property
    def broke(self) -> tuple[str, ...]:
        """The rungs that were whole before, from the lowest."""
        return tuple(rung for rung, stands in self.standings().items() if stands is Stands.BROKE)


def climbed(standings: Sequence[Stands]) -> int:
    """How many rungs held before the first that broke, from the lowest.

    >>> climbed([Stands.HELD, Stands.HELD, Stands.UNKNOWN, Stands.HELD, Stands.BROKE, Stands.HELD])
    3
    """
    n_held = 0
    for stands in standings:
        if stands is Stands.BROKE:
            break
        n_held += stands is Stands.HELD
    return n_held


def credit(standings: Mapping[str, Stands], parts: Mapping[str, float]) -> float | None:
    """Partial credit in [0, 1]: the mean over the rungs that say something, a held one counting 1.

    A broken one counts the part of it that held (`parts`, in [0, 1); 0 where it has none), and those above a rung that
    nothing passes (it no longer parses, compiles or can be imported) count 0. None where no rung says anything.

    >>> credit({"parses": Stands.HELD, "compiles": Stands.HELD, "old_tests": Stands.BROKE}, {"old_tests": 0.25})
    0.75
    """
    worth: list[float] = []
    for rung in RUNGS:
        stands = standings.get(rung, Stands.UNKNOWN)
        if stands is Stands.HELD:
            worth.append(1.0)
        elif stands is Stands.BROKE:
            worth.append(parts.get(rung, 0.0))
            if rung in _BARRED:
                worth += [0.0] * (len(RUNGS) - 1 - RUNGS.index(rung))
                break
    return sum(worth) / len(worth) if worth else None
