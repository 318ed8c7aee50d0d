"""How often the promise "at most 5 % of the accepts lost, with 90 % confidence" is broken, where the truth is known.

`python tests/bench/bench_promise.py [--runs 500] [--trained 0] [--users 1,3,10,30,100]`: simulated logs of several
sizes and numbers of users. Thresholds are tuned on scores that are calibrated, as a gate's are on data its trees did
not see; the truth is that of the one user for good, or of people never seen where there are several. Beside it what a
clairvoyant pair of thresholds, chosen in the world itself, withholds. `--trained N` also trains real gates on N logs of
some sizes: features, trees, calibration and all. Exits 1 when the promise breaks more often than 10 % and chance allow
(three standard errors), or when from 1,000 accepts on less than half of the clairvoyant's rejections are withheld.
"""

import argparse
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tactful_models import simulation
from tactful_models.dependence import clusters
from tactful_models.promise import Constraint, Thresholds, upper_bound
from tactful_models.simulation import Drawn, Size, World
from tactful_models.threshold_search import Weighed, best_pair
from tactful_models.thresholds import Scored, tune

CONSTRAINT = Constraint()
PEOPLE = World()
ONE = World(tastes=(0.0,))
SIZES = (
    Size(1, 5, 30),
    Size(1, 10, 30),
    Size(1, 25, 30),
    Size(1, 80, 30),
    Size(1, 250, 30),
    Size(3, 10, 30),
    Size(3, 30, 30),
    Size(10, 8, 30),
    Size(10, 25, 30),
    Size(30, 3, 30),
    Size(100, 1, 30),
    Size(100, 5, 20),
)
TRAINED_SIZES = (Size(1, 25, 30), Size(1, 80, 30), Size(10, 25, 30))

Tune = Callable[[Drawn], tuple[Thresholds, "Withholds"]]
Withholds = Callable[[Drawn], simulation.Truth]


@dataclass(frozen=True, slots=True)
class Truths:
    """The world at large, and the best that can be done in it."""

    sample: Drawn
    best: float
    """Rejections withheld by the clairvoyant."""


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=500)
    parser.add_argument("--trained", type=int, default=0)
    parser.add_argument("--users", default="1,3,10,30,100", help="Only logs of so many users.")
    asked = parser.parse_args()
    print(f"The promise, {asked.runs} seeded logs each")
    print(f"  {'':<30}{'accepts':>9}{'met':>7}{'broken, 95 %':>18}{'lost':>7}{'withheld':>10}{'of best':>9}{'s':>6}")
    users = {int(each) for each in asked.users.split(",")}
    good = [_run(size, asked.runs, tuned) for size in SIZES if asked.runs and size.users in users]
    if asked.trained:
        sys.path.insert(0, str(Path(__file__).parents[1]))
        from bench.promise_trained import trained

        good += [_run(size, asked.trained, trained) for size in TRAINED_SIZES if size.users in users]
    sys.exit(0 if all(good) else 1)


def tuned(drawn: Drawn) -> tuple[Thresholds, Withholds]:
    """Thresholds from the gate's own scores."""
    hang = clusters(drawn.user.astype(str).astype(object), drawn.session.astype(str).astype(object))
    scored = Scored(drawn.probability1, drawn.probability2, drawn.good, np.ones(len(drawn)), hang)
    found = tune(scored, CONSTRAINT)
    return found, lambda others: simulation.truth(others, (found.stage1, found.stage2))


def _run(size: Size, runs: int, way: Tune) -> bool:
    began, world = time.perf_counter(), ONE if size.users == 1 else PEOPLE
    truths = _truths(world)
    lost, withheld, accepts, met = (np.zeros(runs) for _ in range(4))
    for seed in range(runs):
        drawn = simulation.draw(world, size, seed)
        found, judge = way(drawn)
        truth = judge(truths.sample)
        lost[seed], withheld[seed] = truth.accepts_lost, truth.rejections_withheld
        accepts[seed], met[seed] = drawn.good.sum(), found.promise.met
    n_broken, allowed = int((lost > CONSTRAINT.accepts_lost).sum()), 1.0 - CONSTRAINT.confidence
    broken = n_broken / runs
    share = float(withheld.mean()) / truths.best
    name = f"{size.users} users, {size.total:,} {'' if way is tuned else 'trained'}"
    print(
        f"  {name:<30}{accepts.mean():>9,.0f}{met.mean():>7.0%}{_within(n_broken, runs):>18}{lost.mean():>7.1%}"
        f"{withheld.mean():>10.1%}{share:>9.0%}{time.perf_counter() - began:>6.0f}",
        flush=True,
    )
    is_kept = broken <= allowed + 3.0 * (allowed * (1.0 - allowed) / runs) ** 0.5
    return is_kept and (share >= 0.5 or accepts.mean() < 1000)


def _within(k: int, n: int) -> str:
    """A share with its exact binomial interval (Clopper and Pearson)."""
    low, high = 1.0 - upper_bound(n - k, n, 0.975), upper_bound(k, n, 0.975)
    return f"{k / n:.1%} [{100 * low:.0f}, {100 * high:.0f}]"


def _truths(world: World) -> Truths:
    size = Size(1, 200_000, 1) if world.tastes else Size(200_000, 1, 1)
    sample = simulation.draw(world, size, 1_000_003)
    chance = sample.chance
    scores = (sample.probability1, sample.probability2)
    loss, gain = Weighed(*scores, chance), Weighed(*scores, 1.0 - chance)
    pair = best_pair(loss, gain, CONSTRAINT.accepts_lost * float(chance.sum()), 0.0)
    return Truths(sample, simulation.truth(sample, pair).rejections_withheld)


if __name__ == "__main__":
    main()
