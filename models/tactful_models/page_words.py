"""Numbers, shares and times as the report page writes them; lines break between a number and its interval only."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from tactful_models.metrics import Estimate
from tactful_models.report_rates import Rate

STAGES: Final = {1: "before the call", 2: "before showing"}


def count(n: float, one: str, many: str = "") -> str:
    """A number of things.

    >>> count(1, "session"), count(1200, "session"), count(2, "body", "bodies")
    ('1 session', '1,200 sessions', '2 bodies')
    """
    return f"{n:,.0f} {one if round(n) == 1 else many or one + 's'}"


def share(of: Rate | Estimate) -> str:
    """A share with its interval, for tables.

    >>> share(Estimate(0.25, 0.2, 0.301)), share(Estimate(0.25)), share(Estimate(None))
    ('25.0\\xa0% [20.0,\\xa030.1]', '25.0\\xa0%', '–')
    """
    if of.value is None:
        return "–"
    return f"{100 * of.value:.1f}\xa0%{_interval(of.low, of.high, 100.0, 1)}"


def points(of: Rate | Estimate) -> str:
    """A share without its interval.

    >>> points(Estimate(0.25, 0.2, 0.301))
    '25.0\\xa0%'
    """
    return "–" if of.value is None else f"{100 * of.value:.1f}\xa0%"


def number(of: Estimate) -> str:
    """A number to three places with its interval.

    >>> number(Estimate(0.7451, 0.71, 0.78)), number(Estimate(-0.0112, -0.02, -0.001))
    ('0.745 [0.710,\\xa00.780]', '−0.011 [−0.020,\\xa0−0.001]')
    """
    return "–" if of.value is None else f"{_signed(of.value, 3)}{_interval(of.low, of.high, 1.0, 3)}"


def within(of: Rate | Estimate) -> str:
    """A share in a sentence.

    >>> within(Estimate(0.25, 0.2, 0.301)), within(Estimate(0.25))
    ('25.0\\xa0% (20.0 to 30.1)', '25.0\\xa0%')
    """
    if of.value is None or of.low is None or of.high is None:
        return points(of)
    return f"{points(of)} ({100 * of.low:.1f} to {100 * of.high:.1f})"


def day(at: float) -> str:
    """A day, UTC.

    >>> day(0.0)
    '1 January 1970'
    """
    found = datetime.fromtimestamp(at, UTC)
    return f"{found.day} {found:%B %Y}"


def listed(parts: Sequence[str]) -> str:
    """Several things in a sentence.

    >>> listed(["a"]), listed(["a", "b", "c"])
    ('a', 'a, b and c')
    """
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def _interval(low: float | None, high: float | None, times: float, places: int) -> str:
    if low is None or high is None:
        return ""
    return f" [{_signed(times * low, places)},\xa0{_signed(times * high, places)}]"


def _signed(value: float, places: int) -> str:
    return f"{value:.{places}f}".replace("-", "−")
