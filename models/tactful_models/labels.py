"""What counts as a good suggestion: label definitions over all that is known of one, and the one place where it joins.

`Label.told` makes of behaviour, persistence, checks and reviews a label, its weight, and how it was obtained. Nothing
can be said (None) where the end is open, the check not yet due, or the user was not asked; None is left out of the
data, never taken for no. In steps, each a number from −1 (bad) to +1 (good) whose size is the weight:

1. **Behaviour.** Of what was taken in parts, the characters count: the share r says 2 r − 1. Half-taken says nothing;
   what is lost to the trees against two rows, one good with weight r and one bad with 1 − r, is nothing at a chance of
   one half, and there is no step where the label turns. A suggestion replaced before the user judged it says nothing.
2. **Persistence.** Of a definition with a horizon, what was taken is good when half of it is still there then, else
   bad. Not yet due: None. Censored (the file was closed): 0, which only the next steps can move.
3. **Reviews** of what was taken. Keep says +1, rewrite −½, revert −1, each times what its reviewer's word is worth
   (`Hearing`: below 0 for one known to say the opposite), together at most 1; that much of the say passes from what was
   there to them: a revert by someone whose word is worth 1 makes the suggestion bad, one worth ½ leaves nothing to say.
4. **Checks** of what was taken come last, since a reviewer who contradicts a passing test does not overturn it. What
   broke something that was whole before is bad. Where passing tests ran a share of its lines, it stays at least that
   good, unless the user had thrown it out. A pass that ran none of its lines says nothing.

Where enough was said of a log's suggestions (`FEWEST_SAID`, `FEWEST_OF_A_KIND`), it is known how good what is taken
usually is and how far each word and test is to be believed together, and of what was taken whole and kept these stand
in the place of 3 and 4: good at probability p (`dawid_skene`) says 2 p − 1. So what nobody spoke of says less than what
a test ran. Where passing tests ran half of its lines or more it stays at least that good even so; where they ran less,
or none, that is in p already. What broke something is never good.

Trees learn from more than each label alone: there, `sharpening` lets what was said speak for what is alike, too.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from tactful_models.errors import TrainingError
from tactful_models.events import End, Known, Verdict
from tactful_models.reviewers import COVERS, Estimate, Trial, worths

DEFAULT = "kept_30"

_KEPT_AT_LEAST: Final = 0.5
_NOTHING: Final = 1e-9
FEWEST_SAID: Final = 100
"""Suggestions of a log that something must have been said of."""
FEWEST_OF_A_KIND: Final = 20
"""Of them that must clearly be good by what was said, and that must clearly be bad."""
_CLEAR: Final = 1.0
"""Log-odds from which on something is clear."""
MATTERS_OF_TASTE: Final = frozenset({"lints", "types"})
"""Checks that may find something new in what works all the same."""
_SAYS: Final = MappingProxyType({Verdict.KEEP: 1.0, Verdict.REWRITE: -0.5, Verdict.REVERT: -1.0})


class Obtained(StrEnum):
    """How a label was obtained: by the last of these that moved it."""

    BEHAVIOUR = "behaviour"
    PERSISTENCE = "persistence"
    REVIEW = "review"
    CHECK = "check"


@dataclass(frozen=True, slots=True)
class Ran:
    """What checking a suggestion showed, set against the same file without it."""

    broke: bool
    """Whether something that was whole before is not with it: it no longer parses, or a passing test fails."""
    covered: float = 0.0
    """Share of its lines that passing tests ran, in [0, 1]; 0 where none reached it."""
    trust: float = 1.0
    """How far the result is to be trusted, in [0, 1]: below 1 where the tests are known to flake."""

    @classmethod
    def of(cls, trials: Iterable[Trial], trust: float = 1.0) -> "Ran | None":
        """All trials of one suggestion together; None where there was none that can break or prove anything."""
        told = [each for each in trials if each.check not in MATTERS_OF_TASTE]
        covered = max((each.reach for each in told if each.is_test and each.passed), default=0.0)
        return cls(any(not each.passed for each in told), covered, trust) if told else None


@dataclass(frozen=True, slots=True)
class Said:
    """A reviewer's last word on a suggestion."""

    verdict: Verdict
    reviewer: str
    """Who: `reviewers.voter`."""
    kind: str = "person"
    """`person`, `model` or `git`."""


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of one shown suggestion."""

    end: End
    """Its final end."""
    known: Known
    """How the end was known."""
    taken_ratio: float = 0.0
    """Share of its characters that was taken: 1 for `accepted`."""
    kept: Mapping[int, float | None] = field(default_factory=dict)
    """Share of the accepted text still there, by seconds after; None where censored, absent where not yet due."""
    ran: Ran | None = None
    """What checks showed; None where none was made."""
    said: Sequence[Said] = ()
    """What reviewers said, one entry each."""


@dataclass(frozen=True, slots=True)
class Hearing:
    """Whose word counts beside the user's own doing, and for how much."""

    checks: bool = True
    """Whether checks move a label."""
    reviews: bool = True
    """Whether reviews do."""
    worth: Mapping[str, float] = field(default_factory=dict)
    """By reviewer, what their word is worth, in [−1, 1], as estimated from agreement with checks and with others."""
    evidence: Mapping[str, float] = field(default_factory=dict)
    """By suggestion, the log-odds by which all that was said of it speaks for it (`reviewers.Estimate.evidence`)."""
    usual: float | None = None
    """Log-odds of a good one among those that nothing is known of; None where too little was said to know."""
    person: float = 1.0
    """What the word of a person is worth of whom nothing was estimated, and that of the repository's history."""
    model: float = 0.5
    """The same of a model."""

    @classmethod
    def by(cls, estimate: Estimate) -> "Hearing":
        """Each as far as the estimate believes them."""
        evidence = estimate.evidence()
        usual = estimate.usual if is_enough(evidence.values()) else None
        return cls(worth=worths(estimate.reviewers), evidence=evidence, usual=usual)

    def chance(self, suggestion_id: str) -> float | None:
        """P(good) of one that was taken and kept, by what was said of it; None where too little was said of all."""
        if self.usual is None:
            return None
        return 1.0 / (1.0 + math.exp(-(self.usual + self.evidence.get(suggestion_id, 0.0))))

    def worth_of(self, said: Said) -> float:
        """In [−1, 1]."""
        unknown = self.model if said.kind == "model" else self.person
        return min(max(self.worth.get(said.reviewer, unknown), -1.0), 1.0)


