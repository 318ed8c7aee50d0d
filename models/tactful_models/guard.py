"""The guard against the trap: a better rate that is bought with worse suggestions.

Acceptance can be raised by hiding hard, or by showing only what is short and safe. So what would be shown under a new
gate is compared, on the same decisions, with what the gate in force shows (everything where there is none), and with
the user's own yardstick:

- **kept characters**: the share still shown of those that the user took and kept, against all of them;
- **length**: characters of what is shown, against those of everything or of what is taken, whichever is less: a gate
  may leave out what is long and unwanted, but not show shorter texts than the user takes;
- **parse rate**: share of what is shown that parses in its place, against the same two, where it is known.

Each is a ratio of sums over users, sessions or blocks of decisions, whose paired bootstrap gives the intervals. One
falls too far when it is surely below its yardstick by more than the share of the accepts that may be lost, and surely
below what it is now.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tactful_models.metrics import Bools, Bootstrap, Estimate, Floats

Strings = NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class Shown:
    """Decisions that were shown, with what each text was worth and what two gates would do to it."""

    weight: Floats
    """(n,) one over the propensity of having been shown."""
    unit: Strings
    """(n,) what is resampled as a whole: user, session or block."""
    label: Bools
    """(n,) whether it was good."""
    chars: Floats
    """(n,) its length."""
    kept_chars: Floats
    """(n,) of those, taken and kept."""
    parses: Floats
    """(n,) 1 where the file parses with it, 0 where not, NaN where nothing can tell."""
    candidate: Bools
    """(n,) whether the new gate withholds it."""
    former: Bools
    """(n,) whether the one in force does."""


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure of what is shown, under the new gate and under the one in force."""

    name: str
    """`kept_chars`, `length` or `parse_rate`."""
    candidate: float
    former: float
    yardstick: float
    """What it must not fall far below."""
    change: Estimate
    """The new gate's over the former's, less 1."""
    fall: Estimate
    """1 less the new gate's over the yardstick."""

    def is_worse(self, allowed: float) -> bool:
        """Whether it surely falls by more than the allowed share, and surely below what it is now."""
        if self.fall.low is None or self.change.high is None:
            return False
        return self.fall.low > allowed and self.change.high < 0.0

    def to_json(self) -> dict[str, object]:
        """As plain values."""
        plain = {"candidate": self.candidate, "former": self.former, "yardstick": self.yardstick}
        return {**plain, "change": self.change.to_json(), "fall": self.fall.to_json()}


@dataclass(frozen=True, slots=True)
class Guarded:
    """What the guard saw."""

    measures: tuple[Measure, ...] = ()
    """Those that the decisions bear."""
    allowed: float = 0.05
    """By which share each may fall."""

    @property
    def worse(self) -> tuple[Measure, ...]:
        """Those that fall too far."""
        return tuple(each for each in self.measures if each.is_worse(self.allowed))

    @property
    def refusal(self) -> str:
        """Why the gate must not serve, as a sentence without its end; empty where nothing speaks against it."""
        if not self.worse:
            return ""
        told = " and ".join(_WORDS[each.name](each) for each in self.worse)
        return f"its rate is bought with worse suggestions: {told}; each may fall by {self.allowed:.0%}"

    @property
    def summary(self) -> str:
        """What would be shown beside what is shown now, as a sentence without its end; empty where it was not seen."""
        told = [_SUMMARY[each.name].format(each.candidate, each.former) for each in self.measures]
        return f"What it would show: {'; '.join(told)}" if told else ""

    def to_json(self) -> dict[str, object]:
        """As plain values, by name."""
        measured = {each.name: each.to_json() for each in self.measures}
        return {"allowed": self.allowed, "worse": [each.name for each in self.worse], "measures": measured}


