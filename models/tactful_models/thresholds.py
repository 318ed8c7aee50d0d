"""Both stages' thresholds, chosen together on rows the trees did not see, under the user's constraint.

Searching many pairs on the accepts and then stating the bound of the best would be no bound at all. So, as in Learn
then Test (Angelopoulos, Bates, Candès, Jordan and Lei, arXiv 2110.01052) with fixed-sequence testing: the accepts only
decide how far to go along one path of pairs, each withholding all that the one before it did, laid without them.

- **The path.** The rejected rows alone choose a direction: one with probability p stands for p / (1 − p) accepts like
  it, so they say, as far as the gate is calibrated, which pair withholds most at what loss. The path runs from (0, 0)
  through that pair along quantiles of the rejected rows' scores. Given the labels, the accepts' scores do not depend on
  the rejects': as far as they are concerned the path is fixed, however badly the direction was chosen.
- **The test.** Along it the number of accepts lost can only grow. The last pair at which the exact binomial test still
  rejects "loses more than x %" is taken, at the full confidence: a nested path needs no correction for multiplicity.

The binomial is that of accepts drawn independently from what the gate will meet. Several by one person are worth less
than that (`dependence.py`), and how much less depends on what is lost, so that the test is repeated at steps along the
path and the last one before it first fails is taken. So it is where some stand for others that a gate withheld.

Those others mostly have their like in the same log, from before that gate served. How many there are of the kind that a
stretch of the path withholds is known from the weights of all its rows; how many of them would have been accepted, from
all its rows alike: each is given their mean weight. An old gate withheld what is accepted less often, so that this errs
by counting more accepts lost, not fewer. One thing remains: what an old gate withheld too much of by luck is hardly
seen again, what it withheld too little of is, so that luck of the bad kind stays. Hence half of the risk is allowed
there. In 500 simulated logs of a user whose gate is trained anew twice on all that was logged until then
(`bench_promise.py --anew`), the promise of 90 % was broken in 10.0 and 8.0 % of them, and in 13.6 and 14.4 % at the
whole risk; with each weighed by its own propensity alone in 48 and 17 % of 150 logs. As much is withheld as by the
first gate (.30 of the rejections to its .32).
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tactful_models.dependence import Clusters, Hang, Worth, worth
from tactful_models.metrics import effective_size
from tactful_models.promise import Constraint, Promise, Thresholds, binomial_cdf, fewest_accepts, most_lost, upper_bound
from tactful_models.threshold_search import Floats, Weighed, best_pair

__all__ = ["Constraint", "Promise", "Scored", "Thresholds", "judge", "tune"]

_CAP = 1.0 - 1e-6
_SLACK = 1e-9
_STEPS = 100
_STRETCHES = 20
_DIFFER = (
    "the accepts differ too much between those they come from to promise anything of others, so everything is shown"
)
_BLUNT = (
    "nothing can be withheld without losing more accepts than allowed, since the gate hardly tells them from what was"
    " rejected, so everything is shown"
)
_SELDOM = (
    "what a gate withheld was shown too seldom to promise how much of it would have been accepted, so everything is"
    " shown"
)


@dataclass(frozen=True, slots=True)
class Scored:
    """Labelled decisions with both stages' calibrated probabilities, by a gate that did not learn from them."""

    stage1: Floats
    """(n,) P(accepted) before the model is called."""
    stage2: Floats
    """(n,) P(accepted) with the suggestion known."""
    accepted: NDArray[np.bool_]
    """(n,) the label."""
    weight: Floats
    """(n,) one over the propensity of having been shown, times `says`; all 1 where nothing was withheld."""
    clusters: Clusters | None = None
    """(n,) what hangs together (`dependence.clusters`); None where each decision stands alone."""
    correlation: float = 0.0
    """By how much at least they hang together (`dependence.OUT_OF_FOLD`)."""
    says: Floats | None = None
    """(n,) how much the label counts, above 0, which is a factor of `weight`; None where each counts 1."""

    @property
    def stand_for_many(self) -> bool:
        """Whether some stand for others like them that were withheld."""
        return bool((self.stands_for > 1.0 + _SLACK).any())

    @property
    def stands_for(self) -> Floats:
        """(n,) how many decisions like it each stands for, whatever its label counts."""
        return self.weight if self.says is None else np.asarray(self.weight / self.says, np.float64)

    @property
    def every(self) -> Weighed:
        """All rows, for the search."""
        return Weighed(self.stage1, self.stage2, self.weight)

    def part(self, mask: NDArray[np.bool_]) -> Weighed:
        """The masked rows, for the search."""
        return Weighed(self.stage1[mask], self.stage2[mask], self.weight[mask])