EVERYONE: Final = Hearing()
BEHAVIOUR_ALONE: Final = Hearing(checks=False, reviews=False)


@dataclass(frozen=True, slots=True)
class Told:
    """A label."""

    good: bool
    weight: float
    """How much it counts beside a plain one, in (0, 1]."""
    obtained: Obtained

    @property
    def signed(self) -> float:
        """Its weight, below 0 for a bad one."""
        return self.weight if self.good else -self.weight


@dataclass(frozen=True, slots=True)
class Label:
    """One definition."""

    name: str
    """What `--label` takes and a gate's manifest says."""
    meaning: str
    """In words."""
    after_s: int | None = None
    """The check at which the accepted text must still be there; None where accepting is enough."""

    def told(self, fate: Fate, hearing: Hearing = EVERYONE, suggestion_id: str = "") -> Told | None:
        """The label of one suggestion, as the module says. Accepting alone (`accepted`) is moved by nothing else."""
        found = self._by_behaviour(fate)
        if self.is_kept(fate) and (chance := hearing.chance(suggestion_id)) is not None:
            found = _estimated(chance, fate)
        elif found is not None and self.after_s is not None and fate.taken_ratio > 0.5:
            found = _checked(_reviewed(found, fate, hearing), found[0], fate.ran if hearing.checks else None)
        if found is None or abs(found[0]) < _NOTHING:
            return None
        return Told(found[0] > 0.0, min(abs(found[0]), 1.0), found[1])

    def of(self, fate: Fate, hearing: Hearing = EVERYONE) -> bool | None:
        """Whether it is good; None where nothing can be said."""
        found = self.told(fate, hearing)
        return None if found is None else found.good

    def is_kept(self, fate: Fate) -> bool:
        """Whether it was taken whole and is still there at the horizon: then others' word decides."""
        return self.after_s is not None and self._by_behaviour(fate) == (1.0, Obtained.PERSISTENCE)

    def kept_chars(self, fate: Fate, chars: int) -> float:
        """Of its characters, those that were taken and still there at the horizon; censored ones count as there."""
        kept = 1.0 if self.after_s is None else fate.kept.get(self.after_s, 0.0)
        return fate.taken_ratio * chars * (1.0 if kept is None else kept)

    def _by_behaviour(self, fate: Fate) -> "tuple[float, Obtained] | None":
        said = 2.0 * fate.taken_ratio - 1.0
        if said < 0.0 and fate.end is End.SUPERSEDED:
            return None
        if said <= 0.0 or self.after_s is None:
            return said, Obtained.BEHAVIOUR
        if self.after_s not in fate.kept:
            return None
        kept = fate.kept[self.after_s]
        if kept is None:
            return 0.0, Obtained.BEHAVIOUR
        return (said if kept >= _KEPT_AT_LEAST else -said), Obtained.PERSISTENCE


