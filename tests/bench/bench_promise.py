"""How often the promise "at most 5 % of the accepts lost, with 90 % confidence" is broken, where the truth is known.

`python tests/bench/bench_promise.py [--runs 500] [--anew 0] [--trained 0] [--users 1,3,…]`: simulated logs of several
sizes and numbers of users. Thresholds are tuned on scores that are calibrated, as a gate's are on data its trees did
not see; the truth is that of the one user for good, or of people never seen where there are several. Beside it what a
clairvoyant pair of thresholds, chosen in the world itself, withholds. `--anew N` tells it of one user's thresholds that
are tuned three times, on what those before let through, in N logs (`promise_anew.py`). `--trained N` trains real gates
on N logs of some sizes: features, trees, calibration and all. Exits 1 when the promise breaks more often than 10 % and
chance allow (three standard errors), or when from 1,000 accepts on less than half of the clairvoyant's rejections are
withheld.
"""

import argparse
import itertools
import math
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

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

_FATES = ("accepts_lost", "rejections_withheld")

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
    parser.add_argument("--anew", type=int, default=0)
    parser.add_argument("--trained", type=int, default=0)
    parser.add_argument("--users", default="1,3,10,30,100", help="Only logs of so many users.")
    asked = parser.parse_args()
    print(f"The promise, {asked.runs} seeded logs each")
    print(f"  {'':<30}{'accepts':>9}{'met':>7}{'broken, 95 %':>18}{'lost':>7}{'withheld':>10}{'of best':>9}{'s':>6}")
    users = {int(each) for each in asked.users.split(",")}
    good = [_run(size, asked.runs, tuned) for size in SIZES if asked.runs and size.users in users]
    if asked.anew:
        good.append(_anew(asked.anew))
    if asked.trained:
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
    n_broken = int((lost > CONSTRAINT.accepts_lost).sum())
    share = float(withheld.mean()) / truths.best
    name = f"{size.users} users, {size.total:,} {'' if way is tuned else 'trained'}"
    print(
        f"  {name:<30}{accepts.mean():>9,.0f}{met.mean():>7.0%}{_within(n_broken, runs):>18}{lost.mean():>7.1%}"
        f"{withheld.mean():>10.1%}{share:>9.0%}{time.perf_counter() - began:>6.0f}",
        flush=True,
    )
    return _is_kept(n_broken, runs) and (share >= 0.5 or accepts.mean() < 1000)


def _anew(runs: int) -> bool:
    """One user's thresholds, tuned anew; prints a line each and tells whether the promise held."""
    from bench.promise_anew import NOISES, ONE, RECORDS, trained_anew

    held, best = True, _truths(ONE).best
    print(f"  {'tuned anew, sessions, scores off by':<46}{'broken, 95 %':>18}{'lost':>7}{'withheld':>10}{'of best':>9}")
    for sessions, noise in itertools.product(RECORDS, NOISES):
        truths = [list(trained_anew(sessions, noise, seed)) for seed in range(runs)]
        for time_tuned, found in enumerate(zip(*truths, strict=True), 1):
            lost, withheld = (np.array([getattr(each, name) for each in found]) for name in _FATES)
            n_broken = int((lost > CONSTRAINT.accepts_lost).sum())
            name = f"{time_tuned} of {'+'.join(map(str, sessions))}, {noise:g}"
            share = float(withheld.mean()) / best
            print(f"  {name:<46}{_within(n_broken, runs):>18}{lost.mean():>7.1%}{withheld.mean():>10.1%}{share:>9.0%}")
            held &= _is_kept(n_broken, runs)
    return held


def _is_kept(n_broken: int, runs: int) -> bool:
    """Whether the promise breaks no more often than allowed, but for three standard errors."""
    allowed = 1.0 - CONSTRAINT.confidence
    return n_broken <= runs * allowed + 3.0 * math.sqrt(runs * allowed * (1.0 - allowed))


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