def tune(scored: Scored, constraint: Constraint) -> Thresholds:
    """The thresholds that withhold most rejections while keeping to the constraint, with the promise that holds.

    Where nothing keeps to it, both are 0 and the promise says why.
    """
    accepts, rejects = scored.part(scored.accepted), scored.part(~scored.accepted)
    if not len(accepts.weight) or not len(rejects.weight):
        return _nothing(scored, constraint, "there must be both accepted and rejected suggestions to tune on")
    if constraint.kind == "plain":
        plain = _plain(accepts, rejects, constraint)
        return judge(scored, constraint, plain) if any(plain) else _nothing(scored, constraint, _BLUNT)
    found = _bound(scored, constraint)
    if found is None:
        return _nothing(scored, constraint)
    pair, by = found
    return judge(by, constraint, pair) if any(pair) else _nothing(scored, constraint, _why_not(scored, constraint))


def _why_not(scored: Scored, constraint: Constraint) -> str:
    """Why nothing may be withheld where there are accepts enough: by what more would be withheld without."""
    alone = _bound(replace(scored, weight=np.ones(len(scored.weight)), clusters=None), constraint)
    if alone is None or not any(alone[0]):
        return _BLUNT
    return _SELDOM if scored.stand_for_many else _DIFFER


def judge(scored: Scored, constraint: Constraint, pair: tuple[float, float]) -> Thresholds:
    """A given pair with what the rows say of it. The bound is honest for a pair that these rows did not choose."""
    accepts = scored.part(scored.accepted)
    lost = accepts.is_withheld(*pair)
    found = _worth(scored, constraint, pair)
    promise = Promise(
        kind=constraint.kind,
        met=True,
        accepts_lost=constraint.accepts_lost,
        confidence=constraint.confidence,
        accepts=len(accepts.weight),
        lost=int(lost.sum()),
        upper=upper_bound(found.lost, found.size, constraint.confidence),
        exact=found.exact,
        effective=found.size,
    )
    return Thresholds(*pair, replace(promise, reason=_sentence(promise)))


def _worth(scored: Scored, constraint: Constraint, pair: tuple[float, float]) -> Worth:
    """What the accepts count as in the bound of a pair."""
    accepts = scored.part(scored.accepted)
    clusters = None if scored.clusters is None else scored.clusters[scored.accepted]
    hang = Hang(clusters, constraint.confidence, scored.correlation)
    heaviest = _heaviest(scored, pair) if scored.stand_for_many else 1.0
    return worth(accepts.is_withheld(*pair), accepts.weight, hang, heaviest)


def _heaviest(scored: Scored, pair: tuple[float, float]) -> float:
    """The largest weight of anything that the pair withholds."""
    return float(scored.weight[scored.every.is_withheld(*pair)].max(initial=0.0))


def _plain(accepts: Weighed, rejects: Weighed, constraint: Constraint) -> tuple[float, float]:
    budget = constraint.accepts_lost * float(accepts.weight.sum()) + _SLACK
    return best_pair(accepts, rejects, budget, constraint.call_worth)


def _bound(scored: Scored, constraint: Constraint) -> "tuple[tuple[float, float], Scored] | None":
    """The pair, and the rows as they were weighed for it; None where there are too few accepts."""
    constraint = _tested(scored, constraint)
    accepts, rejects = scored.part(scored.accepted), scored.part(~scored.accepted)
    size, _ = effective_size(accepts.weight)
    allowed = most_lost(size, constraint)
    if allowed < 0:
        return None
    path = _Path(rejects, _direction(rejects, max(allowed, 0.5) / size, constraint.call_worth))
    if scored.stand_for_many:
        scored = _evened(path, scored)
        accepts = scored.part(scored.accepted)
    along = path.furthest(accepts, allowed / size * float(accepts.weight.sum()) + _SLACK)
    if scored.clusters is not None or scored.stand_for_many:
        along = _last_sure((path, along), scored, constraint)
    return path.pair(along), scored


def _tested(scored: Scored, constraint: Constraint) -> Constraint:
    """What has to hold for the constraint to be promised: half of the risk where a gate chose what was seen."""
    if not scored.stand_for_many:
        return constraint
    return replace(constraint, confidence=(1.0 + constraint.confidence) / 2.0)


def _evened(path: "_Path", scored: Scored) -> Scored:
    """What is withheld at the same stretch of the path stands for as many, each."""
    places = path.places(scored.every)
    n = np.bincount(places, minlength=_STRETCHES + 1)
    mean = np.bincount(places, scored.stands_for, _STRETCHES + 1) / np.maximum(n, 1)
    return replace(scored, weight=mean[places] if scored.says is None else mean[places] * scored.says)