def is_enough(evidence: Iterable[float]) -> bool:
    """Whether so much was said that it is known how good what is taken usually is.

    It takes some that are clearly good by what was said and some that clearly are not: where the one kind is never told
    of (tests that only ever fail), what is usual cannot be known.
    """
    said = [each for each in evidence if each]
    n_praised, n_blamed = sum(each >= _CLEAR for each in said), sum(each <= -_CLEAR for each in said)
    return len(said) >= FEWEST_SAID and min(n_praised, n_blamed) >= FEWEST_OF_A_KIND


def _estimated(chance: float, fate: Fate) -> tuple[float, Obtained]:
    by = Obtained.CHECK if fate.ran else Obtained.REVIEW if fate.said else Obtained.PERSISTENCE
    says, ran = 2.0 * chance - 1.0, fate.ran
    if ran is None:
        return says, by
    if ran.broke:
        return min(says, 0.0), by
    return (max(says, ran.covered * ran.trust) if ran.covered >= COVERS else says), by


def _reviewed(found: tuple[float, Obtained], fate: Fate, hearing: Hearing) -> tuple[float, Obtained]:
    if not fate.said or not hearing.reviews:
        return found
    worth = [hearing.worth_of(each) for each in fate.said]
    net = math.fsum(w * _SAYS[each.verdict] for w, each in zip(worth, fate.said, strict=True))
    net /= max(math.fsum(map(abs, worth)), 1.0)
    return (found[0] * (1.0 - abs(net)) + net, Obtained.REVIEW) if net else found


def _checked(found: tuple[float, Obtained], behaviour: float, ran: Ran | None) -> tuple[float, Obtained]:
    if ran is None:
        return found
    if ran.broke:
        return found[0] * (1.0 - ran.trust) - ran.trust, Obtained.CHECK
    proven = ran.covered * ran.trust
    return (proven, Obtained.CHECK) if behaviour >= 0.0 and proven > max(found[0], 0.0) else found


_ALL = (
    Label("accepted", "accepted, or more than half of it taken in parts"),
    Label("kept_30", "accepted, and at least half still there after 30 s", 30),
    Label("kept_120", "accepted, and at least half still there after 120 s", 120),
    Label("kept_300", "accepted, and at least half still there after 300 s", 300),
    Label("kept_600", "accepted, and at least half still there after 600 s", 600),
)


def names() -> tuple[str, ...]:
    """The definitions there are, the default among them."""
    return tuple(label.name for label in _ALL)


def find(name: str) -> Label:
    """A definition by its name; raises TrainingError naming those there are."""
    for label in _ALL:
        if label.name == name:
            return label
    raise TrainingError(f"there is no label {name!r}; there are {', '.join(names())}")
