"""From how many outcomes of one's own a gate learned from them beats the prior that others' records made.

Each person in turn: the prior learns from all others, `own` from nothing but the person's first n decisions, and `both`
weighs the two by shrinkage, (n × own + k × prior) / (n + k) in log-odds, with the k that fits the other people best.
All are measured on the same later decisions of the person, by AUC of the second stage, pooled over the people.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from tactful_models import boosting, metrics
from tactful_models.boosting import Examples, Recipe
from tactful_models.dataset import Floats, Rows
from tactful_models.errors import TrainingError
from tactful_models.features import specs
from tactful_models.gate import LearnedGate
from tactful_models.metrics import Bootstrap, Estimate
from tactful_models.training import Plan, train

SIZES = (5, 10, 20, 40, 80, 160, 320, 640, 1280)
"""Numbers of own decisions that are tried, as far as the people have them."""
FEWEST_LEFT = 10
"""Later decisions that a person must have to be measured on."""
WEIGHTS = (5.0, 10.0, 20.0, 40.0, 80.0, 160.0, 320.0, 640.0, 1280.0)
"""Values of k, in decisions, among which the other people choose."""
CURVES = ("prior", "own", "both")


@dataclass(frozen=True, slots=True)
class Step:
    """After n decisions of one's own."""

    n: int
    """Decisions."""
    auc: dict[str, Estimate]
    """By curve: `prior`, `own`, `both`."""
    gain: dict[str, Estimate]
    """AUC less the prior's, paired: of `own` and of `both`."""
    k: float
    """The median of the weights that the shrinkage used, in decisions."""


@dataclass(frozen=True, slots=True)
class LearningCurve:
    """What was measured."""

    steps: tuple[Step, ...]
    """By number of own decisions, rising."""
    n_people: int
    """People with decisions enough."""
    n_rows: int
    """Later decisions measured on."""

    def wins_from(self, curve: str) -> int | None:
        """The number of own decisions from which on the curve stays above the prior; None where it never does."""
        found = None
        for step in reversed(self.steps):
            if (gain := step.gain[curve].value) is None or gain <= 0.0:
                break
            found = step.n
        return found

    def to_json(self) -> dict[str, object]:
        """What `tactful evaluate --learning-curve --json` prints."""
        told = {name: {"wins_from": self.wins_from(name)} for name in ("own", "both")}
        steps = [{"n": each.n} | {name: each.auc[name].to_json() for name in CURVES} for each in self.steps]
        gains = [{"n": each.n, "k": each.k} | {k: v.to_json() for k, v in each.gain.items()} for each in self.steps]
        return {"learning_curve": steps, "learning": {"n": self.n_rows, "people": self.n_people, **told, "gain": gains}}


def measure(
    rows: Rows, plan: Plan, bootstrap: Bootstrap | None = None, progress: Callable[[str], None] = lambda _: None
) -> LearningCurve:
    """The learning curve over the people in a log, in order of time; `progress` is told of each person.

    Raises TrainingError with fewer than three people who have decisions enough.
    """
    sizes = _sizes(rows)
    people = [_person(rows, name, sizes, plan) for name in _told(_enough(rows, sizes[-1]), progress)]
    test = Rows.joined([one.test for one in people])
    drawn = metrics.resamples(test.group, bootstrap or Bootstrap())
    steps = tuple(_step(people, test, at, drawn) for at in range(len(sizes)))
    return LearningCurve(steps, len(people), len(test))


def count(rows: Rows) -> int:
    """How many people it will take."""
    return len(_enough(rows, _sizes(rows)[-1]))


@dataclass(frozen=True, slots=True)
class _Person:
    test: Rows
    """The later decisions."""
    prior: Floats
    """(n,) log-odds by a gate that learned from others."""
    own: tuple[tuple[int, Floats], ...]
    """Number of own decisions, and (n,) log-odds by trees that learned from them."""

    def blended(self, at: int, k: float) -> Floats:
        n, own = self.own[at]
        return (n * own + k * self.prior) / (n + k)