def _last_sure(path: "tuple[_Path, float]", scored: Scored, constraint: Constraint) -> float:
    """How far along the path, in a hundred steps at most, the bound holds for accepts that are not alike and alone."""
    sure = 0.0
    for along in (path[1] * np.arange(1, _STEPS + 1) / _STEPS).tolist():
        found = _worth(scored, constraint, path[0].pair(along))
        if binomial_cdf(found.lost, found.size, constraint.accepts_lost) > 1.0 - constraint.confidence:
            return sure
        sure = along
    return sure


def _direction(rejects: Weighed, share: float, call_worth: float) -> tuple[float, float]:
    """The pair that the rejected rows alone, standing for accepts by their odds, think best at that share lost."""
    chance = np.clip(rejects.stage2, 1e-9, _CAP)
    loss = replace(rejects, weight=rejects.weight * chance / (1.0 - chance))
    return best_pair(loss, rejects, share * float(loss.weight.sum()), call_worth)


class _Path:
    """Pairs from (0, 0) through one and beyond, along the quantiles of the rejected rows' scores."""

    def __init__(self, rejects: Weighed, through: tuple[float, float]) -> None:
        self._sorted = (np.sort(rejects.stage1), np.sort(rejects.stage2))
        self._reach: tuple[float, ...] = tuple(
            float(np.searchsorted(scores, at, side="left")) / len(scores)
            for scores, at in zip(self._sorted, through, strict=True)
        )
        if not any(self._reach):  # all rejected rows have one score, below which there is nothing
            self._reach = (0.0, 1.0)

    def pair(self, along: float) -> tuple[float, float]:
        """The thresholds at 0 ≤ along ≤ 1, where 1 is as far as the path goes."""
        stage1, stage2 = (self._at(stage, along) for stage in (0, 1))
        return stage1, stage2

    def places(self, rows: Weighed) -> NDArray[np.intp]:
        """(n,) the stretch, of `_STRETCHES`, at whose end each is withheld; `_STRETCHES` where it never is."""
        found = np.full(len(rows.weight), _STRETCHES, np.intp)
        for place in reversed(range(_STRETCHES)):
            found[rows.is_withheld(*self.pair((place + 1) / _STRETCHES))] = place
        return found

    def furthest(self, accepts: Weighed, budget: float) -> float:
        """How far along the loss stays within the budget, by bisection: it never falls along the path."""
        low, high = 0.0, 1.0
        for _ in range(50):
            middle = (low + high) / 2
            low, high = (middle, high) if accepts.withheld(*self.pair(middle)) <= budget else (low, middle)
        return low

    def _at(self, stage: int, along: float) -> float:
        """Just above a quantile: rows are withheld below a threshold, and those that are tied there go along."""
        furthest = max(self._reach)
        if along == 0.0 or self._reach[stage] == 0.0:
            return 0.0
        quantile = _quantile(self._sorted[stage], along * self._reach[stage] / furthest)
        return float(np.nextafter(quantile, np.inf))


def _quantile(ordered: Floats, q: float) -> float:
    """Between the two nearest, as `numpy.quantile` has it, which would order them anew."""
    place = q * (len(ordered) - 1)
    below = int(place)
    low, high = float(ordered[below]), float(ordered[min(below + 1, len(ordered) - 1)])
    return low + (high - low) * (place - below)


def _nothing(scored: Scored, constraint: Constraint, reason: str = "") -> Thresholds:
    accepts = int(scored.accepted.sum())
    size, exact = effective_size(scored.weight[scored.accepted])
    promise = Promise(
        kind=constraint.kind,
        accepts_lost=constraint.accepts_lost,
        confidence=constraint.confidence,
        accepts=accepts,
        more_accepts=max(0, fewest_accepts(_tested(scored, constraint)) - size),
        exact=exact,
        effective=size,
    )
    return Thresholds(0.0, 0.0, replace(promise, reason=reason or _too_few(promise)))


def _too_few(promise: Promise) -> str:
    return (
        f"{promise.accepts} accepts{_count_as(promise)} are too few to promise that at most"
        f" {promise.accepts_lost:.1%} of them are lost with {promise.confidence:.0%} confidence: at least"
        f" {promise.more_accepts} more are needed, so everything is shown"
    )


def _count_as(promise: Promise) -> str:
    return (
        "" if promise.exact else f" (which count as {promise.effective}, because some stand for many or hang together)"
    )


def _sentence(promise: Promise) -> str:
    seen = f"{promise.lost} of {promise.accepts} accepts{_count_as(promise)} lost on the tuning data"
    if promise.kind == "plain":
        return f"{seen}; a plain threshold, which says nothing of new data (upper bound there {promise.upper:.1%})"
    about = "" if promise.exact else " about"
    return f"{seen}; with{about} {promise.confidence:.0%} confidence at most {promise.upper:.1%} on new data"
