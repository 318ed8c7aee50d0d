"""How much less wrong code a gate shows that learned from tests and reviewers, where the truth is known.

    python tests/bench/bench_feedback.py [--runs 10] [--seed 700] [--people 1] [--days 60] [--told 8] [--all]

Simulated users take code of which 30 % is wrong, and keep it. Tests reach 60 % of the wrong and fail 2 % of everything
for no reason; each of three reviewers judges half of what was taken: an honest one is wrong in 10 %, a careless one in
30 %, a deceptive one in 90 %. Real gates learn from the same log with more or less of that feedback, through labels,
features, trees, calibration and thresholds, and are compared on people they have not seen. The ratio is that of the
wrong code shown to what the gate shows that learned from acceptance alone.

What was laid down before the seeds from 700 on were looked at, the ones before them having been for trying things out:

- **Where it is judged**: at the number of right ones that the gate which learned from acceptance alone shows as it is
  served, by its own thresholds under the default promise (at most 5 % of the accepts lost). Other shares are printed
  beside it, and decide nothing.
- **How much there is to learn from**: a quarter of a year of one person, 60 days of 60 suggestions. (Of two people the
  accepts often differ too much for a promise: then acceptance alone withholds nothing, and all of the right is shown.)
- **How much features tell of what is wrong** (`--told`): 8, an AUC of .986 for the wrong among the accepts, had one all
  of it. It has nothing to do with what is taken. A clairvoyant comes to a ratio of about .2 there, so that the half is
  a matter of learning; with 4 (.951) a clairvoyant himself hardly gets below it.

Exits 1 where the interval of checks and weighed reviews together does not stay at or below one half.
"""

import argparse
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from feedback_ways import ALONE, BOTH, TRUTH, WAYS, learned, scores, served
from tactful_models import metrics, simulated_feedback
from tactful_models.metrics import Bootstrap, Estimate
from tactful_models.simulated_feedback import Wrongs
from tactful_models.simulation import Size
from tactful_models.tables import number
from tactful_models.training import Plan

A_DAY = 60
FRESH = Size(4, 5, 60)
SERVED = "as served"
SHARES = {SERVED: 0.0, "98%": 0.98, "95%": 0.95, "90%": 0.90, "80%": 0.80}
"""Of the right code that would be taken; `SERVED` differs from seed to seed."""
FEWER = (ALONE, "checks alone", BOTH)
MOST = 0.5

Shown = Mapping[tuple[str, str], float]
"""The share of the wrong code shown, by way and by name of the share of the right code shown."""


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=10)
    parser.add_argument("--seed", type=int, default=700)
    parser.add_argument("--people", type=int, default=1)
    parser.add_argument("--told", type=float, default=8.0)
    parser.add_argument("--days", type=int, default=60)
    parser.add_argument("--all", action="store_true", help="every way, not only the three that the question is about")
    asked = parser.parse_args()
    ways, began = tuple(WAYS) if asked.all else FEWER, time.perf_counter()
    runs = [_run(asked, seed, ways) for seed in range(asked.seed, asked.seed + asked.runs)]
    print(f"Wrong code shown against a gate that learned from {ALONE}, {asked.runs} seeds from {asked.seed},")
    print(f"people: {asked.people}, days of {A_DAY}: {asked.days}, told {asked.told:g}; ", end="")
    print(f"{time.perf_counter() - began:.0f} s")
    print(f"  {'right code shown':<36}{''.join(f'{share:>28}' for share in SHARES)}")
    for way in (*ways, TRUTH):
        print(f"  {way:<36}{''.join(f'{_cell(runs, way, share):>28}' for share in SHARES)}")
    found = _ratio(runs, BOTH, SERVED)
    print(f"  the worst seed as served: {max(run[BOTH, SERVED] / run[ALONE, SERVED] for run in runs):.3f}")
    sys.exit(0 if found.high is not None and found.high <= MOST else 1)


def _run(asked: argparse.Namespace, seed: int, ways: tuple[str, ...]) -> Shown:
    wrongs, size = Wrongs(told=asked.told), Size(asked.people, asked.days, A_DAY)
    gates = learned(simulated_feedback.draw(wrongs, size, seed), Plan(label="kept_30"), seed, ways)
    fresh = simulated_feedback.draw(wrongs, FRESH, 10_000 + seed)
    told, right = scores(gates, fresh, 10_000 + seed), served(gates[ALONE], fresh, 10_000 + seed)
    shares = {name: share or right for name, share in SHARES.items()}
    found = {
        (way, name): simulated_feedback.wrong_shown(told[way], fresh, share)
        for way in told
        for name, share in shares.items()
    }
    ratios = ", ".join(f"{way} {found[way, SERVED] / found[ALONE, SERVED]:.3f}" for way in told)
    print(f"seed {seed}, {right:.1%} of the right shown: {ratios}", file=sys.stderr, flush=True)
    return found


def _cell(runs: list[Shown], way: str, share: str) -> str:
    found = _ratio(runs, way, share)
    shown = float(np.mean([run[way, share] for run in runs]))
    return f"{shown:.1%}: {number(found.value, found.low, found.high)}"


def _ratio(runs: list[Shown], way: str, share: str) -> Estimate:
    """The ratio of the means over seeds, with its interval by resampling the seeds."""
    pairs = np.array([(run[way, share], run[ALONE, share]) for run in runs])
    drawn = metrics.resamples([str(at) for at in range(len(runs))], Bootstrap())
    return metrics.estimate(lambda at: float(pairs[at, 0].sum() / pairs[at, 1].sum()), len(runs), drawn)


if __name__ == "__main__":
    main()
