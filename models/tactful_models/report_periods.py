"""Suggestions over time, in calendar steps (UTC) as fine as the sessions bear."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from statistics import median
from types import MappingProxyType
from typing import Final

from tactful_models.report_cases import Case
from tactful_models.report_rates import FEWEST_SESSIONS, Line, line

MOST_PERIODS: Final = 40
FEWEST_PERIODS: Final = 4
"""Coarser steps, in which each has enough sessions for an interval, are taken only where they leave so many."""
HOUR_S: Final = 3600.0
DAY_S: Final = 86_400.0
_MONDAY_S: Final = 4 * DAY_S
"""The epoch's first Monday."""


@dataclass(frozen=True, slots=True)
class Period:
    """What fell into one step of the calendar; steps without a suggestion are left out."""

    start_at: float
    """UTC seconds."""
    unit: str
    """`hour`, `day`, `week`, `month` or `year`."""
    line: Line


def _month(at: float) -> float:
    return _first(at, month=datetime.fromtimestamp(at, UTC).month)


def _year(at: float) -> float:
    return _first(at, month=1)


def _first(at: float, month: int) -> float:
    return datetime(datetime.fromtimestamp(at, UTC).year, month, 1, tzinfo=UTC).timestamp()


_STARTS: Final[Mapping[str, Callable[[float], float]]] = MappingProxyType(
    {
        "hour": lambda at: at // HOUR_S * HOUR_S,
        "day": lambda at: at // DAY_S * DAY_S,
        "week": lambda at: (at - _MONDAY_S) // (7 * DAY_S) * 7 * DAY_S + _MONDAY_S,
        "month": _month,
        "year": _year,
    }
)
_LONGEST_S: Final[Mapping[str, float]] = MappingProxyType(
    {"hour": HOUR_S, "day": DAY_S, "week": 7 * DAY_S, "month": 31 * DAY_S}
)


def periods(cases: Sequence[Case]) -> tuple[Period, ...]:
    """In order of time; the times must be some that a calendar has.

    The finest step with at most 40 from first to last, or a coarser one where that gives most steps five sessions, and
    so an interval, and leaves four steps or more.
    """
    if not cases:
        return ()
    span_s = max(case.at for case in cases) - min(case.at for case in cases)
    allowed = [unit for unit, length_s in _LONGEST_S.items() if span_s <= (MOST_PERIODS - 1) * length_s] or ["year"]
    cuts = {unit: _cut(cases, _STARTS[unit]) for unit in allowed}
    unit = next((unit for unit, parts in cuts.items() if _bears_intervals(parts.values())), allowed[0])
    return tuple(Period(start_at, unit, line("", cuts[unit][start_at])) for start_at in sorted(cuts[unit]))


def _cut(cases: Sequence[Case], start: Callable[[float], float]) -> dict[float, list[Case]]:
    found: dict[float, list[Case]] = {}
    for case in cases:
        found.setdefault(start(case.at), []).append(case)
    return found


def _bears_intervals(parts: Iterable[Sequence[Case]]) -> bool:
    sessions = [len({case.session_id for case in part}) for part in parts]
    return len(sessions) >= FEWEST_PERIODS and median(sessions) >= FEWEST_SESSIONS
