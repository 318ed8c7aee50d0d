"""From keys and the model's records to tables."""

import random
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from bench.keystroke.typist import Pressed
from bench.measuring import quantile

BACK_S = 0.002
"""How much earlier than its key a request may seem to come: the clocks are read apart."""
DRAWS = 2000


@dataclass(frozen=True, slots=True)
class Stroke:
    """One key with what became of it; durations in seconds, None where there was no such thing."""

    round: int
    ghost_s: float | None
    """From the key to its ghost text."""
    asked_s: float | None = None
    """From the key to the request at the model."""
    told_s: float | None = None
    """From the request to the end of the answer."""
    drawn_s: float | None = None
    """From the end of the answer to the ghost text."""


@dataclass(frozen=True, slots=True)
class Closing:
    """A key that made an answer under way useless."""

    round: int
    closed_s: float | None
    """From the key to the connection's closing; None when it was not closed before the answer's end."""
    ghost_s: float | None
    """From the key to its own ghost text."""


class Records:
    """What the model server noted, by the wall clock."""

    def __init__(self, noted: Iterable[dict[str, Any]]) -> None:
        self._ahead = time.time() - time.monotonic()
        self._of: dict[str, list[dict[str, Any]]] = {}
        for record in noted:
            self._of.setdefault(record["prompt"].rpartition("\n")[2], []).append(record)

    def stroke(self, number: int, key: Pressed) -> Stroke:
        """The key with its times."""
        ghost = None if key.ghost is None else key.ghost - key.at
        record = self._record(key)
        if record is None:
            return Stroke(number, ghost)
        asked, ended = record["came_at"] + self._ahead, self._at(record, "ended_at")
        told = None if ended is None else ended - asked
        drawn = None if ended is None or key.ghost is None else key.ghost - ended
        return Stroke(number, ghost, asked - key.at, told, drawn)

    def closing(self, number: int, keys: Sequence[Pressed]) -> Closing | None:
        """What the second key did to the first one's request; None when there was none."""
        first, second = keys
        record = self._record(first)
        if record is None:
            return None
        closed = self._at(record, "closed_at")
        ghost = None if second.ghost is None else second.ghost - second.at
        return Closing(number, None if closed is None else closed - second.at, ghost)

    def _at(self, record: dict[str, Any], what: str) -> float | None:
        return None if record[what] is None else record[what] + self._ahead

    def _record(self, key: Pressed) -> dict[str, Any] | None:
        near = (one for one in self._of.get(key.prefix, ()) if -BACK_S <= one["came_at"] + self._ahead - key.at < 5)
        return next(near, None)


def spread(values: Sequence[float]) -> str:
    """Median, 95th percentile and worst, in milliseconds."""
    if not values:
        return f"{'-':>8}{'-':>8}{'-':>8}"
    return "".join(f"{1e3 * quantile(values, q):>8.1f}" for q in (0.5, 0.95, 1.0))


def known(strokes: Iterable[Stroke], what: Callable[[Stroke], float | None]) -> list[float]:
    """Those durations that there are."""
    return [value for one in strokes if (value := what(one)) is not None]


def row(name: str, strokes: Sequence[Stroke]) -> str:
    """One line of the table."""
    ghost = known(strokes, lambda one: one.ghost_s)
    parts = [
        known(strokes, what) for what in (lambda one: one.asked_s, lambda one: one.told_s, lambda one: one.drawn_s)
    ]
    cells = "  |".join(spread(values) for values in (ghost, *parts))
    return f"  {name:<10}{len(strokes):>5}{len(strokes) - len(ghost):>8}  |{cells}"


HEAD = "".join(
    f"  |{what:^24}" for what in ("key → ghost text", "key → request", "request → answered", "answered → ghost")
)
HEADING = f"  {'':<10}{'keys':>5}{'without':>8}{HEAD}\n{' ' * 25}" + f"  |{'p50':>8}{'p95':>8}{'worst':>8}" * 4


def difference(ours: Sequence[Stroke], theirs: Sequence[Stroke], q: float) -> tuple[float, float, float]:
    """How much longer a quantile of ours is, in milliseconds, with the 95 % interval over rounds."""
    draw, numbers = random.Random(1), sorted({one.round for one in ours})
    drawn = [_difference(ours, theirs, q, draw.choices(numbers, k=len(numbers))) for _ in range(DRAWS)]
    return _difference(ours, theirs, q, numbers), quantile(drawn, 0.025), quantile(drawn, 0.975)


def _difference(ours: Sequence[Stroke], theirs: Sequence[Stroke], q: float, numbers: Sequence[int]) -> float:
    return 1e3 * (quantile(_of(ours, numbers), q) - quantile(_of(theirs, numbers), q))


def _of(strokes: Sequence[Stroke], numbers: Sequence[int]) -> list[float]:
    by_round: dict[int, list[float]] = {}
    for one in strokes:
        if one.ghost_s is not None:
            by_round.setdefault(one.round, []).append(one.ghost_s)
    return [value for number in numbers for value in by_round.get(number, ())]
