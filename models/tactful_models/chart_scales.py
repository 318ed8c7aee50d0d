"""From values to places on a chart, and the round values at which to write numbers."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

_STEPS: Final = (1.0, 2.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True, slots=True)
class Scale:
    """A straight map of values in [low, high] to places from start to end; what lies outside is put on the edge."""

    low: float
    high: float
    """Above low."""
    start: float
    """Where low is."""
    end: float
    """Where high is; may be less than start, as on a vertical axis."""

    def __call__(self, value: float) -> float:
        """The place of a value.

        >>> Scale(0.0, 1.0, 100.0, 0.0)(0.25)
        75.0
        """
        share = (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)
        return self.start + share * (self.end - self.start)


@dataclass(frozen=True, slots=True)
class Tick:
    """A value at which something is written."""

    value: float
    text: str


@dataclass(frozen=True, slots=True)
class Axis:
    """What is measured along one side."""

    title: str
    low: float
    high: float
    ticks: tuple[Tick, ...]
    """In rising order, all within."""


def percents(title: str, low: float = 0.0, high: float = 1.0) -> Axis:
    """An axis of shares, from and to round ones, at least a tenth apart.

    >>> [tick.text for tick in percents("", 0.0, 1.0).ticks]
    ['0 %', '20 %', '40 %', '60 %', '80 %', '100 %']
    """
    return numbers(title, low, high, lambda share: f"{100 * share:.10g} %")


def numbers(title: str, low: float, high: float, told: Callable[[float], str] | None = None) -> Axis:
    """An axis of numbers that spans at least [low, high] and begins and ends at round ones."""
    step = _round_step((high - low) / 5 if high > low else max(abs(low), 1.0) / 5)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    last = max(last, first + 1)
    values = [each * step for each in range(first, last + 1)]
    return Axis(
        title, values[0], values[-1], tuple(Tick(value, (told or _plain)(_unsigned(value))) for value in values)
    )


def moments(title: str, first_at: float, last_at: float) -> Axis:
    """An axis of time: days, months or years, whichever make at most five numbers; hours within two days."""
    span_s = max(last_at - first_at, 1.0)
    ticks = _hours(first_at, last_at) if span_s <= 2 * 86_400 else _dates(first_at, last_at)
    return Axis(title, first_at, first_at + span_s, tuple(tick for tick in ticks if first_at <= tick.value <= last_at))


def names(title: str, texts: Sequence[str]) -> Axis:
    """An axis of names at the places 0, 1, 2, …, at least one."""
    ticks = tuple(Tick(float(at), words) for at, words in enumerate(texts))
    return Axis(title, -0.5, len(texts) - 0.5, ticks)


def _round_step(least: float) -> float:
    """The smallest of 1, 2, 2.5, 5 times a power of ten that is not below.

    >>> _round_step(0.03), _round_step(0.2), _round_step(11.0)
    (0.05, 0.2, 20.0)
    """
    power = 10.0 ** math.floor(math.log10(least))
    return next(step for each in _STEPS if (step := _exact(each * power)) >= least * (1 - 1e-9))


def _plain(value: float) -> str:
    return f"{value:.10g}".replace("-", "−")


def _exact(value: float) -> float:
    return float(f"{value:.12g}")


def _unsigned(value: float) -> float:
    return 0.0 if abs(value) < 1e-12 else _exact(value)


def _hours(first_at: float, last_at: float) -> list[Tick]:
    step_s = next(hours for hours in (1, 2, 3, 6, 12) if (last_at - first_at) / (hours * 3600) <= 5) * 3600.0
    first, last = math.ceil(first_at / step_s), math.floor(last_at / step_s)
    return [_tick(moment, _hour(moment)) for moment in (_utc(at * step_s) for at in range(first, last + 1))]


def _hour(moment: datetime) -> str:
    """The hour; at midnight the day that begins."""
    return f"{moment:%H:%M}" if moment.hour else f"{moment.day} {moment:%b}"


def _utc(at: float) -> datetime:
    return datetime.fromtimestamp(at, UTC)


def _dates(first_at: float, last_at: float) -> list[Tick]:
    days = (last_at - first_at) / 86_400
    if days <= 120:
        step = next(each for each in (1, 2, 3, 7, 14, 28) if days / each <= 5)
        start = _utc(first_at).replace(hour=0, minute=0, second=0, microsecond=0)
        found = [start + timedelta(days=step * at) for at in range(int(days / step) + 2)]
        return [_tick(day, f"{day.day} {day:%b}") for day in found if first_at <= day.timestamp() <= last_at]
    return _months(first_at, last_at, next((each for each in (1, 2, 3, 6) if days / (30 * each) <= 6), 12))


def _months(first_at: float, last_at: float, step: int) -> list[Tick]:
    first, last = _utc(first_at), _utc(last_at)
    step = max(step, 12 * math.ceil((last.year - first.year + 1) / 6)) if step == 12 else step
    begin = (first.year * 12 + first.month - 1) // step * step
    every = range(begin, last.year * 12 + last.month, step)
    days = [datetime(at // 12, at % 12 + 1, 1, tzinfo=UTC) for at in every if at >= 12]
    words = "%Y" if step >= 12 else "%b %Y"
    return [_tick(day, f"{day:{words}}") for day in days if first_at <= day.timestamp() <= last_at]


def _tick(day: datetime, text: str) -> Tick:
    return Tick(day.timestamp(), text)
