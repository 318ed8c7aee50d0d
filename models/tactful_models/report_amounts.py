"""What was shown, taken and kept, counted three ways: by suggestions, by lines and by characters."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tactful_models.report_cases import Case
from tactful_models.report_rates import Rate, rate

KEPT_AFTER_S = 30
"""When it is looked whether accepted text is still there."""


@dataclass(frozen=True, slots=True)
class Amount:
    """All suggestions, in one unit."""

    unit: str
    """`suggestions`, `lines` or `characters`."""
    made: float
    withheld: float
    """Made, and held back by stage 2."""
    shown: float
    accepted: Rate
    """Among those shown and not superseded or open. Suggestions: taken whole. Lines and characters: in parts, too."""
    kept: Rate
    """Among what was accepted whole and could be checked after 30 s. Suggestions: at least half of each still there."""


@dataclass(frozen=True, slots=True)
class _Unit:
    name: str
    of: Callable[[Case], float]
    """How much a suggestion is."""
    taken: Callable[[Case], float]
    """How much of it was taken."""
    kept: Callable[[Case, float], float]
    """How much of it is still there, by the share of its text that is."""


_UNITS = (
    _Unit("suggestions", lambda _: 1.0, lambda case: float(case.accepted), lambda _, share: float(share >= 0.5)),
    _Unit("lines", lambda case: case.lines, lambda case: case.lines * case.taken_ratio, lambda c, s: c.lines * s),
    _Unit("characters", lambda case: case.chars, lambda case: case.taken_chars, lambda c, s: c.chars * s),
)


def amounts(cases: Sequence[Case]) -> tuple[Amount, ...]:
    """One a unit."""
    return tuple(_amount(unit, cases) for unit in _UNITS)


def _amount(unit: _Unit, cases: Sequence[Case]) -> Amount:
    judged = [case for case in cases if case.shown and case.was_judged]
    checked = [(case, share) for case in judged if case.accepted and (share := case.kept.get(KEPT_AFTER_S)) is not None]
    return Amount(
        unit=unit.name,
        made=sum(map(unit.of, cases)),
        withheld=sum(unit.of(case) for case in cases if case.withheld and not case.shown),
        shown=sum(unit.of(case) for case in cases if case.shown),
        accepted=rate([(case.session_id, unit.taken(case), unit.of(case)) for case in judged]),
        kept=rate([(case.session_id, unit.kept(case, share), unit.of(case)) for case, share in checked]),
    )