def _sizes(rows: Rows) -> tuple[int, ...]:
    """Up to half of what the median person has; raises TrainingError where that is not even the smallest."""
    counts = sorted(int((rows.group == name).sum()) for name in rows.groups)
    half = counts[len(counts) // 2] // 2 if counts else 0
    found = tuple(size for size in SIZES if size <= half)
    if not found or len(_enough(rows, found[-1])) < 3:
        raise TrainingError(
            f"the log holds {len(counts)} people, the median of them with {2 * half} labelled decisions or one more;"
            f" a learning curve needs three with at least {2 * SIZES[0]}"
        )
    return found


def _enough(rows: Rows, most: int) -> list[str]:
    return [name for name in rows.groups if int((rows.group == name).sum()) >= most + FEWEST_LEFT]


def _told(names: Sequence[str], progress: Callable[[str], None]) -> Iterator[str]:
    for name in names:
        yield name
        progress(name)


def _person(rows: Rows, name: str, sizes: Sequence[int], plan: Plan) -> _Person:
    mine = rows.take(np.asarray(rows.group == name, np.bool_))
    mine = mine.take(np.argsort(mine.at, kind="stable"))
    test = mine.take(np.arange(sizes[-1], len(mine)))
    gate = LearnedGate(train(rows.take(np.asarray(rows.group != name, np.bool_)), plan))
    prior = _log_odds(gate.probabilities(2, test.stage2, list(test.model_key)))
    return _Person(test, prior, tuple((n, _own(mine.take(np.arange(n)), test, plan.recipe)) for n in sizes))


def _own(first: Rows, test: Rows, recipe: Recipe) -> Floats:
    """Log-odds of the later decisions by trees from the first ones; their base rate where all ended alike."""
    if first.label.all() or not first.label.any():
        rate = (float(first.label.sum()) + 0.5) / (len(first) + 1.0)
        return np.full(len(test), np.log(rate / (1.0 - rate)))
    signs = [spec.sign for spec in specs(2)]
    grown = boosting.grow(Examples(first.stage2, first.label, first.weight), signs, sparing(recipe, len(first)))
    return boosting.scores(grown, test.stage2)


def sparing(recipe: Recipe, n_rows: int) -> Recipe:
    """The recipe for few rows: smaller leaves, or there would be no split at all below twice their usual size."""
    return replace(recipe, min_leaf_rows=max(2, min(recipe.min_leaf_rows, n_rows // 6)))


def _step(people: Sequence[_Person], test: Rows, at: int, drawn: Sequence[metrics.Indices]) -> Step:
    weights = [_weight([other for other in people if other is not one], at) for one in people]
    scores = {
        "prior": np.concatenate([one.prior for one in people]),
        "own": np.concatenate([one.own[at][1] for one in people]),
        "both": np.concatenate([one.blended(at, k) for one, k in zip(people, weights, strict=True)]),
    }

    aucs = {name: _pooled(each, test) for name, each in scores.items()}
    return Step(
        n=people[0].own[at][0],
        auc={name: metrics.estimate(statistic, len(test), drawn) for name, statistic in aucs.items()},
        gain={
            name: metrics.estimate(_less(aucs[name], aucs["prior"]), len(test), drawn)
            for name in CURVES
            if name != "prior"
        },
        k=float(np.median(weights)),
    )


Statistic = Callable[[metrics.Indices], float | None]


def _pooled(scores: Floats, test: Rows) -> Statistic:
    return lambda chosen: metrics.auc(scores[chosen], test.label[chosen], test.weight[chosen])


def _less(one: Statistic, other: Statistic) -> Statistic:
    def difference(chosen: metrics.Indices) -> float | None:
        minuend, subtrahend = one(chosen), other(chosen)
        return None if minuend is None or subtrahend is None else minuend - subtrahend

    return difference


def _weight(others: Sequence[_Person], at: int) -> float:
    """The k with the least log-loss on the later decisions of the others."""
    return min(WEIGHTS, key=lambda k: sum(_log_loss(one.blended(at, k), one.test) for one in others))


def _log_loss(log_odds: Floats, rows: Rows) -> float:
    signed = np.where(rows.label, log_odds, -log_odds)
    return float((rows.weight * np.logaddexp(0.0, -signed)).sum())


def _log_odds(probabilities: Floats) -> Floats:
    clipped = np.clip(probabilities, 1e-6, 1.0 - 1e-6)
    return np.log(clipped / (1.0 - clipped))
