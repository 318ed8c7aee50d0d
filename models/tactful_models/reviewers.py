"""Who says what of a suggestion, what is thought of those who say it, and what one verdict is worth.

Three kinds of reviewer speak: people, models that were asked, and the repository's own history (`git`). Checks speak
too. `dawid_skene.py` estimates from all of it together how far each is to be believed.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from tactful_models.events import Reviewed, Verdict

VERDICTS: Final = tuple(Verdict)
"""The order of a reviewer's rates: keep, rewrite, revert."""
COVERS: Final = 0.5
"""Share of a suggestion's lines that a test must have run for its pass to stand against a reviewer."""


@dataclass(frozen=True, slots=True)
class Vote:
    """One reviewer's last word on one suggestion."""

    suggestion_id: str
    reviewer: str
    verdict: Verdict
    kind: str = "person"
    """Which prior holds: a key of `Priors.reviewers`."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What one check said of one suggestion, the baseline already taken off: a failure is one that it brought."""

    suggestion_id: str
    check: str
    """The rung: `parses`, `lints`, `tests`, …; each has error rates of its own."""
    passed: bool
    reach: float = 1.0
    """Share of the suggestion's lines that were judged, in [0, 1]."""
    is_test: bool = False
    """Whether a pass is a claim that the code does what it should."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What is thought of a reviewer before any verdict, worth so many verdicts of each truth."""

    given_good: tuple[float, float, float]
    """P(keep), P(rewrite), P(revert) where the suggestion is good."""
    given_bad: tuple[float, float, float]
    """The same where it is not."""
    strength: float


def _usual() -> Mapping[str, Expected]:
    return {
        "person": Expected((0.80, 0.14, 0.06), (0.20, 0.35, 0.45), 6.0),
        "model": Expected((0.60, 0.22, 0.18), (0.40, 0.30, 0.30), 6.0),
        "git": Expected((0.75, 0.18, 0.07), (0.40, 0.35, 0.25), 12.0),
    }


@dataclass(frozen=True, slots=True)
class Priors:
    """What is thought before anything was said. Chosen by hand, not fitted; the defaults suit everyone but tests."""

    reviewers: Mapping[str, Expected] = field(default_factory=_usual)
    """By kind; a kind that is not here is taken for a person."""
    found: tuple[float, float] = (14.0, 6.0)
    """Bad suggestions that a check, reaching them, failed and passed."""
    alarms: tuple[float, float] = (1.0, 49.0)
    """Good suggestions that a check failed and passed."""
    good: tuple[float, float] = (3.0, 2.0)
    """Good and bad suggestions."""

    def of(self, kind: str) -> Expected:
        """What is expected of a kind of reviewer."""
        return self.reviewers.get(kind) or self.reviewers["person"]


@dataclass(frozen=True, slots=True)
class Rates:
    """A reviewer's error rates."""

    n: int
    """Verdicts they were estimated from, beside the prior."""
    given_good: tuple[float, ...]
    """P(verdict | good), in the order of `VERDICTS`."""
    given_bad: tuple[float, ...]
    """P(verdict | bad)."""

    @property
    def worth(self) -> float:
        """What their word is worth in all, in [−1, 1]: 1 for the truth, 0 for a coin, −1 for its opposite.

        P(keep | good) − P(keep | bad), Youden's index (Cancer 3:32, 1950).
        """
        keep = VERDICTS.index(Verdict.KEEP)
        return self.given_good[keep] - self.given_bad[keep]


@dataclass(frozen=True, slots=True)
class CheckRates:
    """A check's error rates."""

    n: int
    found: float
    """P(fails | bad, and the check reaches it)."""
    alarms: float
    """P(fails | good): what flakes."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """What follows from all verdicts and checks together."""

    good: Mapping[str, float]
    """P(good), by suggestion; of those that anything was said of."""
    share_good: float
    """The same of a suggestion of which nothing is known."""
    reviewers: Mapping[str, Rates]
    checks: Mapping[str, CheckRates]
    rounds: int
    """Rounds of fitting it took; 500 where it did not settle."""

    def evidence(self) -> dict[str, float]:
        """By suggestion, the log-odds by which what was said of it raises P(good); below 0 it speaks against it."""
        return {name: _log_odds(good) - self.usual for name, good in self.good.items()}

    @property
    def usual(self) -> float:
        """The log-odds of a good one of which nothing is known."""
        return _log_odds(self.share_good)


def voter(review: Reviewed) -> str:
    """Who speaks, as far as being right goes: a person; a model and the way it was asked.

    >>> voter(Reviewed("v", "s", "n", 0.0, Verdict.KEEP, "ollama:m", "model", method="critic-1"))
    'ollama:m critic-1'
    """
    return f"{review.reviewer} {review.method}".strip() if review.reviewer_kind == "model" else review.reviewer


def votes(reviews: Iterable[Reviewed]) -> list[Vote]:
    """The last word of each on each suggestion, of reviews in the log's order."""
    last = {(review.suggestion_id, voter(review)): review for review in reviews}
    return [
        Vote(suggestion_id, name, review.verdict, review.reviewer_kind)
        for (suggestion_id, name), review in last.items()
    ]


def worths(rates: Mapping[str, Rates]) -> dict[str, float]:
    """What the word of each is worth, by `voter`; below 0 for one who mostly says the opposite."""
    return {name: each.worth for name, each in rates.items()}


def _log_odds(chance: float) -> float:
    within = min(max(chance, 1e-6), 1.0 - 1e-6)
    return math.log(within / (1.0 - within))
