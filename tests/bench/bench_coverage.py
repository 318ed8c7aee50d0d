"""How often off-policy estimates fall within their 95 % intervals, in simulated logs whose truth is known.

`python tests/bench/bench_coverage.py [--runs 500]`: a star marks what is not within 93 to 97 %. Exits 1 when an
estimate of a world that should bear it is further out than chance allows (three standard errors from 95 %).

Shown without that claim: worlds where a few explored paths stand for hundreds, where the effective number says how
little an estimate rests on; drift, whose trend the intervals take for chance, so that they are too wide; and the share
of accepts lost, which rests on the few lost accepts that were seen (it is certain where everything is shown).
"""

import argparse
import sys
import time
from dataclasses import astuple, dataclass

import numpy as np

from tactful_models import ope, simulation
from tactful_models.clusters import Interval
from tactful_models.ope import Guess, Target
from tactful_models.paths import Paths
from tactful_models.simulation import Logging, Size, Truth, World

ONE = World(tastes=(0.0,))
TRUTH_SAMPLE = 1_000_000


@dataclass(frozen=True, slots=True)
class Design:
    """One kind of log, and the thresholds asked about."""

    name: str
    world: World
    size: Size
    logging: Logging
    pair: tuple[float, float]
    claimed: int = 4
    """Of how many estimates the intervals must hold, in their order."""


DESIGNS = (
    Design("one user, shadow mode", ONE, Size(1, 20, 50), Logging(), (0.1, 0.35)),
    Design("one user, withholds more", ONE, Size(1, 40, 50), Logging(0.2, 0.25), (0.25, 0.4)),
    Design("one user, one up, one down", ONE, Size(1, 40, 50), Logging(0.2, 0.25), (0.1, 0.35)),
    Design("one user, exploring 2 %", ONE, Size(1, 100, 50), Logging(0.1, 0.2, 0.02), (0.1, 0.35)),
    Design("one user, drifting", World(tastes=(0.0,), drift=1.0), Size(1, 40, 50), Logging(0.2, 0.25), (0.1, 0.35), 0),
    Design("20 users", World(), Size(20, 5, 20), Logging(0.2, 0.25), (0.1, 0.35)),
    Design("100 users", World(), Size(100, 5, 20), Logging(0.2, 0.25), (0.1, 0.35)),
    Design("six sessions", ONE, Size(1, 6, 150), Logging(0.2, 0.25), (0.25, 0.4)),
    Design("show all, exploring 20 %", ONE, Size(1, 40, 50), Logging(0.0, 0.25, 0.2), (0.0, 0.0)),
    Design("show all, both explore 10 %", ONE, Size(1, 40, 50), Logging(0.2, 0.25, 0.1), (0.0, 0.0), 0),
    Design("show all, both explore 2 %", ONE, Size(1, 40, 50), Logging(0.2, 0.25, 0.02), (0.0, 0.0), 0),
)
NAMES = ("ips", "snips", "dr", "dr in chars", "accepts lost")


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=500)
    runs = parser.parse_args().runs
    print(f"Share of 95 % intervals that hold the truth, {runs} seeded logs each; in brackets the mean width")
    print(f"  {'':<28}" + "".join(f"{name:>19}" for name in NAMES) + f"{'effective':>11}{'heaviest':>10}{'s':>7}")
    failed = [design.name for design in DESIGNS if not _run(design, runs)]
    if failed:
        print(f"further from 95 % than chance allows: {', '.join(failed)}")
        sys.exit(1)


def _run(design: Design, runs: int) -> bool:
    began, truth = time.perf_counter(), _truth(design)
    held = np.zeros((runs, len(NAMES)))
    widths = np.zeros((runs, len(NAMES)))
    basis = np.zeros((runs, 2))
    first = 10_000 * DESIGNS.index(design)  # each design's logs are its own
    for seed in range(runs):
        paths = simulation.log(simulation.draw(design.world, design.size, first + seed), design.logging, first + seed)
        target = thresholds(paths, design.pair)
        for at, (found, expected) in enumerate(_estimates(paths, target, truth)):
            held[seed, at], widths[seed, at] = _holds(found, expected)
        support = ope.support(paths, target)
        basis[seed] = support.effective, support.largest_weight
    shares = held.mean(axis=0)
    cells = "".join(
        f"{share:>9.1%}{_star(share)} ({width:.3f})" for share, width in zip(shares, widths.mean(axis=0), strict=True)
    )
    effective, heaviest = basis.mean(axis=0)
    print(f"  {design.name:<28}{cells}{effective:>11,.0f}{heaviest:>10,.0f}{time.perf_counter() - began:>7.1f}")
    return bool((np.abs(shares[: design.claimed] - 0.95) <= 3.0 * (0.95 * 0.05 / runs) ** 0.5).all())


def _star(share: float) -> str:
    return " " if 0.93 <= share <= 0.97 else "*"


def thresholds(paths: Paths, pair: tuple[float, float]) -> Target:
    """The policy that withholds below them."""
    second = np.nan_to_num(paths.probability2, nan=1.0) >= pair[1]
    return Target("thresholds", (paths.probability1 >= pair[0]).astype(float), second.astype(float))


def _estimates(paths: Paths, target: Target, truth: Truth) -> list[tuple[Interval, float]]:
    guess = Guess(paths.probability1, paths.probability2)
    mean_chars = float(np.nanmean(paths.chars))
    in_chars = Guess(guess.stage1 * mean_chars, guess.stage2 * np.nan_to_num(paths.chars))
    found = ope.worth(paths, target, guess, paths.reward)
    chars = ope.worth(paths, target, in_chars, paths.kept_chars)
    lost = ope.lost_share(paths, target, paths.reward)
    worth = [(each, truth.value) for each in (found.ips, found.snips, found.dr)]
    return [*worth, (chars.dr, truth.chars), (lost, truth.accepts_lost)]


def _holds(found: Interval, expected: float) -> tuple[bool, float]:
    assert found.low is not None
    assert found.high is not None
    return found.low <= expected <= found.high, found.high - found.low


def _truth(design: Design) -> Truth:
    """By large samples of the world: as many users of one opportunity, or the one user's."""
    size = Size(1, TRUTH_SAMPLE, 1) if design.world.tastes else Size(TRUTH_SAMPLE, 1, 1)
    found = [simulation.truth(simulation.draw(design.world, size, 1_000_000 + at), design.pair) for at in range(8)]
    return Truth(*np.mean([astuple(each) for each in found], axis=0).tolist())


if __name__ == "__main__":
    main()