def guard(shown: Shown, allowed: float, plan: Bootstrap) -> Guarded:
    """Compares what is shown; a measure that the decisions do not bear is left out."""
    names, places = np.unique(shown.unit.astype(str), return_inverse=True)
    by_column = [np.bincount(places, column, len(names)) for column in _columns(shown)]
    sums = np.stack(by_column, axis=1).astype(np.float64)
    drawn = np.concatenate([sums.sum(axis=0, keepdims=True), _resampled(sums, plan)])
    found = [_measure(name, drawn[:, 8 * at : 8 * at + 8], plan.level) for at, name in enumerate(_WORDS)]
    return Guarded(tuple(each for each in found if each is not None), allowed)


def _resampled(sums: Floats, plan: Bootstrap) -> Floats:
    """(resamples, columns): the sums of as many units as there are, drawn with replacement."""
    rng, n = np.random.default_rng(plan.seed), len(sums)
    return np.stack([np.bincount(rng.integers(n, size=n), minlength=n) @ sums for _ in range(plan.n_resamples)])


def _columns(shown: Shown) -> list[Floats]:
    """For each measure the sums above and below the line: of the new gate, the former, everything, and the good."""
    known = np.where(np.isnan(shown.parses), 0.0, 1.0)
    parses, ones = np.nan_to_num(shown.parses), np.ones(len(known))
    whose = [np.where(mask, 1.0, 0.0) for mask in (~shown.candidate, ~shown.former, ones > 0.0, shown.label)]
    kept = [(shown.kept_chars * mask, shown.kept_chars) for mask in whose]
    lengths = [(shown.chars * mask, mask) for mask in whose]
    rates = [(parses * mask, known * mask) for mask in whose]
    return [shown.weight * part for pair in (*kept, *lengths, *rates) for part in pair]


def _measure(name: str, sums: Floats, level: float) -> Measure | None:
    """From the sums above and below the line (1 + resamples, 8), the first row those of all units."""
    with np.errstate(divide="ignore", invalid="ignore"):
        new, former, every, good = (sums[:, ::2] / sums[:, 1::2]).T
        yardstick = every if name == _KEPT else np.fmin(every, good)
        change, fall = new / former - 1.0, 1.0 - new / yardstick
    if not np.isfinite([change[0], fall[0]]).all():
        return None
    levels = (float(new[0]), float(former[0]), float(yardstick[0]))
    return Measure(name, *levels, _estimate(change, level), _estimate(fall, level))


def _estimate(values: Floats, level: float) -> Estimate:
    """The first value, with the percentile interval of the others."""
    found = values[1:][np.isfinite(values[1:])]
    if len(found) < 0.5 * len(values):
        return Estimate(float(values[0]))
    low, high = np.quantile(found, [(1.0 - level) / 2.0, (1.0 + level) / 2.0])
    return Estimate(float(values[0]), float(low), float(high))


_KEPT: Final = "kept_chars"


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.1f}"


def _kept_words(measure: Measure) -> str:
    fall = measure.fall
    within = f"{_percent(fall.value)}% [{_percent(fall.low)}, {_percent(fall.high)}]"
    return f"{within} of the characters taken and kept are lost (now {_percent(1.0 - measure.former)}%)"


def _length_words(measure: Measure) -> str:
    return (
        f"what it shows has {measure.candidate:.0f} characters on average (now {measure.former:.0f}; what is taken, or"
        f" everything, {measure.yardstick:.0f})"
    )


def _parse_words(measure: Measure) -> str:
    return f"{_percent(measure.candidate)}% of it parses (now {_percent(measure.former)}%)"


_WORDS: Final[dict[str, Callable[[Measure], str]]] = {
    _KEPT: _kept_words,
    "length": _length_words,
    "parse_rate": _parse_words,
}
_SUMMARY: Final[dict[str, str]] = {
    _KEPT: "{:.1%} of the characters taken and kept (now {:.1%})",
    "length": "{:.0f} characters on average (now {:.0f})",
    "parse_rate": "{:.1%} of it parses (now {:.1%})",
}
