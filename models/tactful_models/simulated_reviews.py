"""Reviewers and tests that are made up, of suggestions of which the truth is known."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from tactful_models.dataset import Bools
from tactful_models.events import Verdict
from tactful_models.reviewers import Trial, Vote

TESTS: Final = "tests"
"""The check's name."""
_REWRITES: Final = 0.4
"""Of those that are taken for bad, the share that would be rewritten rather than reverted."""


@dataclass(frozen=True, slots=True)
class Person:
    """Someone who reviews."""

    name: str
    wrong: float
    """Share of verdicts that are the opposite of the truth: 0.1 honest, 0.3 careless, 0.9 deceptive."""
    share: float = 0.5
    """Share of the suggestions reviewed."""
    expertise: str = ""
    """What they say of how well they know the code."""


@dataclass(frozen=True, slots=True)
class Suite:
    """How good the tests are."""

    reach: float = 0.6
    """Share of the suggestions that they run; what is bad in those they find."""
    flakes: float = 0.02
    """Share of the runs that fail for no reason."""
    tells_reach: bool = True
    """Whether it is recorded what they ran; else everything looks as if it had been."""


def names(n: int) -> list[str]:
    """Ids of so many suggestions."""
    return [f"s{at}" for at in range(n)]


def said(good: Bools, people: Sequence[Person], seed: int) -> Iterator[Vote]:
    """What the people say of suggestions of which `good` (n,) is the truth; the same for the same seed."""
    rng = np.random.default_rng([seed, 1])
    for person in people:
        reviewed, wrong, rewrites = rng.random((3, len(good)))
        for at in np.flatnonzero(reviewed < person.share):
            likes = bool(good[at]) ^ bool(wrong[at] < person.wrong)
            against = Verdict.REWRITE if rewrites[at] < _REWRITES else Verdict.REVERT
            yield Vote(f"s{at}", person.name, Verdict.KEEP if likes else against)


def tried(good: Bools, testing: Suite, seed: int) -> Iterator[Trial]:
    """What tests say of them."""
    rng = np.random.default_rng([seed, 2])
    ran, flaked = rng.random(len(good)) < testing.reach, rng.random(len(good)) < testing.flakes
    for at in range(len(good)):
        failed = bool((ran[at] and not good[at]) or flaked[at])
        reach = float(ran[at]) if testing.tells_reach else 1.0
        yield Trial(f"s{at}", TESTS, not failed, reach, is_test=True)
